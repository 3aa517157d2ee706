"""The results of a call become known to everyone at the same moment: one transaction, not before the instant."""

from collections import defaultdict
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit, clock
from core.errors import NotPermitted, RulesRefuse, Violation, WrongState
from programs.commands.rounds.applying import apply_lines
from programs.models import Call, Line, Proposal
from programs.queries.rounds.reading import current_round, lines_of, outcomes, round_parties, undecided
from programs.workflows.calls import CALL
from programs.workflows.proposals import SUBMITTED
from workflow.commands import advance


@transaction.atomic
def announce_results(call: Call, *, by: Any, note: str = "") -> Call:
    """Every proposal gets its state, every granted leg its allocation, every team its message. Safe to repeat.

    All or nothing, under the call's lock: of two who announce at once the second finds it done. Raises NotPermitted,
    WrongState before the embargo ends, RulesRefuse with every proposal that is not decided or torn apart (R-12).
    """
    call = Call.objects.select_for_update(of=("self",)).select_related("alliance", "facility").get(pk=call.pk)
    parties = round_parties(by, call)
    if call.state == "notified" and parties:
        return call
    if not parties:
        raise NotPermitted(_("Results are announced by those who run or decide the call."))
    if call.notify_at is not None and clock.now() < call.notify_at:
        raise WrongState(_("The results are sealed until the moment that the call names."), code="sealed")
    found = current_round(call)
    lines = [line for line in lines_of(found) if line.leg.proposal.state in SUBMITTED] if found else []
    _require_decided(call, lines)
    advance(call, CALL, "notify", by=by, parties=parties, note=note)
    by_proposal: dict[UUID, list[Line]] = defaultdict(list)
    for line in lines:
        by_proposal[line.leg.proposal_id].append(line)
    proposals = Proposal.objects.select_for_update(of=("self",)).filter(pk__in=by_proposal)
    counts: dict[str, Any] = defaultdict(int)
    for proposal in proposals.select_related("team", "call", "pi").order_by("pk"):
        for line in by_proposal[proposal.pk]:
            line.leg.proposal = proposal
        counts[apply_lines(proposal, by_proposal[proposal.pk], by=by)] += 1
    if found:
        found.applied_at = clock.now()
        found.save(update_fields=["applied_at", "updated_at"])
    audit.record("announce", call, by=by, **counts)
    return call


def _require_decided(call: Call, lines: list[Line]) -> None:
    violations = [
        Violation("undecided", _("%(proposal)s has no decision yet.") % {"proposal": row.reference}, "proposals")
        for row in undecided(call, current_round(call))
    ]
    violations += [
        Violation(
            "legs_together",
            _("%(proposal)s: required legs are given together or not at all.") % {"proposal": each.proposal.reference},
            "lines",
            source="R-12",
        )
        for each in outcomes(lines)
        if each.torn
    ]
    if violations:
        raise RulesRefuse(_("Not every proposal is decided."), violations)

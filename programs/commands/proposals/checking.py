"""The office's check: rules of eligibility with the facts they used, waivers with a reason, what is to be mended."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit, clock
from core.errors import Invalid, NotPermitted, RulesRefuse, Violation, WrongState
from programs.commands.proposals.locking import being_edited, locked
from programs.commands.proposals.telling import leads_of, team_of, tell
from programs.models import EligibilityCheck, Leg, Proposal, ReturnPoint
from programs.permissions.proposals import proposal_parties
from programs.queries.proposals.deadline import time_to_mend
from programs.queries.proposals.eligibility import judged, standing_failures
from programs.queries.proposals.submission import current_version
from programs.rules.eligibility import eligibility_rule
from programs.workflows.proposals import PROPOSAL
from workflow.commands import advance, permitted_move


@dataclass(frozen=True)
class Point:
    """One thing to mend: at a field (`abstract`, `members`, `answers.hazards`) or at a leg."""

    text: str
    field: str = ""
    leg: Leg | None = None


@transaction.atomic
def check_proposal(proposal: Proposal, *, by: Any, note: str = "") -> Proposal:
    """The office begins its check: every rule of the call is judged, and what it found is kept with its facts."""
    proposal = locked(proposal)
    parties = proposal_parties(by, proposal)
    advance(proposal, PROPOSAL, "check", by=by, parties=parties, note=note, version=proposal.version + 1)
    _judge(proposal)
    return proposal


@transaction.atomic
def forward_proposal(proposal: Proposal, *, by: Any, note: str = "") -> Proposal:
    """The check is passed. Judged once more, for facts change; raises RulesRefuse with every rule that fails and is
    not waived."""
    proposal = locked(proposal)
    parties = proposal_parties(by, proposal)
    permitted_move(PROPOSAL, "forward", proposal.state, parties, note)
    waivable = _judge(proposal)
    if failures := standing_failures(proposal):
        violations = [
            Violation(
                check.rule,
                check.message,
                f"legs.{check.leg.position}" if check.leg else "",
                overridable=waivable[check.rule],
                source=getattr(eligibility_rule(check.rule), "source", ""),
                override_by=_("the call's office, with a reason") if waivable[check.rule] else "",
            )
            for check in failures
        ]
        raise RulesRefuse(_("It does not pass the check yet."), violations)
    advance(proposal, PROPOSAL, "forward", by=by, parties=parties, note=note, version=proposal.version + 1)
    tell(team_of(proposal), "proposal_moved", proposal, by=by)
    return proposal


@transaction.atomic
def waive_check(check: EligibilityCheck, *, by: Any, reason: str) -> EligibilityCheck:
    """The office lets a failed rule pass for this version, with a reason that stays beside it.

    Raises NotPermitted, WrongState, Invalid without a reason, RulesRefuse where the call lets nobody waive it.
    """
    proposal = locked(check.version.proposal)
    if "office" not in proposal_parties(by, proposal):
        raise NotPermitted(_("Only the call's office may waive a rule."))
    check = EligibilityCheck.objects.select_for_update(of=["self"]).select_related("version").get(pk=check.pk)
    version = current_version(proposal)
    if proposal.state != "checking" or version is None or check.version_id != version.pk:
        raise WrongState(_("A rule is waived while the proposal is being checked."))
    if check.result != EligibilityCheck.Result.FAILED:
        raise WrongState(_("This rule did not fail; there is nothing to waive."))
    if not reason.strip():
        message = _("Give a reason: the other side reads it.")
        raise Invalid(message, [Violation("reason_required", message, "reason")], code="reason_required")
    applied = proposal.call.rules.filter(rule=check.rule).first()
    if applied is not None and not applied.can_be_waived:
        message = _("This call lets nobody waive this rule.")
        raise RulesRefuse(message, [Violation("not_waivable", message, "rule")])
    check.waived_by, check.waived_because = by, reason.strip()
    check.save(update_fields=["waived_by", "waived_because", "updated_at"])
    audit.record("waive", proposal, by=by, note=reason, rule=check.rule, leg=str(check.leg_id or ""))
    return check


@transaction.atomic
def return_proposal(proposal: Proposal, *, by: Any, points: Sequence[Point] = (), note: str = "") -> Proposal:
    """Give it back to its team with a list of what to mend, each tied to a place; they have time to do so.

    Without points the note is the one point. Raises Invalid when nothing at all is said.
    """
    proposal = locked(proposal)
    parties = proposal_parties(by, proposal)
    points = [point for point in points if point.text.strip()]
    said = note.strip() or "; ".join(point.text.strip() for point in points)
    permitted_move(PROPOSAL, "return", proposal.state, parties, said)
    if any(point.leg is not None and point.leg.proposal_id != proposal.pk for point in points):
        message = _("This part belongs to another proposal.")
        raise Invalid(message, [Violation("leg_unknown", message, "points")])
    ReturnPoint.objects.bulk_create(
        ReturnPoint(proposal=proposal, field=point.field, leg=point.leg, text=point.text.strip(), by=by)
        for point in points or [Point(said)]
    )
    until = time_to_mend(proposal, clock.now())
    proposal.reopened_until = until or proposal.reopened_until
    advance(
        proposal,
        PROPOSAL,
        "return",
        by=by,
        parties=parties,
        note=said,
        also=("reopened_until",),
        version=proposal.version + 1,
        points=[point.text.strip() for point in points],
    )
    facts = {"points": [point.text.strip() for point in points], "until": until.isoformat() if until else ""}
    tell(leads_of(proposal), "proposal_returned", proposal, by=by, note="" if points else said, **facts)
    return proposal


@transaction.atomic
def mend_point(point: ReturnPoint, *, by: Any, mended: bool = True) -> ReturnPoint:
    """The team ticks off a point, or takes the tick back. Raises NotPermitted, WrongState."""
    proposal = being_edited(point.proposal, by=by)
    point = ReturnPoint.objects.select_for_update().get(pk=point.pk)
    if (point.mended_at is not None) != mended:
        point.mended_at, point.mended_by = (clock.now(), by) if mended else (None, None)
        point.save(update_fields=["mended_at", "mended_by", "updated_at"])
        audit.record("mend" if mended else "unmend", proposal, by=by, note=point.text, field=point.field)
    return point


def _judge(proposal: Proposal) -> dict[str, bool]:
    """Keep what every rule finds of the current version; whether each may be waived. A waiver holds while it fails."""
    version = current_version(proposal)
    if version is None:
        raise WrongState(_("Nothing has been submitted yet."))
    old = {(check.rule, check.leg_id): check for check in version.checks.all()}
    waivable: dict[str, bool] = {}
    for row in judged(proposal):
        waivable[row.rule] = row.can_be_waived
        check = old.pop((row.rule, row.finding.leg), None) or EligibilityCheck(
            version=version, rule=row.rule, leg_id=row.finding.leg
        )
        check.result, check.message, check.facts = row.finding.result, row.finding.message, dict(row.finding.facts)
        if check.result != EligibilityCheck.Result.FAILED:
            check.waived_by, check.waived_because = None, ""
        check.save()
    EligibilityCheck.objects.filter(pk__in=[check.pk for check in old.values()]).delete()
    return waivable

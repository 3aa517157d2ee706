"""Submission: every rule at once, judged at the instant the transaction began, and a frozen version (R-01, R-03)."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit, clock
from core.errors import NotFound, RulesRefuse, Violation
from programs.commands.proposals.consent import ask_to_confirm, carry_over
from programs.commands.proposals.locking import locked
from programs.commands.proposals.telling import leads_of, office_of, team_of, tell
from programs.frozen import sha256_of
from programs.frozen.proposals import content_of
from programs.models import Call, Proposal, ProposalVersion
from programs.permissions.calls import call_parties
from programs.permissions.proposals import proposal_parties
from programs.queries.proposals.deadline import deadline_of
from programs.queries.proposals.submission import current_version, submission_facts
from programs.rules.proposals import submission_violations
from programs.workflows.proposals import LEG, PROPOSAL
from workflow.commands import advance, permitted_move


@transaction.atomic
def submit_proposal(proposal: Proposal, *, by: Any, note: str = "") -> Proposal:
    """Freeze a version and ask the signatories of every organisation on the team to confirm it.

    In time is who began before the deadline passed, by the clock of the database, however long the rush then makes
    them wait. Raises NotPermitted, WrongState, and RulesRefuse with every rule that refuses.
    """
    at = clock.begun()
    proposal = locked(proposal)
    parties = proposal_parties(by, proposal)
    permitted_move(PROPOSAL, "submit", proposal.state, parties, note)
    if violations := submission_violations(submission_facts(proposal, at)):
        raise RulesRefuse(_("The proposal cannot be submitted yet."), violations)
    before = current_version(proposal)
    content = content_of(proposal)
    version = ProposalVersion.objects.create(
        proposal=proposal,
        number=before.number + 1 if before else 1,
        content=content,
        sha256=sha256_of(content),
        by=by,
    )
    proposal.submitted_at, proposal.consent_reminded_at = at, None
    carried = carry_over(before, version)
    advance(
        proposal,
        PROPOSAL,
        "submit",
        by=by,
        parties=parties,
        note=note,
        also=("submitted_at", "consent_reminded_at"),
        version=proposal.version + 1,
        frozen=version.number,
        sha256=version.sha256,
        carried_over=[answer.organisation.name for answer in carried],
    )
    _ask_again_about_changed_legs(proposal, before, version, by=by)
    tell(team_of(proposal), "proposal_submitted", proposal, by=by, frozen=version.number)
    ask_to_confirm(proposal, version, by=by)
    return proposal


@transaction.atomic
def revise_proposal(proposal: Proposal, *, by: Any, note: str = "") -> Proposal:
    """Take a submitted proposal back to edit it; what was confirmed so far is not forgotten.

    Raises NotPermitted, WrongState, and RulesRefuse once it could not be submitted again.
    """
    at = clock.begun()
    proposal = locked(proposal)
    parties = proposal_parties(by, proposal)
    permitted_move(PROPOSAL, "revise", proposal.state, parties, note)
    until = deadline_of(proposal)
    if until is not None and at > until:
        message = _("The deadline has passed: taken back, it could not be submitted again. Ask the call's office.")
        raise RulesRefuse(message, [Violation("call_closed", message, "call", source="R-01")])
    advance(proposal, PROPOSAL, "revise", by=by, parties=parties, note=note, version=proposal.version + 1)
    return proposal


@transaction.atomic
def withdraw_proposal(proposal: Proposal, *, by: Any, note: str) -> Proposal:
    """The team gives it up, with a reason; possible until the results are announced."""
    proposal = locked(proposal)
    parties = proposal_parties(by, proposal)
    was_sent = proposal.state not in {"draft", "returned"}
    advance(proposal, PROPOSAL, "withdraw", by=by, parties=parties, note=note, version=proposal.version + 1)
    told = [*team_of(proposal), *(office_of(proposal.call) if was_sent else ())]
    tell(told, "proposal_moved", proposal, by=by, note=note)
    return proposal


@transaction.atomic
def open_again_for(call: Call, reference: str, *, until: Any, by: Any, note: str) -> Proposal:
    """The office lets one proposal be submitted until an instant after the deadline, with a reason (R-01).

    A draft is its team's alone, so the office names the reference it was told. Raises NotFound, NotPermitted, Invalid.
    """
    if "office" not in call_parties(by, call):
        raise NotFound()
    number = reference.strip().upper().removeprefix("R-")
    found = Proposal.objects.filter(call=call, number=int(number)).first() if number.isdecimal() else None
    if found is None:
        raise NotFound(_("No proposal of this call is called “%(reference)s”.") % {"reference": reference})
    proposal = locked(found)
    violations = []
    if not note.strip():
        violations.append(Violation("reason_required", _("Give a reason: the other side reads it."), "note"))
    if until <= clock.now():
        violations.append(Violation("over_already", _("The end must lie ahead."), "until"))
    if proposal.state not in {"draft", "returned"}:
        message = _("It is %(state)s now.") % {"state": str(PROPOSAL.states[proposal.state]).lower()}
        violations.append(Violation("not_a_draft", message, "reference"))
    if violations:
        raise RulesRefuse(_("The call was not opened again."), violations)
    proposal.reopened_until = until
    proposal.save(update_fields=["reopened_until", "updated_at"])
    audit.record("open-again", proposal, by=by, note=note, until=until.isoformat())
    tell(leads_of(proposal), "proposal_reopened", proposal, by=by, note=note, until=until.isoformat())
    return proposal


def _ask_again_about_changed_legs(
    proposal: Proposal, before: ProposalVersion | None, version: ProposalVersion, *, by: Any
) -> None:
    """A leg that was judged and says something else now is judged again."""
    old = {row["leg"]: row for row in before.content["legs"]} if before else {}
    new = {row["leg"]: row for row in version.content["legs"]}
    for leg in proposal.legs.select_for_update().filter(state__in=["feasible", "infeasible", "recommended"]):
        if old.get(str(leg.pk)) != new.get(str(leg.pk)):
            advance(leg, LEG, "ask-again", by=by, parties={"pi"})

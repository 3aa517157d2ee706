"""Consent: the signatory of each organisation on the team confirms its part of the frozen version."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Organisation
from accounts.queries import system_user
from core import audit, clock
from core.errors import DomainError, NotFound, NotPermitted, RulesRefuse, Violation, WrongState
from programs.commands.proposals.telling import leads_of, office_of, signatories, tell
from programs.frozen.consent import carried_over
from programs.models import Consent, Proposal, ProposalVersion
from programs.permissions.proposals import proposal_parties
from programs.queries.proposals.consent import (
    answers_that_hold,
    consent_deadline,
    standing_answers,
    unanswered,
    voice_for,
)
from programs.queries.proposals.deadline import time_to_mend
from programs.queries.proposals.submission import current_version
from programs.workflows.proposals import PROPOSAL
from workflow.commands import advance, permitted_move


@transaction.atomic
def confirm_partner(
    proposal: Proposal, organisation: Organisation, *, by: Any, note: str = "", sha256: str = ""
) -> Proposal:
    """A signatory, or whom they lent their tasks to, says yes for an organisation to the version frozen now.

    `sha256` is that of the version the signatory read. Doing it twice is doing it once. Raises NotPermitted,
    NotFound when nobody of it is on the team, WrongState, RulesRefuse after the consent window of the call.
    """
    proposal, version, giver = _asked(proposal, organisation, "confirm-partner", by=by, note=note, sha256=sha256)
    answer = standing_answers(version).get(organisation.pk)
    if answer is not None and answer.confirmed:
        return proposal
    Consent.objects.create(
        version=version, organisation=organisation, by=by, on_behalf_of=giver, confirmed=True, note=note
    )
    _record(proposal, "confirm-partner", version, organisation, by=by, note=note, giver=giver)
    if not unanswered(version):
        told = [*leads_of(proposal), *office_of(proposal.call)]
        tell(told, "proposal_confirmed", proposal, by=system_user())
    return proposal


@transaction.atomic
def refuse_partner(proposal: Proposal, organisation: Organisation, *, by: Any, note: str, sha256: str = "") -> Proposal:
    """A signatory says no, with the reason; the proposal goes back to its team. Raises as confirming."""
    proposal, version, giver = _asked(proposal, organisation, "refuse-partner", by=by, note=note, sha256=sha256)
    Consent.objects.create(
        version=version, organisation=organisation, by=by, on_behalf_of=giver, confirmed=False, note=note
    )
    until = time_to_mend(proposal, clock.now())
    proposal.reopened_until = until or proposal.reopened_until
    proposal.save(update_fields=["reopened_until"])
    _record(proposal, "refuse-partner", version, organisation, by=by, note=note, giver=giver)
    facts = {"organisation": organisation.name, "until": until.isoformat() if until else ""}
    tell(leads_of(proposal), "proposal_returned", proposal, by=by, note=note, **facts)
    return proposal


def carry_over(before: ProposalVersion | None, version: ProposalVersion) -> list[Consent]:
    """Answer the new version for those who confirmed the one before and whose part is the same."""
    kept = carried_over(answers_that_hold(before, version.content).values(), version)
    Consent.objects.bulk_create(kept)
    return kept


def ask_to_confirm(proposal: Proposal, version: ProposalVersion, *, by: Any) -> None:
    """Tell the signatories of every organisation that has still to answer."""
    if not proposal.call.needs_consent:
        return
    until = consent_deadline(proposal.call)
    people = signatories(row.pk for row in unanswered(version))
    until_when = until.isoformat() if until else ""
    tell(people, "proposal_confirm_asked", proposal, by=by, frozen=version.number, until=until_when)


def remind_due(now: datetime | None = None) -> int:
    """Remind the signatories of what they have not answered, CONSENT_REMINDER_DAYS before the consent window ends.

    How many proposals were reminded of. Late, or twice, it reminds once for each day that has come.
    """
    at = now or clock.now()
    waiting = Proposal.objects.filter(
        state__in=["submitted", "checking"],
        call__needs_consent=True,
        call__windows__stage="consent",
        call__windows__period__endswith__gt=at,
    )
    return sum(_remind(pk, at) for pk in waiting.order_by("pk").values_list("pk", flat=True).distinct())


@transaction.atomic
def _remind(pk: Any, at: datetime) -> bool:
    proposal = Proposal.objects.select_for_update(of=["self"]).select_related("call").get(pk=pk)
    until, version = consent_deadline(proposal.call), current_version(proposal)
    if until is None or version is None or proposal.state not in {"submitted", "checking"}:
        return False
    reminded = proposal.consent_reminded_at or version.created_at
    due = [until - timedelta(days=days) for days in settings.CONSENT_REMINDER_DAYS]
    if not any(reminded < instant <= at for instant in due) or not unanswered(version):
        return False
    proposal.consent_reminded_at = at
    proposal.save(update_fields=["consent_reminded_at"])
    system = system_user()
    ask_to_confirm(proposal, version, by=system)
    audit.record("remind-partners", proposal, by=system)
    return True


def _asked(
    proposal: Proposal, organisation: Organisation, move: str, *, by: Any, note: str, sha256: str
) -> tuple[Proposal, ProposalVersion, Any]:
    """The locked proposal, its version, and for whom `by` stands in (None for themselves)."""
    rows = Proposal.objects.select_for_update(of=["self"]).select_related("call", "pi")
    proposal = rows.get(pk=proposal.pk)
    permitted_move(PROPOSAL, move, proposal.state, proposal_parties(by, proposal), note)
    version = current_version(proposal)
    if version is None:
        raise WrongState(_("Nothing has been submitted yet."))
    if not proposal.members.filter(organisation=organisation).exists():
        raise NotFound(_("%(name)s does not take part in this proposal.") % {"name": organisation.name})
    may, giver = voice_for(by, organisation)
    if not may:
        raise NotPermitted(_("Only a signatory of %(name)s can answer for it.") % {"name": organisation.name})
    if sha256 and sha256 != version.sha256:
        message = _("The proposal was changed after you opened this page. Read the new version before you answer.")
        raise DomainError(message, "version_changed", status=409)
    until = consent_deadline(proposal.call)
    if until is not None and clock.begun() > until:
        message = _("The time to confirm is over. The call's office may forward it without, with a reason.")
        raise RulesRefuse(message, [Violation("consent_over", message, "organisation")])
    return proposal, version, giver


def _record(
    proposal: Proposal,
    move: str,
    version: ProposalVersion,
    organisation: Organisation,
    *,
    by: Any,
    note: str,
    giver: Any,
) -> None:
    advance(
        proposal,
        PROPOSAL,
        move,
        by=by,
        parties={"signatory"},
        note=note,
        version=proposal.version + 1,
        organisation=organisation.name,
        organisation_id=str(organisation.pk),
        on_behalf_of=giver.name if giver else "",
        frozen=version.number,
        sha256=version.sha256,
    )

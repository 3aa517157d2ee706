"""Which organisations confirm a proposal, who answered for them, who may, and until when."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from accounts.models import Organisation, User
from core import clock, permissions
from programs.frozen import Content, consent
from programs.frozen.proposals import organisations_in, part_of
from programs.models import Call, Consent, Proposal, ProposalVersion, Window
from programs.permissions.proposals import SIGN
from programs.queries.proposals.submission import current_version
from workflow.approvals.deciders import givers_of


@dataclass(frozen=True)
class PartnerAnswer:
    """An organisation on the team and what was said for it on the current version: confirmed, refused or asked.

    `last` is the number of the version that it confirmed last: without an answer its part has changed since.
    """

    organisation: Organisation
    answer: Consent | None
    last: int | None = None
    overdue: bool = False

    @property
    def void(self) -> bool:
        return self.answer is None and self.last is not None

    @property
    def state(self) -> str:
        if self.answer is not None:
            return "confirmed" if self.answer.confirmed else "refused"
        return "void" if self.void else "overdue" if self.overdue else "asked"


def standing_answers(version: ProposalVersion) -> dict[Any, Consent]:
    """The latest answer of each organisation on a version, by its identifier."""
    rows = version.consents.select_related("organisation", "by", "on_behalf_of", "carried_from__version")
    return consent.standing(rows.order_by("created_at", "id"))


def answers_that_hold(version: ProposalVersion | None, content: Content) -> dict[Any, Consent]:
    """Confirmations of a version that hold for another content."""
    if version is None:
        return {}
    named = organisations_in(content)
    return consent.answers_that_hold(standing_answers(version), version.content, content, named, part_of)


def organisations_of(version: ProposalVersion) -> list[Organisation]:
    """Those with people on the team of a version, the leading one first, then by name."""
    named = organisations_in(version.content)
    rows = Organisation.objects.filter(pk__in=named).order_by("name", "id")
    return sorted(rows, key=lambda row: str(row.pk) != version.content["organisation"])


def unanswered(version: ProposalVersion) -> list[Organisation]:
    """Organisations whose confirmation a version still lacks; none where the call asks for no consent."""
    if not version.proposal.call.needs_consent:
        return []
    answers = standing_answers(version)
    return [row for row in organisations_of(version) if row.pk not in answers or not answers[row.pk].confirmed]


def partner_answers(proposal: Proposal) -> list[PartnerAnswer]:
    """Every organisation of the current version with its answer; nothing where the call asks for no consent."""
    version = current_version(proposal)
    if version is None or not proposal.call.needs_consent:
        return []
    answers = standing_answers(version)
    said = Consent.objects.filter(version__proposal=proposal, confirmed=True).order_by("version__number")
    earlier = dict(said.values_list("organisation_id", "version__number"))
    until = consent_deadline(proposal.call)
    late = until is not None and clock.now() > until
    return [
        PartnerAnswer(row, answers.get(row.pk), last=earlier.get(row.pk), overdue=late)
        for row in organisations_of(version)
    ]


def consent_deadline(call: Call) -> datetime | None:
    """The last instant at which organisations may confirm; None where the call sets no window for it."""
    window = call.windows.filter(stage=Window.Stage.CONSENT).order_by("-period").first()
    return window.period.upper if window else None


def voice_for(user: Any, organisation: Organisation) -> tuple[bool, User | None]:
    """Whether a person may answer for an organisation, and whom they stand in for: None for themselves."""
    if permissions.allowed(user, SIGN, organisation):
        return True, None
    for giver in User.objects.filter(pk__in=givers_of(user)).order_by("name", "id"):
        if permissions.allowed(giver, SIGN, organisation):
            return True, giver
    return False, None

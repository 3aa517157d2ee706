"""S5 for a proposal: its stage, what was submitted, what was said of it, and what its reader may do."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import names
from core.errors import DomainError
from core.models import AuditEntry
from frontend.contexts.calls.afterwards import StandingLeg, standing_legs
from frontend.contexts.facilities.bookings import Stage
from frontend.contexts.proposals.trail import crumbs_of
from frontend.history import Entry, past
from frontend.status import look
from programs.frozen import Content
from programs.frozen.proposals import content_of
from programs.models import Appeal, EligibilityCheck, Proposal, ProposalVersion
from programs.permissions.proposals import proposal_parties
from programs.queries.proposals.consent import PartnerAnswer, consent_deadline, partner_answers
from programs.queries.proposals.eligibility import checks_of
from programs.queries.proposals.labels import field_label
from programs.queries.proposals.listing import (
    history_of,
    moves_open_to,
    sees_team_side,
)
from programs.queries.proposals.submission import current_version
from programs.queries.proposals.told import Chapter, told
from programs.queries.proposals.versions import content_for
from programs.queries.standing import appeals_of
from programs.rules.eligibility import MEMBERSHIPS, eligibility_rule
from programs.rules.questionnaire import Question, questions_of
from programs.workflows.proposals import DECIDED, EDITABLE, PROPOSAL

LINE = ("submitted", "checking", "feasibility", "review", "panel")
WAITS = {
    "draft": gettext_lazy("The team completes and submits it."),
    "returned": gettext_lazy("The team mends what the office asked for and submits it again."),
    "submitted": gettext_lazy("The call's office starts the check."),
    "checking": gettext_lazy("The call's office checks it against the rules of the call."),
    "feasibility": gettext_lazy("The instruments' own people say what is feasible and safe."),
    "review": gettext_lazy("Reviewers read it."),
    "accepted": gettext_lazy("The PI confirms the time, and the team asks for the days that suit it."),
    "partially_accepted": gettext_lazy("The PI confirms the time, and the team asks for the days that suit it."),
    "reserve": gettext_lazy("It moves up when units come free, in the order of the list."),
    "panel": gettext_lazy("The panel compares it with others. Results are announced for the whole call at once."),
}
FACTS = {
    "facility_country": gettext_lazy("country of the facility"),
    "leader_country": gettext_lazy("country of the leader"),
    "countries": gettext_lazy("countries"),
    "abroad": gettext_lazy("abroad"),
    "outside": gettext_lazy("outside the member countries"),
    "inside": gettext_lazy("in member countries"),
    "team": gettext_lazy("team"),
    "organisation": gettext_lazy("organisation"),
    "membership": gettext_lazy("membership"),
    "asked_by_non_members": gettext_lazy("asked for by teams from outside"),
    "together": gettext_lazy("asked for by the same leader"),
    "offered": gettext_lazy("on offer"),
    "shift": gettext_lazy("shifts"),
    "hour": gettext_lazy("hours"),
    "day": gettext_lazy("days"),
    "node_hour": gettext_lazy("node-hours"),
}
"""What the facts of a check are called."""
OTHER_WORDS = {
    "draft": gettext_lazy("Begun"),
    "edit": gettext_lazy("Changed"),
    "answer": gettext_lazy("Question answered"),
    "attach": gettext_lazy("File attached"),
    "detach": gettext_lazy("File taken out"),
    "invite": gettext_lazy("Asked to join"),
    "join": gettext_lazy("Joined"),
    "decline-invitation": gettext_lazy("Declined to join"),
    "change-role": gettext_lazy("Another role"),
    "remove-member": gettext_lazy("Taken off the team"),
    "open-again": gettext_lazy("The call was opened again for it"),
    "remind-partners": gettext_lazy("Signatories were reminded"),
    "waive": gettext_lazy("Rule waived"),
    "mend": gettext_lazy("Point mended"),
    "promote": gettext_lazy("Moved up from the reserve list"),
    "unmend": gettext_lazy("Point open again"),
}


@dataclass(frozen=True)
class ProposalPage:
    """S5."""

    proposal: Proposal
    crumbs: list[dict[str, str]]
    stages: list[Stage]
    waits: str
    chapters: list[Chapter]
    version: ProposalVersion | None
    versions: list[ProposalVersion]
    partners: list[PartnerAnswer]
    consent_until: datetime | None
    checks: list[EligibilityCheck]
    points: list[Any]
    entries: list[Entry]
    previous: list[Proposal]
    moves: frozenset[str]
    edits: bool
    legs: list[StandingLeg]
    appeals: list[Appeal]
    answers_appeal: bool
    runs_reserve: bool
    refusal: DomainError | None

    @property
    def appealed(self) -> bool:
        """Whether an appeal waits for its answer."""
        return any(row.answered_at is None for row in self.appeals)


def proposal_page(proposal: Proposal, user: Any, refusal: DomainError | None = None) -> ProposalPage:
    """One proposal as its reader may see it: the frozen version where there is one, else the draft."""
    inside = sees_team_side(user, proposal)
    parties = proposal_parties(user, proposal)
    versions = list(proposal.versions.all())
    editing = proposal.state in EDITABLE and "member" in parties
    version = versions[0] if versions and not editing else None
    form = proposal.questionnaire.content if proposal.questionnaire else {}
    content = content_for(user, proposal, version) if version else content_of(proposal)
    entries = list(history_of(proposal)) if inside else []
    moves = frozenset(move.name for move in moves_open_to(user, proposal))
    legs = standing_legs(proposal, user) if proposal.state in DECIDED else []
    appeals = list(appeals_of(user, proposal))
    return ProposalPage(
        proposal=proposal,
        crumbs=crumbs_of(proposal),
        stages=stages_of(proposal),
        waits=_waits(proposal),
        chapters=chapters_of(proposal, content),
        version=version,
        versions=versions,
        partners=partner_answers(proposal),
        consent_until=consent_deadline(proposal.call),
        checks=checks_of(proposal) if parties & {"office", "management"} else [],
        points=list(proposal.points.select_related("by")) if inside else [],
        entries=[_entry(row, proposal.call.zone, questions_of(form)) for row in reversed(entries)],
        previous=list(proposal.previous.order_by("number").prefetch_related("legs__instrument")),
        moves=moves,
        edits=editing,
        legs=legs,
        appeals=appeals,
        answers_appeal=any(row.answered_at is None for row in appeals) and "dismiss-appeal" in moves,
        runs_reserve=bool(parties & {"office", "management"}) and any(row.leg.state == "reserve" for row in legs),
        refusal=refusal,
    )


def chapters_of(proposal: Proposal, content: Content) -> list[Chapter]:
    """A content of a proposal chapter by chapter, with the files that are still there to download."""
    form = proposal.questionnaire.content if proposal.questionnaire else {}
    kept = dict(proposal.attachments.values_list("sha256", "pk"))
    urls = {key: reverse("proposal_file", args=[proposal.pk, pk]) for key, pk in kept.items()}
    return [
        replace(chapter, lines=[replace(line, url=urls.get(line.sha256, "")) for line in chapter.lines])
        for chapter in told(content, form)
    ]


def submitted_chapters(proposal: Proposal, user: Any) -> list[Chapter]:
    """What was submitted last, as this reader may see it."""
    version = current_version(proposal)
    return chapters_of(proposal, content_for(user, proposal, version) if version else content_of(proposal))


def stages_of(proposal: Proposal) -> list[Stage]:
    """The way of a proposal; where it ended or came back, that stands where the way broke off."""
    if proposal.state in DECIDED:
        ends = [Stage(_word(proposal.state), "current")]
        return [*(Stage(_word(name), "done") for name in LINE), *ends]
    if proposal.state in {"draft", "returned", "withdrawn"}:
        rest = [] if proposal.state == "withdrawn" else [Stage(_word(name), "todo") for name in LINE]
        return [Stage(_word(proposal.state), "current"), *rest]
    here = LINE.index(proposal.state)
    shown = [
        Stage(_word(name), "done" if n < here else "current" if n == here else "todo") for n, name in enumerate(LINE)
    ]
    return [*shown, Stage(_("Result"), "todo")]


def rule_label(check: EligibilityCheck) -> str:
    """The name of a rule as people call it."""
    rule = eligibility_rule(check.rule)
    return str(rule.label) if rule else check.rule


def _waits(proposal: Proposal) -> str:
    if proposal.state in {"submitted", "checking"}:
        lacking = [row.organisation.name for row in partner_answers(proposal) if row.state != "confirmed"]
        if lacking:
            return _("A signatory of each of these confirms: %(names)s.") % {"names": ", ".join(lacking)}
    return str(WAITS.get(proposal.state, ""))


def _word(state: str) -> str:
    return str(look(state).word)


def facts_told(check: EligibilityCheck) -> list[tuple[str, str]]:
    """The facts that a rule used, each by its name and in words; those that its message says already are left out."""
    return [
        (str(FACTS[name]), _fact(name, value))
        for name, value in check.facts.items()
        if name in FACTS and value not in (None, "", [], {})
    ]


def _fact(name: str, value: Any) -> str:
    if name.endswith("country"):
        return names.country(value)
    if name == "countries":
        return ", ".join(map(names.country, value))
    if name == "membership":
        return str(MEMBERSHIPS.get(value, value))
    return names.number(Decimal(value)) if str(value).replace(".", "", 1).isdecimal() else str(value)


def _entry(entry: AuditEntry, zone: str, asked: Mapping[str, Question]) -> Entry:
    if entry.verb in ("confirm-partner", "refuse-partner"):
        text = _("Confirmed for %(name)s") if entry.verb == "confirm-partner" else _("Not confirmed for %(name)s")
        what = text % {"name": entry.data.get("organisation", "")}
    elif entry.verb in PROPOSAL.by_name:
        what = _word(entry.to_state) if entry.to_state != entry.from_state else past(entry, PROPOSAL)
    else:
        what = past(entry, PROPOSAL, OTHER_WORDS)
    notes = [entry.data[name] for name in ("person", "name") if entry.data.get(name)]
    if question := asked.get(entry.data.get("question", "")):
        notes.append(question.said)
    if fields := entry.data.get("fields"):
        notes.append(", ".join(dict.fromkeys(field_label(name) for name in fields)))
    if stood_in := entry.data.get("on_behalf_of"):
        notes.append(_("standing in for %(name)s") % {"name": stood_in})
    if carried := entry.data.get("carried_over"):
        notes.append(_("still confirmed: %(names)s") % {"names": ", ".join(carried)})
    return Entry(what, entry.actor_name, entry.at, zone, " · ".join([*notes, *([entry.note] if entry.note else [])]))

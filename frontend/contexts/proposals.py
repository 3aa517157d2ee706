"""Pages of proposals: the list, the task list, the answers to check, one proposal with its stage and decisions."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core import clock, times
from core.errors import DomainError, Violation
from core.models import AuditEntry
from frontend.contexts.bookings import Entry, Stage
from frontend.forms.proposals import ProposalFilters
from frontend.paging import Page, paged
from frontend.status import look
from programs.frozen.proposals import content_of
from programs.models import EligibilityCheck, Proposal, ProposalMember, ProposalVersion
from programs.permissions.proposals import proposal_parties
from programs.queries.calls.listing import open_calls
from programs.queries.proposals.changes import field_label
from programs.queries.proposals.consent import PartnerAnswer, consent_deadline, partner_answers
from programs.queries.proposals.deadline import deadline_of
from programs.queries.proposals.eligibility import checks_of
from programs.queries.proposals.listing import (
    calls_of_proposals,
    history_of,
    invitations_of,
    moves_open_to,
    proposals_listed,
    sees_team_side,
)
from programs.queries.proposals.submission import answers_of, submission_facts
from programs.queries.proposals.told import TITLES, Chapter, told
from programs.queries.proposals.versions import content_for
from programs.rules.eligibility import eligibility_rule
from programs.rules.proposals import submission_violations
from programs.rules.questionnaire import is_answered, said, sections_of
from programs.workflows.proposals import DECIDED, EDITABLE, PROPOSAL

OPTIONAL = {"case", "background", "reviewers", "files"}
PAGE_OF = {
    "title": "details",
    "public_title": "details",
    "abstract": "details",
    "themes": "details",
    "confidentiality": "details",
    "science_case": "case",
    "lineage": "background",
    "previous": "background",
    "program": "background",
    "peaceful_use": "declaration",
    "excluded_names": "reviewers",
    "excluded_reviewers": "reviewers",
    "members": "team",
    "legs": "legs",
    "attachments": "files",
}
"""On which page a field is answered."""
LINE = ("submitted", "checking", "feasibility", "review", "panel")
WAITS = {
    "draft": gettext_lazy("The team completes and submits it."),
    "returned": gettext_lazy("The team mends what the office asked for and submits it again."),
    "submitted": gettext_lazy("The call's office starts the check."),
    "checking": gettext_lazy("The call's office checks it against the rules of the call."),
    "feasibility": gettext_lazy("The instruments' own people say what is feasible and safe."),
    "review": gettext_lazy("Reviewers read it."),
    "panel": gettext_lazy("The panel compares it with others. Results are announced for the whole call at once."),
}
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
    "unmend": gettext_lazy("Point open again"),
}


@dataclass(frozen=True)
class ProposalsPage:
    form: ProposalFilters
    page: Page
    asked: bool
    can_begin: bool
    invitations: list[ProposalMember]


@dataclass(frozen=True)
class Task:
    """One page of the task list, how far it is and what it says so far."""

    title: str
    url: str
    state: str
    note: str
    optional: bool


@dataclass(frozen=True)
class Deadline:
    """A last instant, in the call's zone and the reader's."""

    at: datetime
    zone: str
    left: str


@dataclass(frozen=True)
class DraftPage:
    proposal: Proposal
    crumbs: list[dict[str, str]]
    tasks: list[Task]
    done: int
    deadline: Deadline | None
    saved: AuditEntry | None
    team: list[ProposalMember]
    points: list[Any]
    leads: bool
    in_the_way: int


@dataclass(frozen=True)
class AnswersPage:
    """What would be sent, and what still stands in the way with the page where it is answered."""

    proposal: Proposal
    crumbs: list[dict[str, str]]
    chapters: list[Chapter]
    problems: list[tuple[Violation, str]]
    refusal: DomainError | None
    deadline: Deadline | None
    leads: bool


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
    decided: list[Any]
    refusal: DomainError | None


def proposals_page(user: Any, asked: QueryDict) -> ProposalsPage:
    form = ProposalFilters(asked, calls=calls_of_proposals(user))
    filters = form.asked()
    return ProposalsPage(
        form=form,
        page=paged(proposals_listed(user, **filters), asked),
        asked=any(filters.values()),
        can_begin=open_calls(user).exists(),
        invitations=list(invitations_of(user)),
    )


def crumbs_of(proposal: Proposal, *more: tuple[str, str]) -> list[dict[str, str]]:
    here = (proposal.reference, reverse("proposal", args=[proposal.pk]))
    trail = [(_("Proposals"), reverse("proposals")), here, *more]
    return [{"label": label, "url": url if place < len(trail) - 1 else ""} for place, (label, url) in enumerate(trail)]


def edit_crumbs(proposal: Proposal, title: str) -> list[dict[str, str]]:
    return crumbs_of(proposal, (_("Tasks"), reverse("proposal_edit", args=[proposal.pk])), (title, ""))


def page_url(proposal: Proposal, name: str) -> str:
    """The address of a page of the task list."""
    if name in ("team", "legs", "files"):
        return reverse(f"proposal_{name}", args=[proposal.pk])
    if name.startswith("form-"):
        return reverse("proposal_form", args=[proposal.pk, name.removeprefix("form-")])
    return reverse("proposal_section", args=[proposal.pk, name])


def page_of_field(proposal: Proposal, field: str) -> str:
    """The name of the page on which a field, `legs.2.units` or `answers.hazards` is answered."""
    head, _dot, rest = field.partition(".")
    if head == "answers":
        content = proposal.questionnaire.content if proposal.questionnaire else {}
        for section in sections_of(content):
            if any(question.key == rest for question in section.questions):
                return f"form-{section.key}"
    return PAGE_OF.get(head, "details")


def draft_page(proposal: Proposal, user: Any) -> DraftPage:
    """The task list; each task says what is missing."""
    problems = [row for row in submission_violations(submission_facts(proposal, clock.now())) if row.field != "call"]
    missing: dict[str, list[str]] = {}
    for violation in problems:
        if violation.field != "points":
            missing.setdefault(page_of_field(proposal, violation.field), []).append(violation.message)
    tasks = [_task(proposal, name, title, missing.get(name, [])) for name, title in pages_of(proposal)]
    saved = history_of(proposal).filter(verb__in=["draft", "edit", "answer", "attach", "detach"]).last()
    return DraftPage(
        proposal=proposal,
        crumbs=crumbs_of(proposal, (_("Tasks"), "")),
        tasks=tasks,
        done=sum(task.state == "done" for task in tasks),
        deadline=deadline(proposal),
        saved=saved,
        team=_team(proposal),
        points=list(proposal.points.select_related("by", "leg__preferred")),
        leads="pi" in proposal_parties(user, proposal),
        in_the_way=len(problems),
    )


def pages_of(proposal: Proposal) -> list[tuple[str, str]]:
    """Every page of the task list with its title, in order."""
    content = proposal.questionnaire.content if proposal.questionnaire else {}
    asked = [(f"form-{section.key}", said(section.title)) for section in sections_of(content)]
    before = [(name, str(TITLES[name])) for name in ("details", "team", "legs", "case")]
    return [
        *before,
        *asked,
        *((name, str(TITLES[name])) for name in ("files", "background", "declaration", "reviewers")),
    ]


def deadline(proposal: Proposal) -> Deadline | None:
    at = deadline_of(proposal)
    if at is None:
        return None
    now = clock.now()
    return Deadline(at, proposal.call.zone, times.largest(at - now) if at > now else "")


def answers_page(proposal: Proposal, user: Any, refusal: DomainError | None = None) -> AnswersPage:
    content = proposal.questionnaire.content if proposal.questionnaire else {}
    problems = submission_violations(submission_facts(proposal, clock.now()))
    return AnswersPage(
        proposal=proposal,
        crumbs=edit_crumbs(proposal, _("Check your answers")),
        chapters=told(content_of(proposal), content),
        problems=[(row, _where(proposal, row.field)) for row in problems],
        refusal=refusal if not problems else None,
        deadline=deadline(proposal),
        leads="pi" in proposal_parties(user, proposal),
    )


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
    return ProposalPage(
        proposal=proposal,
        crumbs=crumbs_of(proposal),
        stages=stages_of(proposal),
        waits=_waits(proposal),
        chapters=told(content, form),
        version=version,
        versions=versions,
        partners=partner_answers(proposal),
        consent_until=consent_deadline(proposal.call),
        checks=checks_of(proposal) if parties & {"office", "management"} else [],
        points=list(proposal.points.select_related("by")) if inside else [],
        entries=[_entry(row, proposal.call.zone) for row in reversed(entries)],
        previous=list(proposal.previous.order_by("number").prefetch_related("legs")),
        moves=moves,
        edits=editing,
        decided=list(proposal.legs.select_related("instrument__facility")) if proposal.state in DECIDED else [],
        refusal=refusal,
    )


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


def _where(proposal: Proposal, field: str) -> str:
    if field in ("call", "points"):
        return reverse("proposal_edit", args=[proposal.pk])
    return page_url(proposal, page_of_field(proposal, field))


def _team(proposal: Proposal) -> list[ProposalMember]:
    return list(proposal.members.select_related("person", "organisation").order_by("role", "created_at", "id"))


def _task(proposal: Proposal, name: str, title: str, missing: list[str]) -> Task:
    note = missing[0] if missing else _said(proposal, name)
    begun = bool(_said(proposal, name)) if not missing else _begun(proposal, name)
    optional = name in OPTIONAL and not missing
    state = "in_progress" if missing and begun else "not_started" if missing or not begun else "done"
    return Task(title, page_url(proposal, name), state, note or _("Optional"), optional)


def _begun(proposal: Proposal, name: str) -> bool:
    """Whether something of a page that is not complete was written."""
    if name == "details":
        return True
    if name == "legs":
        return proposal.legs.exists()
    if name == "team":
        return proposal.members.count() > 1
    return bool(_said(proposal, name))


def _said(proposal: Proposal, name: str) -> str:
    """What a page says so far, in a few words; empty for nothing."""
    match name:
        case "details":
            return proposal.title
        case "team":
            n = proposal.members.filter(state="joined").count()
            return ngettext("%(n)d person has joined", "%(n)d people have joined", n) % {"n": n}
        case "legs":
            return ", ".join(f"{row.instrument.code}, {row.instrument.facility}" for row in proposal.legs.all())
        case "case":
            return proposal.science_case[:80]
        case "background":
            return str(proposal.get_lineage_display())
        case "declaration":
            return _("For peaceful ends only") if proposal.peaceful_use else ""
        case "reviewers":
            return _("Somebody is named") if proposal.excluded_names else ""
        case "files":
            n = proposal.attachments.count()
            return ngettext("%(n)d file", "%(n)d files", n) % {"n": n} if n else ""
    content = proposal.questionnaire.content if proposal.questionnaire else {}
    [section] = [row for row in sections_of(content) if f"form-{row.key}" == name]
    answers = answers_of(proposal)
    given = sum(is_answered(answers.get(question.key)) for question in section.questions)
    if not given and any(question.required for question in section.questions):
        return ""
    return _("%(given)d of %(all)d answered") % {"given": given, "all": len(section.questions)}


def _waits(proposal: Proposal) -> str:
    if proposal.state in {"submitted", "checking"}:
        lacking = [row.organisation.name for row in partner_answers(proposal) if row.state != "confirmed"]
        if lacking:
            return _("A signatory of each of these confirms: %(names)s.") % {"names": ", ".join(lacking)}
    return str(WAITS.get(proposal.state, ""))


def _word(state: str) -> str:
    return str(look(state).word)


def _entry(entry: AuditEntry, zone: str) -> Entry:
    if entry.verb in ("confirm-partner", "refuse-partner"):
        text = _("Confirmed for %(name)s") if entry.verb == "confirm-partner" else _("Not confirmed for %(name)s")
        what = text % {"name": entry.data.get("organisation", "")}
    elif entry.verb in PROPOSAL.by_name:
        what = _word(entry.to_state) if entry.to_state != entry.from_state else str(PROPOSAL.find(entry.verb).label)
    else:
        what = str(OTHER_WORDS.get(entry.verb, entry.verb))
    notes = [entry.data[name] for name in ("person", "name") if entry.data.get(name)]
    if fields := entry.data.get("fields"):
        notes.append(", ".join(dict.fromkeys(field_label(name) for name in fields)))
    if stood_in := entry.data.get("on_behalf_of"):
        notes.append(_("standing in for %(name)s") % {"name": stood_in})
    if carried := entry.data.get("carried_over"):
        notes.append(_("still confirmed: %(names)s") % {"names": ", ".join(carried)})
    return Entry(what, entry.actor_name, entry.at, zone, " · ".join([*notes, *([entry.note] if entry.note else [])]))

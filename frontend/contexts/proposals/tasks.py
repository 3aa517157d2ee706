"""The task list of a draft, and its answers before they are sent."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core import clock, times
from core.errors import DomainError, Violation
from core.models import AuditEntry
from frontend.contexts.proposals.trail import crumbs_of, edit_crumbs, page_of_field, page_url, pages_of
from frontend.contexts.tasks import Task
from programs.frozen.proposals import content_of
from programs.models import Proposal, ProposalMember, ReturnPoint
from programs.permissions.proposals import proposal_parties
from programs.queries.proposals.deadline import deadline_of
from programs.queries.proposals.listing import history_of, members_of
from programs.queries.proposals.submission import answers_of, submission_facts
from programs.queries.proposals.told import Chapter, told
from programs.rules.proposals import submission_violations
from programs.rules.questionnaire import is_answered, sections_of

OPTIONAL = {"case", "background", "reviewers", "files"}


@dataclass(frozen=True)
class Deadline:
    """A last instant, in the call's zone and the reader's."""

    at: datetime
    zone: str
    left: str


@dataclass(frozen=True)
class PointToMend:
    """What the office asks for, and the page where it is mended."""

    point: ReturnPoint
    where: str
    url: str


@dataclass(frozen=True)
class DraftPage:
    proposal: Proposal
    crumbs: list[dict[str, str]]
    tasks: list[Task]
    done: int
    deadline: Deadline | None
    saved: AuditEntry | None
    team: list[ProposalMember]
    points: list[PointToMend]
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
        points=points_of(proposal),
        leads="pi" in proposal_parties(user, proposal),
        in_the_way=len(problems),
    )


def points_of(proposal: Proposal) -> list[PointToMend]:
    """What the office asks for, the oldest first; one without a place leads nowhere."""
    titles = dict(pages_of(proposal))
    found = []
    for point in proposal.points.select_related("by", "leg__preferred"):
        named = page_of_field(proposal, point.field) if point.field else ""
        page = "legs" if point.leg else point.field if point.field in titles else named
        where = f"{point.leg.position}. {point.leg.preferred.code}" if point.leg else titles.get(page, "")
        found.append(PointToMend(point, where, page_url(proposal, page) if page else ""))
    return found


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


def _where(proposal: Proposal, field: str) -> str:
    if field in ("call", "points"):
        return reverse("proposal_edit", args=[proposal.pk])
    return page_url(proposal, page_of_field(proposal, field))


def _team(proposal: Proposal) -> list[ProposalMember]:
    return list(members_of(proposal))


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
            named = proposal.excluded_names or proposal.excluded_reviewers.exists()
            return _("Somebody is named") if named else ""
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

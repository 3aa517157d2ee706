"""Calls as their office runs them: the list, the task list of one, and what stands between it and its opening."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core import audit, times
from core.errors import DomainError, Violation
from core.models import AuditEntry, Job
from core.names import local
from frontend.contexts.calls.public import CallLine, call_line
from frontend.contexts.tasks import Task
from frontend.contexts.working import Work, work_of
from frontend.forms.calls import EDITORS
from frontend.forms.calls.editing import CallEditor
from frontend.forms.calls.listing import CallFilters
from frontend.forms.calls.panels import AttachForm
from frontend.history import Entry, past
from frontend.paging import Page, paged
from programs.commands.reviews import STAGES
from programs.models import Call, Panel
from programs.queries.calls.judging import field_label, opening_notes, opening_problems
from programs.queries.calls.listing import calls_listed, moves_open_to, run_by
from programs.queries.forwarding import Kept, forwarded_by
from programs.queries.panels import panels_of, panels_offered
from programs.workflows.calls import CALL
from workflow.machine import Move

TITLES = {
    "details": gettext_lazy("What it is about"),
    "dates": gettext_lazy("Opening, deadline and results"),
    "offers": gettext_lazy("Instruments on offer"),
    "windows": gettext_lazy("Windows of review and decision"),
    "deadlines": gettext_lazy("Earlier deadlines of partners"),
    "criteria": gettext_lazy("Criteria and weights"),
    "rules": gettext_lazy("Rules of eligibility"),
    "judging": gettext_lazy("Questionnaire, scale and reviews"),
}
SECTION_OF = {field: name for name, editor in EDITORS.items() for field in editor.fields}
"""On which page a rule's field is answered."""
HERE = frozenset({"announce", "open", "close", "start-review", "start-allocation", "archive"})
"""Moves that need nothing but a click."""
SHOWN = 20
WITH_REASON = frozenset({"take-back", "back-to-review"})


@dataclass(frozen=True)
class OfficeCallsPage:
    form: CallFilters
    page: Page
    asked: bool
    makes: bool


@dataclass(frozen=True)
class OfficeCallPage:
    """Everything an office needs on one page."""

    call: Call
    line: CallLine
    crumbs: list[dict[str, str]]
    tasks: list[Task]
    problems: list[tuple[Violation, str]]
    notes: list[str]
    moves: list[Move]
    reasons: list[Move]
    may_reopen: bool
    history: list[Entry]
    panels: list[Panel]
    attaching: AttachForm
    stages: list["Stage"]


@dataclass(frozen=True)
class Stage:
    """Where all proposals of a call may be forwarded to, and how many wait for it."""

    name: str
    label: str
    waiting: int


@dataclass(frozen=True)
class ForwardedPage:
    """How far forwarding all is, then what came of it: the proposals that went on, and those that stay with every
    reason."""

    call: Call
    crumbs: list[dict[str, str]]
    title: str
    work: Work | None
    found: Kept | None


@dataclass(frozen=True)
class SectionPage:
    """One page of the task list with its form or its rows."""

    call: Call
    crumbs: list[dict[str, str]]
    title: str
    editor: CallEditor
    refusal: DomainError | None
    version: int


def office_calls_page(user: Any, asked: QueryDict) -> OfficeCallsPage:
    """The calls that a person runs, drafts among them."""
    form = CallFilters(asked, drafts=True)
    filters = form.asked()
    page = paged(calls_listed(user, mine=True, **filters), asked)
    rows = [call_line(call) for call in page.rows]
    shown = Page(rows, page.earlier, page.later, page.caption)
    return OfficeCallsPage(form, shown, any(filters.values()), makes=bool(owners_of(user)))


def owners_of(user: Any) -> dict[str, str]:
    """The alliances and facilities in whose name a person may draft a call or a questionnaire, by a key."""
    alliances, facilities = run_by(user)
    return {
        **{f"alliance:{row.slug}": local(row, "name") for row in alliances},
        **{f"facility:{row.slug}": local(row, "name") for row in facilities},
    }


def crumbs_of(call: Call, *more: str) -> list[dict[str, str]]:
    trail = [(_("Calls"), reverse("office_calls")), (local(call, "name"), reverse("office_call", args=[call.pk]))]
    trail += [(label, "") for label in more]
    return [{"label": label, "url": url if place < len(trail) - 1 else ""} for place, (label, url) in enumerate(trail)]


def office_call_page(call: Call, user: Any) -> OfficeCallPage:
    problems = opening_problems(call) if call.state in {"draft", "announced"} else []
    missing: dict[str, list[str]] = {}
    for violation in problems:
        missing.setdefault(SECTION_OF.get(violation.field, "details"), []).append(violation.message)
    moves = moves_open_to(user, call)
    return OfficeCallPage(
        call=call,
        line=call_line(call),
        crumbs=crumbs_of(call),
        tasks=[_task(call, name, missing.get(name, [])) for name in EDITORS],
        problems=[(row, section_url(call, SECTION_OF.get(row.field, "details"))) for row in problems],
        notes=opening_notes(call) if call.state in {"draft", "announced"} else [],
        moves=[move for move in moves if move.name in HERE],
        reasons=[move for move in moves if move.name in WITH_REASON],
        may_reopen=any(move.name == "reopen" for move in moves),
        history=[
            Entry(_words(entry), entry.actor_name, entry.at, call.zone, entry.note)
            for entry in audit.history(call).reverse()[:SHOWN]
        ],
        panels=list(panels_of(call)),
        attaching=AttachForm(offered=panels_offered(call)),
        stages=_stages(call),
    )


FORWARD = {
    "feasibility": gettext_lazy("Check and forward to the instruments"),
    "review": gettext_lazy("Forward to the reviewers"),
    "panel": gettext_lazy("Forward to the panel meeting"),
}


def _stages(call: Call) -> list[Stage]:
    """The stages for which proposals of the call wait."""
    by_state = Counter(call.proposals.order_by().values_list("state", flat=True))
    waiting = {name: sum(by_state[state] for state in states) for name, (states, _forward) in STAGES.items()}
    return [Stage(name, str(label), waiting[name]) for name, label in FORWARD.items() if waiting[name]]


def forwarded_page(call: Call, stage: str, job: Job) -> ForwardedPage:
    title = str(FORWARD[stage])
    work = work_of(job, [_("forwarding the proposals")] * (job.total or 1))
    found = forwarded_by(job) if job.state == Job.State.DONE else None
    return ForwardedPage(call, crumbs_of(call, title), title, work, found)


DONE = {
    "draft": gettext_lazy("Drafted"),
    "assign-reviewers": gettext_lazy("Reviewers asked"),
    "propose-round": gettext_lazy("Allocation proposed"),
    "override-line": gettext_lazy("A part was decided by hand"),
    "announce": gettext_lazy("Results announced"),
}


def _words(entry: AuditEntry) -> str:
    """What an entry of the trail did to the call."""
    if entry.verb == "edit":
        return _("Changed: %(fields)s") % {"fields": ", ".join(map(field_label, entry.data.get("changes", ())))}
    return past(entry, CALL, DONE)


def section_page(call: Call, editor: CallEditor, refusal: DomainError | None) -> SectionPage:
    title = str(TITLES[editor.name])
    return SectionPage(call, crumbs_of(call, title), title, editor, refusal, call.version)


def section_url(call: Call, name: str) -> str:
    return reverse("office_call_section", args=[call.pk, name])


def _task(call: Call, name: str, missing: list[str]) -> Task:
    counts = {
        "offers": call.offers.count(),
        "windows": call.windows.count(),
        "deadlines": call.partner_deadlines.count(),
        "criteria": call.criteria.count(),
        "rules": call.rules.count(),
    }
    begun = counts.get(name, 1)
    state = "in_progress" if missing and begun else "not_started" if not begun else "done"
    note = missing[0] if missing else _said(call, name, counts.get(name, 0))
    return Task(str(TITLES[name]), section_url(call, name) if EDITORS[name].open_for(call) else "", state, note)


def _said(call: Call, name: str, n: int) -> str:
    match name:
        case "details":
            return f"{call.get_kind_display()} · {call.get_category_display()}"
        case "dates":
            return times.moment(call.closes_at, call.zone) if call.closes_at else _("No deadline")
        case "offers":
            return ngettext("at %(n)d instrument", "at %(n)d instruments", n) % {"n": n}
        case "windows" if n:
            return ngettext("%(n)d window", "%(n)d windows", n) % {"n": n}
        case "deadlines" if n:
            return ngettext("%(n)d organisation", "%(n)d organisations", n) % {"n": n}
        case "criteria":
            return ngettext("%(n)d criterion", "%(n)d criteria", n) % {"n": n}
        case "rules" if n:
            return ngettext("%(n)d rule", "%(n)d rules", n) % {"n": n}
        case "judging":
            asked = call.questionnaire.questionnaire.name if call.questionnaire else _("No questionnaire")
            return f"{asked} · {call.scale or '–'}"
    return _("Optional")

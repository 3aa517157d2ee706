"""One programme: its stages, milestones, facility time, partners, bookings, history, and what the reader may do."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import clock, names, times
from core.models import AuditEntry
from core.names import local
from facilities.models import Booking
from facilities.queries.allocations import allocations_visible_to
from frontend.contexts.facilities.bookings import Stage
from frontend.contexts.programs.milestones import Milestones, milestones_of
from frontend.history import Entry, past
from frontend.paging import Page, paged
from frontend.status import look
from programs.models import NODED, Node, Program, ProgressReport
from programs.permissions.cooperation import program_parties, sees_inside
from programs.queries.cooperation.inside import (
    TimeRow,
    bookings_of_program,
    facility_time,
    history_of,
    hours_used,
    team_of,
)
from programs.queries.cooperation.listing import moves_open_to
from programs.queries.cooperation.nodes import nodes_of
from programs.queries.cooperation.submission import PartnerAnswer, field_label, partner_answers
from programs.workflows.cooperation import EVALUABLE, PLANNABLE, PROGRAM
from workflow.machine import Move

STAGES = (
    "submitted",
    "partners_confirmed",
    "reviewed",
    "approved",
    "agreement_signed",
    "active",
    "completed",
    "evaluated",
)
BROKEN_OFF = {"rejected", "withdrawn", "terminated"}
NEXT_BOOKINGS = 5
ASKS = {"withdraw", "suspend", "terminate"}
"""Moves that ask for words; the others of this page are one click."""
PAGES = {
    "submit": "program_answers",
    "confirm-partner": "program_confirm",
    "review": "program_decide",
    "approve": "program_decide",
    "evaluate": "program_evaluation",
}
"""Moves that are made on a page of their own, where what is decided can be read."""
ELSEWHERE = {"refuse-partner", "return", "reject"}
"""Moves that stand on those pages beside the other answer."""
OTHER_WORDS = {
    "draft": gettext_lazy("Draft begun"),
    "edit": gettext_lazy("Edited"),
    "import": gettext_lazy("Imported"),
    "reach-milestone": gettext_lazy("Milestone reached"),
    "report-progress": gettext_lazy("Progress reported"),
    "add-member": gettext_lazy("On the team"),
    "remove-member": gettext_lazy("Off the team"),
    "plan-stay": gettext_lazy("Stay planned"),
    "plan-node": gettext_lazy("Node planned"),
    "offer-training": gettext_lazy("Training offered"),
    "plan-budget": gettext_lazy("Budget planned"),
    "contribute": gettext_lazy("Contribution booked"),
    "spend": gettext_lazy("Spending booked"),
    "record-agreement": gettext_lazy("Agreement recorded"),
}
WAITS = {
    "draft": gettext_lazy("The lead completes the draft and submits it."),
    "partners_confirmed": gettext_lazy("The secretariat of the alliance checks it."),
    "reviewed": gettext_lazy("The leadership of the alliance decides."),
    "approved": gettext_lazy("The partners sign the agreement, or the lead starts the programme."),
    "agreement_signed": gettext_lazy("The lead or the secretariat starts the programme."),
    "suspended": gettext_lazy("The secretariat or the leadership lets it go on, or the leadership ends it."),
    "completed": gettext_lazy("The secretariat or the leadership evaluates it."),
}


@dataclass(frozen=True)
class Act:
    """A move that the reader may make: on a page of its own, by one click, or with words in a dialog."""

    name: str
    label: str
    url: str
    way: str
    primary: bool = False
    hint: str = ""

    @property
    def dialog(self) -> str:
        return f"do-{self.name}"


@dataclass(frozen=True)
class Tab:
    label: str
    url: str
    current: bool


@dataclass(frozen=True)
class TimeLine:
    """A line of facility time with what of it is used and held, for the table and its bar."""

    row: TimeRow
    instrument: str
    facility: str
    note: str
    fewer: str
    used_end: Decimal
    held_end: Decimal
    spoken: str
    account: str


@dataclass(frozen=True)
class ProgramPage:
    """What every tab of a programme's page shows."""

    program: Program
    lede: str
    crumbs: list[dict[str, str]]
    stages: list[Stage]
    tabs: list[Tab]
    inside: bool
    acts: list[Act]
    waits: str
    partners: list[PartnerAnswer]
    confirmed: str
    nodes: list[Node]
    themes: str
    can_edit: bool
    can_report: bool
    can_team: bool

    @property
    def asking(self) -> list[Act]:
        return [act for act in self.acts if act.way == "dialog"]


@dataclass(frozen=True)
class Overview:
    """The first tab; `milestones` and what follows only for insiders."""

    milestones: Milestones | None
    time: list[TimeLine]
    bookings: list[Booking]
    hours: Decimal
    reports: list[ProgressReport]
    team: list[Any]


def program_page(program: Program, user: Any, tab: str) -> ProgramPage:
    """The frame of a programme's page for this reader."""
    inside = sees_inside(user, program)
    entries = list(history_of(program))
    partners = partner_answers(program)
    said_yes = sum(row.state == "confirmed" for row in partners)
    confirmed = _("%(n)d of %(all)d confirmed") % {"n": said_yes, "all": len(partners)}
    parties = program_parties(user, program)
    return ProgramPage(
        program=program,
        lede=_lede(program),
        crumbs=[{"label": _("Programmes"), "url": reverse("programs")}, {"label": str(program)}],
        stages=stages_of(program, entries, confirmed),
        tabs=_tabs(program, tab) if inside else [],
        inside=inside,
        acts=acts_of(program, moves_open_to(user, program)),
        waits=_waits(program, partners),
        partners=partners,
        confirmed=confirmed if program.submitted_at and program.source == "" else "",
        nodes=list(nodes_of(user, program).exclude(state="cancelled")),
        themes=", ".join(local(theme, "name") for theme in program.themes.all()),
        can_edit="lead" in parties and (program.state == "draft" or program.state in PLANNABLE),
        can_report="lead" in parties and program.state in PLANNABLE,
        can_team="lead" in parties and program.state not in PROGRAM.final,
    )


def overview(program: Program, user: Any) -> Overview:
    """What insiders see on the first tab."""
    now = clock.now()
    accounts = frozenset(allocations_visible_to(user).filter(team=program.team_id).values_list("pk", flat=True))
    coming = bookings_of_program(user, program).filter(period__endswith__gte=now).order_by("period", "id")
    return Overview(
        milestones=milestones_of(program, now.date()),
        time=[_time_line(row, accounts) for row in facility_time(program)],
        bookings=list(coming[:NEXT_BOOKINGS]),
        hours=hours_used(program),
        reports=list(program.progress_reports.all()[:1]),
        team=list(team_of(program)),
    )


def bookings_tab(program: Program, user: Any, asked: QueryDict) -> Page:
    """All bookings of the programme that the reader may see, the latest first."""
    return paged(bookings_of_program(user, program), asked)


def history_tab(program: Program) -> list[Entry]:
    """What happened, newest first, in words."""
    zone = program.alliance.zone if program.alliance else "UTC"
    return [
        Entry(_words(entry), entry.actor_name, entry.at, zone, _note(entry)) for entry in history_of(program).reverse()
    ]


def stages_of(program: Program, entries: list[AuditEntry], confirmed: str) -> list[Stage]:
    """The way of a programme with its dates; where it ended early, the end stands where the way broke off."""
    reached: dict[str, date] = {}
    for entry in entries:
        if entry.to_state and entry.to_state != entry.from_state:
            reached[entry.to_state] = entry.at.date()
    if program.state in BROKEN_OFF:
        passed = [name for name in STAGES if name in reached]
        ended = reached.get(program.state)
        return [
            *(Stage(_word(name), "done", times.plain_day(reached[name])) for name in passed),
            Stage(_word(program.state), "current", times.plain_day(ended) if ended else ""),
        ]
    shown = "active" if program.state == "suspended" else program.state
    here = STAGES.index(shown) if shown in STAGES else -1
    stages = []
    for place, name in enumerate(STAGES):
        state = "done" if place < here else "current" if place == here else "todo"
        detail = times.plain_day(reached[name]) if state != "todo" and name in reached else ""
        if name == "partners_confirmed" and program.submitted_at and place > here >= 0:
            detail = confirmed
        if name == "active" and state == "current":
            detail = _word("suspended") if program.state == "suspended" else _month_of(program) or detail
        if name == "completed" and state == "todo" and program.ends_on:
            detail = times.month(program.ends_on)
        skipped = state == "done" and name == "agreement_signed" and name not in reached and bool(program.submitted_at)
        stages.append(Stage(_word(name), "todo" if skipped else state, _("skipped") if skipped else detail))
    return stages


def acts_of(program: Program, moves: list[Move]) -> list[Act]:
    """The buttons: exactly the moves that are permitted now, each in the way it is made."""
    acts, pages = [], set()
    for move in moves:
        if move.name in ELSEWHERE:
            continue
        if page := PAGES.get(move.name):
            label = _("Read and decide") if page == "program_decide" else str(move.label)
            if page == "program_answers":
                label = _("Check and submit")
            if page not in pages:
                acts.append(Act(move.name, label, reverse(page, args=[program.pk]), "page", primary=True))
            pages.add(page)
            continue
        url = reverse("program_move", args=[program.pk, move.name])
        way = "dialog" if move.name in ASKS else "click"
        acts.append(Act(move.name, str(move.label), url, way, primary=move.name == "activate", hint=_hint(move.name)))
    return acts


def _hint(move: str) -> str:
    return {
        "withdraw": _("It ends for good. Partners who were asked read the reason."),
        "suspend": _("The team can ask for no time until it goes on. What is booked stays."),
        "terminate": _("It ends for good. The lead and every partner read the reason."),
    }.get(move, "")


def _tabs(program: Program, current: str) -> list[Tab]:
    tabs = [
        ("program", _("Overview")),
        ("program_bookings", _("Bookings")),
        ("program_progress", _("Progress")),
        ("program_together", _("People and money")),
        ("program_history", _("History")),
    ]
    if program.kind in NODED:
        tabs.insert(3, ("program_nodes", _("Nodes")))
    if program.state in EVALUABLE:
        tabs.insert(-1, ("program_evaluation", _("Evaluation")))
    return [Tab(label, reverse(name, args=[program.pk]), name == current) for name, label in tabs]


def _lede(program: Program) -> str:
    said = [str(program.get_kind_display())]
    if program.starts_on and program.ends_on:
        months = {"first": times.month(program.starts_on), "last": times.month(program.ends_on)}
        said.append(_("%(first)s to %(last)s") % months)
    if program.lead_organisation:
        said.append(_("led by %(name)s") % {"name": local(program.lead_organisation, "name")})
    return ", ".join(said)


def _waits(program: Program, partners: list[PartnerAnswer]) -> str:
    if program.state == "submitted":
        names_ = [local(row.partner.organisation, "name") for row in partners if row.state == "asked"]
        return _("A signatory of each of these confirms: %(names)s.") % {"names": ", ".join(names_)}
    return str(WAITS.get(program.state, ""))


def _time_line(row: TimeRow, accounts: frozenset[UUID]) -> TimeLine:
    allocation = row.allocation
    unit = names.unit_name(row.unit)
    until = _("until %(day)s") % {"day": times.plain_day(allocation.valid_until.date())} if allocation else ""
    total = allocation.granted if allocation else Decimal(0)
    used = 100 * allocation.used / total if allocation and total else Decimal(0)
    held = 100 * allocation.held / total if allocation and total else Decimal(0)
    return TimeLine(
        row=row,
        instrument=row.instrument.code,
        facility=str(row.instrument.facility),
        note=", ".join(filter(None, [unit, row.cycle, until])),
        fewer=_fewer(row),
        used_end=round(used, 1),
        held_end=round(used + held, 1),
        account=reverse("allocation", args=[allocation.pk]) if allocation and allocation.pk in accounts else "",
        spoken=_("%(used)s used, %(held)s held")
        % {"used": names.percent(used / 100), "held": names.percent(held / 100)},
    )


def _fewer(row: TimeRow) -> str:
    """Why less was granted than wanted."""
    earned = row.entitlement
    if earned is None or earned.granted is None or earned.granted == earned.units:
        return ""
    return _("%(granted)s of %(units)s wanted: %(note)s") % {
        "granted": names.number(earned.granted),
        "units": names.units(earned.units, row.unit),
        "note": earned.granted_note,
    }


def _month_of(program: Program) -> str:
    if not (program.starts_on and program.ends_on):
        return ""
    now = _months(program.starts_on, clock.now().date()) + 1
    whole = _months(program.starts_on, program.ends_on) + 1
    return _("month %(now)d of %(all)d") % {"now": now, "all": whole} if 1 <= now <= whole else ""


def _months(first: date, last: date) -> int:
    """Whole months from one day to another."""
    return (last.year - first.year) * 12 + last.month - first.month - (last.day < first.day)


def _word(state: str) -> str:
    return str(look(state).word)


def _words(entry: AuditEntry) -> str:
    if entry.verb in ("confirm-partner", "refuse-partner"):
        said = _("Confirmed for %(name)s") if entry.verb == "confirm-partner" else _("Not confirmed for %(name)s")
        return said % {"name": entry.data.get("organisation", "")}
    if entry.to_state and entry.to_state != entry.from_state and entry.from_state:
        return _word(entry.to_state)
    return past(entry, PROGRAM, OTHER_WORDS)


def _note(entry: AuditEntry) -> str:
    said = [entry.note] if entry.note else []
    if changed := entry.data.get("changes"):
        said.append(", ".join(field_label(name) for name in changed))
    if carried := entry.data.get("carried_over"):
        said.append(_("still confirmed: %(names)s") % {"names": ", ".join(carried)})
    said[:0] = [entry.data[name] for name in ("milestone", "person", "node") if entry.data.get(name)]
    return " · ".join(said)

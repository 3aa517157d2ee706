"""S1: what needs a person, due first; the person's programmes and next bookings."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.queries import roles_of
from core import clock, names, times
from facilities.models import Booking, Campaign
from facilities.queries.bookings import bookings_of
from facilities.queries.campaigns import campaigns_waiting
from facilities.queries.inbox import open_change, with_details
from facilities.workflows import LIVE
from frontend.contexts.calls.public import CallLine, open_lines
from frontend.contexts.duties import duties_of
from frontend.contexts.facilities.bookings import Stage
from frontend.contexts.facilities.inbox import BOOKING, waiting_for
from frontend.contexts.needs import Need, needs_of_alliance, needs_of_outcomes, needs_of_places, needs_of_proposals
from frontend.contexts.passing import needs_of_trainings
from frontend.contexts.shell import address
from programs.models import Program
from programs.permissions.cooperation import programs_visible_to
from programs.queries.cooperation.waiting import Waiting, programs_waiting_for
from programs.workflows.cooperation import PROGRAM
from workflow.queries import who_decides_each

SHOWN = 8
CALLS_SHOWN = 4
PROGRAM_STAGES = ("draft", "submitted", "partners_confirmed", "reviewed", "approved", "active", "completed")

NEXT = {
    "draft": gettext_lazy("You complete and submit it"),
    "submitted": gettext_lazy("Each partner's signatory confirms"),
    "partners_confirmed": gettext_lazy("The secretariat checks"),
    "reviewed": gettext_lazy("The leadership decides"),
    "approved": gettext_lazy("The agreement is signed, or it starts"),
    "agreement_signed": gettext_lazy("It starts"),
    "active": gettext_lazy("Milestones and facility time"),
    "suspended": gettext_lazy("The secretariat resumes or ends it"),
    "completed": gettext_lazy("It is evaluated"),
}
"""Who moves a programme on from a state."""


@dataclass(frozen=True)
class Programme:
    """A programme of the reader's with its stage and what happens next."""

    program: Program
    url: str
    role: str
    stage: str
    stages: list[Stage]
    next: str


@dataclass(frozen=True)
class Coming:
    """A booking to come and, while it is open, who decides by when."""

    booking: Booking
    deciders: list[dict[str, Any]]

    @property
    def zone(self) -> str:
        return self.booking.instrument.facility.zone

    @property
    def due_at(self) -> datetime | None:
        return self.deciders[0]["due_at"] if self.deciders else None


@dataclass(frozen=True)
class WorkPage:
    """S1."""

    needs: list[Need]
    programs: list[Programme]
    coming: list[Coming]
    campaigns: list[Campaign]
    calls: list[CallLine]
    today: str
    more_programs: bool = False
    proposes: bool = False

    @property
    def first(self) -> Need | None:
        return next((need for need in self.needs if need.due_at), None)


def work_page(user: Any) -> WorkPage:
    """Everything that needs the reader, earliest first; things without a date come last."""
    now = clock.now()
    live = list(with_details(bookings_of(user).filter(state__in=LIVE, period__endswith__gt=now - timedelta(days=2))))
    needs = [
        *_decisions(user),
        *(need for booking in live for need in _of_booking(booking, user, now)),
        *needs_of_trainings(user),
        *(_of_program(row) for row in programs_waiting_for(user)),
        *needs_of_proposals(user),
        *needs_of_outcomes(user),
        *needs_of_alliance(user),
        *needs_of_places(user),
        *duties_of(user),
    ]
    late = datetime.max.replace(tzinfo=times.zone_of("UTC"))
    coming = sorted((row for row in live if row.ends_at > now), key=lambda row: (row.starts_at, row.number))[:SHOWN]
    deciders = who_decides_each(BOOKING, [row.pk for row in coming])
    mine = programs_visible_to(user).filter(Q(lead_person=user) | Q(team__members__user=user)).distinct()
    programs = list(mine.select_related("lead_organisation")[: SHOWN + 1])
    return WorkPage(
        needs=sorted(needs, key=lambda need: (need.due_at or late, need.title)),
        programs=[_programme(row, user) for row in programs[:SHOWN]],
        coming=[Coming(row, deciders.get(row.pk, [])) for row in coming],
        campaigns=list(campaigns_waiting(user)[:SHOWN]),
        calls=open_lines(user, CALLS_SHOWN),
        today=times.day(now.astimezone(times.zone_of(user.time_zone)).date()),
        more_programs=len(programs) > SHOWN,
        proposes=roles_of(user).filter(role="scientist").exists(),
    )


def _decisions(user: Any) -> list[Need]:
    """Requests that wait for the reader's own decision, as one line: the inbox is their page."""
    waiting = waiting_for(user)
    if not waiting:
        return []
    dated = [(row.task.due_at, number) for number, row in enumerate(waiting) if row.task.due_at]
    due = waiting[min(dated)[1]] if dated else waiting[0]
    n = len(waiting)
    return [
        Need(
            title=ngettext("%(n)d request waits for your decision", "%(n)d requests wait for your decision", n)
            % {"n": n},
            url=reverse("inbox"),
            note=_("First: %(title)s") % {"title": due.title},
            button=_("Decide"),
            due_at=due.task.due_at,
            zone=due.zone,
        )
    ]


def _of_booking(booking: Booking, user: Any, now: datetime) -> list[Need]:
    """What a live booking wants from the one who asked for it."""
    if booking.requester_id != user.pk:
        return []
    zone, change = booking.instrument.facility.zone, open_change(booking)
    where = f"{booking.instrument.code}, {booking.instrument.facility}"
    url = reverse("booking", args=[booking.pk])
    length = names.units(booking.units, booking.unit)
    when = times.span(booking.starts_at, booking.ends_at, zone)
    if booking.state == "countered" and change is not None:
        new = times.span(change.period.lower, change.period.upper, zone)
        title = _("Answer the other time proposed for %(place)s") % {"place": where}
        return [Need(title, url, f"{new} · {length}", _("Answer"), change.expires_at, zone)]
    if booking.state == "offered":
        title = _("Take the time offered at %(place)s, or leave it to others") % {"place": where}
        return [Need(title, url, f"{when} · {length}", _("Answer"), booking.hold_expires_at, zone)]
    if booking.state == "held":
        title = _("Send the request for the time held at %(place)s") % {"place": where}
        return [Need(title, url, f"{when} · {length}", _("Send or withdraw"), booking.hold_expires_at, zone)]
    if booking.state == "approved" and booking.starts_at <= now < booking.ends_at:
        return [Need(_("Check in at %(place)s") % {"place": where}, url, when, _("Check in"), booking.starts_at, zone)]
    if booking.state == "running":
        title = _("Check out at %(place)s when you are done") % {"place": where}
        return [Need(title, url, when, _("Check out"), booking.ends_at, zone)]
    return []


def _of_program(waiting: Waiting) -> Need:
    program = waiting.program
    titles = {
        "finish": _("Finish the programme “%(title)s”"),
        "confirm": _("Confirm “%(title)s” for your organisation"),
        "check": _("Check the programme “%(title)s”"),
        "decide": _("Decide on the programme “%(title)s”"),
        "evaluate": _("Evaluate the programme “%(title)s”"),
    }
    buttons = {
        "finish": _("Continue"),
        "confirm": _("Read and confirm"),
        "check": _("Check"),
        "decide": _("Decide"),
        "evaluate": _("Evaluate"),
    }
    note = f"{program.number} · {program.get_kind_display()}"
    return Need(
        titles[waiting.what] % {"title": program.title},
        address("program", program.pk) or "",
        note,
        buttons[waiting.what],
    )


def _programme(program: Program, user: Any) -> Programme:
    reached = PROGRAM_STAGES.index(program.state) if program.state in PROGRAM_STAGES else -1
    stages = [
        Stage(str(PROGRAM.states[name]), "done" if n <= reached else "todo") for n, name in enumerate(PROGRAM_STAGES)
    ]
    return Programme(
        program=program,
        url=address("program", program.pk) or "",
        role=_("you lead") if program.lead_person_id == user.pk else _("member"),
        stage=str(PROGRAM.states[program.state]),
        stages=stages,
        next=str(NEXT.get(program.state, "")),
    )

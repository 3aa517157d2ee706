"""F3 and F4: instruments by days as timeline and as list, and one instrument for those who run it."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Q

from core import clock, times
from core.names import local
from core.permissions import allowed, containers
from facilities.models import Block, Booking, Downtime, Facility, HandoverNote, Instrument, Session, TrainingRecord
from facilities.queries.downtime import log_of
from facilities.queries.load import load_of
from facilities.queries.running import notes_visible_to
from facilities.queries.waiting import queue_of
from frontend.contexts.facilities.equipment import equipment_rows
from frontend.contexts.facilities.instruments import route_of, rules_of, would_decide
from frontend.contexts.facilities.timelines import Event, Row, instrument_rows, period_title
from frontend.contexts.shell import address
from frontend.forms.facilities.calendars import CalendarForm
from frontend.timeline import Axis, midnight, monday
from workflow.models import Route
from workflow.queries import Expected


@dataclass(frozen=True)
class CalendarPage:
    """F3. `rows` hold the events of each instrument, for the timeline and for the list alike."""

    form: CalendarForm
    facility: Facility
    axis: Axis
    rows: list[Row]
    now: str
    as_list: bool
    may_block: bool
    may_run: bool
    manages_any: bool
    has_lanes: bool
    may_move: bool

    @property
    def period(self) -> str:
        return period_title(self.axis)

    @property
    def lines(self) -> list[tuple[Row, list[Event]]]:
        """Instruments with something in these days, for the list."""
        return [(row, sorted(row.events, key=lambda event: event.starts_at)) for row in self.rows if row.events]


def seen_facilities(user: Any) -> list[Facility]:
    """Facilities with instruments, those that the person works for first."""
    own = set(containers(user, "facilities.view_private_calendar", Facility.objects.all()).values_list("pk", flat=True))
    listed = Facility.objects.filter(archived_at=None, instruments__archived_at=None).distinct().order_by("name", "id")
    return sorted(listed, key=lambda row: row.pk not in own)


def instruments_of(facility: Facility) -> list[Instrument]:
    return list(facility.instruments.filter(archived_at=None).select_related("facility").order_by("code", "id"))


def calendar_page(asked: Any, user: Any, facility: Facility, facilities: list[Facility]) -> CalendarPage:
    """A facility's calendar, or one instrument's, as the address says."""
    instruments = instruments_of(facility)
    now = clock.now()
    today = now.astimezone(times.zone_of(facility.zone)).date()
    initial = {"facility": facility.slug, "days": "7", "first": monday(today)}
    form = CalendarForm(asked, facilities=facilities, instruments=instruments, initial=initial)
    form.is_valid()
    wanted = form.cleaned_data
    days = int(wanted.get("days") or 7)
    axis = Axis(wanted.get("first") or monday(today), days, facility.zone, user.time_zone, step=8 if days == 7 else 12)
    chosen = [row for row in instruments if row.slug == wanted.get("instrument")] or instruments
    may_move = allowed(user, "facilities.decide_bookings", facility)
    events = instrument_rows(chosen, axis, user, movable={facility.pk} if may_move else ())
    rows = [_row(row, *events[row.pk], axis) for row in chosen]
    if chosen is instruments or not wanted.get("instrument"):
        rows += equipment_rows(facility, axis, user)
    return CalendarPage(
        form=form,
        facility=facility,
        axis=axis,
        rows=rows,
        now=axis.line(now),
        as_list=wanted.get("view") == "list",
        may_block=allowed(user, "facilities.manage_calendar", facility),
        may_run=allowed(user, "facilities.run_sessions", facility),
        manages_any=containers(user, "facilities.view_private_calendar", Facility.objects.all()).exists(),
        has_lanes=any(row.lanes > 1 for row in rows),
        may_move=may_move,
    )


def _row(instrument: Instrument, events: list[Event], lanes: int, axis: Axis) -> Row:
    return Row(
        slug=instrument.slug,
        title=instrument.code,
        facility=str(instrument.facility),
        href=address("instrument", instrument.slug) or "",
        note=local(instrument, "name"),
        zone=axis.zone,
        city=times.zone_city(axis.zone),
        events=events,
        lanes=lanes,
        step=instrument.granularity_minutes,
    )


@dataclass(frozen=True)
class WeekLoad:
    """Hours of a week that are open and that are taken, by its first day on the instrument's clock."""

    day: date
    open: Decimal
    booked: Decimal
    share: Decimal | None


@dataclass(frozen=True)
class InstrumentPage:
    """F4: an instrument for those who run it."""

    instrument: Instrument
    rules: list[str]
    techniques: list[str]
    trainings: list[str]
    trained: int
    route: Route | None
    steps: list[Expected]
    route_url: str
    blocks: list[Block]
    weeks: list[WeekLoad]
    waiting: int
    losses: list[Session]
    notes: list[HandoverNote]
    downtimes: list[Downtime]
    may_block: bool
    may_run: bool
    may_give: bool
    queue: int

    @property
    def zone(self) -> str:
        return self.instrument.facility.zone


def instrument_page(instrument: Instrument, user: Any) -> InstrumentPage:
    """Rules, route, blocks, load and losses of an instrument."""
    now = clock.now()
    zone = instrument.facility.zone
    first = monday(now.astimezone(times.zone_of(zone)).date())
    edges = [midnight(first + timedelta(weeks=n), zone) for n in range(7)]
    courses = list(instrument.required_trainings.order_by("name", "id"))
    valid = TrainingRecord.objects.filter(course__in=courses, valid_until__gte=now.date())
    route = route_of(instrument)
    blocks = Block.objects.filter(facility=instrument.facility, period__endswith__gt=now)
    return InstrumentPage(
        instrument=instrument,
        rules=rules_of(instrument, [local(course, "name") for course in courses]),
        techniques=[local(row, "label") for row in instrument.techniques.order_by("label", "id")],
        trainings=[local(course, "name") for course in courses],
        trained=valid.values("user_id").distinct().count(),
        route=route,
        steps=would_decide(instrument, {"units": 0, "mode": "onsite"}),
        route_url=address("routes") or "",
        blocks=list(blocks.filter(Q(instrument=None) | Q(instrument=instrument)).order_by("period", "id")[:12]),
        weeks=[
            WeekLoad(first + timedelta(weeks=n), row.open, row.booked, row.share)
            for n, row in enumerate(load_of(instrument, edges))
        ],
        waiting=Booking.objects.filter(instrument=instrument, state="requested").count(),
        losses=list(
            Session.objects.filter(instrument=instrument, lost_units__gt=0)
            .select_related("booking")
            .order_by("-starts_at", "-id")[:8]
        ),
        notes=list(notes_visible_to(user).filter(instrument=instrument)[:8]),
        may_block=allowed(user, "facilities.manage_calendar", instrument.facility),
        may_run=allowed(user, "facilities.run_sessions", instrument.facility),
        queue=len(queue_of(instrument)),
        may_give=instrument.is_bookable and allowed(user, "facilities.decide_bookings", instrument.facility),
        downtimes=list(log_of(instrument)[:8]),
    )

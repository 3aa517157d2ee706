"""S4: what the page on which time is requested shows."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core import clock, names, times
from core.errors import DomainError, SlotTaken
from core.names import local
from facilities.grid import Grid
from facilities.models import Access, Allocation, Instrument, Safety, Team
from facilities.queries.availability import free_slots, grid_of, requestable
from facilities.queries.requesting import Account, alike
from facilities.queries.terms import cancelling_promise
from facilities.rules import NO_ROOM, BookingRequest
from facilities.units import units_of_stay
from frontend.contexts.facilities.instruments import access_note, route_of, rules_of, spoken_length, would_decide
from frontend.contexts.facilities.offers import Offer, offers
from frontend.contexts.facilities.timelines import Event, Row, instrument_rows, period_title
from frontend.contexts.shell import address
from frontend.forms.facilities.requests import RequestForm, lengths, starting, starts_of_day
from frontend.timeline import Axis, monday
from workflow.queries import Expected

MOST_ROWS = 6
SHIFT = 480
"""Minutes of a shift; where time is booked in shifts, their beginnings are drawn."""


@dataclass(frozen=True)
class Free:
    """A line of the list that says the same as the timeline."""

    code: str
    zone: str
    starts_at: datetime
    ends_at: datetime
    length: str


@dataclass(frozen=True)
class Balance:
    """An allocation with this request drawn into it; shares are of a bar of 120."""

    title: str
    granted: str
    used: str
    left: str
    used_share: int
    asked_share: int
    short: bool

    @property
    def spoken(self) -> str:
        return f"{self.used}, {self.left}"


@dataclass(frozen=True)
class Choice:
    """A time at an instrument: what the timeline and the form hold alike."""

    instrument: Instrument
    starts_at: datetime
    ends_at: datetime

    @property
    def zone(self) -> str:
        return self.instrument.facility.zone

    @property
    def minutes(self) -> int:
        return grid_of(self.instrument).wall_minutes(self.starts_at, self.ends_at)

    def units(self, places: int) -> Decimal:
        """What it costs at so many places, in the instrument's unit."""
        return units_of_stay(self.instrument, self.starts_at, self.ends_at, places)

    @property
    def length(self) -> str:
        return spoken_length(self.minutes, self.instrument)

    def as_initial(self) -> dict[str, Any]:
        local = self.starts_at.astimezone(times.zone_of(self.zone))
        return {
            "instrument": self.instrument.slug,
            "day": local.date(),
            "start": f"{local:%H:%M}",
            "minutes": self.minutes,
        }


@dataclass(frozen=True)
class RequestPage:
    """Everything on the page; `rows` are the candidates, the chosen one first."""

    form: RequestForm
    instrument: Instrument
    axis: Axis
    rows: list[Row]
    free: list[Free]
    starts_at: datetime
    ends_at: datetime
    chosen_length: str
    chosen_short: str
    rules: list[str]
    balances: list[Balance]
    deciders: list[Expected]
    refusal: DomainError | None = None
    alternatives: list[Offer] = field(default_factory=list)

    @property
    def zone(self) -> str:
        return self.instrument.facility.zone

    @property
    def others(self) -> int:
        return len(self.rows) - 1

    @property
    def period(self) -> str:
        return period_title(self.axis)

    @property
    def axis_heading(self) -> str:
        return _("Starts of shifts") if self.instrument.unit == "shift" else _("Hours")

    @property
    def reader_city(self) -> str:
        return times.zone_label(self.starts_at, self.axis.reader) if self.axis.reader else ""

    @property
    def is_full(self) -> bool:
        """Whether it was refused because others have the time: then one may wait for it."""
        broken = {violation.rule for violation in self.refusal.violations} if self.refusal else set()
        return isinstance(self.refusal, SlotTaken) or bool(broken & NO_ROOM)

    @property
    def refusal_title(self) -> str:
        """The head of the summary of errors; empty where only the form itself complains."""
        if self.refusal is None:
            return ""
        n = len(self.refusal.violations)
        return (
            ngettext("This time cannot be requested: one reason", "This time cannot be requested: %(n)d reasons", n)
            % {"n": n}
            if n
            else _("This time cannot be requested.")
        )


def first_choice(instrument: Instrument, user: Any, *, day: date | None, start: str = "", minutes: int = 0) -> Choice:
    """What the page proposes before anything was chosen: the earliest free time of that length, from that day on."""
    zone = times.zone_of(instrument.facility.zone)
    now = clock.now()
    offered = [length for length, _label in lengths(instrument)]
    length = minutes if minutes in offered else offered[0]
    day = day or (now + timedelta(hours=instrument.notice_hours)).astimezone(zone).date() + timedelta(days=1)
    starts = starts_of_day(instrument)
    wanted = starting(instrument, day, start if start in starts else starts[0])
    if start not in starts:
        horizon = now + timedelta(days=instrument.horizon_days)
        for slot in free_slots(instrument, max(wanted, now), max(horizon, wanted + timedelta(days=1)), length):
            fitting = aligned(instrument, slot.starts_at, slot.ends_at, length)
            if fitting:
                return fitting
    return Choice(instrument, wanted, grid_of(instrument).end_after(wanted, length))


def aligned(instrument: Instrument, starts_at: datetime, ends_at: datetime, minutes: int) -> Choice | None:
    """The first start on the grid within a free stretch from which the length still fits."""
    steps = grid_of(instrument)
    first = steps.first_from(starts_at)
    last = steps.end_after(first, minutes)
    return Choice(instrument, first, last) if last <= ends_at else None


def candidates_for(instrument: Instrument, slugs: Sequence[str]) -> list[Instrument]:
    """The instruments on the timeline: those a search named, else those alike; the chosen one first."""
    if slugs:
        named = {row.slug: row for row in requestable().filter(slug__in=slugs)}
        return [instrument, *(named[slug] for slug in slugs if slug in named and slug != instrument.slug)][:MOST_ROWS]
    return alike(instrument, limit=4)


def request_page(
    form: RequestForm,
    choice: Choice,
    *,
    user: Any,
    first: date | None = None,
    days: int = 7,
    refusal: DomainError | None = None,
) -> RequestPage:
    """The page around a form and the time that it holds at present."""
    instrument = choice.instrument
    zone = times.zone_of(choice.zone)
    axis = Axis(
        first or monday(choice.starts_at.astimezone(zone).date()),
        days,
        choice.zone,
        user.time_zone,
        step=8 if days <= 7 else 12,
    )
    candidates = form.candidates
    events = instrument_rows(candidates, axis, user, linked=False)
    asked = {name: form[name].value() or "" for name in ("mode", "safety")} | {
        "units": choice.units(form.places_wanted)
    }
    return RequestPage(
        form=form,
        instrument=instrument,
        axis=axis,
        rows=[_row(row, *events[row.pk], axis, choice) for row in candidates],
        free=[line for row in candidates for line in _free(row, axis)],
        starts_at=choice.starts_at,
        ends_at=choice.ends_at,
        chosen_length=choice.length,
        chosen_short=" – ".join(times.clock_time(at, choice.zone) for at in (choice.starts_at, choice.ends_at)),
        rules=rules_of(instrument, [local(course, "name") for course in instrument.required_trainings.all()]),
        balances=_balances(form, choice),
        deciders=would_decide(instrument, asked, choice.starts_at),
        refusal=refusal,
        alternatives=offers(refusal.alternatives, choice.starts_at) if refusal else [],
    )


def _row(instrument: Instrument, events: list[Event], lanes: int, axis: Axis, choice: Choice) -> Row:
    steps, zone = grid_of(instrument), instrument.facility.zone
    chosen = instrument.pk == choice.instrument.pk
    hours = [axis.hour(at) for at in points(steps, axis)]
    return Row(
        slug=instrument.slug,
        title=instrument.code,
        facility=str(instrument.facility),
        href=address("instrument", instrument.slug) or "",
        note=f"{times.zone_label(axis.starts_at, zone)} · {access_note(instrument, route_of(instrument))}",
        zone=zone,
        city=times.zone_city(zone),
        events=events,
        lanes=lanes,
        chosen=axis.place(choice.starts_at, choice.ends_at) if chosen else "",
        grid=" ".join(f"{hour:g}" for hour in hours),
        shifts=f"from{int(hours[0]) % 8}" if instrument.granularity_minutes == SHIFT and hours else "",
        step=instrument.granularity_minutes,
        least=lengths(instrument)[0][0],
        most=instrument.max_minutes,
    )


def points(steps: Grid, axis: Axis) -> Iterator[datetime]:
    """The instants of an instrument's grid on an axis, both ends included."""
    at = steps.first_from(axis.starts_at)
    while at <= axis.ends_at:
        yield at
        at = steps.first_from(at + timedelta(minutes=1))


def _free(instrument: Instrument, axis: Axis) -> list[Free]:
    start = max(axis.starts_at, clock.now())
    if start >= axis.ends_at:
        return []
    zone = instrument.facility.zone
    return [
        Free(
            instrument.code,
            zone,
            slot.starts_at,
            slot.ends_at,
            spoken_length(round((slot.ends_at - slot.starts_at).total_seconds() / 60), instrument),
        )
        for slot in free_slots(instrument, start, axis.ends_at, instrument.min_minutes)
    ]


def _balances(form: RequestForm, choice: Choice) -> list[Balance]:
    """The bar of the allocation that is chosen, if one is."""
    key = form["account"].value()
    asked = choice.units(form.places_wanted)
    return [_balance(row.team, row.allocation, asked) for row in form.accounts if row.allocation and row.key == key]


def _balance(team: Team, allocation: Allocation, asked: Decimal) -> Balance:
    """What is used or held of an allocation, and what this request would take."""
    gone = allocation.used + allocation.held
    left = allocation.left - asked
    total = max(allocation.granted, gone + asked, Decimal(1))
    used = names.units(gone, allocation.unit)
    says = {"asked": names.number(asked), "left": names.number(max(left, Decimal(0))), "more": names.number(-left)}
    short = left < 0
    return Balance(
        title=team.title,
        granted=names.units(allocation.granted, allocation.unit),
        used=_("%(units)s used or held") % {"units": used},
        left=(_("%(asked)s asked, %(more)s too many") if short else _("%(asked)s asked, %(left)s left")) % says,
        used_share=round(120 * gone / total),
        asked_share=round(120 * (gone + asked) / total),
        short=short,
    )


@dataclass(frozen=True)
class CheckPage:
    """The answers once more, before anything is sent; `hidden` carries them on."""

    instrument: Instrument
    starts_at: datetime
    ends_at: datetime
    units: Decimal
    account: Account | None
    cancelling: str
    access: str
    mode: str
    safety: str
    people: str
    equipment: str
    purpose: str
    hidden: list[tuple[str, str]]
    deciders: list[Expected]
    submit: str
    hold: str

    @property
    def zone(self) -> str:
        return self.instrument.facility.zone


def check_page(form: RequestForm, wanted: BookingRequest, units: Decimal) -> CheckPage:
    """What a valid form would send."""
    facts = {"units": units, "mode": wanted.mode, "safety": wanted.safety}
    steps = would_decide(wanted.instrument, facts, wanted.starts_at)
    minutes = wanted.instrument.hold_minutes
    data: Any = form.data
    return CheckPage(
        instrument=wanted.instrument,
        starts_at=wanted.starts_at,
        ends_at=wanted.ends_at,
        units=units,
        account=form.paying,
        cancelling=cancelling_promise(wanted.instrument, wanted.starts_at, paid=form.paying is not None),
        access=str(Access(wanted.access).label),
        mode=str(Instrument.Mode(wanted.mode).label),
        safety=str(Safety(wanted.safety).label),
        people=", ".join(map(str, wanted.people)),
        equipment=", ".join(local(thing, "name") for thing in wanted.equipment),
        purpose=wanted.purpose,
        hidden=[(name, value) for name in form.fields for value in data.getlist(name)],
        deciders=steps,
        submit=_("Send the request") if steps else _("Take this time"),
        hold=ngettext("%(n)d minute", "%(n)d minutes", minutes) % {"n": minutes},
    )

"""Free time: gaps of one instrument, the earliest slots for a technique, the slots nearest to what was asked for."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from heapq import merge
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from core import clock
from facilities import sql
from facilities.grid import Grid
from facilities.models import Booking, Equipment, Facility, Instrument, Technique
from facilities.queries.asking import instruments_by_id
from facilities.queries.catalogue import tagged_within
from facilities.queries.equipment import times_taken
from facilities.queries.facts import gather_facts
from facilities.rules import BookingRequest, Facts, Spent, spent_cycles, spent_windows, violations_of
from facilities.units import elapsed_minutes, units_of_stay

HORIZONS = (timedelta(days=14), timedelta(days=45))
"""A search looks this far first, and at everything only when that was not enough."""

TRIES = 24
"""How many candidates are held against the rules before a search for alternatives gives up."""


@dataclass(frozen=True)
class Slot:
    """Time that may be requested as it stands."""

    instrument: Instrument
    starts_at: datetime
    ends_at: datetime
    places: int = 1

    def as_dict(self) -> dict[str, Any]:
        instrument = self.instrument
        return {
            "instrument": str(instrument.pk),
            "instrument_slug": instrument.slug,
            "instrument_name": instrument.name,
            "facility": instrument.facility.name,
            "zone": instrument.facility.zone,
            "starts_at": self.starts_at.isoformat().replace("+00:00", "Z"),
            "ends_at": self.ends_at.isoformat().replace("+00:00", "Z"),
            "units": str(units_of_stay(instrument, self.starts_at, self.ends_at, self.places)),
            "unit": instrument.unit,
        }


def requestable() -> QuerySet[Instrument]:
    """Instruments that anybody signed in may request."""
    return (
        Instrument.objects.filter(
            is_bookable=True, archived_at=None, facility__status=Facility.Status.OPERATION, facility__archived_at=None
        )
        .select_related("facility")
        .order_by("pk")
    )


def gaps(
    instruments: Iterable[UUID],
    starts_at: datetime,
    ends_at: datetime,
    minutes: int,
    equipment: Iterable[Equipment] = (),
    places: int = 1,
) -> list[tuple[UUID, datetime, datetime]]:
    """Open time that nobody claims, at least `minutes` long, after set-up, notice and horizon; by start.

    `equipment` is to be free as well, and so many `places` of those that have several.
    """
    taken = [
        f"[{lower.isoformat()},{upper.isoformat()})"
        for each in equipment
        for lower, upper in times_taken(each, starts_at, ends_at)
    ]
    parameters = {
        "instruments": list(instruments),
        "from": starts_at,
        "to": ends_at,
        "now": clock.now(),
        "minutes": minutes,
        "places": places,
        "taken": f"{{{','.join(taken)}}}",
    }
    return sql.rows(sql.FREE, parameters)


def free_slots(
    instrument: Instrument, starts_at: datetime, ends_at: datetime, minutes: int, places: int = 1
) -> list[Slot]:
    """The free stretches of an instrument that hold a legal stay of `minutes` at so many places, cut to its grid.

    A stay of the wanted length may be requested at the start of each.
    """
    wanted = legal_minutes(instrument, minutes)
    grid = grid_of(instrument)
    found = []
    for _pk, lower, upper in gaps([instrument.pk], starts_at, ends_at, min(wanted, minutes), places=places):
        first = grid.first_from(lower)
        if grid.end_after(first, wanted) <= upper and within_horizon(instrument, first):
            found.append(Slot(instrument, first, grid.last_until(upper), places))
    return found


def earliest_slots(
    instruments: QuerySet[Instrument], minutes: int, starts_at: datetime, ends_at: datetime, limit: int = 10
) -> list[Slot]:
    """The earliest legal stays of `minutes` over many instruments, the first of each free stretch, by start."""
    ids = list(instruments.filter(max_minutes__gte=minutes).values_list("pk", flat=True))
    known: dict[UUID, Instrument] = {}
    for horizon in (*HORIZONS, None):
        until = ends_at if horizon is None else min(starts_at + horizon, ends_at)
        free = _with_instruments(gaps(ids, starts_at, until, minutes), known, limit)
        found = sorted(_first_stays(free, minutes, limit), key=lambda slot: slot.starts_at)
        if len(found) >= limit or until == ends_at:
            return found[:limit]
    raise AssertionError("the last horizon is the end")


def nearest_slots(request: BookingRequest, n: int = 3, *, booking: Booking | None = None) -> list[dict[str, Any]]:
    """The `n` nearest legal stays of the wanted length: on the same instrument, then on others with its techniques.

    Each has passed every rule for the same people and account. `booking` is the one that is being changed.
    """
    found: list[Slot] = []
    spent: list[Spent] = []
    tries = TRIES
    for slot in _candidates(request):
        if any(_overlap(slot, other) for other in found) or any(_inside(slot, each) for each in spent):
            continue
        asked, facts = _at(request, slot, booking)
        if violations_of(asked, facts):
            spent += [*spent_windows(asked, facts), *spent_cycles(asked, facts)]
        else:
            found.append(replace(slot, places=request.places))
        tries -= 1
        if len(found) == n or not tries:
            break
    return [slot.as_dict() for slot in found]


def legal_minutes(instrument: Instrument, minutes: int) -> int:
    """The wanted length, or the nearest one that the instrument's rules allow."""
    step = instrument.granularity_minutes
    within = min(max(minutes, instrument.min_minutes), instrument.max_minutes)
    rounded = -(-within // step) * step
    return rounded if rounded <= instrument.max_minutes else within // step * step


def grid_of(instrument: Instrument) -> Grid:
    return Grid(instrument.facility.zone, instrument.day_starts_at, instrument.granularity_minutes)


def within_horizon(instrument: Instrument, starts_at: datetime) -> bool:
    return starts_at <= clock.now() + timedelta(days=instrument.horizon_days)


def _first_stays(free: Iterable[tuple[Instrument, datetime, datetime]], minutes: int, limit: int) -> Iterator[Slot]:
    """The first stay of each gap, as long as it may still be among the first `limit`; gaps come by their start."""
    starts: list[datetime] = []
    for instrument, lower, upper in free:
        if len(starts) >= limit and lower > sorted(starts)[limit - 1]:
            return
        wanted = legal_minutes(instrument, minutes)
        grid = grid_of(instrument)
        first = grid.first_from(lower)
        end = grid.end_after(first, wanted)
        if wanted >= minutes and end <= upper and within_horizon(instrument, first):
            starts.append(first)
            yield Slot(instrument, first, end)


def _with_instruments(
    found: Sequence[tuple[UUID, datetime, datetime]], known: dict[UUID, Instrument], some: int
) -> Iterator[tuple[Instrument, datetime, datetime]]:
    """Gaps with their instruments, those not `known` read for `some` gaps at a time, for few gaps are looked at."""
    for first in range(0, len(found), some):
        chunk = found[first : first + some]
        if missing := {pk for pk, _lower, _upper in chunk} - known.keys():
            known |= instruments_by_id(missing)
        yield from ((known[pk], lower, upper) for pk, lower, upper in chunk)


def _candidates(request: BookingRequest) -> Iterator[Slot]:
    """Stays near the wanted one, nearest first: of the same instrument, then of those that share a technique."""
    instrument = request.instrument
    reach = HORIZONS[0]
    yield from _near(request, [instrument], reach)
    if request.allocation is None:
        yield from _near(request, _alike(instrument, request.mode), reach)
    yield from _near(request, [instrument], HORIZONS[1])


def _alike(instrument: Instrument, mode: str) -> list[Instrument]:
    own = list(instrument.techniques.values_list("pk", flat=True))
    if not own:
        return []
    sharing = tagged_within(Technique.objects.filter(pk__in=own)).values("pk")
    return list(requestable().filter(pk__in=sharing, modes__contains=[mode]).exclude(pk=instrument.pk)[:20])


def _near(request: BookingRequest, instruments: list[Instrument], reach: timedelta) -> Iterator[Slot]:
    known = {instrument.pk: instrument for instrument in instruments}
    if not known:
        return
    minutes = elapsed_minutes(request.starts_at, request.ends_at)
    shortest = min(legal_minutes(instrument, minutes) for instrument in instruments)
    nearer: list[Iterator[Slot]] = []
    for pk, lower, upper in gaps(
        known, request.starts_at - reach, request.ends_at + reach, shortest - 60, request.equipment, request.places
    ):
        wanted = legal_minutes(known[pk], minutes)
        nearer += [
            _stays_from(known[pk], lower, upper, wanted, request.starts_at),
            _stays_before(known[pk], lower, upper, wanted, request.starts_at),
        ]
    yield from merge(*nearer, key=lambda slot: (abs(slot.starts_at - request.starts_at), slot.starts_at))


def _stays_from(
    instrument: Instrument, lower: datetime, upper: datetime, minutes: int, wanted: datetime
) -> Iterator[Slot]:
    """Stays of a gap from the wanted start on, one after the other."""
    grid = grid_of(instrument)
    start = grid.first_from(max(lower, wanted))
    while (end := grid.end_after(start, minutes)) <= upper:
        yield Slot(instrument, start, end)
        start = grid.first_from(end)


def _stays_before(
    instrument: Instrument, lower: datetime, upper: datetime, minutes: int, wanted: datetime
) -> Iterator[Slot]:
    """Stays of a gap before the wanted start, the latest first."""
    grid = grid_of(instrument)
    at = min(wanted, upper)
    while at > lower:
        at = max(lower, at - timedelta(minutes=minutes))
        start = grid.first_from(at)
        end = grid.end_after(start, minutes)
        if start < wanted and end <= upper:
            yield Slot(instrument, start, end)


def _at(request: BookingRequest, slot: Slot, booking: Booking | None) -> tuple[BookingRequest, Facts]:
    asked = replace(request, instrument=slot.instrument, starts_at=slot.starts_at, ends_at=slot.ends_at, overrides=())
    people = tuple(person.pk for person in request.people) if request.on_site else ()
    return asked, gather_facts(asked, people=people, booking=booking).facts


def _inside(slot: Slot, spent: Spent) -> bool:
    """Whether a stay lies where a quota has nothing left for it."""
    here = spent.instrument == slot.instrument.pk or (
        spent.instrument is None and spent.facility == slot.instrument.facility_id
    )
    return here and spent.lower <= slot.starts_at and slot.ends_at <= spent.upper


def _overlap(slot: Slot, other: Slot) -> bool:
    return (
        slot.instrument.pk == other.instrument.pk and slot.starts_at < other.ends_at and other.starts_at < slot.ends_at
    )

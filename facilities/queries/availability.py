"""Free time: gaps of one instrument, the earliest slots for a technique, the slots nearest to what was asked for."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from core import clock
from facilities import sql
from facilities.grid import Grid
from facilities.models import Equipment, Facility, Instrument
from facilities.queries.asking import instruments_by_id
from facilities.queries.equipment import times_taken
from facilities.units import units_of_stay

HORIZONS = (timedelta(days=14), timedelta(days=45))
"""A search looks this far first, and at everything only when that was not enough."""


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


Place = tuple[UUID, int, tuple[Equipment, ...]]
"""An instrument by identifier, so many places of it, and what is to be free with it."""


def free_for_each(
    places: Sequence[Place], starts_at: datetime, ends_at: datetime, minutes: int
) -> list[list[tuple[datetime, datetime]]]:
    """The free time of each place, as `gaps`; one statement for all that want as many places and the same equipment."""
    alike: dict[tuple[int, tuple[Equipment, ...]], set[UUID]] = {}
    for instrument, number, equipment in places:
        alike.setdefault((number, equipment), set()).add(instrument)
    found: dict[Place, list[tuple[datetime, datetime]]] = {}
    for (number, equipment), instruments in alike.items():
        for pk, lower, upper in gaps(instruments, starts_at, ends_at, minutes, equipment, number):
            found.setdefault((pk, number, equipment), []).append((lower, upper))
    return [found.get(place, []) for place in places]


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

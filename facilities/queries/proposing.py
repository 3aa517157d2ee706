"""Dates for a campaign: the earliest free stays, one for each leg, that obey the order and the gaps between them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from core import clock
from facilities.models import Equipment, Instrument
from facilities.queries.availability import Slot, free_for_each, grid_of, legal_minutes

MINUTE = timedelta(minutes=1)
TRIES = 5000
"""Stays that are looked at before the search gives up: a second of work at most."""

Free = Sequence[tuple[datetime, datetime]]


@dataclass(frozen=True)
class Stay:
    """The length of a leg on the wall clock, with the places and the equipment that it needs, and how it is tied to an
    earlier one, given by its position from 1."""

    instrument: Instrument
    minutes: int
    after: int | None = None
    min_gap_minutes: int = 0
    max_gap_minutes: int | None = None
    places: int = 1
    equipment: tuple[Equipment, ...] = ()


def propose_dates(stays: Sequence[Stay], earliest: datetime, latest: datetime) -> list[Slot]:
    """A slot for each stay between two instants, no two at one time, each leg as early as those before it allow.

    Empty when nothing fits, or nothing was found among TRIES stays. Open time, claims, set-up, notice and horizon are
    respected; `check_campaign` knows the other rules.
    """
    wanted = [legal_minutes(stay.instrument, stay.minutes) for stay in stays]
    if not stays or any(
        given < stay.minutes or stay.places > stay.instrument.capacity
        for given, stay in zip(wanted, stays, strict=True)
    ):
        return []
    places = [(stay.instrument.pk, stay.places, stay.equipment) for stay in stays]
    free = free_for_each(places, max(earliest, clock.now()), latest, min(wanted) - 60)
    tries = iter(range(TRIES))
    found = next(_search(stays, wanted, free, [], tries), None)
    return found or []


def _search(
    stays: Sequence[Stay], wanted: Sequence[int], free: Sequence[Free], chosen: list[Slot], tries: Iterator[int]
) -> Iterator[list[Slot]]:
    """Every combination, the earliest first, by trying leg after leg and going back where one finds no place."""
    if len(chosen) == len(stays):
        yield chosen
        return
    stay = stays[len(chosen)]
    for slot in _candidates(stay, wanted[len(chosen)], free[len(chosen)], chosen):
        if next(tries, None) is None:
            return
        if not any(slot.starts_at < other.ends_at and other.starts_at < slot.ends_at for other in chosen):
            yield from _search(stays, wanted, free, [*chosen, slot], tries)


def _candidates(stay: Stay, minutes: int, free: Free, chosen: Sequence[Slot]) -> Iterator[Slot]:
    """Stays on the grid of the instrument within its free time and the gap after the leg it follows, by start."""
    first = last = None
    if stay.after is not None:
        end = chosen[stay.after - 1].ends_at
        first = end + stay.min_gap_minutes * MINUTE
        last = None if stay.max_gap_minutes is None else end + stay.max_gap_minutes * MINUTE
    grid = grid_of(stay.instrument)
    for lower, upper in free:
        start = grid.first_from(lower if first is None else max(lower, first))
        while (end := grid.end_after(start, minutes)) <= upper and (last is None or start <= last):
            yield Slot(stay.instrument, start, end, stay.places)
            start = grid.first_from(start + MINUTE)

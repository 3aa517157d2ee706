"""The legal times nearest to one that was refused, each held against every rule before it is named."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from heapq import merge
from typing import Any

from facilities.models import Booking, Instrument, Technique
from facilities.queries.availability import (
    HORIZONS,
    Slot,
    free_for_each,
    gaps,
    grid_of,
    legal_minutes,
    requestable,
)
from facilities.queries.catalogue import tagged_within
from facilities.queries.facts import gather_facts
from facilities.rules import BookingRequest, Facts, Spent, spent_cycles, spent_windows, violations_of
from facilities.units import elapsed_minutes

TRIES = 24
"""How many candidates are held against the rules before a search gives up."""

Free = Sequence[tuple[datetime, datetime]]


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


def nearest_to_each(
    requests: Sequence[BookingRequest],
    n: int,
    *,
    taken: Sequence[Slot] = (),
    bookings: Sequence[Booking | None] = (),
) -> list[list[dict[str, Any]]]:
    """For each of several requests the `n` nearest legal stays on its own instrument, within two weeks of it, that
    overlap neither each other nor what is `taken`. `bookings` are those that are to change, one for each request.

    Free time is read for all at once. Where many candidates in a row are refused it is for a rule that no other time
    obeys, and the search ends for all.
    """
    if not requests:
        return []
    reach = HORIZONS[0]
    first, last = min(each.starts_at for each in requests) - reach, max(each.ends_at for each in requests) + reach
    lengths = [elapsed_minutes(each.starts_at, each.ends_at) for each in requests]
    wanted = [legal_minutes(each.instrument, minutes) for each, minutes in zip(requests, lengths, strict=True)]
    places = [(each.instrument.pk, each.places, each.equipment) for each in requests]
    free = free_for_each(places, first, last, min(wanted) - 60)
    search = _Search(list(taken))
    return [
        search.near(
            request, minutes, _within(stretches, request.starts_at - reach, request.ends_at + reach), n, booking
        )
        for request, minutes, stretches, booking in zip(
            requests, wanted, free, bookings or [None] * len(requests), strict=True
        )
    ]


class _Search:
    """Looks for stays of several requests; keeps what it has named, and how many tries are left before it gives up."""

    def __init__(self, taken: list[Slot]) -> None:
        self.taken, self.tries = taken, TRIES

    def near(
        self, request: BookingRequest, minutes: int, free: Free, n: int, booking: Booking | None
    ) -> list[dict[str, Any]]:
        found: list[Slot] = []
        for slot in _nearest_first([(request.instrument, lower, upper, minutes) for lower, upper in free], request):
            if len(found) == n or not self.tries:
                break
            if any(_overlap(slot, other) for other in self.taken):
                continue
            asked, facts = _at(request, slot, booking)
            if violations_of(asked, facts):
                self.tries -= 1
                continue
            self.tries = TRIES
            found.append(replace(slot, places=request.places))
            self.taken.append(slot)
        return [slot.as_dict() for slot in found]


def _within(free: Free, lower: datetime, upper: datetime) -> Free:
    return [(max(start, lower), min(end, upper)) for start, end in free if start < upper and lower < end]


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
    wanted = {pk: legal_minutes(instrument, minutes) for pk, instrument in known.items()}
    free = gaps(
        known,
        request.starts_at - reach,
        request.ends_at + reach,
        min(wanted.values()) - 60,
        request.equipment,
        request.places,
    )
    yield from _nearest_first([(known[pk], lower, upper, wanted[pk]) for pk, lower, upper in free], request)


def _nearest_first(
    free: Sequence[tuple[Instrument, datetime, datetime, int]], request: BookingRequest
) -> Iterator[Slot]:
    """Stays in free stretches of instruments, each with the minutes that it is to last, nearest to the wanted first."""
    nearer: list[Iterator[Slot]] = []
    for instrument, lower, upper, minutes in free:
        nearer += [
            _stays_from(instrument, lower, upper, minutes, request.starts_at),
            _stays_before(instrument, lower, upper, minutes, request.starts_at),
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

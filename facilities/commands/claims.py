"""Claims: what a booking occupies: the instrument in one lane, every part of it in all lanes, equipment, people.

Down the tree, never up (ADR on claims): a parent that is booked takes its parts, so that a part and its parent meet at
the part, while two sibling parts never meet.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import F

from core.rows import insert
from facilities.lanes import pack
from facilities.models import Booking, Change, Claim, Equipment, Instrument
from facilities.stretches import minus


@dataclass(frozen=True)
class Place:
    """Time of an instrument, with its parts (identifier and capacity), the equipment that is used with it and the
    people who are to be on site then."""

    instrument: Instrument
    starts_at: datetime
    ends_at: datetime
    parts: tuple[tuple[UUID, int], ...] = ()
    people: tuple[UUID, ...] = ()
    mode: str = Instrument.Mode.ONSITE
    equipment: tuple[Equipment, ...] = ()
    places: int = 1

    @property
    def claimed_from(self) -> datetime:
        """Set-up before a booking is claimed with it, so that the wall holds the buffer too."""
        return self.starts_at - self.instrument.claimed_before(self.mode)


@dataclass(frozen=True)
class Wanted:
    """A stretch of a resource; `lane` is None where `count` free ones of its `lanes` are to be found."""

    resource: UUID
    lane: int | None
    lower: datetime
    upper: datetime
    lanes: int = 1
    count: int = 1


def wanted_by(place: Place) -> list[Wanted]:
    """Everything a booking of a place occupies, in the order of the resources, so that two bookings never deadlock."""
    instrument, start, end = place.instrument, place.claimed_from, place.ends_at
    wanted = [_in_some_lane(instrument.pk, instrument.capacity, start, end, place.places)]
    wanted += [Wanted(part, lane, start, end) for part, capacity in place.parts for lane in range(capacity)]
    for each in place.equipment:
        free_at = end + timedelta(minutes=each.turnaround_minutes)
        wanted.append(_in_some_lane(each.resource, each.capacity, place.starts_at, free_at))
    looked_after = {each.resource for each in place.equipment}
    wanted += [Wanted(person, 0, place.starts_at, end) for person in place.people if person not in looked_after]
    return sorted(wanted, key=lambda each: (each.resource, each.lane or 0))


def claims_of(booking: Booking, place: Place) -> list[Claim]:
    """The unsaved claims of a booking at a place."""
    return [claim_row(booking, each) for each in _in_lanes(wanted_by(place))]


def claim(booking: Booking, place: Place, *, change: Change | None = None) -> None:
    """Claim a place for a booking, or what a change adds to it. Raises IntegrityError when somebody was faster."""
    wanted = wanted_by(place)
    if change is not None:
        wanted = _without_own(booking, wanted)
    claim_exactly(booking, wanted, change=change)


def claim_exactly(booking: Booking, wanted: Sequence[Wanted], *, change: Change | None = None) -> None:
    """Claim these stretches, those without a lane in a free one of the resource."""
    insert([claim_row(booking, each, change=change) for each in _in_lanes(wanted)])


def _in_some_lane(resource: UUID, lanes: int, lower: datetime, upper: datetime, count: int = 1) -> Wanted:
    return Wanted(resource, 0 if lanes == 1 else None, lower, upper, lanes, count)


def claim_row(booking: Booking, wanted: Wanted, *, change: Change | None = None) -> Claim:
    """The unsaved row of a stretch whose lane is known."""
    period = DateTimeTZRange(wanted.lower, wanted.upper)
    return Claim(resource=wanted.resource, lane=wanted.lane or 0, period=period, booking=booking, change=change)


def release(booking: Booking, *, change: Change | None = None) -> None:
    """Free what a booking claims, or only what an open change claims beside it."""
    claims = Claim.objects.filter(booking=booking)
    (claims if change is None else claims.filter(change=change)).delete()


def _without_own(booking: Booking, wanted: Sequence[Wanted]) -> list[Wanted]:
    """What is new: the booking's own claims stay where they are until the change is accepted."""
    own: dict[UUID, list[tuple[datetime, datetime]]] = {}
    for each in Claim.objects.filter(booking=booking, resource__in={each.resource for each in wanted}):
        own.setdefault(each.resource, []).append((each.period.lower, each.period.upper))
    return [
        replace(each, lower=lower, upper=upper)
        for each in wanted
        for lower, upper in minus(each.lower, each.upper, own.get(each.resource, ()))
    ]


def _in_lanes(wanted: Sequence[Wanted]) -> list[Wanted]:
    """Give a lane to each stretch that still needs one, packing the claims around it anew where they are scattered."""
    settled = [each for each in wanted if each.lane is not None]
    for each in wanted:
        if each.lane is None:
            lanes = _free_lanes(each)
            settled += [replace(each, lane=lane) for lane in (_repack(each) if len(lanes) < each.count else lanes)]
    return settled


def _free_lanes(wanted: Wanted) -> list[int]:
    """The first lanes that nothing takes, as many as are wanted where there are so many."""
    meeting = Claim.objects.filter(resource=wanted.resource, period__overlap=(wanted.lower, wanted.upper))
    taken = set(meeting.values_list("lane", flat=True))
    return [lane for lane in range(wanted.lanes) if lane not in taken][: wanted.count]


def _repack(wanted: Wanted) -> list[int]:
    """Pack the claims that hang together around `wanted` into as few lanes as their peak; its own lanes.

    The rules have found that the peak leaves a place. The constraint waits meanwhile and is asked at the end.
    """
    claims = _cluster(wanted)
    own = [DateTimeTZRange(wanted.lower, wanted.upper)] * wanted.count
    lanes = pack([*(each.period for each in claims), *own])
    moved = []
    for each, lane in zip(claims, lanes, strict=False):
        if each.lane != lane:
            each.lane = lane
            moved.append(each)
    with connection.cursor() as cursor:
        cursor.execute("set constraints claims_never_overlap deferred")
        Claim.objects.bulk_update(moved, ["lane"])
        cursor.execute("set constraints claims_never_overlap immediate")
    return lanes[len(claims) :]


def _cluster(wanted: Wanted) -> list[Claim]:
    """The claims of a resource that overlap a stretch, those that overlap them, and so on."""
    lower, upper = wanted.lower, wanted.upper
    while True:
        claims = list(
            Claim.objects.filter(resource=wanted.resource, period__overlap=(lower, upper))
            .exclude(booking__instrument__in=_ancestors(wanted.resource))
            .order_by("id")
        )
        wider = (
            min([lower, *(each.period.lower for each in claims)]),
            max([upper, *(each.period.upper for each in claims)]),
        )
        if wider == (lower, upper):
            return claims
        lower, upper = wider


def _ancestors(resource: UUID) -> list[UUID]:
    """Instruments that `resource` is a part of; their claims on it take all lanes and are never moved."""
    found: list[UUID] = []
    parent = Instrument.objects.filter(pk=resource).values_list(F("parent"), flat=True).first()
    while parent is not None:
        found.append(parent)
        parent = Instrument.objects.filter(pk=parent).values_list(F("parent"), flat=True).first()
    return found

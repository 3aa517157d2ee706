"""What the rules look at: the request as it was made, and the facts gathered for it under the locks. Both frozen."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from typing import Any
from uuid import UUID

from facilities.coupling import Link
from facilities.grid import Grid
from facilities.models import Access, Allocation, Equipment, Instrument, Safety, Team
from facilities.rules.standing import Standing
from facilities.units import units_of_stay


@dataclass(frozen=True)
class Override:
    """A rule that a manager sets aside for one booking, and why."""

    rule: str
    reason: str


@dataclass(frozen=True)
class BookingRequest:
    """Time asked for. `people` are those who take part, the requester alone when empty; instants are aware.

    `requester` is whoever asks, or asked for the booking that is to change; commands fill it in.
    """

    instrument: Instrument
    starts_at: datetime
    ends_at: datetime
    purpose: str = ""
    mode: str = Instrument.Mode.ONSITE
    title: str = ""
    team: Team | None = None
    allocation: Allocation | None = None
    people: tuple[Any, ...] = ()
    overrides: tuple[Override, ...] = ()
    category: str = ""
    places: int = 1
    equipment: tuple[Equipment, ...] = ()
    safety: str = Safety.GREEN
    requester: Any = None

    @property
    def access(self) -> str:
        """The access category that it counts as."""
        return access_category(self.category, self.allocation, self.team)

    @property
    def on_site(self) -> bool:
        return self.mode == Instrument.Mode.ONSITE


def access_category(named: str, allocation: Allocation | None, team: Team | None) -> str:
    """The access category that is named, else that of the account that pays, else that of the team."""
    if named:
        return named
    if allocation is not None:
        return allocation.category
    return Access.PROGRAM if team is not None and team.kind == Team.Kind.PROGRAM else Access.GENERAL


@dataclass(frozen=True)
class Closure:
    """A block that is not for users and touches the wanted time."""

    kind: str
    lower: datetime
    upper: datetime
    reason: str = ""


@dataclass(frozen=True)
class Opening:
    """A stretch of the opening hours on the days of the wanted time."""

    lower: datetime
    upper: datetime


@dataclass(frozen=True)
class Neighbour:
    """A claim near the wanted time. `lower` to `upper` is claimed, `starts_at` to `ends_at` booked; the difference is
    set-up. `whole` says that it takes the resource in all its lanes: a part of something larger that is booked, or
    something larger of which a part is.
    """

    lower: datetime
    upper: datetime
    starts_at: datetime
    ends_at: datetime
    whole: bool = False
    mode: str = Instrument.Mode.ONSITE


@dataclass(frozen=True)
class Span:
    """Half-open time between two instants."""

    lower: datetime
    upper: datetime

    def meets(self, other: "Span") -> bool:
        return self.lower < other.upper and other.lower < self.upper


@dataclass(frozen=True)
class Occupied:
    """A piece of equipment that is asked for: whether the instrument may have it, and when it is taken from the wanted
    start until two weeks after the wanted end, with the time until it is free again."""

    equipment: Equipment
    offered: bool
    taken: tuple[Span, ...] = ()


@dataclass(frozen=True)
class Engagement:
    """A person who is to be on site elsewhere at that time."""

    name: str
    lower: datetime
    upper: datetime


@dataclass(frozen=True)
class Untrained:
    """A person who lacks a required training on some day of the stay."""

    name: str
    course: str


@dataclass(frozen=True)
class Allotment:
    """The allocation that is to pay. `left` does not count what this booking itself already holds."""

    team_id: UUID
    instrument_id: UUID
    unit: str
    valid_from: datetime
    valid_until: datetime
    left: Decimal
    category: str = Access.PROGRAM
    on_hold: str = ""


@dataclass(frozen=True)
class CycleShare:
    """A cycle with quotas that the wanted time touches, in hours of one place: its user time, what each access category
    was `given` of it without this booking, and the quotas in per cent, at least and at most (R-17)."""

    cycle: str
    lower: datetime
    upper: datetime
    user_hours: Decimal
    given: Mapping[str, Decimal]
    quotas: Mapping[str, tuple[int, int]]
    id: UUID | None = None

    def own_room(self, category: str) -> Decimal | None:
        """What a category may still get before it has its most, negative where it has more; None without a limit."""
        _least, most = self.quotas.get(category, (0, 100))
        return self.user_hours * most / 100 - self.given.get(category, Decimal(0)) if most < 100 else None

    def rest(self, category: str) -> Decimal | None:
        """What is left beside that which others lack of their least; None where every other has it."""
        lacking = (
            self.user_hours * least / 100 - self.given.get(other, Decimal(0))
            for other, (least, _most) in self.quotas.items()
            if other != category
        )
        kept = sum((hours for hours in lacking if hours > 0), Decimal(0))
        return self.user_hours - sum(self.given.values(), Decimal(0)) - kept if kept else None


@dataclass(frozen=True)
class Facts:
    """Everything the rules need to know beyond the request, as of `now`. The instrument comes with its facility.

    `opening` is None where the wanted time is open, and is not looked at then.
    """

    now: datetime
    instrument: Instrument
    in_user_time: bool = True
    opening: tuple[Opening, ...] | None = None
    closures: tuple[Closure, ...] = ()
    neighbours: tuple[Neighbour, ...] = ()
    engagements: tuple[Engagement, ...] = ()
    untrained: tuple[Untrained, ...] = ()
    allotment: Allotment | None = None
    equipment: tuple[Occupied, ...] = ()
    links: tuple[Link, ...] = ()
    policies: tuple[Standing, ...] = ()
    shares: tuple[CycleShare, ...] = ()

    @cached_property
    def grid(self) -> Grid:
        """The instrument's wall-clock grid."""
        instrument = self.instrument
        return Grid(instrument.facility.zone, instrument.day_starts_at, instrument.granularity_minutes)

    def units(self, request: BookingRequest) -> Decimal:
        """What the request costs in the instrument's unit."""
        return units_of_stay(self.instrument, request.starts_at, request.ends_at, request.places)

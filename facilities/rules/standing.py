"""A policy as the rules see it: its parameters, the bookings that it looks at, and how those are asked for."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID


@dataclass(frozen=True)
class Stay:
    """A stretch that another booking claims at a place, or that an open change would give it; several of one booking
    lie apart. `units` are those of the stretch."""

    booking: UUID
    starts_at: datetime
    ends_at: datetime
    units: Decimal
    unit: str
    requester: UUID | None
    people: tuple[UUID, ...]
    on_site: bool
    facility: UUID
    country: str


@dataclass(frozen=True)
class Look:
    """Which bookings a policy wants to see: those that touch the time from `lower` on, up to `upper` where given.

    Of `persons` (asked by one of them, or with one taking part), of a `team`, of the requester's organisation; only in
    these access `categories`; only those that wait for a decision, or with people on site. `elsewhere` looks at the
    persons' stays on site anywhere, the others at the policy's own facility or instrument. None and False ask nothing.
    """

    lower: datetime
    upper: datetime | None = None
    persons: tuple[UUID, ...] | None = None
    team: UUID | None = None
    organisation: bool = False
    categories: tuple[str, ...] | None = None
    undecided: bool = False
    on_site: bool = False
    elsewhere: bool = False


@dataclass(frozen=True)
class Standing:
    """A policy in force for a request. `cycles` are those that the wanted time touches, `in_reserve` says that all of
    it is reserve time; `stays` answer the look of its rule; `untrained` are the names of those on site who lack the
    training that it names on some day of the stay."""

    id: UUID
    rule: str
    parameters: Mapping[str, Any]
    overridable: bool = True
    source: str = ""
    of_instrument: bool = False
    cycles: tuple[tuple[datetime, datetime], ...] = ()
    in_reserve: bool = False
    stays: tuple[Stay, ...] = ()
    untrained: tuple[str, ...] = ()

    def __getitem__(self, name: str) -> Any:
        """The value of a parameter."""
        return self.parameters[name]

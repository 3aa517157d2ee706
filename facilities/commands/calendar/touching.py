"""Bookings that a change of a calendar puts outside open time: found, proposed other times, told; for blocks and hours
alike."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from core.errors import DomainError, Invalid, NotFound, Violation
from facilities.commands.bookings import counter_booking, reschedule_booking
from facilities.commands.bookings.shifting import request_again
from facilities.models import Booking, Facility, Instrument
from facilities.queries.calendar import openness
from facilities.queries.nearest import nearest_slots
from facilities.telling import tell

MOVES = {"requested": counter_booking, "approved": reschedule_booking}
"""How the facility proposes another time to a booking of a state; those of other states are only told."""

AT_ONCE = 20
"""So many bookings get proposals in one look; a search for each costs some tenths of a second."""


@dataclass(frozen=True)
class Slot:
    """Another time that is proposed to a booking."""

    instrument: UUID
    starts_at: datetime
    ends_at: datetime

    def meets(self, other: "Slot") -> bool:
        same = self.instrument == other.instrument
        return same and self.starts_at < other.ends_at and other.starts_at < self.ends_at


@dataclass(frozen=True)
class Affected:
    """A booking whose time would not be open any more, and up to three legal times that could be proposed."""

    booking: Booking
    proposals: tuple[Slot, ...] = ()


@dataclass(frozen=True)
class Window:
    """For which of the affected bookings, by start, times are searched; `meant` are those chosen for others already,
    by booking."""

    after: int = 0
    size: int = AT_ONCE
    meant: Mapping[UUID, Slot] = field(default_factory=dict)

    def holds(self, number: int) -> bool:
        return self.after <= number < self.after + self.size


FIRST = Window()


def open_bookings(facility: Facility, instrument: UUID | None, period: DateTimeTZRange) -> frozenset[UUID]:
    """Live bookings of a facility, or of one instrument, that touch a period and whose time is open now."""
    return frozenset(pk for pk, is_open in openness(facility, instrument, period).items() if is_open)


def now_closed(
    was_open: frozenset[UUID], facility: Facility, instrument: UUID | None, period: DateTimeTZRange
) -> list[Booking]:
    """Those of them whose time is not open any more, by start."""
    now = openness(facility, instrument, period)
    return listed(Booking.objects.filter(pk__in=[pk for pk, is_open in now.items() if not is_open and pk in was_open]))


def listed(bookings: QuerySet[Booking]) -> list[Booking]:
    """By start; thousands of them share a few instruments, so that these are read once and not joined to each."""
    return list(bookings.prefetch_related("instrument__facility", "requester", "team").order_by("period", "pk"))


def proposals_to(affected: Sequence[Booking], facility: Facility, window: Window) -> list[Affected]:
    """The nearest legal times for those in the window; what is offered first to one is not offered to the next.

    A search asks for as many times as the window may have given away before it: each booking costs the same, however
    many are affected.
    """
    here = {str(pk) for pk in facility.instruments.values_list("pk", flat=True)}
    found: list[Affected] = []
    inside = {booking.pk for number, booking in enumerate(affected) if window.holds(number)}
    gone = [slot for booking, slot in window.meant.items() if booking not in inside]
    for number, booking in enumerate(affected):
        offered: list[Slot] = []
        if window.holds(number) and booking.state in MOVES:
            wanted = 3 + min(len(gone), window.size)
            near = nearest_slots(request_again(booking, None, None, None), wanted, booking=booking)
            own = [_slot(each) for each in near if each["instrument"] in here]
            offered = [each for each in own if not any(each.meets(other) for other in gone)][:3]
            gone += offered[:1]
        found.append(Affected(booking, tuple(offered)))
    return found


def propose_moves(affected: list[Booking], moves: Mapping[UUID, Slot | None], *, by: Any, note: str) -> None:
    """Counter a request, reschedule an approved booking, tell the others. Raises NotFound for one not affected."""
    if not {pk for pk, slot in moves.items() if slot} <= {booking.pk for booking in affected}:
        raise NotFound(_("One of these bookings is not affected any more. Look again."))
    note = note or _("The facility needs the time.")
    for booking in affected:
        slot = moves.get(booking.pk)
        if slot is None:
            tell(booking, "booking_affected", by=by, note=note)
            continue
        if booking.state not in MOVES:
            message = _("%(booking)s cannot be moved as it is.") % {"booking": booking.reference}
            raise Invalid(message, [Violation("not_movable", message, field="moves")])
        instrument = Instrument.objects.select_related("facility").get(pk=slot.instrument)
        propose = MOVES[booking.state]
        try:
            propose(booking, by=by, starts_at=slot.starts_at, ends_at=slot.ends_at, instrument=instrument, note=note)
        except DomainError as refusal:
            refusal.message = f"{booking.reference}: {refusal.message}"
            refusal.violations = [
                replace(each, message=f"{booking.reference}: {each.message}", field="moves")
                for each in refusal.violations
            ]
            raise


def _slot(found: dict[str, Any]) -> Slot:
    starts_at, ends_at = (datetime.fromisoformat(found[name]) for name in ("starts_at", "ends_at"))
    return Slot(UUID(found["instrument"]), starts_at, ends_at)

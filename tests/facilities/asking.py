"""Short ways to ask for time in tests: an instrument booked by the hour, a request, what refused it."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from core.errors import DomainError
from facilities.commands.bookings import (
    request_time,
)
from facilities.models import Booking, Instrument
from facilities.rules import BookingRequest
from tests.world import World, make_instrument
from workflow.approvals import decide
from workflow.models import Task

HOURLY: dict[str, Any] = {
    "unit": "hour",
    "unit_minutes": 60,
    "granularity_minutes": 30,
    "min_minutes": 30,
    "max_minutes": 24 * 60,
}


def hourly(world: World, code: str = "H1", **fields: Any) -> Instrument:
    """An instrument of facility A that is booked in half hours."""
    return make_instrument(world.facility_a, code, **{**HOURLY, **fields})


def wanted(instrument: Instrument, starts_at: datetime, hours: float = 8, **fields: Any) -> BookingRequest:
    """A request that needs nobody on site unless told otherwise, so that one person can make several."""
    ends_at = starts_at + timedelta(hours=hours)
    return BookingRequest(instrument, starts_at, ends_at, **{"purpose": "Test", "mode": "remote", **fields})


def berlin(world: World, day: int, hour: int) -> datetime:
    """An instant by the wall clock of facility A, counted from `monday`."""
    local = (world.monday + timedelta(days=day)).replace(tzinfo=ZoneInfo("Europe/Berlin"))
    return local.replace(hour=hour)


def ask(instrument: Instrument, starts_at: datetime, hours: float = 8, *, by: Any, **fields: Any) -> Booking:
    return request_time(wanted(instrument, starts_at, hours, **fields), by=by)


def rules_of(error: DomainError) -> list[str]:
    """The names of the rules that refused."""
    return [violation.rule for violation in error.violations]


def approve(booking, by):
    decide(Task.objects.get(subject_id=booking.pk, state="open"), "approve", by=by)
    booking.refresh_from_db()
    return booking

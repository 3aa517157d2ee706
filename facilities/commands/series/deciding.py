"""What the one route of a series does to its dates when it has come to its end; also the facility's plain no."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit
from core.errors import WrongState
from core.rows import insert
from facilities.announcing import concerned_with_series, series_messages
from facilities.commands.bookings import deciding
from facilities.commands.bookings.ending import end_booking
from facilities.commands.locks import lock_bookings, lock_time
from facilities.models import Booking, Equipment, Person, Series
from facilities.permissions import booking_parties
from facilities.queries.series import moving, waiting
from workflow import approvals


@transaction.atomic
def approve_series(series: Series, *, by: Any, note: str) -> Series:
    """Every date that still waits with the series is granted; one message tells of them all."""
    approved = [deciding.approve_booking(one, by=by, note=note, told=False) for one in waiting(series)]
    return _tell(series, "approve", "series_approved", approved, by=by, note=note)


@transaction.atomic
def decline_waiting(series: Series, *, by: Any, note: str) -> Series:
    """A step of the route said no: every date that still waits with the series is freed."""
    parties = frozenset({"route"})
    declined = [
        end_booking(one, "decline", by=by, parties=parties, note=note, kind="booking_declined", told=False)
        for one in waiting(series)
    ]
    return _tell(series, "decline", "series_declined", declined, by=by, note=note)


@transaction.atomic
def decline_series(series: Series, *, by: Any, note: str) -> Series:
    """The facility says no at once, whatever step of the route is waiting. Raises NotPermitted, Invalid, WrongState."""
    lock_series(series)
    undecided = waiting(series)
    if not undecided:
        raise WrongState(_("No date of this series waits for a decision."))
    approvals.stop(series, by=by, note=note)
    declined = [
        end_booking(
            one, "decline", by=by, parties=booking_parties(by, one), note=note, kind="booking_declined", told=False
        )
        for one in undecided
    ]
    return _tell(series, "decline", "series_declined", declined, by=by, note=note)


@transaction.atomic
def move_series(series: Series, *, by: Any, note: str) -> Series:
    """The other times of approved dates are granted: each is swapped in."""
    moved = [deciding.move_to_new_time(one, by=by, note=note, told=False) for one in moving(series)]
    return _tell(series, "move", "series_moved", moved, by=by, note=note)


@transaction.atomic
def keep_series(series: Series, *, by: Any, note: str) -> Series:
    """The other times are refused; every date stays approved where it was."""
    kept = [deciding.keep_old_time(one, by=by, note=note, told=False) for one in moving(series)]
    return _tell(series, "keep", "series_kept", kept, by=by, note=note)


def lock_series(series: Series) -> None:
    """The time of all that its dates lie on or want and of those who come, then all its bookings."""
    dates = Booking.objects.filter(series_date__series=series)
    wanted = dates.filter(changes__state="open").values_list("changes__instrument_id", flat=True)
    people = Person.objects.filter(booking__in=dates, on_site=True).values_list("user_id", flat=True).distinct()
    equipment = Equipment.objects.filter(uses__booking__in=dates).distinct()
    lock_time({series.instrument_id, *dates.values_list("instrument_id", flat=True), *wanted}, people, equipment)
    lock_bookings(dates.values_list("pk", flat=True))


def _tell(series: Series, verb: str, kind: str, bookings: list[Booking], *, by: Any, note: str) -> Series:
    """One entry of the trail, and one message to each person concerned."""
    told = [person.pk for person in concerned_with_series(series)]
    messages = series_messages(series, kind, told, bookings, by=by, note=note) if bookings else []
    insert([audit.entry(verb, series, by=by, note=note, dates=len(bookings)), *messages])
    return series

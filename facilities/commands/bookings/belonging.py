"""What becomes of the whole when one of its bookings ends: of the series that it is a date of."""

from typing import Any

from facilities.models import Booking
from facilities.queries.series import moving, series_of, waiting
from workflow import approvals


def settle_series(booking: Booking, *, by: Any) -> None:
    """The task of a series stops asking when the last date that it decides has ended by itself."""
    series = series_of(booking.pk)
    if series is not None and not waiting(series) and not moving(series):
        approvals.stop(series, by=by)

"""Commands on series: check, ask for, decide, move and cancel recurring time."""

from facilities.commands.series.asking import (
    PlannedDate,
    SeriesCheck,
    SeriesRequest,
    check_series,
    request_series,
)
from facilities.commands.series.changing import Scope, cancel_series, reschedule_series, withdraw_series
from facilities.commands.series.deciding import decline_series

__all__ = [
    "PlannedDate",
    "Scope",
    "SeriesCheck",
    "SeriesRequest",
    "cancel_series",
    "check_series",
    "decline_series",
    "request_series",
    "reschedule_series",
    "withdraw_series",
]

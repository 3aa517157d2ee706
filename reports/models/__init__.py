"""The rows of the reports, one module per matter."""

from reports.models.annual import AnnualReport
from reports.models.past import Past, Rolled
from reports.models.rollups import (
    TAKEN,
    DailyShare,
    DailyUse,
    DirtyTime,
    MonthlyShare,
    WatchedBlock,
    WatchedBooking,
    WatchedFacility,
    WatchedInstrument,
    WatchedOpenTime,
    WatchedSession,
)
from reports.models.said import NumberNote, Target
from reports.models.snapshots import Snapshot
from reports.models.views import SavedView, Subscription

__all__ = [
    "TAKEN",
    "AnnualReport",
    "DailyShare",
    "DailyUse",
    "DirtyTime",
    "MonthlyShare",
    "NumberNote",
    "Past",
    "Rolled",
    "SavedView",
    "Snapshot",
    "Subscription",
    "Target",
    "WatchedBlock",
    "WatchedBooking",
    "WatchedFacility",
    "WatchedInstrument",
    "WatchedOpenTime",
    "WatchedSession",
]

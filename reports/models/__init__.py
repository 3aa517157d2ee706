"""The rows of the reports, one module per matter."""

from reports.models.rollups import (
    TAKEN,
    DailyShare,
    DailyUse,
    DirtyTime,
    WatchedBlock,
    WatchedBooking,
    WatchedFacility,
    WatchedInstrument,
    WatchedOpenTime,
    WatchedSession,
)
from reports.models.snapshots import Snapshot

__all__ = [
    "TAKEN",
    "DailyShare",
    "DailyUse",
    "DirtyTime",
    "Snapshot",
    "WatchedBlock",
    "WatchedBooking",
    "WatchedFacility",
    "WatchedInstrument",
    "WatchedOpenTime",
    "WatchedSession",
]

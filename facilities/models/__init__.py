"""What can be booked, when, by whom and on whose account."""

from facilities.models.access import Access, Allocation, LedgerEntry, Team, TeamMember
from facilities.models.bookings import Booking, Change, Claim, Person, Session
from facilities.models.calendar import Block, Cycle, OpenTime
from facilities.models.catalogue import (
    Course,
    Facility,
    FacilityPermission,
    Instrument,
    Technique,
    TechniqueClosure,
    TrainingRecord,
)

__all__ = [
    "Access",
    "Allocation",
    "Block",
    "Booking",
    "Change",
    "Claim",
    "Course",
    "Cycle",
    "Facility",
    "FacilityPermission",
    "Instrument",
    "LedgerEntry",
    "OpenTime",
    "Person",
    "Session",
    "Team",
    "TeamMember",
    "Technique",
    "TechniqueClosure",
    "TrainingRecord",
]

"""What can be booked, when, by whom and on whose account."""

from facilities.models.access import Allocation, LedgerEntry, Team, TeamMember
from facilities.models.bookings import Booking, Change, Claim, Person, Session
from facilities.models.calendar import Access, Block, Cycle, OpenTime, QuotaRule
from facilities.models.catalogue import (
    Course,
    Facility,
    FacilityPermission,
    Instrument,
    Technique,
    TechniqueClosure,
    TrainingRecord,
)
from facilities.models.equipment import Equipment, Use
from facilities.models.hours import OpeningException, OpeningHours
from facilities.models.series import Series, SeriesDate

__all__ = [
    "Access",
    "Allocation",
    "Block",
    "Booking",
    "Change",
    "Claim",
    "Course",
    "Cycle",
    "Equipment",
    "Facility",
    "FacilityPermission",
    "Instrument",
    "LedgerEntry",
    "OpenTime",
    "OpeningException",
    "OpeningHours",
    "Person",
    "QuotaRule",
    "Series",
    "SeriesDate",
    "Session",
    "Team",
    "TeamMember",
    "Technique",
    "TechniqueClosure",
    "TrainingRecord",
    "Use",
]

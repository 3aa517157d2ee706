"""What can be booked, when, by whom and on whose account."""

from facilities.models.access import Allocation, LedgerEntry, Team, TeamMember
from facilities.models.bookings import Booking, Change, Claim, Person, Safety, Session
from facilities.models.calendar import Access, Block, Cycle, OpenTime, QuotaRule
from facilities.models.campaigns import Campaign, Leg
from facilities.models.cancellations import Cancellation
from facilities.models.catalogue import (
    Course,
    Facility,
    FacilityPermission,
    Instrument,
    StatusEntry,
    Technique,
    TechniqueClosure,
    TrainingRecord,
)
from facilities.models.downtime import Correction, Downtime, Loss
from facilities.models.equipment import Equipment, Use
from facilities.models.hours import OpeningException, OpeningHours
from facilities.models.policies import Policy
from facilities.models.priority import Displacement, PriorityRule
from facilities.models.running import (
    HandoverNote,
    Reminder,
    RunTerms,
    SafetyApproval,
    ShiftRecord,
    TeamForm,
    UserAgreement,
)
from facilities.models.series import Series, SeriesDate
from facilities.models.site_access import SiteAccess
from facilities.models.terms import Terms
from facilities.models.waiting import Offer, Waiting

__all__ = [
    "Access",
    "Allocation",
    "Block",
    "Booking",
    "Campaign",
    "Cancellation",
    "Change",
    "Claim",
    "Correction",
    "Course",
    "Cycle",
    "Displacement",
    "Downtime",
    "Equipment",
    "Facility",
    "FacilityPermission",
    "HandoverNote",
    "Instrument",
    "LedgerEntry",
    "Leg",
    "Loss",
    "Offer",
    "OpenTime",
    "OpeningException",
    "OpeningHours",
    "Person",
    "Policy",
    "PriorityRule",
    "QuotaRule",
    "Reminder",
    "RunTerms",
    "Safety",
    "SafetyApproval",
    "Series",
    "SeriesDate",
    "Session",
    "ShiftRecord",
    "SiteAccess",
    "StatusEntry",
    "Team",
    "TeamForm",
    "TeamMember",
    "Technique",
    "TechniqueClosure",
    "Terms",
    "TrainingRecord",
    "Use",
    "UserAgreement",
    "Waiting",
]

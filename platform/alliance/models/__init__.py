"""The rows of an alliance, one module per matter."""

from alliance.models.alliances import Alliance, AlliancePermission, ClassRights, MemberClass
from alliance.models.attending import Invitation, Registration
from alliance.models.documents import Document, DocumentParty, DocumentVersion, Signature
from alliance.models.events import (
    Event,
    EventChair,
    EventPartner,
    EventSchedule,
    EventSeries,
    EventSession,
    SeriesEdition,
    Talk,
)
from alliance.models.governance import Body, BodyMembership, Office, OfficeTerm, TermAlert, VotingRule
from alliance.models.meetings import ActionItem, AgendaItem, Attendance, Meeting, Proxy
from alliance.models.membership import (
    ApplicationFile,
    ApplicationPoint,
    Membership,
    MembershipApplication,
    MembershipChange,
    Representative,
)
from alliance.models.news import Circular, CircularDelivery, NewsItem
from alliance.models.privacy import Consent, DataRequest
from alliance.models.voting import Ballot, Choice, Motion, Paper, Resolution, Vote, Voter

__all__ = [
    "ActionItem",
    "AgendaItem",
    "Alliance",
    "AlliancePermission",
    "ApplicationFile",
    "ApplicationPoint",
    "Attendance",
    "Ballot",
    "Body",
    "BodyMembership",
    "Choice",
    "Circular",
    "CircularDelivery",
    "ClassRights",
    "Consent",
    "DataRequest",
    "Document",
    "DocumentParty",
    "DocumentVersion",
    "Event",
    "EventChair",
    "EventPartner",
    "EventSchedule",
    "EventSeries",
    "EventSession",
    "Invitation",
    "Meeting",
    "MemberClass",
    "Membership",
    "MembershipApplication",
    "MembershipChange",
    "Motion",
    "NewsItem",
    "Office",
    "OfficeTerm",
    "Paper",
    "Proxy",
    "Registration",
    "Representative",
    "Resolution",
    "SeriesEdition",
    "Signature",
    "Talk",
    "TermAlert",
    "Vote",
    "Voter",
    "VotingRule",
]

"""Every rule of booking time: named, with its source, and whether a manager may override it with a reason."""

from facilities.rules import account, calendar, campaigns, equipment, length, occupancy, people  # noqa: F401  (each registers its rules)
from facilities.rules.base import OCCUPIED, RULES, Rule, violations_of
from facilities.rules.facts import (
    Allotment,
    BookingRequest,
    Closure,
    Engagement,
    Facts,
    Neighbour,
    Occupied,
    Opening,
    Override,
    Span,
    Untrained,
)

__all__ = [
    "OCCUPIED",
    "RULES",
    "Allotment",
    "BookingRequest",
    "Closure",
    "Engagement",
    "Facts",
    "Neighbour",
    "Occupied",
    "Opening",
    "Override",
    "Rule",
    "Span",
    "Untrained",
    "violations_of",
]

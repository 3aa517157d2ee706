"""Every rule of booking time: named, with its source, and whether a manager may override it with a reason."""

from facilities.rules import (  # noqa: F401  (each registers its rules)
    access,
    account,
    calendar,
    campaigns,
    equipment,
    length,
    occupancy,
    people,
    presence,
    quotas,
    shares,
)
from facilities.rules.base import NO_ROOM, OCCUPIED, RULES, PolicyRule, Rule, policy_rules, violations_of
from facilities.rules.facts import (
    Allotment,
    BookingRequest,
    Closure,
    CycleShare,
    Engagement,
    Facts,
    Neighbour,
    Occupied,
    Opening,
    Override,
    Span,
    Untrained,
    access_category,
)
from facilities.rules.parameters import Parameter
from facilities.rules.quotas import Spent, spent_windows
from facilities.rules.shares import hours_asked, spent_cycles
from facilities.rules.standing import Look, Standing, Stay

__all__ = [
    "NO_ROOM",
    "OCCUPIED",
    "RULES",
    "Allotment",
    "BookingRequest",
    "Closure",
    "CycleShare",
    "Engagement",
    "Facts",
    "Look",
    "Neighbour",
    "Occupied",
    "Opening",
    "Override",
    "Parameter",
    "PolicyRule",
    "Rule",
    "Span",
    "Spent",
    "Standing",
    "Stay",
    "Untrained",
    "access_category",
    "hours_asked",
    "policy_rules",
    "spent_cycles",
    "spent_windows",
    "violations_of",
]

"""House rules of the demonstration's facilities: some hold, one is written down to be tried."""

from typing import Any

from accounts.models import User
from config.demo.places import Places
from facilities.commands.policies import PolicyDraft, set_policy, switch_policy
from facilities.queries.trying import broken_by

HOUSE = "Diamond user guide 2026 §4"
PROPRIETARY = {"most": 600, "per": "everybody", "over": "cycle", "categories": ["proprietary"]}
POLICIES: list[tuple[str, str, dict[str, Any], str, str, bool]] = [
    ("diamond", "head_count", {"most": 15}, "manager", "Diamond user guide 2026 §2", True),
    ("diamond", "quota", PROPRIETARY, "manager", HOUSE, True),
    ("diamond", "no_weekend_start", {}, "nobody", "Diamond safety manual §11", True),
    ("diamond", "quota", {"most": 96, "per": "team", "over": "rolling", "days": 30}, "manager", HOUSE, False),
    ("bessy", "working_language", {"language": "en"}, "manager", "BESSY II user guide 2026 §3", False),
    ("bessy", "safety_class", {}, "nobody", "BESSY II operating permit", True),
]
"""Facility, rule, parameters, who may override it, whose rule it is, whether it holds."""


def make_policies(places: Places, *, by: User) -> None:
    """Written down and switched on by the real commands; bookings that a policy would break are seen first."""
    for slug, rule, parameters, override, source, holds in POLICIES:
        draft = PolicyDraft(rule, parameters, override=override, source=source)
        policy = set_policy(places.facilities[slug], draft, by=by)
        policy.is_demo = True
        policy.save(update_fields=["is_demo"])
        if holds:
            switch_policy(policy, by=by, on=True, seen=[each.booking.pk for each in broken_by(policy)])

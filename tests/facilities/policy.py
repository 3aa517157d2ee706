"""Short ways to write policies in tests."""

from typing import Any

from facilities.commands.policies import PolicyDraft, set_policy, switch_policy
from facilities.models import Facility, Policy
from facilities.queries.trying import broken_by
from tests.world import World

HOUSE = "House rules 2026 §4"


def draft(rule: str, parameters: dict[str, Any] | None = None, **fields: Any) -> PolicyDraft:
    return PolicyDraft(rule, parameters or {}, **{"source": HOUSE, **fields})


def hold(
    world: World,
    rule: str,
    parameters: dict[str, Any] | None = None,
    *,
    facility: Facility | None = None,
    **fields: Any,
) -> Policy:
    """A policy that holds at facility A, or at another one."""
    place = facility or world.facility_a
    policy = set_policy(place, draft(rule, parameters, **fields), by=world.system)
    return switch_policy(policy, by=world.system, on=True, seen=[each.booking.pk for each in broken_by(policy)])

"""Sets up routes for bookings in tests, the way their editor does."""

from typing import Any

from workflow.approvals import RouteDraft, StepDraft, save_route
from workflow.approvals.handlers import scope_of
from workflow.models import Route


def step(position: int, name: str, role: str, **fields: Any) -> StepDraft:
    return StepDraft(position, name, role, **fields)


def set_route(owner: Any, *steps: StepDraft, by: Any, **fields: Any) -> Route:
    """The current route of a facility or instrument."""
    draft = RouteDraft("Route", scope_of(owner), steps, **fields)
    return save_route(owner, "facilities.booking", draft, by=by)

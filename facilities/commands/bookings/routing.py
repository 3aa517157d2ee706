"""Sends a booking through the approval route of its place."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _

from accounts.queries import system_user
from core import audit
from core.rows import insert
from facilities.models import Booking, Facility
from workflow import approvals
from workflow.approvals import RouteDraft, StepDraft
from workflow.approvals.deciders import voice_of
from workflow.approvals.running import Prepared
from workflow.models import Process, Route, Task

SUBJECT = "facilities.booking"
DECIDE_WITHIN_HOURS = 16


def default_route(facility: Facility, *, by: Any) -> Route:
    """The route a facility starts with: one of its managers, within 16 working hours. The current one if it has one."""
    step = StepDraft(1, _("Facility manager"), role="facility_manager", within_hours=DECIDE_WITHIN_HOURS)
    draft = RouteDraft(_("Facility manager decides"), (audit.label(facility), facility.pk), (step,))
    return approvals.ensure_route(facility, SUBJECT, draft, by=by)


def route_of(booking: Booking) -> Route:
    """The instrument's own route, else its facility's; a facility without any starts with the default."""
    instrument = booking.instrument
    route = approvals.current_route([instrument.pk, instrument.facility_id], SUBJECT)
    return route or default_route(instrument.facility, by=system_user())


def prepare_route(booking: Booking, *, purpose: str = "request", units: Any = None) -> Prepared:
    """The unsaved rows of a route's start; conditions see the units wanted, the mode and the kind of team that asks."""
    return approvals.prepare(
        booking,
        route=route_of(booking),
        title=summary(booking),
        facts=route_facts(booking, booking.units if units is None else units),
        working_hours=working_hours(booking.instrument.facility),
        purpose=purpose,
        excluded=[booking.requester_id] if booking.requester_id else [],
    )


def route_facts(booking: Booking, units: Any) -> dict[str, Any]:
    """What the conditions of a route are tested against."""
    return {"units": units, "mode": booking.mode, "purpose": booking.team.kind if booking.team else ""}


def send_through_route(
    booking: Booking, *, by: Any, approve: Callable[..., Any], purpose: str = "request", units: Any = None
) -> Process:
    """Start the route for a locked booking; `approve` is called at once where the route approves by itself."""
    rows = prepare_route(booking, purpose=purpose, units=units)
    insert([rows.process, *rows.tasks])
    go_on_if_approved(rows.process, booking, approve)
    return rows.process


def go_on_if_approved(process: Process, booking: Booking, approve: Callable[..., Any]) -> None:
    if process.state == Process.State.APPROVED:
        approve(booking, by=system_user(), note=_("The route approves this by itself."))


def agree_for(booking: Booking, person: Any, *, note: str) -> None:
    """Enter the agreement of one who proposed this very time, on every task that waits for that person."""
    waiting = Task.objects.filter(subject_type=SUBJECT, subject_id=booking.pk, state=Task.State.OPEN)
    for task in waiting.order_by("position", "id"):
        if voice_of(person, task) is not None:
            approvals.decide(task, "approve", by=person, note=note)


def working_hours(facility: Facility) -> dict[str, Any]:
    """When the facility's office works, as the clock of the tasks wants it."""
    return {
        "zone": facility.zone,
        "weekdays": facility.office_weekdays,
        "opens": str(facility.office_opens),
        "closes": str(facility.office_closes),
        "closed": [str(day) for day in facility.office_closed_on],
    }


def summary(booking: Booking) -> str:
    """The line of a booking in an inbox: `B-000123 · Powder diffractometer · Joint laboratory`."""
    who = booking.team.title if booking.team else (booking.requester.name if booking.requester else "")
    return " · ".join(part for part in (booking.reference, booking.instrument.name, who) if part)

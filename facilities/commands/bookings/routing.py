"""Sends a booking through the approval route of its place."""

from collections.abc import Callable, Collection, Iterable, Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from accounts.queries import system_user
from core import audit
from core.rows import insert
from facilities.models import Booking, Facility, Instrument
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


def route_of(instrument: Instrument) -> Route:
    """The instrument's own route, else its facility's; a facility without any starts with the default."""
    route = approvals.current_route([instrument.pk, instrument.facility_id], SUBJECT)
    return route or default_route(instrument.facility, by=system_user())


def route_facts(booking: Booking, units: Decimal | None = None, mode: str = "") -> dict[str, Any]:
    """What conditions see of a booking: the units wanted, the mode, the safety class and the kind of team that asks."""
    wanted = booking.units if units is None else units
    return {
        "units": str(wanted),
        "mode": mode or booking.mode,
        "safety": booking.safety,
        "purpose": booking.team.kind if booking.team else "",
    }


def prepare_route(
    booking: Booking,
    *,
    route: Route | None = None,
    purpose: str = "request",
    settled: Iterable[UUID] = (),
    **facts: Any,
) -> Prepared:
    """The unsaved rows of a route's start, of the booking's own place unless told; `settled` steps are not asked."""
    return approvals.prepare(
        booking,
        route=route or route_of(booking.instrument),
        title=summary(booking),
        facts=route_facts(booking, **facts),
        working_hours=working_hours(booking.instrument.facility),
        purpose=purpose,
        excluded=[booking.requester_id] if booking.requester_id else [],
        settled=settled,
        latest=booking.starts_at,
    )


def still_agreed(
    booking: Booking, edits: Collection[str], facts: Mapping[str, Any], instrument: Instrument
) -> list[UUID]:
    """Steps of the route at `instrument` that need not be asked once more when a booking with these facts is changed.

    Of an approved booking every step of its own route has agreed; of one that is asked for, those that have said so.
    """
    route = route_of(instrument)
    if route != route_of(booking.instrument):
        return []
    among = None if booking.state == "approved" else approvals.agreed_steps(booking)
    return approvals.still_agreed(route, edits, facts, among=among)


def send_through_route(booking: Booking, *, by: Any, approve: Callable[..., Any], **options: Any) -> Process:
    """Start the route for a locked booking, with the options of `prepare_route`; `approve` is called at once where
    nobody is to be asked."""
    rows = prepare_route(booking, **options)
    insert([rows.process, *rows.tasks])
    go_on_if_approved(rows.process, booking, approve)
    return rows.process


def go_on_if_approved(process: Process, subject: Any, approve: Callable[..., Any]) -> None:
    if process.state == Process.State.APPROVED:
        by_itself, nobody = _("The route approves this by itself."), _("The route asks nobody again for this.")
        approve(subject, by=system_user(), note=nobody if process.settled else by_itself)


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

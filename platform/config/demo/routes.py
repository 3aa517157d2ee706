"""Routes of the demonstration beyond “the manager decides”: two steps, a parallel one, one that decides by itself."""

from accounts.models import User
from config.demo.people import People
from config.demo.places import Places
from core import audit
from facilities.commands.bookings.routing import DECIDE_WITHIN_HOURS, SUBJECT
from facilities.models import Facility, Instrument
from workflow.approvals import RouteDraft, StepDraft, save_route
from workflow.approvals.groups import save_group

TWO_STEPS, WITH_SAFETY, BY_ITSELF = "I12", "I22", "XALOC"
"""Instruments with a route of their own."""


def make_routes(places: Places, people: People, *, by: User) -> None:
    """At Diamond the instrument scientist looks first at I12, and safety is asked beside the manager at I22; at ALBA
    short remote runs on XALOC need nobody."""
    manager = StepDraft(2, "Facility manager", "facility_manager", within_hours=DECIDE_WITHIN_HOURS)
    feasible = StepDraft(
        1, "Can it be done?", "instrument_scientist", within_hours=DECIDE_WITHIN_HOURS,
        escalate_to_role="facility_manager",
    )  # fmt: skip
    by_code = {row.code: row for row in places.instruments}
    _save(by_code[TWO_STEPS], "Scientist, then manager", feasible, manager, by=by)
    group = save_group(
        by_code[WITH_SAFETY], "Experiment safety", [people.named["operator"], people.named["office"]], by=by
    )
    safety = StepDraft(
        2, "Experiment safety", group=group.pk, within_hours=2 * DECIDE_WITHIN_HOURS, condition={"mode": ["onsite"]}
    )
    _save(by_code[WITH_SAFETY], "Manager and safety together", manager, safety, by=by)
    short = {"units_up_to": 3, "mode": ["remote"]}
    _save(by_code[BY_ITSELF], "Short remote runs at once", manager, by=by, auto_approve=short)


def _save(
    instrument: Instrument, name: str, *steps: StepDraft, by: User, auto_approve: dict[str, object] | None = None
) -> None:
    scope = (audit.label(Facility), instrument.facility_id)
    save_route(instrument, SUBJECT, RouteDraft(name, scope, steps, auto_approve or {}), by=by)

"""An instrument in words: its rules, who decides about it and by when, how it lets people in."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core import names
from facilities.models import Booking, Facility, Instrument, Policy
from facilities.queries.rulebook import policies_holding
from facilities.rules import policy_rules
from workflow.approvals import current_route
from workflow.hours import WorkingHours
from workflow.models import Route
from workflow.queries import Expected, who_would_decide


def spoken_length(minutes: int, instrument: Instrument) -> str:
    """A length in the unit of its instrument: `6 shifts`; node-hours are counted in hours of the clock."""
    if instrument.unit == Instrument.Unit.NODE_HOUR:
        return names.units(Decimal(minutes) / 60, "hour")
    return names.units(Decimal(minutes) / instrument.unit_minutes, instrument.unit)


def rules_of(instrument: Instrument, trainings: list[str]) -> list[str]:
    """What holds for a request, as sentences."""
    said = [
        _("From %(least)s to %(most)s, in steps of %(step)s")
        % {
            "least": spoken_length(instrument.min_minutes, instrument),
            "most": spoken_length(instrument.max_minutes, instrument),
            "step": spoken_length(instrument.granularity_minutes, instrument),
        }
    ]
    if instrument.setup_minutes:
        text = ngettext("%(n)d minute", "%(n)d minutes", instrument.setup_minutes) % {"n": instrument.setup_minutes}
        said.append(_("%(time)s before your time are kept for set-up") % {"time": text})
    if instrument.cooling_minutes:
        text = ngettext("%(n)d minute", "%(n)d minutes", instrument.cooling_minutes) % {"n": instrument.cooling_minutes}
        said.append(_("%(time)s after your time it cools") % {"time": text})
    if instrument.mode_minutes:
        said.append(_("Set-up and cooling differ by how you work"))
    if instrument.notice_hours:
        text = ngettext("%(n)d hour", "%(n)d hours", instrument.notice_hours) % {"n": instrument.notice_hours}
        said.append(_("Ask at least %(time)s before the start") % {"time": text})
    text = ngettext("%(n)d day", "%(n)d days", instrument.horizon_days) % {"n": instrument.horizon_days}
    said.append(_("Ask at most %(time)s ahead") % {"time": text})
    if instrument.capacity > 1:
        said.append(_("%(n)d bookings at the same time") % {"n": instrument.capacity})
    if instrument.requires_allocation:
        said.append(_("Only within an allocation"))
    if trainings:
        said.append(_("Training valid on every day: %(names)s") % {"names": ", ".join(trainings)})
    return [*said, *(policy_said(policy) for policy in policies_holding(instrument))]


def policy_said(policy: Policy) -> str:
    """A policy in a sentence, with whose rule it is and who may override it."""
    return _("%(says)s. Rule: %(source)s. May be overridden by: %(who)s.") % {
        "says": policy_rules()[policy.rule].described(policy.parameters),
        "source": policy.source,
        "who": str(policy.get_override_display()).lower(),
    }


def office_hours(facility: Facility) -> WorkingHours:
    """When the facility's office works."""
    return WorkingHours(
        zone=facility.zone,
        weekdays=frozenset(facility.office_weekdays or range(1, 6)),
        opens=facility.office_opens,
        closes=facility.office_closes,
        closed=frozenset(facility.office_closed_on),
    )


def route_of(instrument: Instrument) -> Route | None:
    """The approval route that a request for this instrument would take."""
    return current_route([instrument.pk, instrument.facility_id], Booking._meta.label_lower)


def would_decide(instrument: Instrument, facts: dict[str, Any], starts_at: datetime | None = None) -> list[Expected]:
    """The steps that a request with these facts, for time from `starts_at`, would pass, were it sent now."""
    place = office_hours(instrument.facility).as_json()
    return who_would_decide(route_of(instrument), facts, place, latest=starts_at)


def access_note(instrument: Instrument, route: Route | None) -> str:
    """How time is given, in a few words."""
    if instrument.requires_allocation:
        return _("needs an allocation")
    if route is not None and route.auto_approve:
        return _("given at once")
    return _("by approval")

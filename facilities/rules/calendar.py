"""Rules of the instrument and its calendar: in operation, offered in this way, open, near enough and not too near."""

from collections.abc import Iterator
from datetime import timedelta

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core import times
from facilities.models import Block, Facility, Instrument
from facilities.rules.base import rule, shown
from facilities.rules.facts import BookingRequest, Facts

DOWN = gettext_lazy("Out of order")


@rule(source="1.5 Facility.status", field="instrument")
def facility_in_operation(request: BookingRequest, facts: Facts) -> Iterator[str]:
    facility = facts.instrument.facility
    if facility.status != Facility.Status.OPERATION:
        yield _("%(facility)s is not in operation (%(status)s). Choose an instrument elsewhere.") % {
            "facility": facility,
            "status": str(facility.get_status_display()).lower(),
        }


@rule(source="instrument", field="instrument")
def instrument_bookable(request: BookingRequest, facts: Facts) -> Iterator[str]:
    instrument = facts.instrument
    if not instrument.is_bookable or instrument.archived_at is not None:
        yield _("%(instrument)s cannot be requested. Choose another instrument.") % {"instrument": instrument}


@rule(source="instrument", field="mode")
def mode_offered(request: BookingRequest, facts: Facts) -> Iterator[str]:
    if request.mode not in facts.instrument.modes:
        offered = ", ".join(str(Instrument.Mode(mode).label) for mode in facts.instrument.modes) or "–"
        yield _("%(instrument)s is not offered in this way. Choose one of: %(modes)s.") % {
            "instrument": facts.instrument,
            "modes": offered,
        }


@rule(source="instrument", field="places")
def places_offered(request: BookingRequest, facts: Facts) -> Iterator[str]:
    if request.places > facts.instrument.capacity:
        yield ngettext(
            "%(instrument)s has %(places)d place. Ask for no more.",
            "%(instrument)s has %(places)d places. Ask for no more.",
            facts.instrument.capacity,
        ) % {"instrument": facts.instrument, "places": facts.instrument.capacity}


@rule(source="R-21", field="starts_at", overridable=True)
def inside_user_time(request: BookingRequest, facts: Facts) -> Iterator[str]:
    if not facts.in_user_time:
        yield _("This is not wholly inside user time of %(instrument)s. Choose time in a user or reserve block.") % {
            "instrument": facts.instrument
        }


@rule(source="opening hours", field="starts_at", overridable=True)
def inside_opening_hours(request: BookingRequest, facts: Facts) -> Iterator[str]:
    hours = facts.opening
    if hours is None or any(each.lower <= request.starts_at and request.ends_at <= each.upper for each in hours):
        return
    if hours:
        yield _("%(instrument)s is open %(hours)s. Choose time within.") % {
            "instrument": facts.instrument,
            "hours": "; ".join(times.span(each.lower, each.upper, facts.instrument.facility.zone) for each in hours),
        }
    else:
        yield _("%(instrument)s is closed on these days. Choose another day.") % {"instrument": facts.instrument}


@rule(source="R-21", field="starts_at")
def no_closure(request: BookingRequest, facts: Facts) -> Iterator[str]:
    for closure in facts.closures:
        yield _("%(kind)s from %(start)s to %(end)s. Choose time before or after it.") % {
            "kind": DOWN if closure.kind == "downtime" else Block.Kind(closure.kind).label,
            "start": shown(closure.lower, facts),
            "end": shown(closure.upper, facts),
        }


@rule(source="instrument", field="starts_at", at_asking=True)
def not_in_the_past(request: BookingRequest, facts: Facts) -> Iterator[str]:
    if request.starts_at < facts.now:
        yield _("This time has begun already. Choose a later start.")


@rule(source="instrument", field="starts_at", overridable=True, at_asking=True)
def notice(request: BookingRequest, facts: Facts) -> Iterator[str]:
    hours = facts.instrument.notice_hours
    earliest = facts.now + timedelta(hours=hours)
    if facts.now <= request.starts_at < earliest:
        yield _("%(instrument)s needs %(hours)d h of notice. Choose a start from %(earliest)s on.") % {
            "instrument": facts.instrument,
            "hours": hours,
            "earliest": shown(earliest, facts),
        }


@rule(source="instrument", field="starts_at", overridable=True, at_asking=True)
def horizon(request: BookingRequest, facts: Facts) -> Iterator[str]:
    days = facts.instrument.horizon_days
    latest = facts.now + timedelta(days=days)
    if request.starts_at > latest:
        yield _("%(instrument)s may be requested at most %(days)d days ahead. Choose a start until %(latest)s.") % {
            "instrument": facts.instrument,
            "days": days,
            "latest": shown(latest, facts),
        }

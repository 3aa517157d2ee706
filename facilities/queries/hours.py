"""When a place is open: its hours of the week and the days to come that are different."""

from django.db.models import QuerySet

from core import clock, times
from facilities.models import Facility, Instrument, OpeningException, OpeningHours


def hours_of_week(facility: Facility, instrument: Instrument | None) -> QuerySet[OpeningHours]:
    """The stretches that a facility, or an instrument of its own, has in every week."""
    return OpeningHours.objects.filter(facility=facility, instrument=instrument).order_by("weekday", "opens", "id")


def different_days(facility: Facility, instrument: Instrument | None) -> QuerySet[OpeningException]:
    """Days from today on, on the facility's calendar, that have other hours or are closed."""
    today = clock.now().astimezone(times.zone_of(facility.zone)).date()
    rows = OpeningException.objects.filter(facility=facility, instrument=instrument, day__gte=today)
    return rows.order_by("day", "opens", "id")

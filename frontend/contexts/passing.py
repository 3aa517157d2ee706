"""Trainings as what needs a person: to pass before a stay or with granted time, and to renew in time."""

from datetime import datetime, timedelta
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from core import clock, times
from core.names import local
from facilities.models import Course, TrainingRecord
from facilities.queries.lacking import DAY, Stay, lacking, stays_of
from frontend.contexts.needs import Need
from frontend.contexts.shell import address
from programs.queries.standing import legs_to_use

WARNING = timedelta(days=60)
"""How long before its end a training is to be renewed."""


def needs_of_trainings(user: Any) -> list[Need]:
    """One line for each training: what a stay or granted time asks for and the reader lacks, then what ends soon."""
    today = clock.now().date()
    legs = {leg.instrument: leg for leg in reversed(legs_to_use(user))}
    granted = [Stay(instrument, today, today + DAY) for instrument in legs]
    missing = lacking(user, [*stays_of(user), *granted])
    told = [_to_pass(course, stay, legs) for course, stay in missing]
    return told + _to_renew(user, besides={course.pk for course, _stay in missing})


def _to_pass(course: Course, stay: Stay, legs: Any) -> Need:
    place = f"{stay.instrument.code}, {stay.instrument.facility}"
    title = _("Pass the training “%(course)s” for your time at %(place)s") % {
        "course": local(course, "name"),
        "place": place,
    }
    if stay.booking is None:
        leg = legs[stay.instrument]
        note = f"{leg.proposal.reference} · {leg.proposal.title}"
        return Need(title, reverse("proposal_standing", args=[leg.proposal_id, leg.pk]), note, _("See"))
    zone = stay.instrument.facility.zone
    when = times.span(stay.booking.starts_at, stay.booking.ends_at, zone)
    url = reverse("booking", args=[stay.booking.pk])
    return Need(title, url, when, _("See"), stay.booking.starts_at, zone)


def _to_renew(user: Any, *, besides: set[Any]) -> list[Need]:
    """Trainings of the reader that end soon and were not renewed."""
    latest: dict[Any, TrainingRecord] = {}
    for record in TrainingRecord.objects.filter(user=user).select_related("course__facility").order_by("valid_until"):
        latest[record.course_id] = record
    now = clock.now()
    found = []
    for record in latest.values():
        if record.course_id not in besides and now.date() <= record.valid_until <= (now + WARNING).date():
            zone = record.course.facility.zone
            ends = datetime.combine(record.valid_until + DAY, datetime.min.time(), times.zone_of(zone))
            title = _("Renew the training “%(course)s”") % {"course": local(record.course, "name")}
            note = _("%(facility)s · it must be valid on every day of a stay") % {"facility": record.course.facility}
            page = address("facility", record.course.facility.slug) or ""
            found.append(Need(title, page, note, _("See"), ends, zone))
    return found

"""Trainings that instruments require: which there are, and who has passed one when."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from dateutil.relativedelta import relativedelta
from django.db import transaction
from django.utils.translation import gettext as _

from core import audit, clock
from core.errors import Invalid, Violation
from core.permissions import require
from core.times import zone_of
from facilities.models import Course, Facility, Instrument, TrainingRecord


@transaction.atomic
def add_course(
    facility: Facility,
    *,
    by: Any,
    name: str,
    name_zh: str = "",
    validity_months: int = 12,
    instruments: Iterable[Instrument] = (),
) -> Course:
    """A training that these instruments require from now on; bookings that exist are not ready without it.

    One of the same name is a replay. Raises NotPermitted, Invalid for an instrument of another facility.
    """
    require(by, "facilities.manage_calendar", facility)
    chosen = list(instruments)
    if any(each.facility_id != facility.pk for each in chosen):
        message = _("A training is required at instruments of its own facility.")
        raise Invalid(message, [Violation("foreign_instrument", message, field="instruments")])
    Facility.objects.select_for_update(no_key=True).get(pk=facility.pk)
    if known := Course.objects.filter(facility=facility, name=name.strip(), archived_at=None).first():
        return known
    course = Course.objects.create(
        facility=facility, name=name.strip(), name_zh=name_zh.strip(), validity_months=validity_months, created_by=by
    )
    course.instruments.set(chosen)
    audit.record("create", course, by=by, facility=facility.slug, instruments=sorted(each.slug for each in chosen))
    return course


@transaction.atomic
def record_training(course: Course, person: Any, passed_on: date, *, by: Any) -> TrainingRecord:
    """A person has passed a training, which is valid for the course's months (R-24). The same once more is a replay.

    Raises NotPermitted, Invalid for a day to come.
    """
    require(by, "facilities.run_sessions", course.facility)
    if passed_on > clock.now().astimezone(zone_of(course.facility.zone)).date():
        message = _("This day has not come yet.")
        raise Invalid(message, [Violation("in_the_future", message, field="passed_on")])
    Course.objects.select_for_update(no_key=True).get(pk=course.pk)
    if known := TrainingRecord.objects.filter(course=course, user=person, passed_on=passed_on).first():
        return known
    until = passed_on + relativedelta(months=course.validity_months)
    record = TrainingRecord.objects.create(course=course, user=person, passed_on=passed_on, valid_until=until)
    audit.record("record-training", record, by=by, course=str(course.pk), person=str(person.pk))
    return record

"""Reads what bookings need before they run, for one or for many in a fixed number of statements."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from accounts.models import User
from core.times import zone_of
from facilities import sql
from facilities.models import Booking, RunTerms, SafetyApproval, TeamForm, UserAgreement
from facilities.rules.facts import Untrained
from facilities.rules.readiness import Item, Preparation, readiness

AWAITED = frozenset({"approved"})
"""States in which readiness matters: before, the decider's checks say the same; later somebody has let it begin."""

UNTRAINED = """
    select wanted.id, person.name, course.name
    from facilities_booking wanted
    join facilities_instrument instrument on instrument.id = wanted.instrument_id
    join facilities_facility facility on facility.id = instrument.facility_id
    join facilities_person there on there.booking_id = wanted.id and there.on_site
    join accounts_user person on person.id = there.user_id
    join facilities_instrument_required_trainings required on required.instrument_id = wanted.instrument_id
    join facilities_course course on course.id = required.course_id
    where wanted.id = any(%(bookings)s::uuid[]) and not coalesce((
        select range_agg(daterange(record.passed_on, record.valid_until, '[]')) @> daterange(
            (lower(wanted.period) at time zone facility.zone)::date,
            ((upper(wanted.period) - interval '1 microsecond') at time zone facility.zone)::date, '[]'
        )
        from facilities_trainingrecord record
        where record.user_id = person.id and record.course_id = course.id
    ), false)
    order by wanted.id, person.name, course.name
"""


def readiness_of(bookings: Iterable[Booking]) -> dict[UUID, list[Item]]:
    """For each booking, with its instrument and facility, what it needs; nothing in states that do not await a run."""
    rows = [booking for booking in bookings if booking.state in AWAITED]
    known = _preparations(rows) if rows else {}
    return {booking.pk: readiness(booking, known[booking.pk]) for booking in rows}


def readiness_for(booking: Booking) -> list[Item]:
    """The same for one."""
    return readiness_of([booking]).get(booking.pk, [])


def _preparations(rows: list[Booking]) -> dict[UUID, Preparation]:
    ids = [booking.pk for booking in rows]
    facilities = {booking.instrument.facility_id for booking in rows}
    terms = {each.facility_id: each for each in RunTerms.objects.filter(facility__in=facilities)}
    forms = set(TeamForm.objects.filter(booking__in=ids).values_list("booking_id", flat=True))
    approvals = {each.booking_id: each for each in SafetyApproval.objects.filter(booking__in=ids)}
    agreements: dict[Any, list[UserAgreement]] = defaultdict(list)
    organisations = {booking.organisation_id for booking in rows if booking.organisation_id}
    for each in UserAgreement.objects.filter(facility__in=facilities, organisation__in=organisations):
        agreements[each.facility_id, each.organisation_id].append(each)
    untrained: dict[UUID, list[Untrained]] = defaultdict(list)
    for pk, person, course in sql.rows(UNTRAINED, {"bookings": ids}):
        untrained[pk].append(Untrained(person, course))
    return {
        booking.pk: Preparation(
            terms=terms.get(booking.instrument.facility_id),
            has_form=booking.pk in forms,
            approval=approvals.get(booking.pk),
            agreed=any(
                covers(each, booking)
                for each in agreements.get((booking.instrument.facility_id, booking.organisation_id), ())
            ),
            untrained=tuple(untrained[booking.pk]),
        )
        for booking in rows
    }


def covers(agreement: UserAgreement, booking: Booking) -> bool:
    """Whether an agreement is valid on every day of a stay, in the facility's zone."""
    zone = zone_of(booking.instrument.facility.zone)
    first = booking.starts_at.astimezone(zone).date()
    last = (booking.ends_at - timedelta(microseconds=1)).astimezone(zone).date()
    return agreement.signed_on <= first and (agreement.valid_until is None or last <= agreement.valid_until)


def companions_of(booking: Booking) -> QuerySet[User]:
    """Who may come to a booking: its requester, its team, and those who are named already; by name."""
    seen = Q(pk=booking.requester_id) | Q(visits__booking=booking)
    if booking.team_id:
        seen |= Q(teams__team=booking.team_id)
    return User.objects.filter(seen, is_active=True).order_by("name", "id").distinct()

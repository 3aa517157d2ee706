"""What the rules say today about a booking that was made earlier: the checks a decider reads."""

from dataclasses import replace
from datetime import datetime

from django.db.models import prefetch_related_objects

from accounts.models import User
from core.errors import Violation
from facilities.models import Booking, Change
from facilities.queries.equipment import equipment_of
from facilities.queries.facts import gather_facts
from facilities.rules import RULES, BookingRequest, violations_of


def request_of(booking: Booking, change: Change | None = None) -> BookingRequest:
    """The booking as it was asked for, or with the time, instrument, mode and people of an open change."""
    if change is not None and change.people is not None:
        people = tuple(User.objects.filter(pk__in=change.people).order_by("pk"))
    else:
        prefetch_related_objects([booking], "people__user")
        people = tuple(person.user for person in booking.people.all())
    return BookingRequest(
        instrument=change.instrument if change else booking.instrument,
        starts_at=change.period.lower if change else booking.starts_at,
        ends_at=change.period.upper if change else booking.ends_at,
        purpose=booking.purpose,
        mode=change.mode or booking.mode if change else booking.mode,
        places=booking.places,
        title=booking.title,
        category=booking.category,
        safety=booking.safety,
        requester=booking.requester,
        team=booking.team,
        allocation=(change or booking).allocation,
        people=people,
        equipment=equipment_of(booking),
    )


def standing_against(booking: Booking, change: Change | None = None) -> list[Violation]:
    """The rules that a booking, or its proposed other time, breaks now and that nobody has set aside."""
    return not_set_aside(booking, violations_against(booking, change))


def not_set_aside(booking: Booking, found: list[Violation]) -> list[Violation]:
    """Violations without those of rules that a manager has overridden for the booking."""
    aside = {each["rule"] for each in booking.overrides}
    return [each for each in found if not (each.overridable and each.rule in aside)]


def violations_against(booking: Booking, change: Change | None = None) -> list[Violation]:
    """Every rule that the booking breaks now, save those about the moment of asking."""
    return _judged(request_of(booking, change), booking)


def violations_of_part(booking: Booking, starts_at: datetime, ends_at: datetime) -> list[Violation]:
    """Rules that a part of the time breaks although the whole does not."""
    broken = {found.rule for found in violations_against(booking)}
    part = replace(request_of(booking), starts_at=starts_at, ends_at=ends_at)
    return [found for found in _judged(part, booking) if found.rule not in broken]


def _judged(wanted: BookingRequest, booking: Booking) -> list[Violation]:
    people = tuple(person.pk for person in wanted.people) if wanted.on_site else ()
    facts = gather_facts(wanted, people=people, booking=booking).facts
    return [found for found in violations_of(wanted, facts) if not RULES[found.rule].at_asking]

"""What happened on the floor in eighteen months: faults and planned stops, who came, and what they thought of it."""

import random
from datetime import datetime, timedelta

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from config.demo.places import Places
from core import clock
from facilities.models import Booking, Cancellation, Downtime, Facility, Person
from programs.models import Feedback

FAULTS = (
    ("source", "Beam lost, vacuum interlock"),
    ("source", "Radio frequency cavity tripped"),
    ("source", "Power dip of the supplier"),
    ("computing", "Control network down"),
    ("other", "Cooling water too warm"),
)
PAST = timedelta(days=520)
EVERY = 75
"""Days from one fault of a facility to the next, about."""
SEED = 2007
LATE = 14
"""Days of notice, below which a cancellation is late."""
RATED = timedelta(days=200)


def make_operations(places: Places, *, now: datetime) -> None:
    """Written as an import of a facility's own records would be: in bulk, each with the day of then."""
    chance = random.Random(SEED)
    with clock.standing_at(now - PAST):
        stops = [stop for place in places.facilities.values() for stop in _stops(place, chance, now)]
    Downtime.objects.bulk_create(stops)
    runs = list(
        Booking.objects.filter(is_demo=True, state="closed", period__endswith__gt=now - RATED)
        .exclude(requester=None)
        .order_by("period", "id")
        .only("pk", "requester_id", "mode", "instrument_id", "period")
    )
    off = Booking.objects.filter(is_demo=True, state="cancelled", cancellation=None).exclude(requester=None)
    called_off = off.order_by("period", "id").only("pk", "requester_id")
    Cancellation.objects.bulk_create(_cancelled(booking, chance) for booking in called_off)
    trained = {row.pk for row in places.instruments if row.required_trainings.exists()}
    came = [run for run in runs if run.mode == "onsite" and run.instrument_id in trained]
    Person.objects.bulk_create(Person(booking=run, user_id=run.requester_id) for run in came if run.requester_id)
    Feedback.objects.bulk_create(
        Feedback(booking=run, side=Feedback.Side.USER, by_id=run.requester_id, rating=rating)
        for run in runs
        if run.requester_id and chance.random() < 0.4
        for rating in chance.choices((1, 2, 3, 4, 5), (1, 3, 10, 40, 46))
    )


def _cancelled(booking: Booking, chance: random.Random) -> Cancellation:
    assert booking.requester_id is not None
    days = chance.randint(1, 60)
    return Cancellation(
        booking=booking,
        caused_by=Cancellation.Cause.REQUESTER if chance.random() < 0.8 else Cancellation.Cause.FACILITY,
        by_id=booking.requester_id,
        notice_minutes=days * 24 * 60,
        is_late=days < LATE,
        reason="As the facility's own records say.",
    )


def _stops(facility: Facility, chance: random.Random, now: datetime) -> list[Downtime]:
    found, at = [], now - PAST + timedelta(days=chance.randint(5, EVERY))
    while at < now - timedelta(days=2):
        cause, title = chance.choice(FAULTS)
        found.append(_stop(facility, at, chance.choice((1, 2, 3, 6, 9, 20)), cause, title))
        at += timedelta(days=chance.randint(EVERY // 2, EVERY * 3 // 2), hours=chance.randint(0, 23))
    planned = now - timedelta(days=chance.randint(120, 160))
    return [*found, _stop(facility, planned, 48, "other", "Service of the cryogenic plant", planned=True)]


def _stop(facility: Facility, at: datetime, hours: int, cause: str, title: str, *, planned: bool = False) -> Downtime:
    until = at + timedelta(hours=hours)
    return Downtime(
        facility=facility,
        period=DateTimeTZRange(at, until),
        ended_at=until,
        cause=cause,
        title=title,
        planned=planned,
        is_demo=True,
    )

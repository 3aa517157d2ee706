"""History is brought in as it was: claims apply to it, policies do not, and a second run changes nothing."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from core.models import AuditEntry
from facilities.commands.history import PastBooking, PastSession, record_past_bookings, record_sessions
from facilities.models import Booking, Claim, Session
from tests.facilities.asking import hourly

pytestmark = pytest.mark.django_db
THEN = datetime(2020, 3, 2, tzinfo=UTC)


def past(instrument, key, day, hours=24, **fields):
    start = THEN + timedelta(days=day)
    return PastBooking(key, instrument, start, start + timedelta(hours=hours), **fields)


def record(world, *rows):
    return [(one.status, one.reason) for one in record_past_bookings(rows, by=world.system, source="old")]


def test_past_bookings_come_in_although_every_policy_forbids_them(world):
    rows = [past(world.instrument_a, "1", 0, hours=3), past(world.instrument_a, "2", 1)]
    assert record(world, *rows) == [("created", ""), ("created", "")]
    assert set(Booking.objects.values_list("state", flat=True)) == {"completed"}
    assert AuditEntry.objects.filter(verb="import").count() == 2


def test_a_second_run_creates_none(world):
    rows = [past(world.instrument_a, str(day), day) for day in range(5)]
    record(world, *rows)
    assert {status for status, _reason in record(world, *rows)} == {"skipped"}
    assert Booking.objects.count() == Claim.objects.count() == 5


def test_a_row_that_overlaps_is_refused_alone_and_says_with_what(world):
    outcomes = record(
        world,
        past(world.instrument_a, "1", 0, title="Bragg"),
        past(world.instrument_a, "2", 0.5),
        past(world.instrument_a, "3", 1),
    )
    assert [status for status, _reason in outcomes] == ["created", "refused", "created"]
    assert "“Bragg” (2020-03-02 00:00" in outcomes[1][1]


def test_a_row_that_overlaps_what_is_stored_is_refused(world):
    record(world, past(world.instrument_a, "1", 0, title="Bragg"))
    [(status, reason)] = record(world, past(world.instrument_a, "2", -0.5))
    assert status == "refused"
    assert "Bragg" in reason


def test_capacity_applies_to_history_and_lanes_are_packed(world):
    instrument = hourly(world, capacity=2)
    rows = [past(instrument, str(number), start, 4) for number, start in enumerate((0, 0.1, 0.6, 0.5))]
    assert [status for status, _reason in record(world, *rows)] == ["created"] * 4
    assert Claim.objects.filter(resource=instrument.pk, lane__gte=2).count() == 0


def test_a_row_that_ends_before_it_starts_is_refused(world):
    assert record(world, past(world.instrument_a, "1", 0, hours=-2))[0][0] == "refused"


def test_use_comes_in_once(world):
    rows = [
        PastSession(str(number), world.instrument_a, THEN, THEN + timedelta(hours=12), person_label=f"u{number}")
        for number in range(3)
    ]
    assert record_sessions(rows, by=world.system, source="swf") == 3
    assert (
        record_sessions([*rows, PastSession("4", world.instrument_b, THEN, THEN)], by=world.system, source="swf") == 1
    )
    assert sorted(Session.objects.values_list("units", flat=True)) == [0, *[Decimal("1.5")] * 3]

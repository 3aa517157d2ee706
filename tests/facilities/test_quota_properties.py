"""Properties of quotas in zones and of editing, over generated cases: days of 23 and 25 hours, weeks, any so many."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.errors import DomainError
from facilities.commands.bookings import check_booking, reschedule_booking, withdraw_booking
from facilities.models import Facility, Instrument
from facilities.rules import RULES, BookingRequest, Facts, Standing, Stay, spent_windows
from facilities.rules.windows import windows, within
from tests.facilities.asking import ask, berlin, hourly, wanted
from tests.facilities.policy import hold

CALM = settings(deadline=None, suppress_health_check=list(HealthCheck), max_examples=60)
ZONES = st.sampled_from(["Europe/Berlin", "America/New_York", "Asia/Shanghai", "Australia/Lord_Howe", "UTC"])
# The clocks of Berlin change on 28 March and 31 October 2027, those of New York and Lord Howe around then.
MINUTES = st.one_of(st.integers(80 * 1440, 95 * 1440), st.integers(295 * 1440, 312 * 1440))
START = datetime(2027, 1, 1, tzinfo=UTC)
OVERS = st.sampled_from(["day", "week", "rolling"])
STAY = st.tuples(MINUTES, st.integers(15, 4 * 1440)).map(
    lambda each: (START + timedelta(minutes=each[0]), START + timedelta(minutes=each[0] + each[1]))
)


def hours_of(day: date, zone: ZoneInfo) -> timedelta:
    return datetime.combine(day + timedelta(days=1), datetime.min.time(), zone).astimezone(UTC) - datetime.combine(
        day, datetime.min.time(), zone
    ).astimezone(UTC)


@CALM
@given(ZONES, OVERS, st.integers(1, 10), STAY)
def test_windows_begin_and_end_at_midnight_there_and_last_whole_days_whatever_the_clocks_do(zone, over, days, stay):
    here = ZoneInfo(zone)
    found = windows(over, days, zone, *stay)
    length = {"day": 1, "week": 7}.get(over, days)
    for lower, upper in found:
        assert lower < stay[1]
        assert stay[0] < upper
        begin = lower.astimezone(here)
        assert (begin.hour, begin.minute) == (0, 0)
        assert over != "week" or begin.weekday() == 0
        whole = (hours_of(begin.date() + timedelta(days=n), here) for n in range(length))
        assert upper - lower == sum(whole, timedelta(0))
    assert found == sorted(set(found))


@CALM
@given(ZONES, st.sampled_from(["day", "week"]), STAY)
def test_days_and_weeks_share_a_stay_out_without_losing_or_doubling_a_minute(zone, over, stay):
    parts = [within(window, [stay]) for window in windows(over, 1, zone, *stay)]
    assert sum(parts, timedelta(0)) == stay[1] - stay[0]
    assert all(parts)


@CALM
@given(ZONES, st.integers(1, 10), STAY)
def test_every_so_many_days_in_a_row_that_touch_a_stay_are_looked_at_and_no_others(zone, days, stay):
    found = set(windows("rolling", days, zone, *stay))
    around = windows("rolling", days, zone, stay[0] - timedelta(days=20), stay[1] + timedelta(days=20))
    assert found == {window for window in around if window[0] < stay[1] and stay[0] < window[1]}


def quota_case(zone, over, days, most, stay, others):
    """A request, and facts with a quota of hours and other bookings of the same person."""
    facility = Facility(id=uuid4(), name="Facility", zone=zone)
    instrument = Instrument(id=uuid4(), facility=facility, code="I", unit="hour", unit_minutes=60)
    person = type("Person", (), {"pk": uuid4(), "name": "Ana"})()
    stays = tuple(
        Stay(
            uuid4(), *each, Decimal(1), "hour", person.pk, (person.pk,), on_site=False, facility=facility.pk, country=""
        )
        for each in others
    )
    values = {"most": most, "measure": "hours", "per": "person", "over": over, "days": days, "categories": []}
    policy = Standing(uuid4(), "quota", values, stays=stays)
    request = BookingRequest(instrument, *stay, people=(person,), requester=person)
    return request, Facts(now=START, instrument=instrument, policies=(policy,))


@CALM
@given(ZONES, OVERS, st.integers(1, 8), st.integers(0, 60), STAY, st.lists(STAY, max_size=5))
def test_a_quota_refuses_exactly_when_some_window_would_hold_more(zone, over, days, most, stay, others):
    request, facts = quota_case(zone, over, days, most, stay, others)
    refused = bool(list(RULES["quota"].violations(request, facts)))
    limit = timedelta(hours=most)
    expected = any(
        sum((within(window, [each]) for each in [stay, *others]), timedelta(0)) > limit
        for window in windows(over, days, zone, *stay)
    )
    assert refused == expected


@CALM
@given(ZONES, OVERS, st.integers(1, 8), st.integers(0, 40), STAY, st.lists(STAY, max_size=5), st.integers(-5000, 5000))
def test_a_window_that_is_spent_has_no_room_for_the_same_length_at_any_start(
    zone, over, days, most, stay, others, shift
):
    request, facts = quota_case(zone, over, days, most, stay, others)
    moved = replace(
        request,
        starts_at=request.starts_at + timedelta(minutes=shift),
        ends_at=request.ends_at + timedelta(minutes=shift),
    )
    for spent in spent_windows(request, facts):
        if spent.lower <= moved.starts_at and moved.ends_at <= spent.upper:
            assert list(RULES["quota"].violations(moved, facts))


@pytest.mark.django_db
@settings(deadline=None, suppress_health_check=list(HealthCheck), max_examples=12)
@given(
    st.lists(st.tuples(st.integers(0, 13), st.integers(0, 20), st.integers(1, 8)), min_size=1, max_size=4),
    st.tuples(st.integers(0, 13), st.integers(0, 20), st.integers(1, 12)),
)
def test_editing_can_do_nothing_that_creating_could_not(moving_world, others, target):
    """Whatever another time is, moving there is refused or accepted as asking for it would be with the old one gone."""
    world, instrument = moving_world
    with transaction.atomic():
        booking = ask(instrument, berlin(world, 14, 8), 2, by=world.ana)
        for day, hour, hours in others:
            try:
                ask(instrument, berlin(world, day, hour), hours, by=world.ana)
            except DomainError:
                continue
        day, hour, hours = target
        start = berlin(world, day, hour)
        end = start + timedelta(hours=hours)
        try:
            reschedule_booking(booking, by=world.ana, starts_at=start, ends_at=end)
            moved = True
        except DomainError:
            moved = False
        booking.refresh_from_db()
        assert moved == ((booking.starts_at, booking.ends_at) == (start.astimezone(UTC), end.astimezone(UTC)))
        withdraw_booking(booking, by=world.ana, note="To compare")
        assert check_booking(wanted(instrument, start, hours), by=world.ana).ok == moved
        transaction.set_rollback(True)


@pytest.fixture
def moving_world(world):
    """An instrument with a quota by the day and by any three days, a gap and a longest stay."""
    instrument = hourly(world, max_minutes=10 * 60)
    hold(world, "quota", {"most": 10, "over": "day"})
    hold(world, "quota", {"most": 14, "over": "rolling", "days": 3})
    hold(world, "quota", {"most": 4, "measure": "bookings", "over": "week"})
    return world, instrument

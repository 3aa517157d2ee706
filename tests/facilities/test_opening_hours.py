"""Opening hours: the stored open calendar, right on days of 23 and 25 hours, and what refuses time outside them."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.errors import RulesRefuse
from facilities import sql
from facilities.models import Block, Cycle, OpeningException, OpeningHours
from facilities.queries.availability import free_slots, gaps
from facilities.queries.facts import gather_facts
from facilities.rules import violations_of
from tests.facilities.asking import ask, berlin, hourly, rules_of, wanted

pytestmark = pytest.mark.django_db
BERLIN = ZoneInfo("Europe/Berlin")


def opens(world, *, instrument=None, weekdays=range(1, 8), hours=((8, 18),)):
    OpeningHours.objects.bulk_create(
        OpeningHours(
            facility=world.facility_a, instrument=instrument, weekday=day, opens=time(start), closes=time(end % 24)
        )
        for day in weekdays
        for start, end in hours
    )


def open_stretches(instrument, first, last):
    """What is open between two local midnights, in elapsed hours of each stretch."""
    found = gaps([instrument.pk], first, last, 1)
    return [(lower.astimezone(BERLIN), (upper - lower) / timedelta(hours=1)) for _pk, lower, upper in found]


def test_without_hours_an_instrument_is_open_round_the_clock(world):
    instrument = hourly(world)
    assert open_stretches(instrument, berlin(world, 0, 0), berlin(world, 2, 0)) == [(berlin(world, 0, 0), 48)]


def test_hours_of_the_facility_hold_for_its_instruments_until_one_has_its_own(world):
    day, night = hourly(world, "D"), hourly(world, "N")
    opens(world)
    opens(world, instrument=night, hours=((20, 4),))
    assert open_stretches(day, berlin(world, 0, 0), berlin(world, 1, 0)) == [(berlin(world, 0, 8), 10)]
    assert open_stretches(night, berlin(world, 0, 0), berlin(world, 1, 4)) == [
        (berlin(world, 0, 0), 4),
        (berlin(world, 0, 20), 8),
    ]


def test_closing_at_midnight_is_the_end_of_the_day(world):
    instrument = hourly(world)
    opens(world, hours=((8, 24),))
    assert open_stretches(instrument, berlin(world, 0, 0), berlin(world, 1, 0)) == [(berlin(world, 0, 8), 16)]


def test_a_day_that_is_closed_and_a_day_with_other_hours(world):
    instrument = hourly(world)
    opens(world)
    monday = berlin(world, 0, 0).date()
    OpeningException.objects.create(facility=world.facility_a, day=monday, reason="Holiday")
    OpeningException.objects.create(
        facility=world.facility_a, day=monday + timedelta(days=1), opens=time(12), closes=time(14)
    )
    assert open_stretches(instrument, berlin(world, 0, 0), berlin(world, 3, 0)) == [
        (berlin(world, 1, 12), 2),
        (berlin(world, 2, 8), 10),
    ]


def test_an_exception_of_an_instrument_goes_before_its_facilitys_and_works_without_hours(world):
    closed, own = hourly(world, "C"), hourly(world, "O")
    tuesday = berlin(world, 1, 0).date()
    OpeningException.objects.create(facility=world.facility_a, day=tuesday)
    OpeningException.objects.create(
        facility=world.facility_a, instrument=own, day=tuesday, opens=time(9), closes=time(10)
    )
    assert open_stretches(closed, berlin(world, 1, 0), berlin(world, 3, 0)) == [(berlin(world, 2, 0), 24)]
    assert open_stretches(own, berlin(world, 1, 0), berlin(world, 2, 0)) == [(berlin(world, 1, 9), 1)]


def test_hours_that_change_or_go_change_the_open_time(world):
    instrument = hourly(world)
    opens(world)
    OpeningHours.objects.update(closes=time(12))
    assert open_stretches(instrument, berlin(world, 0, 0), berlin(world, 1, 0)) == [(berlin(world, 0, 8), 4)]
    world.facility_a.zone = "UTC"
    world.facility_a.save()
    assert gaps([instrument.pk], world.at(0, 0), world.at(1, 0), 1)[0][1] == world.at(0, 8)
    OpeningHours.objects.all().delete()
    assert len(open_stretches(instrument, berlin(world, 0, 0), berlin(world, 3, 0))) == 1


@pytest.mark.parametrize(("day", "length"), [(date(2027, 3, 28), 23), (date(2027, 10, 31), 25), (date(2027, 6, 1), 24)])
def test_a_day_when_clocks_change_is_open_as_long_as_it_is(world, day, length):
    instrument = hourly(world, horizon_days=2000)
    Block.objects.all().delete()
    first = datetime.combine(day, time(0), BERLIN)
    last = datetime.combine(day + timedelta(days=1), time(0), BERLIN)
    Block.objects.create(facility=world.facility_a, kind="user", period=DateTimeTZRange(first, last))
    opens(world, hours=((0, 24),))
    assert open_stretches(instrument, first, last) == [(first, length)]
    OpeningHours.objects.update(opens=time(1), closes=time(4))
    assert open_stretches(instrument, first, last) == [(first.replace(hour=1), 3 + length - 24)]


def test_time_outside_the_hours_is_refused_with_the_hours_of_that_day(world):
    instrument = hourly(world)
    opens(world)
    with pytest.raises(RulesRefuse) as refused:
        ask(instrument, berlin(world, 1, 17), 2, by=world.ana)
    assert rules_of(refused.value) == ["inside_opening_hours"]
    [violation] = refused.value.violations
    assert "Tue 8 Dec 2026, 08:00–18:00 CET" in violation.message
    assert "18:00" in violation.message
    assert violation.overridable
    assert len(refused.value.alternatives) == 3
    assert ask(instrument, berlin(world, 1, 16), 2, by=world.ana).pk
    OpeningException.objects.create(facility=world.facility_a, day=berlin(world, 2, 0).date())
    with pytest.raises(RulesRefuse) as refused:
        ask(instrument, berlin(world, 2, 10), 1, by=world.ana)
    assert "is closed on these days" in refused.value.violations[0].message


def test_every_reason_against_time_that_is_not_open_is_given_at_once(world):
    instrument = hourly(world)
    opens(world)
    Block.objects.all().delete()
    period = DateTimeTZRange(berlin(world, 1, 19), berlin(world, 1, 20))
    Block.objects.create(facility=world.facility_a, kind="maintenance", period=period)
    with pytest.raises(RulesRefuse) as refused:
        ask(instrument, berlin(world, 1, 17), 4, by=world.ana)
    assert rules_of(refused.value) == ["inside_user_time", "inside_opening_hours", "no_closure"]


def test_a_draft_cycle_is_not_open_to_users_until_it_is_published(world):
    cycle = Cycle.objects.create(
        facility=world.facility_a,
        name="Plan",
        period=DateTimeTZRange(world.at(0, 0), world.at(30, 0)),
        published_at=None,
    )
    assert free_slots(world.instrument_a, world.at(1, 0), world.at(20, 0), 480) == []
    with pytest.raises(RulesRefuse) as refused:
        ask(world.instrument_a, berlin(world, 1, 8), by=world.ana)
    assert rules_of(refused.value) == ["inside_user_time"]
    cycle.published_at = world.at(0, 0)
    cycle.save()
    assert ask(world.instrument_a, berlin(world, 1, 8), by=world.ana).pk


WALL = st.integers(0, 23)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    week=st.lists(st.tuples(st.integers(1, 7), WALL, WALL), max_size=9, unique_by=lambda each: each[:2]),
    other=st.lists(st.tuples(st.integers(0, 8), st.one_of(st.none(), st.tuples(WALL, WALL))), max_size=3,
                   unique_by=lambda each: each[0]),
    autumn=st.booleans(),
)  # fmt: skip
def test_open_time_is_what_the_wall_clock_says_hour_by_hour_over_changes_of_clocks(world, week, other, autumn):
    first = date(2027, 10, 26) if autumn else date(2027, 3, 23)
    instrument = world.instrument_a
    OpeningHours.objects.all().delete()
    OpeningException.objects.all().delete()
    Block.objects.all().delete()
    start, end = (datetime.combine(first + timedelta(days=n), time(0), BERLIN) for n in (0, 9))
    Block.objects.create(facility=world.facility_a, kind="user", period=DateTimeTZRange(start, end))
    for day, opening, closing in week:
        OpeningHours.objects.create(facility=world.facility_a, weekday=day, opens=time(opening), closes=time(closing))
    special = {first + timedelta(days=n): hours for n, hours in other}
    for day, hours in special.items():
        given = {} if hours is None else {"opens": time(hours[0]), "closes": time(hours[1])}
        OpeningException.objects.create(facility=world.facility_a, day=day, **given)

    def stretches(day):
        if day in special:
            return [special[day]] if special[day] else []
        return [(a, b) for weekday, a, b in week if weekday == day.isoweekday()] if week else [(0, 0)]

    def open_at(wall):
        for day in (wall.date(), wall.date() - timedelta(days=1)):
            for a, b in stretches(day):
                opening = datetime.combine(day, time(a))
                closing = datetime.combine(day + timedelta(days=b <= a), time(b))
                if opening <= wall < closing:
                    return True
        return False

    hours = int((end.astimezone(UTC) - start.astimezone(UTC)) / timedelta(hours=1))
    [[periods]] = sql.rows(
        "select array(select unnest(periods)) from facilities_opentime where instrument_id = %(pk)s",
        {"pk": instrument.pk},
    )
    for n in range(hours):
        at = start.astimezone(UTC) + timedelta(hours=n)
        if at.astimezone(BERLIN).replace(fold=0).utcoffset() != at.astimezone(BERLIN).replace(fold=1).utcoffset():
            continue  # the hour that comes twice: hours that begin or end within it mean its second coming
        stored = any(period.lower <= at < period.upper for period in periods)
        assert stored == open_at(at.astimezone(BERLIN).replace(tzinfo=None)), at.astimezone(BERLIN)


def test_search_and_rules_agree_by_the_hour(world):
    instrument = hourly(world)
    opens(world, weekdays=(1, 2, 4), hours=((8, 12), (13, 1)))
    period = DateTimeTZRange(berlin(world, 1, 9), berlin(world, 1, 11))
    Block.objects.create(facility=world.facility_a, kind="maintenance", period=period)
    free = gaps([instrument.pk], world.at(0, 0), world.at(5, 0), 60)
    for hour in range(5 * 24):
        request = wanted(instrument, world.at(0, hour), 1)
        legal = not violations_of(request, gather_facts(request, people=()).facts)
        assert legal == any(a <= request.starts_at and request.ends_at <= b for _pk, a, b in free)

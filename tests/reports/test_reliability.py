"""K01–K06: scheduled and backup time, availability, failures; by hand, as published, and minute by minute in SQL."""

import random
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from facilities.models import Block, Booking, Claim, Correction, Cycle, Downtime
from reports import metrics
from reports.queries.answers import answer
from tests.world import make_facility, make_instrument, open_time

pytestmark = pytest.mark.django_db

MAY = {"from": "2026-05-01", "to": "2026-06-01", "by": "total"}


def utc(*parts):
    return datetime(*parts, tzinfo=UTC)


@pytest.fixture
def berlin(world):
    return make_instrument(make_facility("plain", world.org_a, "Europe/Berlin", "DE"), "P1")


def down(facility, starts_at, ends_at, **fields):
    given = {"cause": "source", "title": "Beam lost", "ended_at": ends_at, **fields}
    return Downtime.objects.create(facility=facility, period=DateTimeTZRange(starts_at, ends_at), **given)


def only(user, name, **asked):
    (row,) = answer(name, {**MAY, "facility": "plain", **asked}, user=user).rows
    return row


def long_ago(block):
    Block.objects.filter(pk=block.pk).update(created_at=utc(2025, 1, 1))


def test_availability_and_failures_are_what_esrf_published_for_2007(berlin, world):
    """682 shifts of eight hours less one: 5,455 h, of which 5,343 were delivered, with 95 failures: MTBF 56.8 h."""
    start = utc(2007, 1, 15)
    open_time(berlin.facility, start, start + timedelta(hours=5455))
    for n in range(95):
        begins = start + timedelta(hours=50 * n + 10)
        down(berlin.facility, begins, begins + timedelta(hours=112 / 95))
    asked = {"from": "2007-01-01", "to": "2008-01-01"}
    row = only(world.lea, "availability", **asked)
    assert (row["user_hours"], row["lost_hours"], row["availability"]) == (5455, 112, 0.9795)
    row = only(world.lea, "failures", **asked)
    assert (row["outages"], round(row["mtbf"], 1)) == (95, 56.8)
    assert row["mtbf_other"] == round(5455 / 95, 4)
    assert row["mttr"] == round(112 / 95, 4)


def test_time_that_was_fixed_late_is_not_scheduled_and_reserve_counts_when_it_was_used(berlin, world):
    long_ago(open_time(berlin.facility, utc(2026, 5, 4, 6), utc(2026, 5, 4, 16)))
    late = open_time(berlin.facility, utc(2026, 5, 5, 6), utc(2026, 5, 5, 10))
    Block.objects.filter(pk=late.pk).update(created_at=utc(2026, 4, 20))
    open_time(berlin.facility, utc(2026, 5, 6), utc(2026, 5, 7), kind="reserve")
    period = DateTimeTZRange(utc(2026, 5, 6, 8), utc(2026, 5, 6, 11))
    booking = Booking.objects.create(instrument=berlin, period=period, state="approved", unit="shift", units=1)
    Claim.objects.create(resource=berlin.pk, period=period, booking=booking)
    row = only(world.lea, "user-time")
    assert (row["scheduled_hours"], row["short_hours"], row["backup_hours"], row["user_hours"]) == (10, 4, 3, 13)


def test_a_cycle_published_late_is_short_notice(berlin, world):
    long_ago(open_time(berlin.facility, utc(2026, 5, 4), utc(2026, 5, 5)))
    Cycle.objects.create(
        facility=berlin.facility,
        name="2026-1",
        period=DateTimeTZRange(utc(2026, 5, 1), utc(2026, 7, 1)),
        published_at=utc(2026, 4, 28),
    )
    row = only(world.lea, "user-time", by="cycle")
    assert (row["period"], row["scheduled_hours"], row["short_hours"]) == ("2026-1", 0, 24)
    row = only(world.lea, "availability")
    assert row["availability"] is None


def test_planned_stops_stand_apart_and_a_plan_that_was_none_counts(berlin, world):
    open_time(berlin.facility, utc(2026, 5, 4), utc(2026, 5, 5))
    planned = down(berlin.facility, utc(2026, 5, 4, 2), utc(2026, 5, 4, 4), planned=True)
    down(berlin.facility, utc(2026, 5, 4, 10), utc(2026, 5, 4, 11))
    row = only(world.lea, "availability")
    assert (row["user_hours"], row["planned_stop_hours"], row["lost_hours"]) == (24, 2, 1)
    Correction.objects.create(downtime=planned, cause="source", planned=False, reason="No plan", by=world.bo)
    row = only(world.lea, "availability")
    assert (row["planned_stop_hours"], row["lost_hours"]) == (0, 3)


def test_an_instrument_has_the_faults_of_its_facility_and_its_own(berlin, world):
    open_time(berlin.facility, utc(2026, 5, 4), utc(2026, 5, 5))
    down(berlin.facility, utc(2026, 5, 4, 2), utc(2026, 5, 4, 4))
    down(berlin.facility, utc(2026, 5, 4, 3), utc(2026, 5, 4, 5), instrument=berlin, cause="instrument")
    assert only(world.lea, "availability")["lost_hours"] == 2
    assert only(world.lea, "availability", of="instrument")["lost_hours"] == 3


def test_who_never_recorded_a_downtime_is_a_gap_and_not_a_hundred_per_cent(berlin, world):
    open_time(berlin.facility, utc(2026, 5, 4), utc(2026, 5, 5))
    row = only(world.lea, "availability")
    assert row["user_hours"] == 24
    assert row["lost_hours"] is row["availability"] is row["compensated"] is None
    assert only(world.lea, "failures")["mtbf"] is None


def test_outages_with_less_than_an_hour_between_them_are_one():
    def at(hour, minute=0):
        return utc(2026, 5, 4, hour, minute)

    hour = timedelta(hours=1)
    assert metrics.outages([(at(1), at(2)), (at(2, 30), at(3))], hour) == 1
    assert metrics.outages([(at(1), at(2)), (at(3), at(4))], hour) == 2
    assert metrics.outages([(at(1), at(4)), (at(2), at(3))], hour) == 1
    assert metrics.outages([], hour) == 0


MINUTES = """
with tick as (
    select t as at, to_char(t at time zone 'Europe/Berlin', 'YYYY-MM') as month
    from generate_series(%(start)s::timestamptz, %(end)s::timestamptz - interval '10 min', interval '10 min') t
), state as (
    select month, at,
        exists (select from facilities_block where kind = 'user' and facility_id = %(f)s and period @> at)
            and not exists (
                select from facilities_block where kind = 'maintenance' and facility_id = %(f)s and period @> at
            ) as is_user,
        exists (select from facilities_block where kind = 'reserve' and facility_id = %(f)s and period @> at)
            and not exists (
                select from facilities_block
                where kind in ('maintenance', 'user') and facility_id = %(f)s and period @> at
            ) and exists (
                select from facilities_booking where instrument_id = %(i)s and state = 'approved' and period @> at
            ) as is_backup,
        exists (
            select from facilities_downtime where facility_id = %(f)s and instrument_id is null and not planned
                and period @> at
        ) as is_down
    from tick
), lost as (
    select month, at, at - lag(at) over (partition by month order by at) - interval '10 min' as apart
    from state where (is_user or is_backup) and is_down
)
select month, count(*) filter (where is_user) / 6.0, count(*) filter (where is_backup) / 6.0,
    count(*) filter (where (is_user or is_backup) and is_down) / 6.0,
    (select count(*) from lost where lost.month = state.month and (apart is null or apart >= interval '1 hour'))
from state group by month having bool_or(is_user) or true order by month
"""


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_ten_minutes_at_a_time_the_same_hours_and_outages_come_out(berlin, world, seed):
    """Six weeks over a month's end and the change of clocks, at random; SQL looks at every ten minutes by itself."""
    dice = random.Random(seed)
    start, end = utc(2026, 3, 15), utc(2026, 4, 26)

    def stretches(most, longest):
        at, found = start, []
        for _n in range(most):
            at += timedelta(minutes=10 * dice.randint(1, 600))
            until = at + timedelta(minutes=10 * dice.randint(1, longest))
            if until >= end:
                break
            found.append((at, until))
            at = until
        return found

    for kind, most, longest in (("user", 12, 500), ("reserve", 10, 300), ("maintenance", 8, 60)):
        for begins, ends in stretches(most, longest):
            open_time(berlin.facility, begins, ends, kind=kind)
    for begins, ends in stretches(12, 200):
        period = DateTimeTZRange(begins, ends)
        booking = Booking.objects.create(
            instrument=berlin, period=period, state=dice.choice(["approved", "requested"]), unit="shift", units=1
        )
        Claim.objects.create(resource=berlin.pk, period=period, booking=booking)
    for _layer in range(2):
        for begins, ends in stretches(40, 12):
            down(berlin.facility, begins, ends, planned=dice.random() < 0.2)
    with connection.cursor() as cursor:
        asked = {"start": start, "end": end, "f": berlin.facility.pk, "i": berlin.pk}
        cursor.execute(MINUTES, asked)
        second = {month: tuple(float(value) for value in rest) for month, *rest in cursor.fetchall()}
    asked = {"from": "2026-03-01", "to": "2026-05-01", "facility": "plain", "by": "month"}
    first = {
        row["period"]: (row["scheduled_hours"], row["backup_hours"], row["lost_hours"], float(row["outages"]))
        for row in answer("failures", asked, user=world.lea).rows
    }
    assert first == {month: pytest.approx(values, abs=1e-3) for month, values in second.items()}

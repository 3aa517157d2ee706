"""Roll-ups agree with plain Python over the raw rows, follow every change, and know what is use and what is not."""

import random
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import pytest
from django.core.management import call_command
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import Sum

from core.models import Job
from core.rows import fetch
from facilities.models import Block, Booking, Claim, Cycle, Downtime, OpeningException, OpeningHours, Session
from reports.commands.rollups import check_rollups, rebuild_rollups, refresh_rollups
from reports.models import DailyShare, DailyUse, DirtyTime, MonthlyShare
from reports.queries.plain import use_of_day
from reports.sql import shares
from tests.world import make_facility, make_instrument, open_time

pytestmark = pytest.mark.django_db

H = 3600


def utc(*parts):
    return datetime(*parts, tzinfo=UTC)


def book(instrument, starts_at, ends_at, state="approved", lane=0, **fields):
    booking = Booking.objects.create(
        instrument=instrument,
        period=DateTimeTZRange(starts_at, ends_at),
        state=state,
        unit=instrument.unit,
        units=1,
        hold_expires_at=ends_at if state == "held" else None,
        **fields,
    )
    Claim.objects.create(resource=instrument.pk, lane=lane, period=booking.period, booking=booking)
    return booking


def run(instrument, starts_at, ends_at, units=None, **fields):
    hours = Decimal((ends_at - starts_at).total_seconds()) / 3600
    return Session.objects.create(
        instrument=instrument,
        starts_at=starts_at,
        ends_at=ends_at,
        unit=instrument.unit,
        units=units if units is not None else hours * 60 / instrument.unit_minutes,
        **fields,
    )


@pytest.fixture
def berlin(world):
    """An instrument of a facility in Berlin without any calendar yet."""
    return make_instrument(make_facility("plain", world.org_a, "Europe/Berlin", "DE"), "P1")


def day(instrument, *parts):
    refresh_rollups()
    return DailyUse.objects.get(instrument_id=instrument.pk, day=date(*parts))


def test_open_less_blackout_and_booked_by_the_hour(berlin):
    """Open 06–18, blackout 06–08, booked 12–18: six of ten hours."""
    open_time(berlin.facility, utc(2026, 5, 4, 4), utc(2026, 5, 4, 16))
    Block.objects.create(
        facility=berlin.facility, kind="maintenance", period=DateTimeTZRange(utc(2026, 5, 4, 4), utc(2026, 5, 4, 6))
    )
    book(berlin, utc(2026, 5, 4, 10), utc(2026, 5, 4, 16))
    row = day(berlin, 2026, 5, 4)
    assert (row.user_seconds, row.booked_user_seconds) == (10 * H, 6 * H)


@pytest.mark.parametrize(
    "state", ["held", "requested", "countered", "declined", "expired", "withdrawn", "cancelled", "no_show", "lost"]
)
def test_what_was_not_taken_is_not_use(berlin, state):
    open_time(berlin.facility, utc(2026, 5, 4), utc(2026, 5, 5))
    book(berlin, utc(2026, 5, 4, 8), utc(2026, 5, 4, 16), state=state)
    assert day(berlin, 2026, 5, 4).booked_seconds == 0
    assert not DailyShare.objects.exists()


@pytest.mark.parametrize("state", ["approved", "running", "completed", "closed"])
def test_what_was_taken_is_use(berlin, state):
    book(berlin, utc(2026, 5, 4, 8), utc(2026, 5, 4, 16), state=state)
    assert day(berlin, 2026, 5, 4).booked_seconds == 8 * H


def test_a_booking_is_cut_at_the_midnights_of_its_facility(berlin):
    book(berlin, utc(2026, 5, 4, 20), utc(2026, 5, 5, 4))
    assert day(berlin, 2026, 5, 4).booked_seconds == 2 * H
    assert day(berlin, 2026, 5, 5).booked_seconds == 6 * H


def test_days_on_which_clocks_change_have_23_and_25_hours(berlin):
    open_time(berlin.facility, utc(2026, 1, 1), utc(2027, 1, 1))
    book(berlin, utc(2026, 3, 27), utc(2026, 3, 31))
    book(berlin, utc(2026, 10, 23), utc(2026, 10, 27))
    spring, autumn = day(berlin, 2026, 3, 29), day(berlin, 2026, 10, 25)
    assert (spring.user_seconds, spring.booked_seconds) == (23 * H, 23 * H)
    assert (autumn.user_seconds, autumn.booked_seconds) == (25 * H, 25 * H)


def test_time_outside_user_blocks_is_booked_but_not_use_of_user_time(berlin):
    open_time(berlin.facility, utc(2026, 5, 4, 6), utc(2026, 5, 4, 10))
    open_time(berlin.facility, utc(2026, 5, 4, 10), utc(2026, 5, 4, 12), kind="reserve")
    book(berlin, utc(2026, 5, 4, 8), utc(2026, 5, 4, 14))
    row = day(berlin, 2026, 5, 4)
    assert (row.user_seconds, row.open_seconds) == (4 * H, 6 * H)
    assert (row.booked_seconds, row.booked_user_seconds) == (6 * H, 2 * H)


def test_lanes_of_an_instrument_add_up(world):
    cluster = make_instrument(world.facility_a, "HPC", capacity=3)
    book(cluster, utc(2026, 5, 4, 8), utc(2026, 5, 4, 12), lane=0)
    book(cluster, utc(2026, 5, 4, 10), utc(2026, 5, 4, 12), lane=1)
    row = day(cluster, 2026, 5, 4)
    assert (row.user_seconds, row.booked_seconds) == (3 * 24 * H, 6 * H)


def test_units_of_a_session_are_spread_over_its_days_and_sum_up_to_the_second(berlin):
    session = run(berlin, utc(2026, 5, 4, 20, 0, 7), utc(2026, 5, 7, 3, 11, 3), units=Decimal("6.3337"), country="CN")
    refresh_rollups()
    rows = DailyUse.objects.filter(instrument_id=berlin.pk)
    assert rows.count() == 4
    assert sum(row.delivered_seconds for row in rows) == round(float(session.units) * 8 * H)
    assert [row.sessions for row in rows] == [1, 0, 0, 0]


def test_a_session_of_no_length_counts_on_its_day(berlin):
    run(berlin, utc(2026, 5, 4, 23), utc(2026, 5, 4, 23), units=1)
    assert day(berlin, 2026, 5, 5).delivered_seconds == 8 * H


def test_a_running_session_has_not_delivered(berlin):
    refresh_rollups()
    Session.objects.create(instrument=berlin, starts_at=utc(2026, 5, 4, 8), ends_at=None, unit="shift", units=1)
    assert refresh_rollups() == 0


def test_shares_keep_party_organisation_and_country_of_the_time(world):
    booking = book(
        world.instrument_a,
        utc(2026, 5, 4, 8),
        utc(2026, 5, 4, 16),
        requester=world.ana,
        organisation=world.org_b,
        country="CN",
    )
    run(
        world.instrument_a,
        utc(2026, 5, 4, 8),
        utc(2026, 5, 4, 14),
        booking=booking,
        organisation=world.org_b,
        country="CN",
    )
    run(world.instrument_a, utc(2026, 5, 4, 16), utc(2026, 5, 4, 18), person_label="u17", country="FR")
    refresh_rollups()
    chinese, french = DailyShare.objects.filter(instrument_id=world.instrument_a.pk).order_by("country")
    assert (chinese.person, chinese.booked_seconds, chinese.delivered_seconds) == (world.ana.pk, 8 * H, 6 * H)
    assert french.person is not None
    assert (french.country, french.booked_seconds, french.delivered_seconds) == ("FR", 0, 2 * H)


def test_every_change_of_a_booking_moves_its_days(berlin):
    booking = book(berlin, utc(2026, 5, 4, 8), utc(2026, 5, 4, 16))
    assert day(berlin, 2026, 5, 4).booked_seconds == 8 * H
    booking.period = DateTimeTZRange(utc(2026, 5, 6, 8), utc(2026, 5, 6, 16))
    booking.save()
    booking.claims.update(period=booking.period)
    assert day(berlin, 2026, 5, 6).booked_seconds == 8 * H
    assert not DailyUse.objects.filter(instrument_id=berlin.pk, day=date(2026, 5, 4)).exists()
    Booking.objects.filter(pk=booking.pk).update(state="cancelled")
    refresh_rollups()
    assert not DailyUse.objects.filter(instrument_id=berlin.pk).exists()


def test_asking_for_time_logs_nothing(world):
    refresh_rollups()
    book(world.instrument_a, utc(2026, 5, 4, 8), utc(2026, 5, 4, 16), state="requested")
    assert not DirtyTime.objects.exists()


def test_a_bulk_load_logs_time_united(berlin):
    refresh_rollups()
    Session.objects.bulk_create(
        Session(
            instrument=berlin,
            starts_at=utc(2026, 5, 4) + timedelta(hours=hour),
            ends_at=utc(2026, 5, 4) + timedelta(hours=hour + 2),
            unit="shift",
            units=Decimal("0.25"),
        )
        for hour in range(100)
    )
    assert DirtyTime.objects.count() == 1


def test_a_block_of_the_facility_touches_each_of_its_instruments(berlin):
    other = make_instrument(berlin.facility, "P2")
    open_time(berlin.facility, utc(2026, 5, 4), utc(2026, 5, 5))
    assert day(berlin, 2026, 5, 4).user_seconds == day(other, 2026, 5, 4).user_seconds == 22 * H


def test_another_zone_or_capacity_changes_all_of_history(berlin):
    open_time(berlin.facility, utc(2026, 5, 4), utc(2026, 5, 5))
    assert day(berlin, 2026, 5, 5).user_seconds == 2 * H
    berlin.facility.zone = "UTC"
    berlin.facility.save()
    berlin.capacity = 2
    berlin.save()
    assert day(berlin, 2026, 5, 4).user_seconds == 48 * H
    assert not DailyUse.objects.filter(instrument_id=berlin.pk, day=date(2026, 5, 5)).exists()


def test_only_opening_hours_of_published_cycles_are_user_time_and_a_change_is_followed(berlin):
    open_time(berlin.facility, utc(2026, 5, 3, 22), utc(2026, 5, 6, 22))
    assert day(berlin, 2026, 5, 4).user_seconds == 24 * H
    Cycle.objects.create(
        facility=berlin.facility,
        name="Draft",
        period=DateTimeTZRange(utc(2026, 5, 4, 22), utc(2026, 5, 6, 22)),
        published_at=None,
    )
    OpeningHours.objects.create(facility=berlin.facility, weekday=1, opens=time(8), closes=time(18))
    OpeningHours.objects.create(facility=berlin.facility, weekday=2, opens=time(22), closes=time(6))
    assert day(berlin, 2026, 5, 4).user_seconds == 10 * H
    assert not DailyUse.objects.filter(instrument_id=berlin.pk, day=date(2026, 5, 5), user_seconds__gt=0).exists()
    Cycle.objects.update(published_at=utc(2026, 5, 1))
    assert day(berlin, 2026, 5, 5).user_seconds == 2 * H
    assert day(berlin, 2026, 5, 6).user_seconds == 6 * H


def scatter(instruments, seed):
    """A generated history with hours, a draft, blocks, bookings in lanes and sessions of any length."""
    chance = random.Random(seed)
    facility = instruments[0].facility
    Cycle.objects.create(
        facility=facility,
        name="Draft",
        period=DateTimeTZRange(utc(2026, 4, 2, 3), utc(2026, 4, 9, 5)),
        published_at=None,
    )
    for weekday in range(1, 7):
        opens, closes = time(chance.randint(0, 11)), time(chance.randint(0, 23))
        OpeningHours.objects.create(facility=facility, weekday=weekday, opens=opens, closes=closes)
    OpeningException.objects.create(facility=facility, day=date(2026, 3, 28))
    OpeningException.objects.create(
        facility=facility, instrument=instruments[0], day=date(2026, 3, 29), opens=time(1), closes=time(5)
    )
    for instrument in instruments:
        for kind in ("user", "reserve", "maintenance", "shutdown"):
            at = utc(2026, 3, 20)
            for _ in range(5):
                at += timedelta(minutes=chance.randint(30, 6000))
                until = at + timedelta(minutes=chance.randint(30, 6000))
                open_time(instrument.facility, at, until, kind=kind, instrument=instrument)
                at = until
        for lane in range(instrument.capacity):
            at = utc(2026, 3, 20)
            for _ in range(8):
                at += timedelta(minutes=chance.randint(0, 3000))
                until = at + timedelta(minutes=chance.randint(1, 4000))
                book(instrument, at, until, state=chance.choice(["approved", "closed", "requested"]), lane=lane)
                at = until
        for _ in range(8):
            at = utc(2026, 3, 20) + timedelta(seconds=chance.randint(0, 30 * 24 * H))
            until = at + timedelta(seconds=chance.randint(0, 5 * 24 * H))
            run(
                instrument,
                at,
                until,
                units=Decimal(chance.randint(0, 90000)) / 10000,
                person_label=chance.choice("abc"),
            )


@pytest.mark.parametrize("seed", range(4))
def test_roll_ups_agree_with_plain_python_over_a_generated_history(berlin, world, seed):
    instruments = [berlin, make_instrument(world.facility_b, "B9", capacity=3)]
    scatter(instruments, seed)
    refresh_rollups()
    for instrument in instruments:
        for offset in range(45):
            today = date(2026, 3, 18) + timedelta(days=offset)
            row = DailyUse.objects.filter(instrument_id=instrument.pk, day=today).first() or DailyUse()
            kept = {
                name: getattr(row, f"{name}_seconds")
                for name in ("user", "open", "booked", "booked_user", "delivered", "lost")
            }
            assert kept == use_of_day(instrument.pk, today), (instrument, today)


def test_a_rebuild_gives_what_the_changes_gave(berlin, world):
    scatter([berlin], 5)
    refresh_rollups()
    fields = [field.name for field in DailyUse._meta.fields if field.name != "id"]
    before = list(DailyUse.objects.values_list(*fields))
    job = rebuild_rollups(by=world.system)
    assert list(DailyUse.objects.values_list(*fields)) == before
    assert job.state == Job.State.DONE
    assert job.result["days"] >= len(before)


def test_the_command_shows_its_progress(berlin, capsys):
    open_time(berlin.facility, utc(2026, 5, 4), utc(2026, 5, 5))
    call_command("rebuild_rollups")
    assert "days of instruments" in capsys.readouterr().out


def test_the_nightly_check_finds_a_row_that_was_tampered_with(berlin, world):
    scatter([berlin], 6)
    assert check_rollups(by=world.system, sample=40).result["differences"] == []
    DailyUse.objects.exclude(instrument_id=berlin.pk).delete()
    DailyUse.objects.filter(instrument_id=berlin.pk).update(delivered_seconds=1)
    job = check_rollups(by=world.system, sample=10_000)
    assert job.state == Job.State.FAILED
    assert job.result["differences"][0]["instrument"] == str(berlin.pk)


def test_the_nightly_check_finds_a_month_that_is_not_the_sum_of_its_days(berlin, world):
    scatter([berlin], 6)
    refresh_rollups()
    DailyUse.objects.exclude(instrument_id=berlin.pk, day__range=(date(2026, 4, 10), date(2026, 4, 12))).delete()
    assert check_rollups(by=world.system).result["differences"] == []
    MonthlyShare.objects.filter(month=date(2026, 4, 1)).update(sessions=99)
    job = check_rollups(by=world.system)
    assert {row["month"] for row in job.result["differences"]} == {"2026-04-01"}


@pytest.mark.parametrize(
    ("since", "until"),
    [
        *[(None, None), (None, date(2026, 4, 10)), (date(2026, 3, 31), None)],
        *[(date(2026, 3, 20), date(2026, 3, 25)), (date(2026, 3, 31), date(2026, 4, 2))],
        *[(date(2026, 4, 1), date(2026, 5, 1)), (date(2026, 4, 2), date(2026, 5, 1))],
        *[(date(2026, 3, 1), date(2026, 4, 30)), (date(2026, 4, 1), date(2026, 4, 1))],
    ],
)
def test_months_and_the_days_at_both_ends_are_the_days_asked_for(berlin, since, until):
    scatter([berlin], 8)
    refresh_rollups()
    table = shares("%(since)s::date", "%(until)s::date")
    found = fetch(
        f"select person, country, sum(booked_seconds), sum(delivered_seconds), sum(sessions) from {table} h"
        " group by 1, 2 order by 1, 2",
        {"since": since, "until": until},
    )
    days = DailyShare.objects.filter(day__gte=since or date.min, day__lt=until or date.max)
    plain = days.values_list("person", "country").order_by("person", "country")
    assert found == [
        *plain.annotate(booked=Sum("booked_seconds"), delivered=Sum("delivered_seconds"), sessions=Sum("sessions"))
    ]


def test_a_change_of_one_day_moves_its_month_alone(berlin):
    run(berlin, utc(2026, 4, 10, 8), utc(2026, 4, 10, 10), person_label="u1")
    kept = run(berlin, utc(2026, 5, 10, 8), utc(2026, 5, 10, 10), person_label="u1")
    refresh_rollups()
    before = set(MonthlyShare.objects.values_list("pk", "month"))
    kept.delete()
    refresh_rollups()
    assert before - set(MonthlyShare.objects.values_list("pk", "month")) == {
        (pk, month) for pk, month in before if month == date(2026, 5, 1)
    }
    assert MonthlyShare.objects.get().delivered_seconds == 2 * H


def test_refreshing_twice_changes_nothing(berlin):
    open_time(berlin.facility, utc(2026, 5, 4), utc(2026, 5, 5))
    assert refresh_rollups() > 0
    assert refresh_rollups() == 0


def test_a_fault_does_not_shrink_user_time(berlin, world):
    """The open calendar gives way to a downtime; the figures keep the time that was planned (ADR 62)."""
    open_time(berlin.facility, utc(2026, 5, 4, 6), utc(2026, 5, 4, 18))
    OpeningHours.objects.create(facility=berlin.facility, weekday=1, opens=time(9), closes=time(19))
    Downtime.objects.create(
        facility=berlin.facility,
        period=DateTimeTZRange(utc(2026, 5, 4, 5), utc(2026, 5, 4, 12)),
        ended_at=utc(2026, 5, 4, 12),
        cause="source",
        title="Beam lost",
    )
    row = day(berlin, 2026, 5, 4)
    assert (row.user_seconds, row.open_seconds) == (10 * H, 10 * H)
    assert check_rollups(by=world.system).state == "done"

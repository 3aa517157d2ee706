"""The forecast of the next cycle: plain methods, their past error, and which months and hours they are about."""

from datetime import date, timedelta

import pytest
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from core import clock
from facilities.models import Cycle
from reports import metrics
from reports.commands.rollups import refresh_rollups
from reports.models import DailyUse, MonthlyShare
from reports.queries.answers import answer
from tests.reports.history import utc


def test_the_same_month_a_year_ago_repeats_the_last_year():
    year = list(range(1, 13))
    assert metrics.seasonal_naive([99, *year], 14) == [*year, 1, 2]
    assert metrics.seasonal_naive(year[:11], 1) is None


def test_drift_goes_on_along_the_line_and_never_below_nothing():
    assert metrics.drift([10, 0, 50, 0, 0, 20], 2) == [22, 24]
    assert metrics.drift([50, 40, 30, 20, 10, 5], 3) == [0, 0, 0]
    assert metrics.drift([1, 2, 3, 4, 5], 1) is None


def test_a_back_test_forecasts_each_past_month_from_what_was_known_then():
    """A straight line is forecast without error by drift; last year's month is twelve steps behind it."""
    line = [float(n) for n in range(30)]
    assert metrics.back_test(metrics.drift, line, 0, 3) == pytest.approx(0)
    assert metrics.back_test(metrics.seasonal_naive, line, 0, 3) == pytest.approx(36)
    assert metrics.back_test(metrics.drift, line[:6], 0, 1) is None


def test_the_method_with_the_smaller_past_error_is_taken():
    seasons = [100.0 if month % 12 < 6 else 10.0 for month in range(36)]
    assert metrics.forecast(seasons, 0, 12) == ("seasonal", seasons[:12], 0)
    line = [float(n) for n in range(30)]
    found = metrics.forecast(line, 2, 2)
    assert (found.method, found.values) == ("drift", [pytest.approx(32), pytest.approx(33)])
    assert metrics.forecast([1.0] * 6, 0, 3) is None


@pytest.fixture
def bare(world):
    """No day is known of any instrument, and none is to be rolled up."""
    refresh_rollups()
    DailyUse.objects.all().delete()
    return world


@pytest.mark.django_db
def test_the_next_cycle_is_forecast_from_the_months_and_its_planned_hours(bare):
    """Two years with 100 h in each summer month and 20 h else; the cycle is the second half of May and all of June."""
    used = {date(2024 + (n + 2) // 12, (n + 2) % 12 + 1, 2): 20 for n in range(24)}
    used |= {day: 100 for day in used if day.month in (5, 6, 7)}
    used[date(2026, 3, 2)] = 2500
    for day, hours in used.items():
        DailyUse.objects.create(instrument_id=bare.instrument_a.pk, day=day, booked_user_seconds=hours * 3600)
    DailyUse.objects.create(instrument_id=bare.instrument_a.pk, day=date(2026, 6, 2), user_seconds=300 * 3600)
    period = DateTimeTZRange(utc(2026, 5, 15, 22), utc(2026, 6, 30, 22))
    with clock.standing_at(utc(2026, 3, 10)):
        Cycle.objects.create(facility=bare.facility_a, name="2026-2", period=period)
        (row,) = answer("forecast", {}, user=bare.lea).rows
    expected = 100 * 16 / 31 + 100
    assert (row["instrument"], row["cycle"], row["method"]) == ("A1", "2026-2", "seasonal")
    assert row["forecast_hours"] == round(expected, 4)
    assert (row["planned_hours"], row["utilisation"]) == (300, round(expected / 300, 4))
    assert (row["first"], row["until"], row["error_hours"]) == (date(2026, 5, 16), date(2026, 7, 1), 0)


@pytest.mark.django_db
def test_other_centres_see_no_forecast_of_an_instrument_that_few_use(bare):
    month = clock.now().date().replace(day=1)
    for _n in range(24):
        month = (month - timedelta(days=1)).replace(day=1)
        DailyUse.objects.create(instrument_id=bare.instrument_a.pk, day=month, booked_user_seconds=3600)
        MonthlyShare.objects.create(instrument_id=bare.instrument_a.pk, month=month, person=bare.ana.pk)
    (row,) = answer("forecast", {}, user=bare.dan).rows
    assert row["forecast_hours"] is row["utilisation"] is row["error_hours"] is None
    (row,) = answer("forecast", {"facility": "fa"}, user=bare.bo).rows
    assert row["forecast_hours"] is not None

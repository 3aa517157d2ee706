"""Figures as of a past instant are what they were: on random histories, for every report, read from what was kept."""

import random
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core import clock
from core.errors import Invalid, NotPermitted
from core.times import iso
from facilities.models import Block, Booking, Claim, Session
from reports.past import answerable_since, kept, standing_at
from reports.queries.answers import answer, plain
from reports.registry import REPORTS
from tests.reports.history import MAY, may_2026, used, utc
from tests.world import make_user

pytestmark = pytest.mark.django_db
OF_USE = ("utilisation", "delivered-time", "flows", "users", "cooperation", "losses")


@pytest.fixture
def history(world):
    may_2026(world)
    return world


def table(user, name, **asked):
    return plain(answer(name, {**MAY, **asked}, user=user).table)


def something_happens(world, chance):
    """One change of a kind that comes in late, each as rows of the database know it."""
    bookings = list(Booking.objects.order_by("id"))
    booking = chance.choice(bookings)
    kind = chance.choice(["more", "moved", "ended", "delivered", "removed", "block", "capacity", "country"])
    if kind == "more":
        number = Booking.objects.count()  # 9 in the history of May
        used(world.instrument_b, make_user(f"new{number}", world.org_c), world.org_c, 12 + number)
    elif kind == "moved":
        days = timedelta(days=100)
        period = DateTimeTZRange(booking.period.lower + days, booking.period.upper + days)
        booking.claims.update(period=period)
        Booking.objects.filter(pk=booking.pk).update(period=period)
    elif kind == "ended":
        Booking.objects.filter(pk=booking.pk, state="requested").update(state="declined")
    elif kind == "delivered":
        Session.objects.filter(booking=booking).update(
            units=Decimal("0.5"), lost_units=Decimal("0.5"), lost_cause="source"
        )
    elif kind == "removed":
        Session.objects.filter(booking=booking).delete()
        Claim.objects.filter(booking=booking).delete()
    elif kind == "block":
        Block.objects.filter(instrument=booking.instrument).delete()
    elif kind == "capacity":
        type(world.instrument_a).objects.filter(pk=booking.instrument_id).update(capacity=chance.randint(1, 3))
    else:
        Booking.objects.filter(pk=booking.pk).update(country="JP")
        Session.objects.filter(booking=booking).update(country="JP")


@settings(max_examples=3, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10_000))
def test_a_figure_taken_then_equals_the_figure_asked_as_of_then(history, seed):
    chance = random.Random(seed)
    for _change in range(chance.randint(1, 3)):
        something_happens(history, chance)
    then = clock.now()
    taken = {name: table(history.lea, name) for name in OF_USE}
    for _change in range(chance.randint(1, 5)):
        something_happens(history, chance)
    for name in OF_USE:
        assert table(history.lea, name, as_of=iso_exact(then)) == taken[name], name
    assert {name: table(history.lea, name, as_of=iso_exact(clock.now())) for name in OF_USE} == {
        name: table(history.lea, name) for name in OF_USE
    }


def iso_exact(at):
    return at.isoformat().replace("+00:00", "Z")


def test_every_report_answers_as_of_an_instant_from_tables_that_are_kept(history):
    def read():
        with connection.cursor() as cursor:
            cursor.execute(
                "select schemaname || '.' || relname from pg_stat_xact_user_tables"
                " where seq_scan + coalesce(idx_scan, 0) > 0"
            )
            return {row[0] for row in cursor.fetchall()}

    known = {f"public.{each.name}" for each in kept()}
    known |= {f"public.reports_{name}" for name in ("dailyuse", "dailyshare", "monthlyshare")}
    as_of = iso_exact(clock.now())
    known |= read()
    for report in REPORTS.values():
        shaped, query = report.asked({**MAY, "as_of": as_of})
        shaped.dataset(query, count=True)
    assert read() <= known
    for name in REPORTS:
        assert table(history.lea, name, as_of=as_of) == table(history.lea, name), name


def test_what_is_read_now_is_not_touched_by_what_was_read_then(history):
    then = iso_exact(clock.now())
    shown = table(history.lea, "flows")
    for _again in range(7):  # statements are prepared after the fifth time
        assert table(history.lea, "flows", as_of=then) == shown
    used(history.instrument_b, history.bo, history.org_a, 26)
    now = table(history.lea, "flows")
    assert now != shown
    for _again in range(7):
        assert table(history.lea, "flows", as_of=then) == shown
        assert table(history.lea, "flows") == now
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from pg_class where relnamespace = pg_my_temp_schema() and relkind = 'v'")
        assert cursor.fetchone() == (0,)


def test_an_imported_row_counts_from_the_instant_at_which_it_came_in(history):
    then = iso_exact(clock.now())
    shown = table(history.lea, "flows")
    Session.objects.bulk_create(
        [
            Session(
                instrument=history.instrument_b, starts_at=utc(2026, 5, 3), ends_at=utc(2026, 5, 4), unit="shift",
                units=3, country="IT", created_at=utc(2026, 5, 4),
            )
        ]
    )  # fmt: skip
    assert table(history.lea, "flows") != shown
    assert table(history.lea, "flows", as_of=then) == shown


def test_a_time_of_which_nothing_was_kept_is_refused_and_not_guessed(history):
    for text in ("2019-10-17", iso(answerable_since() - timedelta(seconds=1)), "2999-01-01", "soon"):
        with pytest.raises(Invalid) as refused:
            table(history.lea, "flows", as_of=text)
        assert refused.value.violations[0].field == "as_of"


def test_nothing_can_be_written_in_the_past(history):
    with standing_at(clock.now()):
        number = Booking.objects.count()
        history.ana.save()
    assert number == Booking.objects.count()


def test_free_text_and_names_beside_accounts_are_not_kept(history):
    booking = Booking.objects.first()
    Booking.objects.filter(pk=booking.pk).update(title="secret", purpose="secret")
    Booking.objects.filter(pk=booking.pk).update(title="")
    with connection.cursor() as cursor:
        cursor.execute("select count(*), count(*) filter (where was::text like '%%secret%%') from reports_past"
                       " where relation = 'facilities_booking' and was is not null")  # fmt: skip
        assert cursor.fetchone() == (2, 0)


def test_page_api_and_files_answer_as_of_and_say_what_came_in_since(history):
    then = iso_exact(clock.now())
    used(history.instrument_b, history.bo, history.org_a, 26)
    client = Client()
    client.force_login(history.lea)
    asked = {**MAY, "as_of": then}
    found = client.get("/api/v1/reports/flows", asked).json()
    assert found["as_of"] == found["parameters"]["as_of"]
    assert [row["hours"] for row in found["rows"]] == [32, 12, 8, 8]
    assert "16" not in client.get("/reports/flows.csv", asked).content.decode()
    page = client.get("/reports/flows/", asked).content.decode()
    assert "What came in late" in page
    assert "Came in since" in page
    rows = client.get("/api/v1/reports/flows/rows", {**asked, "count": "true"})
    assert rows.json()["count"] == 8
    assert client.get("/reports/flows/", {**MAY, "as_of": "2019-01-01"}).status_code == 400


def test_rows_of_the_past_are_for_those_who_read_the_place_in_full(history):
    from reports.queries.behind import rows_behind
    from reports.registry import report_named

    with pytest.raises(NotPermitted):
        rows_behind(report_named("flows"), {**MAY, "as_of": iso_exact(clock.now())}, user=history.ana)

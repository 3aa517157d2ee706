"""Own questions: any allowed pair of dimensions answers, within the reader's rights, and no two views tell of a few."""

from itertools import product

import pytest
from django.db import connection
from django.test import Client

from accounts.commands import create_token
from core.errors import Invalid, NotPermitted
from facilities.models import Booking, Session
from reports.models import TAKEN
from reports.queries.answers import answer
from reports.questions import MEASURES, allowed
from reports.registry import REPORTS
from tests.reports.history import MAY, may_2026, more_of, used
from tests.world import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def history(world):
    may_2026(world)
    return world


def ask(user, **asked):
    return answer("ask", {**MAY, **asked}, user=user)


def cells(user, **asked):
    return {(row["one"], row["other"]): row["value"] for row in ask(user, **asked).rows}


def test_every_measure_answers_along_every_pair_of_its_dimensions(history):
    for measure in MEASURES.values():
        names = [each.name for each in allowed(measure)]
        pairs = [(one, other) for one, other in product(names, names) if one != other]
        for one, other in [("whole", "none"), *pairs[:: max(1, len(pairs) // 6)]]:
            for user in (history.lea, None):
                if user is None and {one, other} & set(REPORTS["ask"].closed_groups):
                    continue
                found = ask(user or _visitor(), measure=measure.name, by=one, across=other)
                assert found.figure["data"] is not None
                assert all({"one", "other", "value"} <= row.keys() for row in found.rows)


def _visitor():
    from django.contrib.auth.models import AnonymousUser

    return AnonymousUser()


def test_a_question_says_what_the_reports_say(history):
    shown = {row["home"]: 0.0 for row in answer("flows", MAY, user=history.lea).rows}
    for row in answer("flows", MAY, user=history.lea).rows:
        shown[row["home"]] += row["hours"]
    assert {home: value for (home, _), value in cells(history.lea, by="home").items()} == shown
    usage = {row["label"]: row["booked_hours"] for row in answer("usage", {**MAY, "by": "host"}, user=history.lea).rows}
    asked = cells(history.lea, measure="booked", by="host")
    assert {host: value for (host, _), value in asked.items()} == usage
    use = answer("utilisation", {**MAY, "by": "total", "of": "facility"}, user=history.lea).rows
    asked = cells(history.lea, measure="utilisation", by="facility")
    assert {name: value for (name, _), value in asked.items()} == {row["facility"]: row["utilisation"] for row in use}
    (visits,) = answer("visits", {**MAY, "by": "total"}, user=history.lea).rows
    assert cells(history.lea, measure="visits", by="way")[("onsite", "")] == visits["onsite_visits"]
    (users,) = answer("users", {**MAY, "by": "total"}, user=history.lea).rows
    assert cells(history.lea, measure="users", by="whole") == {("", ""): users["users"]}


def test_a_share_has_its_numerator_and_denominator(history):
    (row,) = ask(history.lea, measure="international", by="whole").rows
    assert (row["part"], row["whole"], row["value"]) == (48, 60, 0.8)


def test_a_question_by_two_dimensions_agrees_with_plain_sql(history):
    with connection.cursor() as cursor:
        cursor.execute(
            "select b.country, i.code, count(*) from facilities_booking b join facilities_instrument i"
            " on i.id = b.instrument_id where b.state = any(%s) group by 1, 2",
            [list(TAKEN)],
        )
        raw = {(home, code): n for home, code, n in cursor.fetchall()}
    asked = cells(history.lea, measure="bookings", by="home", across="instrument")
    assert {(home, name.split(" · ")[1]): n for (home, name), n in asked.items() if n} == raw


def test_what_does_not_go_together_is_refused_with_what_does(history):
    with pytest.raises(Invalid) as refused:
        ask(history.lea, measure="proposals", by="instrument", across="instrument", organisation=str(history.org_a.pk))
    assert {each.field for each in refused.value.violations} == {"by", "across", "organisation"}
    assert "Call" in refused.value.violations[0].message
    for chart, more in (("line", {"by": "home"}), ("stack", {"by": "home"}), ("heat", {"by": "whole"})):
        with pytest.raises(Invalid):
            ask(history.lea, chart=chart, **more)


def test_teams_and_states_are_for_those_who_read_the_place_in_full(history):
    for asked in ({"by": "team"}, {"by": "month", "across": "team"}, {"measure": "requests", "by": "state"}):
        with pytest.raises(NotPermitted):
            ask(history.ana, **asked)
        ask(history.lea, **asked)
    assert ask(history.bo, measure="requests", by="state", facility="fa").rows


def test_the_public_sees_no_cell_of_a_few_and_a_facility_its_own(history):
    more_of(history, history.org_c)
    public = cells(history.ana, by="home", across="facility")
    assert public["CN", "FA"] == 32
    assert public["FR", "FA"] is public["DE", "FB"] is None
    own = cells(history.bo, by="home", across="facility")
    assert own["FR", "FA"] == 24
    assert own["DE", "FB"] is None


def test_a_filter_is_not_shown_where_leaving_it_out_would_tell_of_the_rest(history):
    assert cells(history.ana, by="whole")[("", "")] == 60
    assert cells(history.ana, by="whole", facility="fa")[("", "")] is None  # the other 8 hours are one person's
    assert cells(history.lea, by="whole", facility="fa")[("", "")] == 52
    for n in range(2):
        used(history.instrument_b, make_user(f"more{n}", history.org_c), history.org_c, 22 + n)
    assert cells(history.ana, by="whole", facility="fa")[("", "")] == 52


def test_a_period_is_not_shown_where_a_month_more_would_tell_of_a_few(history):
    assert cells(history.ana, by="whole")[("", "")] == 60
    late = used(history.instrument_a, history.dan, history.org_c, 25)
    for row in (late, Session.objects.get(booking=late)):
        _month_later(row)
    assert cells(history.ana, by="whole")[("", "")] is None
    assert cells(history.ana, by="whole", to="2026-07-01")[("", "")] == 68
    assert cells(history.lea, by="whole")[("", "")] == 60


def _month_later(row):
    from datetime import timedelta

    from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

    days = timedelta(days=31)
    if isinstance(row, Booking):
        period = DateTimeTZRange(row.period.lower + days, row.period.upper + days)
        row.claims.update(period=period)
        Booking.objects.filter(pk=row.pk).update(period=period)
    else:
        Session.objects.filter(pk=row.pk).update(starts_at=row.starts_at + days, ends_at=row.ends_at + days)


def test_the_public_is_given_whole_months_so_that_no_day_can_be_taken_away(history):
    assert cells(history.ana, by="whole", to="2026-05-05") == cells(history.ana, by="whole")
    assert cells(history.lea, by="whole", to="2026-05-05")[("", "")] == 8


@pytest.mark.parametrize("suffix", ["csv", "xlsx", "parquet"])
def test_a_question_is_a_file_and_a_link(history, suffix):
    token = create_token(history.lea, by=history.lea, name="test", may_write=True, days=1)[1]
    client = Client(headers={"Authorization": f"Bearer {token}"})
    asked = {**MAY, "measure": "delivered", "by": "home", "across": "month"}
    assert client.get(f"/api/v1/reports/ask.{suffix}", asked).status_code == 200
    assert client.get("/api/v1/reports/ask/rows", asked).status_code == 200


def test_parquet_has_the_cells_of_the_json_with_types_and_definition(history):
    import io

    import pyarrow.parquet as parquet

    client = Client()
    client.force_login(history.lea)
    asked = {**MAY, "by": "home"}
    table = parquet.read_table(io.BytesIO(client.get("/reports/ask.parquet", asked).content))
    assert table.column("value").to_pylist() == [row["value"] for row in ask(history.lea, by="home").rows]
    assert str(table.schema.field("value").type) == "double"
    assert b"Delivered time by Home country" in table.schema.metadata.values()


def test_the_page_of_questions_says_what_is_wrong_and_keeps_what_was_chosen(history):
    client = Client()
    client.force_login(history.lea)
    page = client.get("/reports/ask/", {**MAY, "measure": "proposals", "by": "instrument"})
    assert page.status_code == 400
    html = page.content.decode()
    assert "can be cut by" in html
    assert '<option value="proposals" selected' in html

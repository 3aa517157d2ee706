"""A mark of a chart, and a line of a table, lead to the rows that its number was made of, and to no others."""

import re
from urllib.parse import parse_qsl

import pytest
from django.test import Client

from accounts.models import User
from reports.narrowing import narrowed
from reports.queries.answers import answer
from reports.queries.behind import rows_behind
from reports.questions import MEASURES, allowed
from reports.registry import REPORTS, report_named
from tests.reports.calls import calls_at_random
from tests.reports.history import MAY, may_2026

pytestmark = pytest.mark.django_db

OF_USE = {
    "delivered-time": "sessions",
    "shift-delivery": "bookings",
    "usage": "sessions",
    "flows": "sessions",
    "losses": "sessions",
    "decision-time": "decided",
    "cancellations": "bookings",
    "membership": "members",
    "publications": "publications",
    "ask": "value",
}
OF_CALLS = {
    "success-rate": "decided",
    "notification-time": "decided",
}
"""Reports whose rows say how many they were made of, and the column in which."""


WITHOUT = {"share", "running", "used_share", "target_share", "low", "high"}
"""Shares of a whole that is no column: of all lost hours, of all countries; and the ends of an interval."""


def differing(user, report, column, **asked):
    """Rows of the report, in each of its groupings, behind which stand more or fewer rows than they say."""
    cuts = [value for each in REPORTS[report].parameters if each.name == "by" for value, _label in each.choices]
    cuts = [each.name for each in allowed(MEASURES["sessions"])] if report == "ask" else cuts
    wrong = []
    for cut in cuts or [""]:
        found = answer(report, {**asked, **({"by": cut} if cut else {})}, user=user)
        for row in found.rows:
            mark = narrowed(found.report, found.query, row)
            if mark is None or row[column] is None:
                continue
            behind = rows_behind(report_named(report), {**found.query.given, **mark}, user=user).count()
            if behind != row[column]:
                wrong.append((report, cut, mark, behind, row[column]))
    return wrong


def test_behind_each_mark_stand_as_many_rows_as_its_number_says(world):
    may_2026(world)
    asked = {**MAY, "measure": "sessions"}
    assert [each for name, column in OF_USE.items() for each in differing(world.lea, name, column, **asked)] == []


def test_behind_each_mark_of_a_call_stand_its_proposals(world):
    calls_at_random(world, 1, calls=2, proposals=6)
    office = User.objects.create(email="office@test.example", name="Office", is_superuser=True)
    assert [each for name, column in OF_CALLS.items() for each in differing(office, name, column)] == []


def test_a_mark_carries_its_own_place_and_days_and_what_its_ratio_is_made_of(world):
    may_2026(world)
    found = answer("utilisation", MAY, user=world.lea)
    (trace,) = found.figure["data"]
    marks = [mark for line in trace["customdata"] for mark in line if mark]
    carried = {mark[0]: mark[2:] for mark in marks}
    for row in found.rows:
        if row["utilisation"] is None:
            continue
        (text,) = [
            text
            for text in carried
            if row["line_id"] in text and f"from={max(row['period'].isoformat(), MAY['from'])}" in text
        ]
        assert carried[text] == [row["booked_user_hours"], row["user_hours"]]
        assert set(dict(parse_qsl(text))) == {"facility", "instrument", "from", "to"}
    assert "Booked in user time, h: %{customdata[2]" in trace["hovertemplate"]


def test_every_ratio_names_what_it_is_made_of():
    asked = {"ask": {"measure": "success", "by": "year"}}
    for name, registered in REPORTS.items():
        report, _query = registered.asked(asked.get(name, {}))
        columns = {column.name: column for column in report.columns}
        for column in report.columns:
            assert column.of or column.kind != "share" or column.name in WITHOUT, (name, column.name)
            for part in column.of:
                assert columns[part].small <= column.small, "a part that is kept back keeps its share back"


def test_a_line_of_a_table_is_a_link_to_its_rows_and_the_page_says_which_they_are(world):
    may_2026(world)
    client = Client()
    client.force_login(world.lea, backend="django.contrib.auth.backends.ModelBackend")
    page = client.get("/reports/delivered-time/", MAY).content.decode()
    links = re.findall(r'<th scope="row">\s*<a href="(/reports/delivered-time/rows/[^"]*)">FB</a>', page)
    assert len(links) == 1
    rows = client.get(links[0].replace("&amp;", "&")).content.decode()
    assert rows.count('<th scope="row">') == 1, "one session at B"
    assert "1–31 May 2026" in rows
    assert ">All rows behind the figure<" in rows


def test_who_may_not_read_a_cell_finds_neither_its_parts_nor_more_rows(world):
    may_2026(world)
    shown = answer("international-share", MAY, user=world.dan)
    (hidden,) = [row for row in shown.rows if row["suppressed"]][:1]
    assert all(
        mark is None or mark[2:] in ([], [None, None]) for trace in shown.figure["data"] for mark in trace["customdata"]
    )
    mark = narrowed(shown.report, shown.query, hidden)
    assert {str(row.organisation_id) for row in rows_behind(shown.report, {**MAY, **mark}, user=world.dan)} <= {
        str(world.org_c.pk)
    }

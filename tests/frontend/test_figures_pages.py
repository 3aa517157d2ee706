"""The pages of figures say what the reports say, to whom they may say it; their queries do not grow with the rows."""

import csv
import html
import io
import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Organisation
from reports.models import Snapshot
from reports.queries.answers import answer
from reports.registry import REPORTS
from tests.reports.history import may_2026, more_of, used

pytestmark = pytest.mark.django_db
Q2 = {"period": "2026-Q2"}


@pytest.fixture
def history(world):
    may_2026(world)
    return world


def signed_in(user):
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def text(response):
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", response.content.decode())))


PAGES = ["/overview/", "/facility-use/", "/flows/", "/reports/", "/reports/definitions/"]
PAGES += [f"/reports/{name}/" for name in REPORTS] + [f"/reports/{name}/rows/" for name in REPORTS]


@pytest.mark.parametrize("address", PAGES)
def test_leadership_reads_every_page_and_a_visitor_is_asked_to_sign_in(history, address):
    assert signed_in(history.lea).get(address, Q2).status_code == 200
    response = Client().get(address)
    assert response.status_code == 302
    assert "login" in response["Location"]


def test_the_overview_says_the_numbers_of_the_reports(history):
    page = text(signed_in(history.lea).get("/overview/", Q2))
    shown = answer("delivered-time", {"from": "2026-04-01", "to": "2026-07-01"}, user=history.lea).rows
    assert f"Delivered {sum(row['delivered_hours'] for row in shown):.0f} h" in page
    assert "sessions recorded by 2 of 2 facilities" in page
    assert "Time to decision 4 days" in page
    assert "Target 49 days (ORNL), met" in page


def test_international_share_of_the_overview_is_that_of_the_flows(history):
    overview = text(signed_in(history.lea).get("/overview/", Q2))
    flows = text(signed_in(history.lea).get("/flows/", Q2))
    assert "International share 80 %" in overview  # 48 of 60 hours
    assert "80 % of the delivered time of known home" in flows


def test_a_facility_manager_has_the_overview_of_his_own_facility_only(history):
    client = signed_in(history.bo)
    page = client.get("/overview/", {**Q2, "centre": "fb"}).content.decode()
    assert 'value="fa" selected' in page or 'value="fa"' in page
    assert 'value="fb"' not in page
    assert "Delivered 52 h" in text(client.get("/overview/", Q2))
    table = client.get("/overview.csv", {**Q2, "centre": "fb"}).content.decode()
    assert {row["facility"] for row in csv.DictReader(io.StringIO(table))} == {"fa"}


def test_others_have_no_overview(history):
    assert signed_in(history.ana).get("/overview/").status_code == 403
    assert signed_in(history.dan).get("/overview.csv").status_code == 403


def test_small_cells_are_marked_and_not_shown(history):
    more_of(history, history.org_c)
    page = signed_in(history.ana).get("/flows/", Q2)
    assert "fewer than 3 groups" in text(page)
    matrix = page.context["page"].flows.matrix
    shown = {name: [cell.text for cell in cells] for name, cells in matrix.rows}
    assert shown["France"][:-1] == [""] * len(matrix.columns[:-1])
    assert shown["China"][0] == "32"


def test_a_facility_that_recorded_nothing_is_named_as_a_gap(history):
    from tests.world import make_facility, make_instrument

    make_instrument(make_facility("silent", history.org_a, "UTC", "DE"), "S1")
    page = text(signed_in(history.lea).get("/facility-use/", Q2))
    assert "shown as a gap and not as 0: SILENT." in page


def test_a_report_page_has_its_definition_files_and_rows(history):
    page = signed_in(history.lea).get("/reports/flows/", {"from": "2026-05-01", "to": "2026-06-01"})
    assert str(REPORTS["flows"].formula).split(".")[0] in text(page)
    for link in re.findall(r'href="(/reports/flows[^"#]*)"', page.content.decode()):
        assert signed_in(history.lea).get(link.replace("&amp;", "&")).status_code == 200


def test_countries_stand_on_a_map_with_their_number_and_a_hidden_cell_is_no_point(history):
    Organisation.objects.update(latitude=52.5, longitude=13.4)
    may = {"from": "2026-05-01", "to": "2026-06-01"}
    shown = [row for row in answer("balance", may, user=history.lea).rows if row["home"] and row["balance"] is not None]
    page = signed_in(history.lea).get("/reports/balance/", may).content.decode()
    assert shown
    assert page.count("<circle") == len(shown)
    assert 'class="map"' not in signed_in(history.dan).get("/reports/balance/", may).content.decode()
    assert 'class="map"' not in signed_in(history.lea).get("/reports/flows/", may).content.decode()


def test_a_chart_speaks_the_readers_language_and_is_the_figure_of_the_api(history):
    figure = signed_in(history.lea).get("/reports/delivered-time/figure", Q2).json()["figure"]
    assert [trace["name"] for trace in figure["data"]] == ["Available", "Allocated", "Booked", "Delivered"]


def test_a_snapshot_is_kept_and_shown_and_says_what_changed(history):
    client = signed_in(history.lea)
    asked = "?from=2026-05-01&to=2026-06-01"
    made = client.post(f"/reports/flows/freeze{asked}", follow=True)
    assert "Today’s figure is the same" in text(made)
    used(history.instrument_b, history.bo, history.org_a, 26)
    again = text(client.get(made.redirect_chain[-1][0]))
    assert "Today’s figure is different" in again
    assert "Since then 1 sessions and 1 bookings" in again
    assert signed_in(history.dan).get(made.redirect_chain[-1][0]).status_code == 404
    assert Snapshot.objects.count() == 1


def test_freezing_needs_a_post(history):
    assert signed_in(history.lea).get("/reports/flows/freeze").status_code == 405


@pytest.mark.parametrize(
    "address", ["/overview/", "/facility-use/", "/flows/", "/reports/usage/", "/reports/flows/rows/"]
)
def test_a_page_costs_the_same_queries_however_much_was_used(history, address):
    client = signed_in(history.lea)

    def queries():
        client.get(address, Q2)
        with CaptureQueriesContext(connection) as seen:
            assert client.get(address, Q2).status_code == 200
        return len(seen)

    before = queries()
    for day in (26, 27):
        used(history.instrument_b, history.ana, history.org_b, day)
    assert queries() == before

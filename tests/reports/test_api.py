"""The figures over HTTP: right numbers, in full only for whom they are, the same in every format, and shown again."""

import csv
import io
import json
import re
import zipfile
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.commands import create_token, grant_role
from accounts.models import Organisation
from alliance.models import Alliance, Membership
from core.permissions import containers
from facilities.models import Booking, Facility, Session, Team
from programs.models import BudgetLine
from reports import metrics
from reports.commands.rollups import refresh_rollups
from reports.models import Snapshot
from reports.permissions import reader_of
from reports.queries.answers import answer
from reports.queries.behind import line_of, rows_behind
from reports.registry import REPORTS
from tests.reports.history import MAY, may_2026, more_of, program, used, utc
from tests.world import make_facility, make_instrument, make_user, make_world

pytestmark = pytest.mark.django_db

OF_USE = {"bookings", "ended", "sessions", "losses", "decisions", "joint", "blocks", "downtimes"}
"""What the history of May has; the reports on proposals and people are in modules of their own."""


@pytest.fixture
def history(world):
    may_2026(world)
    return world


def ask(user, path, **parameters):
    headers = {}
    if user is not None:
        headers["Authorization"] = f"Bearer {create_token(user, by=user, name='test', may_write=True, days=1)[1]}"
    return Client(headers=headers).get(f"/api/v1/{path}", {**MAY, **parameters})


def rows(user, name, **parameters):
    response = ask(user, f"reports/{name}", **parameters)
    assert response.status_code == 200, response.content
    return response.json()["rows"]


def pick(found, **wanted):
    (row,) = [row for row in found if all(row[key] == value for key, value in wanted.items())]
    return row


def test_what_is_kept_back_is_never_about_a_few_together(history):
    found = rows(None, "flows")  # at FA DE 12 h of one, FR 8 h of one: 52 − 32 would tell of two
    assert {row["hours"] for row in found} == {None}


def test_the_registry_names_formula_source_and_parameters_of_each(db):
    listed = Client().get("/api/v1/reports").json()
    assert [report["name"] for report in listed] == list(REPORTS)
    assert all(report["formula"] and report["source"] and report["parameters"] for report in listed)


def test_every_figure_of_the_catalogue_says_how_it_is_worked_out_and_where_it_is_shown(db):
    listed = Client().get("/api/v1/reports/definitions").json()
    assert [kpi["key"] for kpi in listed] == [f"K{n:02}" for n in range(1, 37)]
    assert all(kpi["name"] and kpi["formula"] and kpi["unit"] and kpi["source"] and kpi["zero"] for kpi in listed)
    shown = {key for report in REPORTS.values() for key in report.kpis}
    assert {kpi["key"] for kpi in listed if kpi["reports"]} == shown


def test_the_page_of_definitions_has_a_place_for_each_figure(history):
    client = Client()
    client.force_login(history.lea)
    html = client.get("/reports/definitions/").content.decode()
    assert all(f'id="K{n:02}"' in html for n in range(1, 37))
    assert "/reports/definitions/#K03" in client.get("/reports/availability/").content.decode()


@pytest.mark.parametrize("name", REPORTS)
def test_every_report_has_the_agreed_shape(history, name):
    body = ask(history.lea, f"reports/{name}").json()
    assert {"name", "title", "as_of", "parameters", "columns", "rows", "figure", "checksum"} <= body.keys()
    assert body["rows"] or name == "joint-themes" or REPORTS[name].behind not in OF_USE
    assert all({column["name"] for column in body["columns"]} <= row.keys() for row in body["rows"])
    has_period = "from" in {parameter.name for parameter in REPORTS[name].parameters}
    assert body["parameters"].get("from") == ("2026-05-01" if has_period else None)


def test_flows_add_up_delivered_hours_by_home_and_host(history):
    found = rows(history.lea, "flows")
    assert [(row["home"], row["facility"], row["hours"], row["parties"]) for row in found] == [
        ("CN", "FA", 32, 4),
        ("DE", "FA", 12, 1),
        ("DE", "FB", 8, 1),
        ("FR", "FA", 8, 1),
    ]


def test_what_is_asked_for_is_not_use(history):
    row = pick(rows(history.lea, "delivered-time"), facility="FB")
    assert (row["booked_hours"], row["delivered_hours"], row["open_hours"]) == (8, 8, 31 * 24)


def test_the_public_sees_no_cell_of_fewer_than_three_groups(history):
    more_of(history, history.org_c)
    for user in (None, history.dan, history.ana):
        found = rows(user, "flows")
        assert pick(found, home="FR", facility="FA")["hours"] is None
        assert pick(found, home="DE", facility="FB")["hours"] is None
        assert pick(found, home="CN", facility="FA")["hours"] == 32
        assert {row["suppressed"] for row in found} == {True, False}


def test_a_facility_manager_sees_small_cells_of_his_own_facility_only(history):
    found = rows(history.bo, "flows")
    assert pick(found, home="FR", facility="FA")["hours"] == 8
    assert pick(found, home="DE", facility="FB")["hours"] is None


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
def test_files_keep_the_same_cells_from_the_public(history, suffix):
    more_of(history, history.org_c)

    def cells(user):
        response = ask(user, f"reports/flows.{suffix}")
        assert response.status_code == 200
        if suffix == "csv":
            return [row["hours"] for row in csv.DictReader(io.StringIO(response.content.decode()))]
        with zipfile.ZipFile(io.BytesIO(response.content)) as book:
            sheet = book.read("xl/worksheets/sheet1.xml").decode()
        return re.findall(r'<c r="D\d+"(?: s="\d+")?><v>([\d.]+)</v>', sheet)

    assert [float(hours) for hours in cells(history.lea)] == [32, 24, 12, 8]
    assert [float(hours) for hours in cells(None) if hours != "…"] == [32]


def test_a_csv_has_the_cells_of_the_json(history):
    table = list(csv.DictReader(io.StringIO(ask(history.lea, "reports/delivered-time.csv").content.decode())))
    found = rows(history.lea, "delivered-time")
    assert [(row["facility"], float(row["delivered_hours"])) for row in table] == [
        (row["facility"], row["delivered_hours"]) for row in found
    ]


def test_utilisation_divides_booked_by_user_time_of_each_week(history):
    found = rows(history.lea, "utilisation", instrument=history.instrument_a.slug)
    row = pick(found, period="2026-05-04")
    assert (row["user_hours"], row["booked_user_hours"]) == (168, 32)
    assert row["utilisation"] == round(32 / 168, 4)


def test_a_centre_that_does_not_report_is_a_gap_and_not_a_zero(history):
    from tests.world import make_facility, make_instrument

    make_instrument(make_facility("silent", history.org_a, "UTC", "DE"), "S1")
    row = pick(rows(history.lea, "delivered-time"), facility="SILENT")
    assert row["open_hours"] is row["booked_hours"] is row["delivered_hours"] is row["delivered_share"] is None
    heat = ask(history.lea, "reports/utilisation").json()["figure"]["data"][0]
    assert set(heat["z"][heat["y"].index("S1, SILENT")]) == {None}


def test_decision_time_is_median_and_p90_of_days(history):
    row = pick(rows(history.lea, "decision-time", **{"from": "2026-04-01"}), facility="FA")
    assert (row["decided"], row["median"], row["p90"]) == (7, 4, 4)


def test_use_by_country_counts_groups(history):
    row = pick(rows(history.lea, "usage", by="country"), label="CN")
    assert (row["delivered_hours"], row["sessions"], row["parties"]) == (32, 4, 4)


def test_use_of_one_instrument_by_month_is_the_same_for_those_who_see_all_and_those_who_see_it(history):
    for user in (history.lea, history.bo):
        (row,) = rows(user, "usage", instrument=str(history.instrument_a.pk))
        assert (row["period"], row["booked_hours"], row["delivered_hours"]) == ("2026-05-01", 56, 52)


def test_teams_are_named_to_the_facility_and_leadership_only(history):
    assert ask(history.dan, "reports/usage", by="team").status_code == 403
    assert ask(history.bo, "reports/usage", by="team").status_code == 403
    assert ask(history.bo, "reports/usage", by="team", facility="fa").status_code == 200
    assert ask(history.lea, "reports/usage", by="team").status_code == 200


def test_cooperation_counts_programmes_and_use_and_no_draft(history):
    program("P-1", history.org_a, history.org_b)
    program("P-2", history.org_a, history.org_b, history.org_c)
    program("P-3", history.org_a, history.org_b, state="draft")
    body = ask(history.lea, "reports/cooperation").json()
    row = pick(body["rows"], one="Centre A", other="Centre B")
    assert (row["programs"], row["uses"], row["together"]) == (2, 5, 7)
    assert {row["hours_there"], row["hours_back"]} == {8, 32}
    assert pick(body["rows"], one="Centre B", other="Centre C")["together"] == 1
    assert body["facts"] == {"centres": 3, "density": 1.0}
    assert row["salton"] == round(7 / (8 * 7) ** 0.5, 4)


def test_cooperation_of_programmes_only_agrees_with_a_self_join(history):
    from django.db import connection

    program("P-1", history.org_a, history.org_b)
    program("P-2", history.org_a, history.org_b, history.org_c)
    with connection.cursor() as cursor:
        cursor.execute(
            "select a.organisation_id::text, b.organisation_id::text, count(*) from programs_partner a"
            " join programs_partner b using (program_id) where a.organisation_id < b.organisation_id group by 1, 2"
        )
        joined = {frozenset(pair): n for *pair, n in cursor.fetchall()}
    found = answer("cooperation", {"count": "programs"}, user=history.lea).rows
    assert {frozenset((row["one_id"], row["other_id"])): row["programs"] for row in found} == joined


def test_the_public_does_not_see_use_between_centres_of_few_people(history):
    program("P-1", history.org_a, history.org_c)
    row = pick(rows(None, "cooperation"), one="Centre A", other="Centre C")
    assert row["programs"] == 1
    assert row["uses"] is row["together"] is row["salton"] is None


def test_what_cannot_be_read_is_named_all_at_once(history):
    response = ask(history.lea, "reports/usage", **{"from": "soon", "by": "moon", "facility": "none"})
    assert response.status_code == 400
    assert {violation["field"] for violation in response.json()["violations"]} == {"from", "by", "facility"}


def test_there_is_no_report_of_another_name(history):
    assert ask(history.lea, "reports/gossip").status_code == 404


def test_rows_behind_are_those_the_reader_may_see(history):
    def behind(user):
        response = ask(user, "reports/flows/rows", count="true")
        assert response.status_code == 200
        return response.json()

    assert behind(history.lea)["count"] == 8
    assert behind(history.bo)["count"] == 7 + 1  # his facility's, and his own abroad
    assert behind(history.bob)["count"] == 1
    assert behind(history.dan)["count"] == 1
    assert {row["kind"] for row in behind(history.lea)["results"]} == {"session"}
    assert Client().get("/api/v1/reports/flows/rows").status_code == 401


def test_every_report_and_the_rows_behind_it_cost_the_same_queries_however_many_rows(history):
    def queries():
        counted = {}
        for name, report in REPORTS.items():
            with CaptureQueriesContext(connection) as seen:
                list(map(line_of, rows_behind(report, MAY, user=history.lea)))
                assert answer(name, MAY, user=history.lea).rows is not None
            counted[name] = len(seen)
        return counted

    queries()
    before = queries()
    more_of(history, history.org_c)
    for number in ("P-8", "P-9"):
        made = program(number, history.org_a, history.org_c)
        made.milestones.create(title="M", weight=1, due_on="2026-05-05")
        BudgetLine.objects.create(program=made, category="Travel", planned=10).spent.create(
            amount=1, currency="EUR", rate=1, booked_on="2026-05-05", by=history.ana
        )
        Membership.objects.create(
            alliance=history.alliance, organisation=Organisation.objects.create(slug=number, name=number)
        )
    refresh_rollups()
    assert queries() == before


def test_the_rows_behind_cost_the_same_queries_however_many(history, django_assert_num_queries):
    def queries(size):
        with CaptureQueriesContext(
            connection,
        ) as seen:
            ask(history.lea, "reports/flows/rows", page_size=size)
        return len(seen)

    queries(1)
    assert queries(1) == queries(3)


def test_a_snapshot_shows_the_same_numbers_when_the_live_figure_has_changed(db, time_machine):
    time_machine.move_to(utc(2026, 6, 1), tick=False)
    history = make_world()
    may_2026(history)
    time_machine.move_to(utc(2026, 6, 10, 9), tick=False)
    token = create_token(history.lea, by=history.lea, name="test", may_write=True, days=365)[1]
    client = Client(headers={"Authorization": f"Bearer {token}"})
    asked = json.dumps({"parameters": MAY})
    made = client.post("/api/v1/reports/flows/snapshots", asked, content_type="application/json")
    assert made.status_code == 201
    frozen = made.json()
    time_machine.move_to(utc(2026, 11, 20, 9), tick=False)
    used(history.instrument_b, history.bo, history.org_a, 26)
    again = client.get(f"/api/v1/snapshots/{frozen['id']}").json()
    live = client.get("/api/v1/reports/flows", MAY).json()
    assert again == frozen
    assert again["checksum"] != live["checksum"]
    assert pick(again["rows"], home="DE", facility="FB")["hours"] == 8
    assert pick(live["rows"], home="DE", facility="FB")["hours"] == 16
    changed = client.get(f"/api/v1/snapshots/{frozen['id']}/difference").json()
    assert [row["hours"] for row in changed["before"]] == [8]
    assert [row["hours"] for row in changed["now"]] == [16]
    assert (changed["sessions_since"], changed["bookings_since"]) == (1, 1)


def test_the_same_values_have_the_same_checksum_at_any_time(history, time_machine):
    time_machine.move_to(utc(2026, 6, 10, 9), tick=False)
    before = answer("flows", MAY, user=history.lea)
    time_machine.shift(timedelta(days=3))
    after = answer("flows", MAY, user=history.lea)
    assert before.as_of != after.as_of
    assert before.checksum == after.checksum


def test_a_snapshot_is_its_makers_and_leaderships_and_never_changed(history):
    from reports.commands.snapshots import freeze_report

    snapshot = freeze_report("flows", MAY, by=history.bo)
    assert ask(history.bo, f"snapshots/{snapshot.pk}").status_code == 200
    assert ask(history.lea, f"snapshots/{snapshot.pk}").status_code == 200
    assert ask(history.bob, f"snapshots/{snapshot.pk}").status_code == 404
    assert ask(history.bob, "snapshots").json()["results"] == []
    with pytest.raises(Exception, match=r"append_only|Cannot update"):
        Snapshot.objects.filter(pk=snapshot.pk).update(title="Another")


def test_text_that_a_spreadsheet_would_run_is_defused(history):
    Team.objects.create(kind="group", title="=HYPERLINK(1)")
    team = Team.objects.get(title="=HYPERLINK(1)")
    Session.objects.update(team=team)
    text = ask(history.lea, "reports/usage.csv", by="team").content.decode()
    assert "'=HYPERLINK(1)" in text


def test_who_reads_what_is_what_the_permissions_say(history):
    for user in (
        history.lea,
        history.sec,
        history.adm,
        history.bo,
        history.bob,
        history.cleo,
        history.ana,
        history.dan,
    ):
        everything = containers(user, "alliance.view_figures", Alliance.objects.all()).exists()
        own = containers(user, "facilities.view_usage", Facility.objects.all()).values_list("pk", flat=True)
        reader = reader_of(user)
        assert (reader.reads_all, reader.facilities) == (everything, frozenset() if everything else frozenset(own))


@pytest.fixture
def other_alliance(history):
    """Centre C is a member of another alliance, whose leader is Lee; its facility delivered one shift to Ana."""
    other = Alliance.objects.create(slug="other", name="Other", acronym="OTH")
    Membership.objects.create(alliance=other, organisation=history.org_c, joined_on=date(2020, 1, 1))
    facility = make_facility("fc", history.org_c, "Europe/Paris", "FR")
    used(make_instrument(facility, "C1"), history.ana, history.org_b, 6)
    lee = make_user("lee", history.org_c)
    grant_role(lee, "leadership", other, by=history.system)
    return lee


def test_leadership_reads_small_cells_of_its_own_alliance_only(history, other_alliance):
    of_lea, of_lee = (
        {(row["home"], row["facility"]): row["hours"] for row in rows(user, "flows")}
        for user in (history.lea, other_alliance)
    )
    assert (of_lea["FR", "FA"], of_lea["DE", "FB"], of_lea["CN", "FC"]) == (8, 8, None)
    assert (of_lee["FR", "FA"], of_lee["DE", "FB"], of_lee["CN", "FC"]) == (None, None, 8)


def test_the_rows_of_another_alliance_stay_its_own(history, other_alliance):
    def seen(user):
        return {row["facility"] for row in ask(user, "reports/flows/rows").json()["results"]}

    assert seen(history.lea) == {"fa", "fb"}
    assert seen(other_alliance) == {"fc"}


def test_a_facility_of_nobodys_member_is_read_by_leadership(history):
    facility = make_facility("fc", history.org_c, "Europe/Paris", "FR")
    used(make_instrument(facility, "C1"), history.ana, history.org_b, 6)
    assert pick(rows(history.lea, "flows"), facility="FC")["hours"] == 8


def test_percentiles_of_the_database_are_those_of_the_catalogue(history):
    for n, days in enumerate((1, 2.5, 9, 30)):
        booking = used(history.instrument_b, history.bo, history.org_a, 21 + n)
        Booking.objects.filter(pk=booking.pk).update(decided_at=booking.requested_at + timedelta(days=days))
    found = metrics.decision_time([4, 1, 2.5, 9, 30])
    row = pick(rows(history.lea, "decision-time", **{"from": "2026-04-01", "to": "2026-07-01"}), facility="FB")
    assert (row["decided"], row["median"], row["p90"]) == (5, found.median, round(found.p90, 4))


def test_every_report_has_its_page_its_rows_and_its_figure(history):
    client = Client()
    client.force_login(history.lea)
    for name in REPORTS:
        for path in ("", "rows/", "figure"):
            assert client.get(f"/reports/{name}/{path}", MAY).status_code == 200, (name, path)

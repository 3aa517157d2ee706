"""Dashboards: numbers that are the reports' own, compared with before and with targets, each reader seeing theirs."""

import json
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.test import Client

from accounts.commands import create_token
from core.errors import Invalid, NotFound, NotPermitted
from facilities.models import Team
from programs.models import Call, Offer, Program
from reports.commands.said import delete_note, set_target, withdraw_target, write_note
from reports.dashboards import DASHBOARDS
from reports.models import NumberNote, Target
from reports.parameters import Query
from reports.permissions import reader_of
from reports.queries.answers import answer
from reports.queries.boards import board
from reports.queries.notes import notes_on
from reports.queries.targets import goals
from tests.reports.history import MAY, may_2026
from tests.reports.test_views import signed_in

pytestmark = pytest.mark.django_db
Q2 = {"period": "2026-Q2"}
APRIL = date(2026, 4, 1)


@pytest.fixture
def history(world):
    may_2026(world)
    return world


def token_of(user):
    return create_token(user, by=user, name="test", may_write=True, days=365)[1]


def reading(found, name):
    from reports.numbers import NUMBERS

    return next(each for each in found.readings if each.number is NUMBERS[name])


def test_numbers_of_a_dashboard_are_sums_of_its_reports(history):
    found = board("leadership", Q2, user=history.lea)
    rows = answer("delivered-time", {"from": "2026-04-01", "to": "2026-07-01"}, user=history.lea).rows
    assert reading(found, "delivered").value == sum(row["delivered_hours"] for row in rows) == 60
    assert reading(found, "delivered").before is None
    assert reading(found, "international").value == 0.8  # 48 of 60 hours
    assert board("leadership", {"period": "2026-Q3"}, user=history.lea).readings[1].before == 60


def test_a_number_with_a_hidden_cell_is_not_made_of_the_rest(history):
    shown = board("public", Q2, user=history.dan)
    assert reading(shown, "international").value is None
    assert reading(board("leadership", Q2, user=history.lea), "international").value is not None


@pytest.mark.parametrize("name", ["leadership", "facility", "centre", "public"])
def test_every_dashboard_has_its_page_and_its_slides(history, name):
    about = {"facility": "fa", "organisation": "org-a"}.get(DASHBOARDS[name].of)
    asked = {**Q2, DASHBOARDS[name].of: about} if about else Q2
    client = signed_in(history.lea)
    page = client.get(f"/dashboards/{name}/", asked)
    assert page.status_code == 200
    slides = client.get(f"/dashboards/{name}/", {**asked, "present": "1"}).content.decode()
    assert slides.count('class="slide"') >= 2
    saved = client.post("/views/new/", {"at": f"/dashboards/{name}/?period=2026-Q2", "name": "D", "audience": "me"})
    assert saved.status_code == 302


def test_only_the_public_dashboard_asks_nobody_to_sign_in(history):
    assert Client().get("/dashboards/public/", Q2).status_code == 200
    assert Client().get("/dashboards/facility/").status_code == 302


def test_a_dashboard_leaves_out_what_its_reader_may_not_read(history):
    assert {seen.report.name for seen in board("leadership", Q2, user=history.dan).answers} == {
        "delivered-time", "utilisation", "flows",
    }  # fmt: skip
    team = Team.objects.create(kind="program", title="P")
    program = Program.objects.create(
        id=team.pk,
        alliance=history.alliance,
        team=team,
        title="P",
        lead_organisation=history.org_a,
        lead_person=history.ana,
    )
    with pytest.raises(NotPermitted):
        board("programme", {"program": str(program.pk)}, user=history.dan)
    with pytest.raises(NotFound):
        board("facility", {}, user=history.lea)


def test_a_target_holds_until_the_next_and_a_facilitys_own_goes_first(history):
    set_target("K08", Decimal("0.8"), of=history.alliance, first=date(2026, 1, 1), source="Board", by=history.lea)
    set_target("K08", Decimal("0.9"), of=history.alliance, first=APRIL, source="Board", by=history.lea)
    set_target("K08", Decimal("0.7"), of=history.facility_a, first=APRIL, source="House", by=history.bo)
    assert goals(APRIL - timedelta(days=1))["K08"].value == 0.8
    assert goals(APRIL)["K08"].value == 0.9
    assert goals(APRIL, facility=history.facility_a.pk)["K08"].value == 0.7
    assert Target.objects.get(value=Decimal("0.8")).until == APRIL
    found = reading(board("facility", {**Q2, "facility": "fa"}, user=history.lea), "utilisation")
    assert (found.goal.source, found.met) == ("House", False)


def test_targets_are_set_by_who_reads_the_figures_and_of_known_figures(history):
    with pytest.raises(NotPermitted):
        set_target("K08", Decimal(1), of=history.alliance, first=APRIL, source="Me", by=history.bo)
    with pytest.raises(NotPermitted):
        set_target("K08", Decimal(1), of=history.facility_b, first=APRIL, source="Me", by=history.bo)
    with pytest.raises(Invalid):
        set_target("K99", Decimal(1), of=history.alliance, first=APRIL, source="Me", by=history.lea)
    target = set_target("K08", Decimal(1), of=history.facility_a, first=APRIL, source="Me", by=history.bo)
    with pytest.raises(Invalid):
        set_target("K08", Decimal(2), of=history.facility_a, first=APRIL, source="Me", by=history.bo)
    with pytest.raises(NotPermitted):
        withdraw_target(target, by=history.bob)
    withdraw_target(target, by=history.bo)
    assert not Target.objects.exists()


def test_a_note_stands_beside_the_number_for_those_who_see_it_whole(history):
    note = write_note(
        "flows", "The source stood still.", first=date(2026, 5, 1), until=date(2026, 5, 4), by=history.bo,
        facility=history.facility_a,
    )  # fmt: skip
    told = "FA · 1–3 May 2026: The source stood still. (Bo)"
    assert told in answer("flows", MAY, user=history.lea).notes
    assert told in answer("flows", {**MAY, "facility": "fa"}, user=history.bo).notes
    assert not any("stood still" in each for each in answer("flows", MAY, user=history.dan).notes)
    assert told not in answer("flows", {"from": "2026-06-01", "to": "2026-07-01"}, user=history.lea).notes
    assert told not in answer("flows", {**MAY, "facility": "fb"}, user=history.lea).notes
    with pytest.raises(NotPermitted):
        write_note("flows", "Ours.", first=APRIL, until=date(2026, 5, 1), by=history.bo)
    with pytest.raises(NotPermitted):
        delete_note(note, by=history.lea)
    delete_note(note, by=history.bo)
    assert not NumberNote.objects.exists()


def test_a_note_belongs_on_the_views_that_its_facility_is_in(history):
    call = Call.objects.create(
        alliance=history.alliance, slug="both", name="Both", zone="UTC", opens_at=datetime(2026, 5, 1, tzinfo=UTC)
    )
    Offer.objects.create(call=call, instrument=history.instrument_a, units=1)
    days = {"first": date(2026, 5, 1), "until": date(2026, 5, 4), "by": history.lea}
    own = write_note("demand", "Ours.", facility=history.facility_a, **days)
    common = write_note("demand", "Everybody's.", **days)

    def seen(**asked):
        return set(notes_on("demand", Query(None, None, **asked), reader=reader_of(history.lea), whole=True))

    for asked in ({}, {"house": history.org_a.pk}, {"country": "DE"}, {"call": call.pk}):
        assert seen(**asked) == {own, common}, asked
    Offer.objects.update(instrument=history.instrument_b)
    for asked in ({"house": history.org_b.pk}, {"country": "CN"}, {"call": call.pk}):
        assert seen(**asked) == {common}, asked


def test_targets_and_notes_have_their_pages(history):
    client = signed_in(history.bo)
    told = {"kpi": "K08", "of": "facility:fa", "value": "0.9", "first": "2026-01-01", "source": "House"}
    assert "K08 Utilisation" in client.post("/reports/targets/", told, follow=True).content.decode()
    assert client.post("/reports/targets/", told).status_code == 422
    assert client.post("/reports/targets/", {**told, "of": "facility:fb"}).status_code == 422
    client.post(f"/reports/targets/{Target.objects.get().pk}/withdraw/")
    assert not Target.objects.exists()
    said = {"text": "Why.", "facility": "fa", "first": "2026-05-01", "until": "2026-06-01"}
    shown = client.post("/reports/flows/note/?facility=fa&from=2026-05-01&to=2026-06-01", said, follow=True)
    assert "Why. (Bo)" in shown.content.decode()
    assert client.post("/reports/flows/note/", {**said, "facility": "fb"}).status_code == 422
    assert signed_in(history.bob).post(f"/reports/notes/{NumberNote.objects.get().pk}/delete/").status_code == 404


def test_the_api_tells_a_dashboard_and_takes_targets_and_notes(history):
    client = Client(headers={"Authorization": f"Bearer {token_of(history.lea)}"})

    def send(path, body):
        return client.post(f"/api/v1/{path}", json.dumps(body), content_type="application/json")

    told = {"kpi": "K08", "alliance": "alliance", "value": "0.9", "first": "2026-01-01", "source": "Board"}
    made = send("targets", told).json()
    assert (made["value"], made["set_by"]) == (0.9, "Lea")
    assert send("targets", {**told, "facility": "fa"}).status_code == 400
    said = send("reports/flows/notes", {"text": "Why.", "first": "2026-05-01", "until": "2026-06-01"}).json()
    found = client.get("/api/v1/dashboards/leadership", Q2).json()
    use = next(each for each in found["numbers"] if each["kpi"] == "K08")
    assert (use["target"], use["target_source"], use["met"]) == (0.9, "Board", False)
    assert [shown["name"] for shown in found["reports"]][:3] == ["delivered-time", "utilisation", "flows"]
    assert [each["id"] for each in client.get("/api/v1/reports/flows/notes").json()["results"]] == [said["id"]]
    assert client.delete(f"/api/v1/notes/{said['id']}").status_code == 204
    assert client.delete(f"/api/v1/targets/{made['id']}").status_code == 204
    assert {row["name"] for row in Client().get("/api/v1/dashboards").json()} == set(DASHBOARDS)

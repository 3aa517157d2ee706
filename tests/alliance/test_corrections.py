"""What was recorded wrongly of an office, a term or a seat is put right with a reason, and the trail keeps both."""

from datetime import UTC, date, datetime

import pytest
from django.urls import reverse

from accounts.models import RoleAssignment
from alliance.commands import bodies, offices
from alliance.commands.corrections import correct_office, correct_term
from alliance.models import OfficeTerm
from alliance.queries.offices import holder_on
from core import audit, clock
from core.errors import Invalid, NotPermitted, RulesRefuse
from tests.alliance import convening
from tests.frontend.reading import text

pytestmark = pytest.mark.django_db
FOUNDED = date(2019, 10, 17)


@pytest.fixture(autouse=True)
def _a_secretariat_of_long_standing(world):
    RoleAssignment.objects.update(starts_at=datetime(2019, 1, 1, tzinfo=UTC))


@pytest.fixture
def chair(world):
    return offices.create_office(world.alliance, by=world.sec, title="Chairman")


def held(office, by, name: str, on: date, until: date | None = None) -> OfficeTerm:
    term = offices.nominate(office, by=by, name=name)
    term = offices.record_election(term, by=by, decided_on=on, source="Minutes")
    return offices.take_office(term, by=by, on=on, ends_on=until)


def test_a_wrong_day_is_put_right_and_the_trail_says_what_stood_before_and_why(world, chair):
    term = held(chair, world.sec, "Wang Enge", date(2019, 11, 17))
    term = correct_term(term, by=world.sec, note="A slip, see the minutes.", decided_on=FOUNDED, starts_on=FOUNDED)
    assert holder_on(chair, date(2019, 11, 1)) == term
    entry = audit.history(term).last()
    assert (entry.verb, entry.note) == ("correct", "A slip, see the minutes.")
    assert entry.data["before"] == {"decided_on": "2019-11-17", "starts_on": "2019-11-17"}


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"starts_on": date(2019, 10, 1)}, "before_decision"),
        ({"starts_on": None}, "starts_on"),
        ({"ends_on": FOUNDED}, "ends_before_start"),
        ({"decided_on": date(2999, 1, 1)}, "in_the_future"),
        ({"name": "Wang Enge"}, "unchanged"),
    ],
)
def test_a_correction_that_cannot_be_true_is_refused(world, chair, fields, code):
    term = held(chair, world.sec, "Wang Enge", FOUNDED)
    with pytest.raises(Invalid) as refusal:
        correct_term(term, by=world.sec, note="Because.", **fields)
    assert code in {each.rule for each in refusal.value.violations}


def test_a_correction_needs_a_reason_and_the_right_and_makes_no_second_holder(world, chair):
    first = held(chair, world.sec, "Wang Enge", FOUNDED, until=date(2020, 10, 17))
    second = held(chair, world.sec, "Jan Lüning", date(2020, 10, 17))
    with pytest.raises(Invalid):
        correct_term(first, by=world.sec, note=" ", name="Other")
    for person in (world.lea, world.ana, world.dan):
        with pytest.raises(NotPermitted):
            correct_term(first, by=person, note="Because.", name="Other")
        with pytest.raises(NotPermitted):
            correct_office(chair, by=person, note="Because.", title="Other")
    with pytest.raises(RulesRefuse):
        correct_term(first, by=world.sec, note="Because.", ends_on=date(2021, 1, 1))
    second.refresh_from_db()
    assert holder_on(chair, date(2020, 12, 1)) == second


def test_an_office_of_several_becomes_one_of_one_only_where_no_two_held_it_at_once(world):
    office = offices.create_office(world.alliance, by=world.sec, title="Vice-President", single_holder=False)
    for name in ("One", "Two"):
        held(office, world.sec, name, FOUNDED)
    with pytest.raises(RulesRefuse):
        correct_office(office, by=world.sec, note="Charter, Article 7.", single_holder=True)
    office = correct_office(office, by=world.sec, note="Charter, Article 7.", title="Vice-Chair")
    assert office.title == "Vice-Chair"
    assert not OfficeTerm.objects.filter(office=office, is_single=True).exists()


def test_the_page_corrects_and_tells_what_stood_before(world, chair, client):
    term = held(chair, world.sec, "Wang Engo", FOUNDED)
    client.force_login(world.sec)
    place = reverse("office_act", args=[chair.pk, "correct"])
    given = {"term": term.pk, "name": "Wang Enge", "decided_on": "2019-10-17", "starts_on": "2019-10-17",
             "source": "Minutes"}  # fmt: skip
    refused = client.post(place, given)
    assert (refused.status_code, 'value="Wang Enge"' in refused.content.decode()) == (422, True)
    client.post(place, {**given, "note": "A slip."})
    page = client.get(reverse("office", args=[chair.pk])).content.decode()
    assert "A slip. Before: name: Wang Engo" in page
    client.post(place, {"title": "Chair", "single_holder": "on", "note": "As in the charter."})
    assert "Before: title: Chairman" in client.get(reverse("office", args=[chair.pk])).content.decode()


def test_the_api_corrects_a_term_and_an_office_with_a_reason_for_the_secretariat_alone(world, chair, client):
    term = held(chair, world.sec, "Wang Enge", date(2019, 11, 17))

    def correct(by, path, **told):
        client.force_login(by)
        return client.post(f"/api/v1/{path}/correct", told, content_type="application/json")

    days = {"decided_on": "2019-10-17", "starts_on": "2019-10-17"}
    assert correct(world.dan, f"terms/{term.pk}", note="No", **days).status_code == 404
    assert correct(world.sec, f"terms/{term.pk}", **days).json()["violations"][0]["rule"] == "reason_required"
    shown = correct(world.sec, f"terms/{term.pk}", note="See the minutes.", **days).json()
    assert (shown["starts_on"], shown["state"], shown["version"]) == ("2019-10-17", "in_office", term.version + 1)
    assert audit.history(term).last().data["before"]["starts_on"] == "2019-11-17"
    shown = correct(world.sec, f"offices/{chair.pk}", note="Its name in the charter.", title="Chair").json()
    assert (shown["title"], shown["holders"][0]["name"]) == ("Chair", "Wang Enge")


def test_a_body_is_changed_with_a_reason_on_its_page_and_through_the_api_by_those_who_run_it(world, client):
    board = bodies.create_body(world.alliance, by=world.sec, name="Board", kind="board")
    bodies.seat_person(board, by=world.sec, person=world.ana, starts_on=FOUNDED)
    page, place = reverse("body", args=[board.pk]), reverse("body_act", args=[board.pk, "correct"])
    told = {"name": "Governing board", "kind": "board", "seat": "Beijing"}
    client.force_login(world.sec)
    assert client.post(place, told).status_code == 422
    client.post(place, {**told, "note": "Resolution 4."})
    assert "Resolution 4. Before: name: Board, seat: –" in text(client, page)
    at, sent = f"/api/v1/bodies/{board.pk}/correct", {"content_type": "application/json"}
    assert client.post(at, {"places": 9, "note": "Article 8."}, **sent).json()["places"] == 9
    assert client.post(at, {"of_members": True, "note": "No."}, **sent).json()["violations"][0]["rule"] == "unchanged"
    client.force_login(world.ana)
    assert client.post(at, {"places": 99, "note": "Mine."}, **sent).status_code == 403
    assert "Resolution 4." not in text(client, page), "a seat shows no history"
    client.force_login(convening.account("eve"))
    assert client.post(at, {"places": 99, "note": "Mine."}, **sent).status_code == 404


def test_a_seat_is_ended_on_the_page_of_its_body(world, client):
    board = bodies.create_body(world.alliance, by=world.sec, name="Board", kind="board")
    seat = bodies.seat_person(board, by=world.sec, person=world.ana, starts_on=FOUNDED)
    client.force_login(world.sec)
    place = reverse("body_act", args=[board.pk, "end-seat"])
    assert client.post(place, {"seat": seat.pk, "on": "2019-10-17"}).status_code == 422
    today = clock.now().date()
    client.post(place, {"seat": seat.pk, "on": today.isoformat(), "note": "Resigned."})
    seat.refresh_from_db()
    assert (seat.ends_on, audit.history(seat).last().note) == (today, "Resigned.")
    client.force_login(convening.account("eve"))
    assert client.post(place, {"seat": seat.pk, "on": today.isoformat()}).status_code == 404

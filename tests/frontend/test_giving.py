"""Giving time: offered to a person, to one who waits, or given with priority over others; seen before it is done."""

import pytest
from django.urls import reverse

from facilities.commands.priority import set_priority_rule
from facilities.commands.waiting import join_waiting
from facilities.models import Booking
from tests.facilities.accounts import team_with_account
from tests.facilities.asking import ask, berlin
from tests.facilities.listing import wish


@pytest.fixture
def place(world):
    return reverse("give_time", args=[world.instrument_a.slug])


@pytest.fixture
def bo(client, world):
    client.force_login(world.bo)
    return client


def answers(world, do="look", **fields) -> dict[str, str]:
    day = f"{berlin(world, 1, 12):%Y-%m-%d}"
    return {
        "to": world.ana.email, "day": day, "start": "08:00", "minutes": "480", "mode": "remote", "answer_hours": "48",
        "note": "The run before yours was cut", "do": do,
    } | fields  # fmt: skip


def test_free_time_is_shown_first_and_then_offered(bo, world, place):
    looked = bo.post(place, answers(world)).content.decode()
    assert "This time is free" in looked
    assert Booking.objects.count() == 0
    bo.post(place, answers(world, "offer"))
    booking = Booking.objects.get()
    assert (booking.state, booking.requester, booking.starts_at) == ("offered", world.ana, berlin(world, 1, 8))


def test_whoever_waits_is_offered_time_from_the_list_and_the_place_is_served(bo, world, place):
    waits = join_waiting(wish(world), by=world.ana)
    form = bo.get(place, {"waiting": waits.pk}).context["page"].form
    assert form["to"].value() == world.ana.email
    bo.post(place, answers(world, "offer", waiting=str(waits.pk)))
    waits.refresh_from_db()
    assert waits.state == "offered"
    assert bo.get(place, {"waiting": waits.pk}).status_code == 404, "nobody waits there any more"


def test_only_a_published_rule_lets_bookings_give_way_and_they_are_named_before(bo, world, place):
    taken = ask(world.instrument_a, berlin(world, 1, 8), by=world.dan, category="general", title="Dan's alloys")
    urgent = {"category": "rapid", "account": ""}
    html = bo.post(place, answers(world, **urgent)).content.decode()
    assert "This time cannot be given" in html
    assert "displaces nobody here" in html
    set_priority_rule(world.facility_a, "rapid", by=world.bo, displaces=["general"], notice_hours=1, compensates=True)
    html = bo.post(place, answers(world, **urgent)).content.decode()
    assert "1 booking would give way" in html
    assert "Dan&#x27;s alloys" in html
    unexplained = bo.post(place, answers(world, "displace", **urgent, note=""))
    assert "note" in unexplained.context["page"].form.errors
    bo.post(place, answers(world, "displace", **urgent))
    taken.refresh_from_db()
    assert taken.state == "declined"
    assert Booking.objects.get(requester=world.ana).category == "rapid"


def test_an_office_without_the_right_sees_who_could_displace_but_gets_no_button(client, world, place):
    set_priority_rule(world.facility_a, "rapid", by=world.bo, displaces=["general"], notice_hours=1, compensates=True)
    ask(world.instrument_a, berlin(world, 1, 8), by=world.dan, category="general")
    client.force_login(world.cleo)
    html = client.post(place, answers(world, category="rapid")).content.decode()
    assert "displaced by the facility's manager" in html
    assert 'value="displace"' not in html
    client.post(place, answers(world, "displace", category="rapid"))
    assert not Booking.objects.filter(requester=world.ana).exists()


def test_it_is_not_there_for_those_who_decide_nothing_at_the_facility(client, world, place):
    for person in (world.ana, world.bob, world.dan, world.lea):
        client.force_login(person)
        assert client.get(place).status_code == 404
        assert client.post(place, answers(world, "offer")).status_code == 404
    assert Booking.objects.count() == 0


def test_of_a_persons_accounts_only_those_of_the_instrument_are_told(bo, world, place):
    team_with_account(world, "Alloys at A")
    elsewhere = team_with_account(world, "Secret work elsewhere")
    elsewhere.instrument = world.instrument_b
    elsewhere.save()
    html = bo.post(place, answers(world)).content.decode()
    assert "Alloys at A" in html
    assert "Secret work elsewhere" not in html


def test_the_page_takes_no_more_statements_for_more_who_wait(bo, world, place, django_assert_max_num_queries):
    from tests.world import make_user

    counts = []
    for n in range(3):
        join_waiting(wish(world), by=make_user(f"eve{n}", world.org_b))
        bo.get(place)
        with django_assert_max_num_queries(60) as asked:
            bo.get(place)
        counts.append(len(asked))
    assert counts[0] == counts[2]

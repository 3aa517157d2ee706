"""F3, F4 and F5: calendars, the page of an instrument for those who run it, and blocking time."""

from datetime import datetime

import pytest
from django.urls import reverse

from core import times
from facilities.commands.bookings import hold_time
from facilities.models import Block, Booking
from facilities.queries.calendar import calendar_events
from frontend.contexts.facilities.timelines import instrument_rows
from frontend.timeline import Axis
from tests.facilities.asking import approve, ask, berlin, hourly, wanted
from tests.world import World, make_instrument, open_time


@pytest.fixture
def manager(client, world):
    """Bo's browser."""
    client.force_login(world.bo)
    return client


def week(world: World, **fields) -> dict:
    return {"facility": world.facility_a.slug, "first": f"{berlin(world, 0, 12):%Y-%m-%d}", **fields}


def test_the_manager_reads_titles_and_others_read_that_time_is_taken(client, world):
    ask(world.instrument_a, berlin(world, 1, 8), by=world.ana, title="Oxygen loss")
    client.force_login(world.bo)
    assert "Oxygen loss" in client.get(reverse("calendar"), week(world)).content.decode()
    client.force_login(world.dan)
    html = client.get(reverse("calendar"), week(world)).content.decode()
    assert "Oxygen loss" not in html
    assert "Requested" in html


def test_the_list_says_the_same_as_the_timeline(manager, world):
    ask(world.instrument_a, berlin(world, 1, 8), by=world.ana, title="Oxygen loss")
    html = manager.get(reverse("calendar"), week(world, view="list")).content.decode()
    assert "Oxygen loss" in html
    assert 'id="tl"' not in html


def test_a_decider_moves_a_booking_by_the_form_of_another_time_with_the_start_filled_in(client, world):
    asked = ask(world.instrument_a, berlin(world, 1, 8), by=world.ana)
    approved = approve(ask(world.instrument_a, berlin(world, 3, 8), by=world.ana), world.bo)
    moves = [reverse("booking_move", args=[asked.pk, "counter"])]
    moves.append(reverse("booking_move", args=[approved.pk, "reschedule"]))
    for person, sees in ((world.bo, True), (world.ana, False)):
        client.force_login(person)
        for view in ("", "list"):
            html = client.get(reverse("calendar"), week(world, view=view)).content.decode()
            assert [move in html for move in moves] == [sees, sees]
    client.force_login(world.bo)
    for move in moves:
        page = client.get(move, {"starts_at": f"{world.at(4, 15):%Y-%m-%dT%H:%M:%SZ}"})
        form = page.context["form"]
        assert (form["day"].value(), form["start"].value()) == (berlin(world, 4, 16).date(), "16:00")
        assert client.get(move, {"starts_at": "nonsense"}).status_code == 200
    approved.refresh_from_db()
    assert (approved.state, approved.starts_at) == ("approved", berlin(world, 3, 8))


def test_a_hold_says_until_when_it_stands(manager, world):
    held = hold_time(wanted(world.instrument_a, berlin(world, 1, 8)), by=world.ana)
    until = times.short_moment(held.hold_expires_at, "Europe/Berlin")
    for view in ("", "list"):
        html = manager.get(reverse("calendar"), week(world, view=view)).content.decode()
        assert f"held until {until}".lower() in html.lower()


def test_bookings_at_the_same_time_stand_in_lanes(manager, world):
    instrument = hourly(world, "C3", capacity=3)
    for hours in (4, 6, 8):
        ask(instrument, berlin(world, 1, 8), hours, by=world.ana)
    page = manager.get(reverse("calendar"), week(world, instrument=instrument.slug)).context["page"]
    [row] = page.rows
    assert row.lanes == 3
    assert [event.lane for event in row.events] == ["l0", "l1", "l2"]


def test_a_block_of_one_facility_is_not_drawn_on_an_instrument_of_another(world):
    period = (world.at(0, 0), world.at(7, 0))
    open_time(world.facility_a, world.at(2, 0), world.at(3, 0), kind="maintenance")
    axis = Axis(world.monday.date(), 7, "UTC")
    rows = instrument_rows([world.instrument_a, world.instrument_b], axis, world.ana)
    assert [event.kind for event in rows[world.instrument_a.pk][0]] == ["out"]
    assert rows[world.instrument_b.pk][0] == []
    events = calendar_events([world.instrument_a.pk], *period, world.ana)
    assert {event["facility"] for event in events} == {str(world.facility_a.pk)}


def test_a_week_in_which_clocks_change_has_its_hours(manager, world):
    page = manager.get(reverse("calendar"), {"facility": "fa", "first": "2026-10-19"}).context["page"]
    assert page.axis.hours == 169


def test_a_calendar_takes_no_more_statements_for_more_rows(manager, world, django_assert_max_num_queries):
    ask(world.instrument_a, berlin(world, 1, 8), by=world.ana)
    manager.get(reverse("calendar"), week(world))
    with django_assert_max_num_queries(60) as few:
        manager.get(reverse("calendar"), week(world))
    for n in range(3):
        ask(make_instrument(world.facility_a, f"M{n}"), berlin(world, 1, 8), by=world.ana)
    with django_assert_max_num_queries(60) as many:
        manager.get(reverse("calendar"), week(world))
    assert len(many) == len(few)


def block(world: World, day: int, **fields) -> dict:
    local = berlin(world, day, 12)
    return {
        "instrument": "",
        "kind": "maintenance",
        "starts": f"{local:%Y-%m-%d}T06:00",
        "ends": f"{local:%Y-%m-%d}T18:00",
        "reason": "Vacuum pump",
        "planned": "on",
        "do": "look",
    } | fields


def test_those_affected_are_shown_before_anything_is_blocked(manager, world):
    ask(world.instrument_a, berlin(world, 1, 8), by=world.ana, title="Oxygen loss")
    html = manager.post(reverse("block_time", args=["fa"]), block(world, 1)).content.decode()
    assert "1 booking in this time" in html
    assert "Oxygen loss" in html
    assert "tell 1 person" in html
    assert not Block.objects.filter(kind="maintenance").exists()


def test_where_nobody_is_affected_the_page_says_so(manager, world):
    html = manager.post(reverse("block_time", args=["fa"]), block(world, 1)).content.decode()
    assert "Nobody is affected" in html


def test_saving_blocks_and_leaves_bookings_where_they_are(manager, world):
    booking = ask(world.instrument_a, berlin(world, 1, 8), by=world.ana)
    manager.post(reverse("block_time", args=["fa"]), block(world, 1, do="save", seen="1"))
    made = Block.objects.get(kind="maintenance")
    assert made.period.lower == berlin(world, 1, 6)
    booking.refresh_from_db()
    assert booking.state == "requested"


def test_who_was_not_seen_is_shown_before_saving(manager, world):
    ask(world.instrument_a, berlin(world, 1, 8), by=world.ana)
    response = manager.post(reverse("block_time", args=["fa"]), block(world, 1, do="save", seen="0"))
    assert "1 booking in this time" in response.content.decode()
    assert not Block.objects.filter(kind="maintenance").exists()


def test_an_end_before_its_start_is_said_at_the_field(manager, world):
    fields = block(world, 1)
    response = manager.post(reverse("block_time", args=["fa"]), fields | {"ends": fields["starts"]})
    assert 'href="#id_ends"' in response.content.decode()


def test_a_block_is_taken_away(manager, world):
    manager.post(reverse("block_time", args=["fa"]), block(world, 1, do="save", seen="0"))
    made = Block.objects.get(kind="maintenance")
    manager.post(reverse("unblock_time", args=["fa", made.pk]))
    assert not Block.objects.filter(kind="maintenance").exists()


def test_a_time_is_proposed_to_each_booking_and_the_notice_is_shown_beforehand(manager, world):
    booking = ask(world.instrument_a, berlin(world, 1, 8), by=world.ana)
    response = manager.post(reverse("block_time", args=["fa"]), block(world, 1))
    [touched] = response.context["page"].touched.rows
    assert [choice.chosen for choice in touched.choices] == [True, False, False, False]
    html = response.content.decode()
    assert "The facility needs the time of" in html
    assert "Vacuum pump" in response.context["page"].touched.notice[1]
    chosen = {touched.name: touched.choices[1].value}
    manager.post(reverse("block_time", args=["fa"]), block(world, 1, do="save", seen="1") | chosen)
    booking.refresh_from_db()
    assert booking.state == "countered"
    assert Block.objects.get(kind="maintenance").reason == "Vacuum pump"


def test_a_proposal_that_was_taken_meanwhile_saves_nothing_and_is_offered_no_more(manager, world):
    booking = ask(world.instrument_a, berlin(world, 1, 8), by=world.ana)
    page = manager.post(reverse("block_time", args=["fa"]), block(world, 1)).context["page"]
    [touched] = page.touched.rows
    taken = touched.choices[1].value
    ask(world.instrument_a, datetime.fromisoformat(taken.split("|")[1]), by=world.dan)
    answers = block(world, 1, do="save", seen="1") | {touched.name: taken}
    again = manager.post(reverse("block_time", args=["fa"]), answers).context["page"]
    assert taken not in [choice.value for choice in again.touched.rows[0].choices]
    booking.refresh_from_db()
    assert booking.state == "requested"
    assert not Block.objects.filter(kind="maintenance").exists()


def test_a_block_is_changed_and_who_needs_it_is_shown_before_it_goes(manager, world):
    ask(world.instrument_a, berlin(world, 1, 8), by=world.ana, title="Oxygen loss")
    user = Block.objects.get(facility=world.facility_a)
    url = reverse("unblock_time", args=["fa", user.pk])
    html = manager.post(url).content.decode()
    assert "Oxygen loss" in html
    assert Block.objects.filter(pk=user.pk).exists()
    form = manager.get(reverse("change_time", args=["fa", user.pk])).context["page"].form
    assert (form["kind"].value(), form["instrument"].value()) == ("user", "")
    changed = block(world, 1, kind="reserve", do="save", seen="0", starts="2026-01-01T00:00", ends="2028-01-01T00:00")
    manager.post(reverse("change_time", args=["fa", user.pk]), changed)
    user.refresh_from_db()
    assert (user.kind, user.version) == ("reserve", 2)
    manager.post(url, {"seen": "1"})
    assert not Block.objects.filter(pk=user.pk).exists()


def test_only_those_who_keep_the_calendar_block_time(client, world):
    for person in (world.ana, world.bob, world.cleo):
        client.force_login(person)
        assert client.get(reverse("block_time", args=["fa"])).status_code == 404


def test_the_page_of_an_instrument_shows_load_and_route_to_its_staff_only(client, world):
    booking = ask(world.instrument_a, berlin(world, 1, 8), by=world.ana)
    Booking.objects.filter(pk=booking.pk).update(state="approved")
    url = reverse("instrument_desk", args=[world.instrument_a.slug])
    client.force_login(world.cleo)
    page = client.get(url)
    assert "Facility manager" in page.content.decode()
    assert sum(row.booked for row in page.context["page"].weeks) == 8
    client.force_login(world.bob)
    assert client.get(url).status_code == 404

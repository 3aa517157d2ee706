"""F1 and F2: the inbox and the request beside its calendar, without a script, as a browser posts it."""

from datetime import timedelta

import pytest
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.urls import reverse

from facilities.commands.bookings import request_time, reschedule_booking
from facilities.commands.calendar import add_block
from facilities.models import Booking, Course, Instrument
from frontend.forms.facilities.moves import TimeForm
from tests.facilities.asking import ask, berlin, wanted
from tests.facilities.policy import hold
from tests.world import World, make_instrument


@pytest.fixture
def manager(client, world):
    """Bo's browser."""
    client.force_login(world.bo)
    return client


def block(world: World, day: int, kind: str = "maintenance") -> None:
    """Maintenance of facility A on a day, decided after the requests were made."""
    period = DateTimeTZRange(berlin(world, day, 0), berlin(world, day, 23))
    add_block(world.facility_a, None, kind, period, "Pump", by=world.bo)


def decide(client, booking: Booking, verdict: str, **fields):
    booking.refresh_from_db()
    url = reverse(f"request_{verdict}", args=[booking.pk])
    return client.post(url, {"version": booking.version, **fields})


def test_colliding_requests_come_first_and_have_no_button_to_approve(manager, world):
    clean = ask(world.instrument_a, berlin(world, 1, 8), by=world.ana)
    colliding = ask(world.instrument_a, berlin(world, 3, 8), by=world.ana)
    block(world, 3)
    page = manager.get(reverse("inbox"))
    assert [row.booking for row in page.context["page"].rows] == [colliding, clean]
    html = page.content.decode()
    assert "Collides" in html
    assert reverse("request_approve", args=[clean.pk]) in html
    assert reverse("request_approve", args=[colliding.pk]) not in html


def test_a_missing_training_is_named_on_the_row_and_the_row_is_not_clean(manager, world):
    course = Course.objects.create(facility=world.facility_a, name="X-ray safety")
    booking = ask(world.instrument_a, berlin(world, 1, 8), by=world.ana, mode="onsite")
    world.instrument_a.required_trainings.add(course)
    html = manager.get(reverse("inbox")).content.decode()
    assert "1 training missing" in html
    assert reverse("request_approve", args=[booking.pk]) not in html
    assert "has no valid training" in manager.get(reverse("request", args=[booking.pk])).content.decode()


def test_the_filters_live_in_the_address(manager, world):
    other = make_instrument(world.facility_a, "A2")
    first = ask(world.instrument_a, berlin(world, 1, 8), by=world.ana)
    ask(other, berlin(world, 1, 8), by=world.ana)
    rows = manager.get(reverse("inbox"), {"instrument": world.instrument_a.slug}).context["page"].rows
    assert [row.booking for row in rows] == [first]
    assert manager.get(reverse("inbox"), {"state": "collides"}).context["page"].rows == []


def test_ticked_clean_rows_are_approved_together_and_a_colliding_one_is_left(manager, world):
    clean = [ask(world.instrument_a, berlin(world, day, 8), by=world.ana) for day in (1, 2)]
    colliding = ask(world.instrument_a, berlin(world, 3, 8), by=world.ana)
    block(world, 3)
    rows = [row.booking for row in manager.get(reverse("inbox")).context["page"].rows]
    ticked = [f"{row.pk}:{row.version}" for row in rows]
    response = manager.post(reverse("approve_many"), {"request": ticked}, follow=True)
    states = dict(Booking.objects.values_list("pk", "state"))
    assert [states[row.pk] for row in clean] == ["approved", "approved"]
    assert states[colliding.pk] == "requested"
    assert f"{colliding.reference} · Instrument A1" in response.content.decode()


def test_a_row_that_changed_after_it_was_ticked_is_left(manager, world):
    booking = ask(world.instrument_a, berlin(world, 1, 8), by=world.ana)
    ticked = f"{booking.pk}:{booking.version}"
    other = {"starts_at": berlin(world, 2, 8), "ends_at": berlin(world, 2, 16)}
    reschedule_booking(booking, by=world.ana, **other)
    response = manager.post(reverse("approve_many"), {"request": [ticked, "nonsense"]}, follow=True)
    assert "It was changed since you saw it" in response.content.decode()
    booking.refresh_from_db()
    assert booking.state == "requested"


def test_a_part_of_the_time_is_granted_from_the_page_with_a_reason(manager, world):
    booking = ask(world.instrument_a, berlin(world, 1, 8), 24, by=world.ana)
    assert "Approve a part" in manager.get(reverse("request", args=[booking.pk])).content.decode()
    day = f"{berlin(world, 1, 8):%Y-%m-%d}"
    page = decide(manager, booking, "part", day=day, start="16:00", minutes="480", note="")
    assert "data-errors" in page.content.decode()
    assert page.context["page"].part_form["start"].value() == "16:00"
    decide(manager, booking, "part", day=day, start="16:00", minutes="480", note="Nights are taken")
    booking.refresh_from_db()
    assert (booking.state, booking.starts_at, booking.units) == ("approved", berlin(world, 1, 16), 1)
    history = manager.get(reverse("request", args=[booking.pk])).content.decode()
    assert "A part of the time was approved" in history
    assert "Nights are taken" in history


def test_nobody_else_sees_the_inbox_of_a_facility(client, world):
    booking = ask(world.instrument_a, berlin(world, 1, 8), by=world.ana)
    for person in (world.bob, world.dan):
        client.force_login(person)
        assert client.get(reverse("inbox")).context["page"].rows == []
        assert client.get(reverse("request", args=[booking.pk])).status_code == 404
        assert decide(client, booking, "approve").status_code == 404


def test_the_requester_reads_the_booking_but_not_the_page_of_the_deciders(client, world):
    booking = ask(world.instrument_a, berlin(world, 1, 8), by=world.ana)
    client.force_login(world.ana)
    assert client.get(reverse("request", args=[booking.pk])).status_code == 404
    assert client.get(reverse("booking", args=[booking.pk])).status_code == 200


def test_the_request_is_shown_with_its_week_and_checks(manager, world):
    booking = ask(world.instrument_a, berlin(world, 1, 8), by=world.ana)
    ask(world.instrument_a, berlin(world, 2, 8), by=world.dan, title="Neighbour")
    page = manager.get(reverse("request", args=[booking.pk]))
    html = page.content.decode()
    assert "This request" in html
    assert "Neighbour" in html
    assert all(check.ok for check in page.context["page"].checks)


def test_approving_goes_on_to_the_next_request(manager, world):
    first, second = (ask(world.instrument_a, berlin(world, day, 8), by=world.ana) for day in (1, 2))
    response = decide(manager, first, "approve")
    first.refresh_from_db()
    assert first.state == "approved"
    assert response.url == reverse("request", args=[second.pk])


def test_declining_asks_a_reason_and_keeps_what_was_typed(manager, world):
    booking = ask(world.instrument_a, berlin(world, 1, 8), by=world.ana)
    assert "data-errors" in decide(manager, booking, "decline", note=" ").content.decode()
    decide(manager, booking, "decline", note="The beam is needed for commissioning")
    booking.refresh_from_db()
    assert booking.state == "declined"


def test_proposing_one_of_the_offered_times_counters(manager, world):
    booking = ask(world.instrument_a, berlin(world, 1, 8), by=world.ana)
    offer = manager.get(reverse("request", args=[booking.pk])).context["page"].free[0]
    decide(manager, booking, "counter", slot=offer.key, note="An experiment before you needs longer")
    booking.refresh_from_db()
    assert booking.state == "countered"
    assert booking.changes.get(state="open").period.lower == offer.starts_at


def test_proposing_a_taken_time_shows_the_refusal_at_the_field(manager, world):
    booking = ask(world.instrument_a, berlin(world, 1, 8), by=world.ana)
    ask(world.instrument_a, berlin(world, 2, 8), by=world.dan)
    day = f"{berlin(world, 2, 12):%Y-%m-%d}"
    response = decide(manager, booking, "counter", slot="", day=day, start="08:00", minutes="480", note="Later please")
    assert 'href="#id_day"' in response.content.decode()
    assert "Later please" in response.content.decode()


def test_a_manager_proposes_a_time_against_a_rule_with_the_reason(manager, world):
    Instrument.objects.filter(pk=world.instrument_a.pk).update(notice_hours=24 * 60)
    booking = ask(world.instrument_a, berlin(world, 61, 8), by=world.ana)
    when = {"slot": "", "day": f"{berlin(world, 2, 12):%Y-%m-%d}", "start": "08:00", "minutes": "480"}
    refused = decide(manager, booking, "counter", **when, note="Earlier please").content.decode()
    assert "Override a rule" in refused
    decide(manager, booking, "counter", **when, note="Earlier please", override="Beam is free now")
    booking.refresh_from_db()
    assert booking.state == "countered"
    assert [each["reason"] for each in booking.overrides] == ["Beam is free now"]
    form = TimeForm(None, booking=booking, reader=world.cleo)
    assert "override" not in form.fields, "an instrument scientist overrides nothing"


def test_what_changed_meanwhile_is_shown_and_asked_again(manager, world):
    booking = ask(world.instrument_a, berlin(world, 1, 8), by=world.ana)
    old = booking.version
    reschedule_booking(
        booking, by=world.ana, starts_at=berlin(world, 2, 8), ends_at=berlin(world, 2, 16), note="A day later"
    )
    response = manager.post(reverse("request_approve", args=[booking.pk]), {"version": old})
    assert "changed meanwhile" in response.content.decode()
    booking.refresh_from_db()
    assert booking.state == "requested"


def test_a_request_that_maintenance_meets_cannot_be_approved_whatever_the_reason(manager, world):
    booking = ask(world.instrument_a, berlin(world, 1, 8), by=world.ana)
    block(world, 1)
    shown = manager.get(reverse("request", args=[booking.pk])).content.decode()
    assert "Nobody may override it" in shown
    assert reverse("request_approve", args=[booking.pk]) not in shown
    answer = decide(manager, booking, "approve", note="Maintenance ends early").content.decode()
    assert "data-errors" in answer
    booking.refresh_from_db()
    assert booking.state == "requested"


def test_a_rule_that_is_broken_since_is_overridden_with_a_reason_while_approving(manager, world):
    booking = ask(world.instrument_a, berlin(world, 1, 8), by=world.ana, safety="red")
    hold(world, "safety_class", {"safety": ["green"]})
    shown = manager.get(reverse("request", args=[booking.pk])).content.decode()
    assert "House rules 2026 §4" in shown
    assert "Override and approve" in shown
    assert "data-errors" in decide(manager, booking, "approve").content.decode()
    decide(manager, booking, "approve", note="The hutch is shielded")
    booking.refresh_from_db()
    assert (booking.state, booking.overrides[0]["reason"]) == ("approved", "The hutch is shielded")


def test_an_instrument_scientist_reads_and_one_elsewhere_does_not(client, world):
    booking = ask(world.instrument_a, berlin(world, 1, 8), by=world.ana)
    client.force_login(world.cleo)
    assert client.get(reverse("request", args=[booking.pk])).status_code == 200
    client.force_login(world.bob)
    assert client.get(reverse("request", args=[booking.pk])).status_code == 404


def test_more_requests_take_no_more_statements(manager, world, django_assert_max_num_queries):
    def fill(day: int) -> None:
        request_time(wanted(world.instrument_a, berlin(world, day, 8)), by=world.ana)

    fill(1)
    manager.get(reverse("inbox"))
    with django_assert_max_num_queries(60) as few:
        manager.get(reverse("inbox"))
    for day in (2, 3, 4):
        fill(day)
    with django_assert_max_num_queries(60) as many:
        manager.get(reverse("inbox"))
    assert len(many) == len(few)


def test_an_empty_inbox_says_so_and_names_what_comes_next(manager, world):
    booking = ask(world.instrument_a, berlin(world, 1, 8), by=world.ana)
    decide(manager, booking, "approve")
    Booking.objects.filter(pk=booking.pk).update(
        period=DateTimeTZRange(world.monday - timedelta(days=30), world.monday)
    )
    html = manager.get(reverse("inbox")).content.decode()
    assert "Nothing waits" in html
    assert "Next:" in html


def test_a_chinese_decider_reads_people_and_centres_in_chinese(manager, world):
    world.ana.name_local, world.org_b.name_local, world.bo.locale = "安娜", "二号中心", "zh-hans"
    for row in (world.ana, world.org_b, world.bo):
        row.save()
    booking = ask(world.instrument_a, berlin(world, 1, 8), by=world.ana)
    for address in (reverse("inbox"), reverse("request", args=[booking.pk]), reverse("booking", args=[booking.pk])):
        html = manager.get(address).content.decode()
        assert "安娜" in html
        assert "二号中心" in html
        assert "Centre B" not in html

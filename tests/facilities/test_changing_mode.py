"""Another way of working, or other people: what the route says of such a change decides whom it asks again."""

from datetime import timedelta

import pytest

from core import clock
from core.errors import Invalid, RulesRefuse
from facilities.commands.bookings import reschedule_booking
from facilities.commands.teams import add_member, create_team
from facilities.models import Change, Claim
from notifications.models import Message
from tests.facilities.asking import ask, hourly, rules_of
from tests.workflow.routes import set_route, step
from workflow.approvals import decide
from workflow.models import Task

pytestmark = pytest.mark.django_db


@pytest.fixture
def team(world):
    made = create_team("group", "Alloys", organisation=world.org_b, by=world.system)
    for person in (world.ana, world.sec, world.dan):
        add_member(made, person, by=world.system, role="lead" if person == world.ana else "member")
    return made


@pytest.fixture
def booking(world, team):
    """Two hours of Ana on site; the scientist answers for people, the manager for days and for the mode."""
    instrument = hourly(world, modes=["onsite", "remote"])
    set_route(
        instrument,
        step(1, "Scientist", "instrument_scientist", again_on=("people",)),
        step(2, "Manager", "facility_manager", again_on=("time", "mode")),
        by=world.bo,
    )
    return agree(world, ask(instrument, world.at(0, 8), 2, by=world.ana, team=team, mode="onsite"))


def asked(booking):
    return [task.name for task in Task.objects.filter(subject_id=booking.pk, state="open")]


def agree(world, booking, verdict="approve"):
    by = {"Scientist": world.cleo, "Manager": world.bo}
    while task := Task.objects.filter(subject_id=booking.pk, state="open").first():
        decide(task, verdict, by=by[task.name], note="So")
    booking.refresh_from_db()
    return booking


def people(booking):
    return {(person.user.name, person.on_site) for person in booking.people.select_related("user")}


def claimed(booking, person):
    return Claim.objects.filter(booking=booking, resource=person.pk).exists()


def test_other_people_ask_the_step_that_answers_for_people_and_come_when_it_agrees(world, booking):
    reschedule_booking(booking, by=world.ana, people=(world.ana, world.sec))
    assert asked(booking) == ["Scientist"]
    assert people(booking) == {("Ana", True)}
    assert claimed(booking, world.sec)
    booking = agree(world, booking)
    assert (booking.state, people(booking)) == ("approved", {("Ana", True), ("Sec", True)})
    assert Message.objects.filter(kind="booking_joined").get().recipient == world.sec
    assert Message.objects.filter(kind="booking_changed", recipient=world.ana).exists()


def test_people_that_are_not_agreed_to_do_not_come_and_are_free_again(world, booking):
    reschedule_booking(booking, by=world.ana, people=(world.sec,))
    booking = agree(world, booking, "decline")
    assert (booking.state, people(booking)) == ("approved", {("Ana", True)})
    assert not claimed(booking, world.sec)
    assert not Message.objects.filter(kind__in=["booking_joined", "booking_left"]).exists()


def test_another_mode_asks_the_step_that_answers_for_it_and_frees_those_who_stay_at_home(world, booking):
    reschedule_booking(booking, by=world.ana, mode="remote")
    assert asked(booking) == ["Manager"]
    booking = agree(world, booking)
    assert (booking.mode, people(booking)) == ("remote", {("Ana", False)})
    assert not claimed(booking, world.ana)


def test_what_no_step_answers_for_changes_at_once(world, booking):
    set_route(booking.instrument, step(1, "Manager", "facility_manager", again_on=("time",)), by=world.bo)
    changed = reschedule_booking(booking, by=world.ana, mode="remote", people=(world.ana, world.dan))
    assert (changed.state, changed.mode, people(changed)) == ("approved", "remote", {("Ana", False), ("Dan", False)})
    assert not Change.objects.filter(state="open").exists()


def test_before_the_approval_the_request_itself_is_changed(world, team):
    request = ask(hourly(world, modes=["onsite", "remote"]), world.at(0, 8), 2, by=world.ana, team=team)
    changed = reschedule_booking(request, by=world.ana, mode="onsite", people=(world.sec,))
    assert (changed.state, people(changed), claimed(changed, world.sec)) == ("requested", {("Sec", True)}, True)


def test_editing_obeys_the_rules_of_asking_save_those_about_the_moment_of_asking(world, booking, monkeypatch):
    with pytest.raises(RulesRefuse) as refused:
        reschedule_booking(booking, by=world.ana, mode="mail_in")
    assert rules_of(refused.value) == ["mode_offered"]
    with pytest.raises(Invalid) as unknown:
        reschedule_booking(booking, by=world.ana, people=(world.bob,))
    assert rules_of(unknown.value) == ["people_of_the_team"]
    booking.instrument.notice_hours = 48
    booking.instrument.save()
    monkeypatch.setattr(clock, "now", lambda: booking.starts_at - timedelta(hours=1))
    reschedule_booking(booking, by=world.ana, people=(world.ana, world.sec))
    assert asked(booking) == ["Scientist"]
    agreed = agree(world, booking)
    monkeypatch.setattr(clock, "now", lambda: agreed.starts_at + timedelta(minutes=1))
    with pytest.raises(RulesRefuse) as begun:
        reschedule_booking(agreed, by=world.ana, people=(world.ana,))
    assert "not_in_the_past" in rules_of(begun.value)


def test_the_api_changes_mode_and_people_and_says_what_is_proposed(world, api, booking):
    path = f"/bookings/{booking.pk}/reschedule"
    assert api(world.ana, "post", path, {"note": "x"}).json()["violations"][0]["field"] == "starts_at"
    page = api(world.ana, "post", path, {"mode": "remote", "people": [str(world.sec.pk)]}).json()
    assert page["proposed"]["mode"] == "remote"
    assert page["proposed"]["people"] == [str(world.sec.pk)]
    assert page["mode"] == "onsite"

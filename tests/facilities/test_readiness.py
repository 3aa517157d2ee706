"""What an approved booking lacks before it runs, who hears of it, and what happens when it is still missing."""

from datetime import timedelta

import pytest

from core.errors import Invalid, NotPermitted, RulesRefuse, WrongState
from core.models import AuditEntry
from facilities.commands import sessions
from facilities.commands.bookings import lapse_due, mark_no_shows_due
from facilities.commands.readiness import approve_safety, record_agreement, set_run_terms, submit_team_form
from facilities.commands.reminding import remind_due
from facilities.commands.teams import add_member, create_team
from facilities.models import Booking, Cancellation, Claim, Course, TrainingRecord
from facilities.queries.readiness import readiness_for, readiness_of
from notifications.models import Message
from notifications.rendering import words
from tests.facilities.asking import approve, ask, berlin, hourly, rules_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def booking(world):
    """A shift of Ana's team on site at facility A, approved; Sec is on the team too."""
    team = create_team("group", "Alloys", organisation=world.org_b, by=world.system)
    add_member(team, world.ana, by=world.system, role="lead")
    add_member(team, world.sec, by=world.system)
    start = berlin(world, 1, 8)
    return approve(ask(world.instrument_a, start, 8, by=world.ana, team=team, mode="onsite"), world.bo)


def lacks(booking):
    return [item.name for item in readiness_for(booking) if not item.done]


def test_a_facility_that_wants_nothing_finds_every_booking_ready(booking):
    assert readiness_for(booking) == []


def test_the_form_is_due_four_weeks_ahead_on_site_and_two_weeks_remote(world, booking):
    set_run_terms(world.facility_a, by=world.bo, team_form=True)
    remote = approve(ask(hourly(world), berlin(world, 1, 8), 1, by=world.ana), world.bo)
    for one, days in ((booking, 28), (remote, 14)):
        [item] = readiness_for(one)
        assert (item.name, item.done, item.who) == ("team_form", False, "team")
        assert item.due == one.starts_at - timedelta(days=days)


def test_who_comes_is_claimed_instead_of_those_named_before(world, booking):
    set_run_terms(world.facility_a, by=world.bo, team_form=True)
    submit_team_form(booking, by=world.ana, people=(world.sec,), note="Brings a laser")
    assert lacks(booking) == []
    assert [person.user for person in booking.people.all()] == [world.sec]
    assert not Claim.objects.filter(resource=world.ana.pk).exists()
    assert Claim.objects.get(resource=world.sec.pk).period.lower == booking.starts_at
    submit_team_form(booking, by=world.ana, people=(world.ana, world.sec))
    assert Claim.objects.filter(resource__in=[world.ana.pk, world.sec.pk]).count() == 2


def test_the_form_names_nobody_who_is_elsewhere_or_not_on_the_team(world, booking):
    ask(hourly(world), berlin(world, 1, 9), 1, by=world.sec, mode="onsite")
    with pytest.raises(RulesRefuse) as refused:
        submit_team_form(booking, by=world.ana, people=(world.ana, world.sec))
    assert rules_of(refused.value) == ["one_place_at_a_time"]
    with pytest.raises(Invalid):
        submit_team_form(booking, by=world.ana, people=(world.ana, world.dan))
    with pytest.raises(Invalid):
        submit_team_form(booking, by=world.ana, people=())
    with pytest.raises(NotPermitted):
        submit_team_form(booking, by=world.dan, people=(world.dan,))


def test_an_agreement_counts_when_it_covers_every_day_of_the_stay(world, booking):
    set_run_terms(world.facility_a, by=world.bo, agreement=True)
    day = booking.starts_at.date()
    assert lacks(booking) == ["agreement"]
    record_agreement(
        world.facility_a, world.org_b, day - timedelta(days=90), by=world.bo, valid_until=day - timedelta(1)
    )
    record_agreement(world.facility_b, world.org_b, day - timedelta(days=90), by=world.bob)
    assert lacks(booking) == ["agreement"]
    record_agreement(world.facility_a, world.org_b, day, by=world.bo)
    assert lacks(booking) == []
    with pytest.raises(NotPermitted):
        record_agreement(world.facility_a, world.org_b, day, by=world.bob)


def test_a_training_that_ends_during_the_stay_is_missing_by_name(world, booking):
    course = Course.objects.create(facility=world.facility_a, name="Radiation safety")
    world.instrument_a.required_trainings.add(course)
    [item] = readiness_for(booking)
    assert "Ana" in item.what
    assert "Radiation safety" in item.what
    Booking.objects.filter(pk=booking.pk).update(overrides=[{"rule": "trained_every_day", "reason": "Escorted"}])
    assert lacks(Booking.objects.get(pk=booking.pk)) == []
    day = booking.starts_at.date()
    TrainingRecord.objects.create(user=world.ana, course=course, passed_on=day, valid_until=day)
    assert lacks(booking) == []


def test_nobody_checks_in_while_something_is_missing_unless_staff_say_why(world, booking, at):
    set_run_terms(world.facility_a, by=world.bo, team_form=True)
    at(booking.starts_at)
    for who, note in ((world.ana, "Please"), (world.cleo, " ")):
        with pytest.raises(RulesRefuse) as refused:
            sessions.check_in(booking, by=who, note=note)
        assert rules_of(refused.value) == ["team_form"]
    assert sessions.check_in(booking, by=world.cleo, note="They stand at the door").state == "running"
    entry = AuditEntry.objects.get(object_id=booking.pk, verb="check-in")
    assert (entry.data["overrides"], entry.note) == (["team_form"], "They stand at the door")


@pytest.mark.parametrize("order", ["in time", "late", "twice", "no-show first"])
def test_a_missing_form_cancels_at_the_start_whichever_timer_runs_when(world, booking, at, order):
    set_run_terms(world.facility_a, by=world.bo, team_form=True, missing_form_cancels=True)
    assert lapse_due() == 0
    at(booking.starts_at + timedelta(hours=0 if order == "in time" else 5))
    if order == "no-show first":
        mark_no_shows_due()
    lapse_due()
    if order == "twice":
        lapse_due()
    mark_no_shows_due()
    booking.refresh_from_db()
    assert booking.state == "cancelled"
    assert not Claim.objects.filter(booking=booking).exists()
    assert AuditEntry.objects.filter(object_id=booking.pk, verb="lapse").count() == 1
    cost = Cancellation.objects.get(booking=booking)
    assert (cost.caused_by, cost.is_late, cost.notice_minutes) == ("requester", True, 0)


def test_who_is_named_in_the_team_form_is_told_with_an_invitation_and_who_is_left_out_too(world, booking):
    for person in (world.cleo, world.dan):
        add_member(booking.team, person, by=world.system)
    submit_team_form(booking, by=world.ana, people=(world.ana, world.cleo))
    submit_team_form(booking, by=world.ana, people=(world.ana, world.dan))
    told = Message.objects.filter(kind__in=["booking_joined", "booking_left"]).order_by("id")
    assert [(each.recipient.name, each.kind, each.calendar["method"]) for each in told] == [
        ("Cleo", "booking_joined", "REQUEST"),
        ("Dan", "booking_joined", "REQUEST"),
        ("Cleo", "booking_left", "CANCEL"),
    ]
    assert "Ana has named you among those who come" in words(told[0])[1]


def test_a_booking_that_lapsed_is_not_saved_because_the_timer_is_late(world, booking, at):
    set_run_terms(world.facility_a, by=world.bo, team_form=True, missing_form_cancels=True)
    at(booking.starts_at)
    with pytest.raises(WrongState):
        submit_team_form(booking, by=world.ana, people=(world.ana,))
    with pytest.raises(WrongState):
        sessions.check_in(booking, by=world.cleo, note="They are here")


def test_those_who_must_act_are_reminded_once(world, booking, at):
    set_run_terms(world.facility_a, by=world.bo, team_form=True, form_days_onsite=2)
    assert remind_due() == 0
    at(booking.starts_at - timedelta(days=9))
    assert (remind_due(), remind_due()) == (1, 0)
    at(booking.starts_at - timedelta(days=1))
    assert remind_due() == 0
    told = Message.objects.filter(kind="booking_unready")
    assert [message.recipient for message in told] == [world.ana]
    assert "who comes" in told.get().context["lacks"]


def test_safety_is_approved_by_other_staff_than_who_asked(world, booking):
    own = approve(ask(hourly(world), berlin(world, 2, 8), 1, by=world.cleo), world.bo)
    for one, who in ((booking, world.ana), (booking, world.bob), (own, world.cleo)):
        with pytest.raises(NotPermitted):
            approve_safety(one, by=who)
    assert approve_safety(booking, by=world.cleo, conditions="Fume hood only").by == world.cleo


@pytest.mark.parametrize("given", ["yellow", "red"])
def test_an_experiment_that_is_not_green_waits_for_an_approval_that_covers_the_stay(world, booking, given):
    assert lacks(booking) == []
    Booking.objects.filter(pk=booking.pk).update(safety=given)
    booking.refresh_from_db()
    [item] = readiness_for(booking)
    assert (item.name, item.done, item.who) == ("safety", False, "facility")
    assert item.due == booking.starts_at - timedelta(days=14)
    approve_safety(booking, by=world.cleo, until=booking.ends_at - timedelta(hours=1))
    assert lacks(booking) == ["safety"]
    approve_safety(booking, by=world.cleo, until=booking.ends_at)
    assert lacks(booking) == []


def test_many_bookings_cost_no_more_statements_than_one(world, booking, django_assert_max_num_queries):
    set_run_terms(world.facility_a, by=world.bo, team_form=True, agreement=True)
    instrument = hourly(world)
    rows = [booking, *(approve(ask(instrument, berlin(world, 2, 8 + n), 1, by=world.ana), world.bo) for n in range(4))]
    found = Booking.objects.filter(pk__in=[row.pk for row in rows]).select_related("instrument__facility")
    with django_assert_max_num_queries(6):
        assert len(readiness_of(found)) == 5

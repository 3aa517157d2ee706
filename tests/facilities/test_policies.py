"""Policies of a facility: each rule refuses what it is about, says whose it is, and holds where and when it is set."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.test.utils import CaptureQueriesContext

from accounts.commands import change_profile
from core import clock
from core.errors import DomainError, Invalid, NotPermitted, RulesRefuse, WrongState
from core.models import AuditEntry
from facilities.commands.bookings import (
    BookingRequest,
    Override,
    approve_despite,
    check_booking,
    override_rules,
    request_time,
    reschedule_booking,
)
from facilities.commands.calendar import add_block, add_cycle
from facilities.commands.policies import remove_policy, set_policy, switch_policy
from facilities.commands.teams import add_member, create_team
from facilities.models import Booking, Course, Policy, TrainingRecord
from facilities.queries.trying import broken_by, try_policy
from tests.facilities.asking import ask, berlin, hourly, rules_of, wanted
from tests.facilities.policy import HOUSE, draft, hold
from tests.world import make_user
from workflow.approvals import decide
from workflow.models import Task

pytestmark = pytest.mark.django_db


def refusal(instrument, starts_at, hours=2, *, by, **fields):
    with pytest.raises(DomainError) as refused:
        ask(instrument, starts_at, hours, by=by, **fields)
    return refused.value


def team_of(world, *people):
    team = create_team("group", "Catalysis group", organisation=world.org_b, by=world.system)
    for person in people:
        add_member(team, person, role="lead", by=world.system)
    return team


def test_a_length_below_the_minimum_and_a_spent_quota_are_one_answer(world):
    instrument = hourly(world, min_minutes=90)
    hold(world, "quota", {"most": 4, "over": "day"})
    ask(instrument, berlin(world, 0, 8), 4, by=world.ana)
    refused = refusal(instrument, berlin(world, 0, 14), 1, by=world.ana)
    assert rules_of(refused) == ["long_enough", "quota"]
    assert refused.status == 422
    [quota] = [each for each in refused.violations if each.rule == "quota"]
    assert (quota.source, quota.overridable) == (HOUSE, True)
    assert "manager of FA" in quota.override_by
    assert "4 hours" in quota.message
    assert len(refused.alternatives) == 3
    for slot in refused.alternatives:
        starts_at, ends_at = (datetime.fromisoformat(slot[end]) for end in ("starts_at", "ends_at"))
        assert check_booking(BookingRequest(instrument, starts_at, ends_at, mode="remote"), by=world.ana).ok


def test_a_quota_counts_bookings_at_every_instrument_of_the_facility_and_nowhere_else(world):
    one, other = hourly(world), hourly(world, "H2")
    hold(world, "quota", {"most": 1, "measure": "bookings", "over": "week"})
    ask(one, berlin(world, 0, 8), 2, by=world.ana)
    assert rules_of(refusal(other, berlin(world, 3, 8), by=world.ana)) == ["quota"]
    assert ask(other, berlin(world, 3, 8), 2, by=world.dan).pk
    assert ask(other, berlin(world, 7, 8), 2, by=world.ana).pk
    shanghai = world.instrument_b
    assert ask(shanghai, shanghai_midnight(world), 8, by=world.ana).pk


def shanghai_midnight(world):
    return world.at(1, 16)


def test_a_quota_of_one_instrument_leaves_the_others_alone(world):
    one, other = hourly(world), hourly(world, "H2")
    hold(world, "quota", {"most": 1, "measure": "bookings", "over": "week"}, instrument=one)
    ask(one, berlin(world, 0, 8), 2, by=world.ana)
    assert ask(other, berlin(world, 1, 8), 2, by=world.ana).pk
    assert ask(other, berlin(world, 2, 8), 2, by=world.ana).pk
    assert rules_of(refusal(one, berlin(world, 3, 8), by=world.ana)) == ["quota"]


def test_nobody_gets_round_a_quota_of_persons_by_sending_another_of_the_team(world):
    instrument = hourly(world)
    team = team_of(world, world.ana, world.dan)
    hold(world, "quota", {"most": 4, "over": "week"})
    ask(instrument, berlin(world, 0, 8), 4, by=world.ana, team=team, people=(world.dan,))
    for by in (world.ana, world.dan):
        assert rules_of(refusal(instrument, berlin(world, 1, 8), by=by)) == ["quota"]


@pytest.mark.parametrize(("per", "refused"), [("team", True), ("organisation", True), ("program", False)])
def test_quotas_of_teams_and_organisations_count_what_colleagues_ask_for(world, per, refused):
    instrument = hourly(world)
    colleague = make_user("eva", world.org_b)
    team = team_of(world, world.ana, colleague)
    hold(world, "quota", {"most": 4, "per": per, "over": "week"})
    ask(instrument, berlin(world, 0, 8), 4, by=world.ana, team=team)
    check = check_booking(wanted(instrument, berlin(world, 1, 8), 2, team=team), by=colleague)
    assert [each.rule for each in check.violations] == (["quota"] if refused else [])
    assert check_booking(wanted(instrument, berlin(world, 1, 8), 2), by=world.dan).ok


def test_hours_of_an_access_category_are_shared_by_everybody_in_a_cycle(world):
    instrument = hourly(world)
    start = berlin(world, 0, 0)
    add_cycle(world.facility_a, "C1", start, start + timedelta(days=10), by=world.bo)
    hold(world, "quota", {"most": 6, "per": "everybody", "over": "cycle", "categories": ["proprietary"]})
    ask(instrument, berlin(world, 0, 8), 4, by=world.ana, category="proprietary")
    late = refusal(instrument, berlin(world, 9, 8), 4, by=world.dan, category="proprietary")
    assert rules_of(late) == ["quota"]
    assert ask(instrument, berlin(world, 9, 8), 4, by=world.dan).pk
    assert ask(instrument, berlin(world, 10, 8), 4, by=world.dan, category="proprietary").pk


def test_time_that_an_open_change_would_take_counts_as_well(world):
    instrument = hourly(world)
    hold(world, "quota", {"most": 4, "over": "day"})
    booking = ask(instrument, berlin(world, 0, 8), 3, by=world.ana)
    decide(Task.objects.get(subject_id=booking.pk), "approve", by=world.bo)
    reschedule_booking(
        booking, by=world.ana, starts_at=berlin(world, 1, 8), ends_at=berlin(world, 1, 12), note="Samples late"
    )
    for day in (0, 1):
        assert rules_of(refusal(instrument, berlin(world, day, 14), 2, by=world.ana)) == ["quota"]


def test_open_requests_are_limited_until_one_is_decided(world):
    instrument = hourly(world)
    hold(world, "open_requests", {"most": 1})
    first = ask(instrument, berlin(world, 0, 8), 2, by=world.ana)
    assert rules_of(refusal(instrument, berlin(world, 1, 8), by=world.ana)) == ["open_requests"]
    decide(Task.objects.get(subject_id=first.pk), "approve", by=world.bo)
    assert ask(instrument, berlin(world, 1, 8), 2, by=world.ana).pk


def test_head_count_is_the_peak_of_people_on_site_and_not_their_sum(world):
    one, other = hourly(world), hourly(world, "H2")
    hold(world, "head_count", {"most": 2})
    ask(one, berlin(world, 0, 8), 2, by=world.ana, mode="onsite")
    ask(one, berlin(world, 0, 10), 2, by=world.dan, mode="onsite")
    assert ask(other, berlin(world, 0, 8), 4, by=world.lea, mode="onsite").pk
    third = hourly(world, "H3")
    assert rules_of(refusal(third, berlin(world, 0, 9), 1, by=world.sec, mode="onsite")) == ["head_count"]
    assert ask(third, berlin(world, 0, 9), 1, by=world.sec, mode="remote").pk
    assert ask(third, berlin(world, 0, 12), 1, by=world.sec, mode="onsite").pk


def test_a_person_needs_time_to_travel_between_two_countries(world):
    hold(world, "travel_time", {"hours": 6, "hours_abroad": 24})
    there = hourly(world, "H9")
    there.facility = world.facility_b
    there.save()
    ask(there, world.at(0, 0), 4, by=world.ana, mode="onsite")
    here = hourly(world)
    assert rules_of(refusal(here, world.at(1, 3), by=world.ana, mode="onsite")) == ["travel_time"]
    assert ask(here, world.at(1, 3), 1, by=world.ana, mode="remote").pk
    assert ask(here, world.at(1, 4), 2, by=world.ana, mode="onsite").pk


def test_two_bookings_of_a_team_leave_room_for_others(world):
    instrument = hourly(world)
    team = team_of(world, world.ana)
    hold(world, "gap_of_a_team", {"hours": 24})
    ask(instrument, berlin(world, 0, 8), 2, by=world.ana, team=team)
    assert rules_of(refusal(instrument, berlin(world, 1, 9), by=world.ana, team=team)) == ["gap_of_a_team"]
    assert ask(instrument, berlin(world, 1, 10), 2, by=world.ana, team=team).pk


@pytest.mark.parametrize(("day", "safety", "right"), [(5, "red", False), (5, "green", True), (4, "red", True)])
def test_a_red_experiment_does_not_start_on_a_weekend(world, day, safety, right):
    hold(world, "no_weekend_start")
    check = check_booking(wanted(hourly(world), berlin(world, day, 8), 2, safety=safety), by=world.ana)
    assert check.ok is right


def test_a_weekend_is_one_on_the_wall_clock_of_the_facility(world):
    hold(world, "no_weekend_start")
    friday_in_utc = berlin(world, 5, 0)
    assert friday_in_utc.astimezone(clock.now().tzinfo).weekday() == 4
    assert not check_booking(wanted(hourly(world), friday_in_utc, 2, safety="red"), by=world.ana).ok


def test_a_red_experiment_takes_two_people_on_site(world):
    team = team_of(world, world.ana, world.dan)
    hold(world, "continuous_presence")
    instrument = hourly(world)
    asked = wanted(instrument, berlin(world, 0, 8), 2, safety="red", team=team, mode="onsite")
    both = replace(asked, people=(world.ana, world.dan))
    assert not check_booking(asked, by=world.ana).ok
    assert check_booking(both, by=world.ana).ok
    assert not check_booking(replace(both, mode="remote"), by=world.ana).ok


def test_somebody_on_site_speaks_the_working_language(world):
    hold(world, "working_language", {"language": "de"})
    instrument = hourly(world)
    asked = wanted(instrument, berlin(world, 0, 8), 2, mode="onsite")
    assert check_booking(replace(asked, mode="remote"), by=world.ana).ok
    assert [each.rule for each in check_booking(asked, by=world.ana).violations] == ["working_language"]
    with pytest.raises(Invalid):
        change_profile(world.ana, by=world.ana, languages=["xx"])
    ana = change_profile(world.ana, by=world.ana, languages=["en", "de"])
    assert check_booking(asked, by=ana).ok
    both = replace(asked, team=team_of(world, world.dan, ana), people=(world.dan, ana))
    assert check_booking(both, by=world.dan).ok, "one of them is enough"


def test_an_instrument_may_take_only_some_safety_classes(world):
    instrument = hourly(world)
    hold(world, "safety_class", instrument=instrument)
    assert rules_of(refusal(instrument, berlin(world, 0, 8), by=world.ana, safety="red")) == ["safety_class"]
    assert ask(instrument, berlin(world, 0, 8), 2, by=world.ana, safety="yellow").safety == "yellow"


def test_proprietary_time_needs_an_allocation_of_its_own_category(world):
    hold(world, "category_permitted")
    instrument = hourly(world)
    assert rules_of(refusal(instrument, berlin(world, 0, 8), by=world.ana, category="proprietary")) == [
        "category_permitted"
    ]
    assert ask(instrument, berlin(world, 0, 8), 2, by=world.ana).category == "general"


def test_rapid_access_takes_reserve_time_or_what_is_left_shortly_before(world):
    hold(world, "rapid_access", {"days": 2})
    instrument = hourly(world)
    period = DateTimeTZRange(world.at(2, 0), world.at(3, 0))
    add_block(world.facility_a, instrument, "reserve", period, by=world.bo)
    assert rules_of(refusal(instrument, world.at(1, 8), by=world.ana, category="rapid")) == ["rapid_access"]
    assert ask(instrument, world.at(2, 8), 2, by=world.ana, category="rapid").pk
    with clock.standing_at(world.at(0, 8)):
        assert ask(instrument, world.at(1, 8), 2, by=world.ana, category="rapid").pk


def test_lead_time_differs_by_mode_and_is_not_asked_again_later(world):
    instrument = hourly(world)
    hold(world, "lead_time", {"days": 3, "modes": ["onsite"]})
    with clock.standing_at(world.at(-1, 0)):
        assert rules_of(refusal(instrument, world.at(1, 8), by=world.ana, mode="onsite")) == ["lead_time"]
        assert ask(instrument, world.at(1, 8), 2, by=world.ana, mode="remote").pk
        booking = ask(instrument, world.at(3, 8), 2, by=world.dan, mode="onsite")
    with clock.standing_at(world.at(2, 0)):
        decide(Task.objects.get(subject_id=booking.pk), "approve", by=world.bo)
    booking.refresh_from_db()
    assert booking.state == "approved"


def test_length_steps_and_horizon_hold_for_the_categories_they_name(world):
    instrument = hourly(world)
    hold(world, "length_within", {"least": 2, "most": 6, "categories": ["general"]})
    hold(world, "length_in_steps", {"step": 2, "categories": ["general"]})
    hold(world, "within_horizon", {"days": 10, "categories": ["general"]})
    day = world.at(3, 8)
    with clock.standing_at(world.at(-1, 0)):
        assert rules_of(refusal(instrument, day, 1, by=world.ana)) == ["length_within", "length_in_steps"]
        assert rules_of(refusal(instrument, day, 3, by=world.ana)) == ["length_in_steps"]
        assert rules_of(refusal(instrument, day, 8, by=world.ana)) == ["length_within"]
        assert rules_of(refusal(instrument, world.at(12, 8), 4, by=world.ana)) == ["within_horizon"]
        assert ask(instrument, world.at(12, 8), 1, by=world.ana, category="rapid").pk
        assert ask(instrument, day, 6, by=world.ana).pk


def test_a_policy_holds_on_the_days_it_says_in_the_zone_of_the_facility(world):
    instrument = hourly(world)
    day = berlin(world, 3, 0).date()
    hold(world, "safety_class", {"safety": ["green"]}, starts_on=day, ends_on=day)
    right = {
        day: check_booking(wanted(instrument, berlin(world, day, 0), 1, safety="red"), by=world.ana).ok
        for day in (2, 3, 4)
    }
    assert right == {2: True, 3: False, 4: True}


def test_a_policy_that_nobody_may_override_stands_and_another_gives_way_to_a_reason(world):
    instrument = hourly(world)
    hold(world, "safety_class", {"safety": ["green"]})
    asked = wanted(instrument, berlin(world, 0, 8), 2, safety="red", overrides=(Override("safety_class", "Shielded"),))
    assert request_time(asked, by=world.bo).overrides[0]["rule"] == "safety_class"
    hold(world, "safety_class", {"safety": ["green", "yellow"]}, override="nobody", source="Permit 12")
    with pytest.raises(RulesRefuse) as refused:
        request_time(replace(asked, starts_at=berlin(world, 1, 8), ends_at=berlin(world, 1, 10)), by=world.bo)
    [left] = refused.value.violations
    assert (left.source, left.overridable, left.override_by) == ("Permit 12", False, "")


def test_a_rule_that_is_new_since_the_request_must_be_overridden_before_the_approval(world):
    booking = ask(hourly(world), berlin(world, 0, 8), 2, by=world.ana, safety="red")
    policy = set_policy(world.facility_a, draft("safety_class", {"safety": ["green"]}), by=world.bo)
    switch_policy(policy, by=world.bo, on=True, seen=[booking.pk])
    task = Task.objects.get(subject_id=booking.pk)
    with pytest.raises(RulesRefuse) as refused:
        decide(task, "approve", by=world.bo, note="Fine")
    assert rules_of(refused.value) == ["safety_class"]
    for who in (world.ana, world.cleo, world.bob):
        with pytest.raises(NotPermitted):
            override_rules(booking, by=who, note="Please")
    approve_despite(task, booking, by=world.bo, note="The hutch is shielded")
    booking.refresh_from_db()
    assert booking.state == "approved"
    assert [(each["rule"], each["reason"], each["name"]) for each in booking.overrides] == [
        ("safety_class", "The hutch is shielded", "Bo")
    ]
    assert AuditEntry.objects.get(object_id=booking.pk, verb="override").data["rules"] == ["safety_class"]


def test_a_block_that_came_meanwhile_cannot_be_approved_over(world):
    booking = ask(hourly(world), world.at(0, 8), 2, by=world.ana)
    period = DateTimeTZRange(world.at(0, 9), world.at(0, 12))
    add_block(world.facility_a, booking.instrument, "maintenance", period, by=world.bo)
    task = Task.objects.get(subject_id=booking.pk)
    for act in (
        lambda: decide(task, "approve", by=world.bo),
        lambda: approve_despite(task, booking, by=world.bo, note="Anyway"),
    ):
        with pytest.raises(RulesRefuse) as refused:
            act()
        assert rules_of(refused.value) == ["no_closure"]


def test_switching_on_lists_the_bookings_that_would_break_and_leaves_them(world):
    red = ask(hourly(world), berlin(world, 0, 8), 2, by=world.ana, safety="red")
    ask(hourly(world, "H2"), berlin(world, 0, 8), 2, by=world.dan)
    policy = set_policy(world.facility_a, draft("safety_class", {"safety": ["green"]}), by=world.bo)
    with pytest.raises(DomainError) as refused:
        switch_policy(policy, by=world.bo, on=True)
    assert (refused.value.code, refused.value.status) == ("bookings_break", 409)
    [named] = refused.value.violations
    assert red.reference in named.message
    assert switch_policy(policy, by=world.bo, on=True, seen=[red.pk]).is_active
    red.refresh_from_db()
    assert red.state == "requested"


def test_a_policy_that_holds_changes_only_for_one_who_saw_what_breaks(world):
    policy = hold(world, "safety_class")
    yellow = ask(hourly(world), berlin(world, 0, 8), 2, by=world.ana, safety="yellow")
    stricter = draft("safety_class", {"safety": ["green"]})
    with pytest.raises(DomainError) as refused:
        set_policy(world.facility_a, stricter, by=world.bo, policy=policy)
    assert refused.value.code == "bookings_break"
    changed = set_policy(world.facility_a, stricter, by=world.bo, policy=policy, seen=[yellow.pk])
    assert (changed.parameters, changed.version) == ({"safety": ["green"]}, policy.version + 1)
    with pytest.raises(WrongState):
        set_policy(world.facility_a, draft("safety_class"), by=world.bo, policy=policy, expected=policy.version)


@pytest.mark.parametrize(
    ("change", "fields"),
    [
        ({"rule": "no_such"}, ["rule"]),
        ({"source": " "}, ["source"]),
        ({"override": "anybody"}, ["override"]),
        (
            {"parameters": {"most": -1, "per": "dog", "colour": 1}},
            ["parameters.colour", "parameters.most", "parameters.per"],
        ),
        ({"parameters": {"categories": "general"}}, ["parameters.categories"]),
    ],
)
def test_a_policy_that_cannot_be_read_is_refused_with_everything_wrong_in_it(world, change, fields):
    with pytest.raises(Invalid) as refused:
        set_policy(world.facility_a, replace(draft("quota"), **change), by=world.bo)
    assert sorted(each.field for each in refused.value.violations) == fields
    assert not Policy.objects.exists()


def test_only_those_who_keep_the_calendar_of_the_facility_write_its_policies(world):
    policy = hold(world, "quota")
    for who in (world.ana, world.cleo, world.bob, world.lea):
        for act in (
            lambda who=who: set_policy(world.facility_a, draft("quota"), by=who),
            lambda who=who: switch_policy(policy, by=who, on=False),
            lambda who=who: remove_policy(policy, by=who),
        ):
            with pytest.raises(NotPermitted):
                act()
    assert remove_policy(policy, by=world.bo).archived_at
    with pytest.raises(WrongState):
        switch_policy(policy, by=world.bo, on=True)


def test_a_policy_is_tried_on_what_was_booked_without_it(world):
    instrument = hourly(world)
    kept = [ask(instrument, berlin(world, day, 8), 4, by=world.ana) for day in (0, 1, 2)]
    other = ask(instrument, berlin(world, 3, 8), 4, by=world.dan)
    policy = draft("quota", {"most": 8, "over": "week"}).policy(world.facility_a)
    trial = try_policy(policy, berlin(world, 0, 0), berlin(world, 7, 0))
    assert (trial.judged, [each.booking for each in trial.refused]) == (4, [kept[2]])
    assert "Ana" in trial.refused[0].sentences[0]
    assert other not in [each.booking for each in trial.refused]
    assert not Policy.objects.exists()
    assert broken_by(policy) == list(trial.refused)


def test_what_a_policy_would_have_refused_does_not_count_against_the_next(world):
    instrument = hourly(world)
    for hour, hours in ((8, 4), (12, 6), (18, 2)):
        ask(instrument, berlin(world, 0, hour), hours, by=world.ana)
    policy = draft("quota", {"most": 6, "over": "day"}).policy(world.facility_a)
    trial = try_policy(policy, berlin(world, 0, 0), berlin(world, 1, 0))
    assert [each.booking.starts_at for each in trial.refused] == [berlin(world, 0, 12)]


def test_a_booking_is_not_counted_against_itself_when_it_moves(world):
    instrument = hourly(world)
    hold(world, "quota", {"most": 4, "over": "day"})
    booking = ask(instrument, berlin(world, 0, 8), 4, by=world.ana)
    moved = reschedule_booking(booking, by=world.ana, starts_at=berlin(world, 0, 10), ends_at=berlin(world, 0, 14))
    assert moved.starts_at == berlin(world, 0, 10)
    with pytest.raises(RulesRefuse):
        reschedule_booking(booking, by=world.ana, starts_at=berlin(world, 0, 8), ends_at=berlin(world, 0, 13))
    assert Booking.objects.count() == 1


@pytest.mark.parametrize(("hours", "right"), [(40, True), (41, False)])
def test_a_training_must_be_valid_on_every_day_of_the_stay_on_the_calendar_of_the_facility(world, hours, right):
    """F9: valid until 10 May, a stay from 9 to 11 May is refused; until midnight of the tenth it is not."""
    instrument = hourly(world, max_minutes=72 * 60)
    course = Course.objects.create(facility=world.facility_a, name="Radiation")
    instrument.required_trainings.add(course)
    last = berlin(world, 1, 0).date()
    record = {"passed_on": last - timedelta(days=300), "valid_until": last}
    TrainingRecord.objects.create(user=world.ana, course=course, **record)
    check = check_booking(wanted(instrument, berlin(world, 0, 8), hours, mode="onsite"), by=world.ana)
    assert [each.rule for each in check.violations] == ([] if right else ["trained_every_day"])


def test_asking_costs_no_statement_more_until_a_policy_counts_something(world, django_assert_num_queries):
    instrument = hourly(world)
    asked = wanted(instrument, berlin(world, 0, 8), 2)
    check_booking(asked, by=world.ana)
    with CaptureQueriesContext(connection) as without:
        check_booking(asked, by=world.ana)
    hold(world, "safety_class")
    with django_assert_num_queries(len(without)):
        check_booking(asked, by=world.ana)


def test_a_safety_class_needs_its_training_on_every_day_of_the_stay_of_everybody_on_site(world):
    course = Course.objects.create(facility=world.facility_a, name="Lasers")
    instrument = hourly(world, modes=["onsite", "remote"])
    booked = ask(instrument, world.at(1, 8), 2, by=world.ana, mode="onsite", safety="red")
    policy = set_policy(world.facility_a, draft("training_for_class", {"course": "Lasers"}), by=world.system)
    assert [each.booking for each in broken_by(policy)] == [booked]
    switch_policy(policy, by=world.system, on=True, seen=[booked.pk])
    red = {"by": world.ana, "mode": "onsite", "safety": "red"}
    assert rules_of(refusal(instrument, world.at(2, 8), **red)) == ["training_for_class"]
    assert ask(instrument, world.at(2, 8), 2, by=world.ana, mode="onsite").state == "requested"
    assert ask(instrument, world.at(3, 8), 2, by=world.ana, safety="red").state == "requested"
    valid = {"passed_on": world.monday.date(), "valid_until": world.at(4, 12).date()}
    TrainingRecord.objects.create(user=world.ana, course=course, **valid)
    assert broken_by(policy) == []
    assert ask(instrument, world.at(4, 8), 8, **red).state == "requested"
    assert rules_of(refusal(instrument, world.at(4, 20), 8, **red)) == ["training_for_class"]


def test_a_training_that_the_facility_does_not_give_is_no_policy(world):
    for given in ({"course": "Lasers"}, {}):
        with pytest.raises(Invalid) as refused:
            set_policy(world.facility_a, draft("training_for_class", given), by=world.system)
        assert [each.field for each in refused.value.violations] == ["parameters.course"]

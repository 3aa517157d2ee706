"""Processes on routes: order, parallel steps, quorum, conditions, conflicts, delegation, escalation, versions."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.db import IntegrityError, ProgrammingError, transaction

from accounts.commands import affiliate, grant_role
from core.audit import history
from core.errors import Invalid, NotPermitted, WrongState
from tests.world import make_user
from workflow.approvals import decide, escalate_due, record_skips, stop
from workflow.approvals.delegations import delegate_tasks, end_delegation
from workflow.models import DeciderGroup, Decision, Process, Route, Step, Task
from workflow.queries import open_tasks_for, tasks_visible_to, who_decides, who_would_decide


@pytest.fixture
def reviewers(world):
    """Cleo and two more instrument scientists at A."""
    people = [world.cleo, make_user("eve", world.org_a), make_user("fred", world.org_a)]
    for person in people[1:]:
        grant_role(person, "instrument_scientist", world.facility_a, by=world.system)
    return people


def states(process):
    return {task.name: task.state for task in process.tasks.order_by("position", "name")}


def test_one_step_approves_and_tells_the_handler(world, desk, handler):
    process = desk.send(desk.route(desk.step()))
    done = decide(desk.task("Manager", process), "approve", by=world.bo, note="Welcome")
    process.refresh_from_db()
    assert (done.state, process.state) == ("approved", "approved")
    assert handler.calls == [("approved", world.org_c.pk, world.bo.pk, "Welcome", "approved")]
    assert done.decided_at
    assert process.ended_at


def test_a_later_position_opens_when_all_parallel_steps_agreed(world, desk, handler, reviewers):
    route = desk.route(
        desk.step("Safety", "instrument_scientist"),
        desk.step("Feasibility", "instrument_scientist"),
        desk.step("Manager", position=2),
    )
    process = desk.send(route)
    assert states(process) == {"Safety": "open", "Feasibility": "open"}
    decide(desk.task("Safety", process), "approve", by=world.cleo)
    assert states(process) == {"Safety": "approved", "Feasibility": "open"}
    decide(desk.task("Feasibility", process), "approve", by=world.cleo)
    assert states(process)["Manager"] == "open"
    assert handler.calls == []
    decide(desk.task("Manager", process), "approve", by=world.bo)
    assert [call[0] for call in handler.calls] == ["approved"]
    assert [(entry.verb, entry.data["step"]) for entry in history(world.org_c)] == [
        ("agree", "Safety"),
        ("agree", "Feasibility"),
    ]


def test_a_decline_ends_the_process_and_its_parallel_tasks(world, desk, handler, reviewers):
    process = desk.send(
        desk.route(desk.step("Safety", "instrument_scientist"), desk.step(), desk.step("Later", position=2))
    )
    decide(desk.task("Safety", process), "decline", by=world.cleo, note="Not safe")
    process.refresh_from_db()
    assert process.state == "declined"
    assert states(process) == {"Safety": "declined", "Manager": "stopped"}
    assert handler.calls == [("declined", world.org_c.pk, world.cleo.pk, "Not safe", "declined")]
    with pytest.raises(WrongState) as refused:
        decide(desk.task("Manager", process), "approve", by=world.bo)
    assert (refused.value.status, refused.value.code) == (409, "already_decided")


def test_a_decline_needs_a_reason_and_a_verdict_must_be_known(world, desk, handler):
    task = desk.task("Manager", desk.send(desk.route(desk.step())))
    for verdict, code in (("decline", "reason_required"), ("skip", "invalid")):
        with pytest.raises(Invalid) as refused:
            decide(task, verdict, by=world.bo, note="  ")
        assert refused.value.code == code
    assert handler.calls == []


def test_a_quorum_counts_distinct_people(world, desk, handler, reviewers):
    process = desk.send(desk.route(desk.step("Panel", "instrument_scientist", quorum=2)))
    task = desk.task("Panel", process)
    decide(task, "approve", by=world.cleo)
    assert decide(task, "approve", by=world.cleo).state == "open", "saying it twice is a replay"
    assert not handler.calls
    assert decide(task, "approve", by=reviewers[1]).state == "approved"
    assert task.decisions.count() == 2
    assert len(handler.calls) == 1


def test_who_agreed_cannot_decline_afterwards(world, desk, reviewers):
    task = desk.task("Panel", desk.send(desk.route(desk.step("Panel", "instrument_scientist", quorum=2))))
    decide(task, "approve", by=world.cleo)
    with pytest.raises(WrongState):
        decide(task, "decline", by=world.cleo, note="I changed my mind")


@pytest.mark.parametrize("outsider", ["ana", "bob", "dan", "cleo", "lea"])
def test_others_may_not_decide(world, desk, handler, outsider):
    task = desk.task("Manager", desk.send(desk.route(desk.step())))
    with pytest.raises(NotPermitted):
        decide(task, "approve", by=getattr(world, outsider))
    assert not Decision.objects.exists()
    assert not handler.calls


def test_a_group_decides_where_a_role_is_too_wide(world, desk, reviewers):
    group = DeciderGroup.objects.create(name="Safety", scope_type=desk.scope[0], scope_id=desk.scope[1])
    group.members.add(reviewers[1])
    process = desk.send(desk.route(desk.step("Safety", "", group=group.pk)))
    task = desk.task("Safety", process)
    assert list(open_tasks_for(reviewers[1])) == [task]
    assert not open_tasks_for(world.cleo).exists()
    with pytest.raises(NotPermitted):
        decide(task, "approve", by=world.cleo)
    assert decide(task, "approve", by=reviewers[1]).state == "approved"


def test_conditions_choose_the_steps(world, desk):
    route = desk.route(
        desk.step("Long", condition={"units_above": 6}),
        desk.step("On site", condition={"mode": ["onsite"]}),
        desk.step("Red", position=2, condition={"safety": ["red"]}),
    )
    assert states(desk.send(route)) == {"On site": "open"}
    assert states(desk.send(route, world.org_b, {"units": "6.5", "mode": "remote"})) == {"Long": "open"}
    nothing = desk.send(route, world.org_a, {"mode": "remote"})
    assert (nothing.state, nothing.tasks.count()) == ("approved", 0)


def test_a_later_step_is_left_out_when_its_condition_does_not_hold(world, desk, handler):
    process = desk.send(desk.route(desk.step(), desk.step("Red", position=2, condition={"safety": ["red"]})))
    decide(desk.task("Manager", process), "approve", by=world.bo)
    assert [call[0] for call in handler.calls] == ["approved"]


def test_a_route_approves_by_itself_under_its_rule(world, desk, handler):
    route = desk.route(desk.step(), auto_approve={"units_up_to": 3})
    short = desk.send(route, facts={"units": "3"})
    assert (short.state, short.tasks.count(), handler.calls) == ("approved", 0, [])
    assert desk.send(route, world.org_b, {"units": "3.5"}).state == "running"


def test_no_step_is_due_after_what_it_decides_begins(world, desk, handler):
    route = desk.route(
        desk.step("Manager", within_hours=40),
        desk.step("Safety", "instrument_scientist", position=2, within_hours=4),
    )
    with time_machine.travel(datetime(2030, 11, 22, 8, tzinfo=UTC), tick=False):
        sunday = datetime(2030, 11, 24, 6, tzinfo=UTC)
        process = desk.send(route, latest=sunday)
        assert desk.task("Manager", process).due_at == sunday
        expected = who_would_decide(route, process.facts, process.working_hours, latest=sunday)
        assert [step.due_at for step in expected] == [sunday, sunday]
    with time_machine.travel(datetime(2030, 11, 24, 8, tzinfo=UTC), tick=False):
        decide(desk.task("Manager", process), "approve", by=world.bo)
        monday = datetime(2030, 11, 25, 12, tzinfo=UTC)
        assert desk.task("Safety", process).due_at == monday, "what has begun hurries nobody"


def test_running_processes_keep_the_version_they_started_with(world, desk, handler, reviewers):
    first = desk.route(desk.step())
    process = desk.send(first)
    second = desk.route(desk.step("Panel", "instrument_scientist"))
    assert (first.number, second.number) == (1, 2)
    assert states(process) == {"Manager": "open"}
    assert states(desk.send(second, world.org_b)) == {"Panel": "open"}
    decide(desk.task("Manager", process), "approve", by=world.bo)
    assert len(handler.calls) == 1


def test_a_version_never_changes(world, desk):
    route = desk.route(desk.step())
    for change in (
        lambda: Step.objects.filter(route=route).update(quorum=2),
        lambda: Step.objects.filter(route=route).delete(),
        lambda: Route.objects.filter(pk=route.pk).update(auto_approve={"always": True}),
    ):
        with pytest.raises(ProgrammingError), transaction.atomic():
            change()


def test_a_subject_has_one_running_process(world, desk):
    route = desk.route(desk.step())
    desk.send(route)
    with pytest.raises(IntegrityError), transaction.atomic():
        desk.send(route)


def test_stopping_takes_the_tasks_away_and_lets_another_start(world, desk):
    process = desk.send(desk.route(desk.step()))
    stopped = stop(world.org_c, by=world.ana, note="Not needed")
    assert stopped == process
    assert states(process) == {"Manager": "stopped"}
    assert not open_tasks_for(world.bo).exists()
    assert stop(world.org_c, by=world.ana) is None
    assert desk.send(process.route).state == "running"


def test_an_excluded_decider_is_skipped_and_the_skip_recorded(world, desk, reviewers):
    process = desk.send(
        desk.route(desk.step("Panel", "instrument_scientist"), desk.step(position=2)), excluded=[world.cleo.pk]
    )
    task = desk.task("Panel", process)
    for _time in range(2):
        record_skips([task])
    assert [(one.by, one.verdict) for one in task.decisions.all()] == [(world.cleo, "skip")]
    assert not open_tasks_for(world.cleo).exists()
    assert tasks_visible_to(world.cleo).exists(), "the skip itself is seen"
    with pytest.raises(NotPermitted):
        decide(task, "approve", by=world.cleo)
    decide(task, "approve", by=reviewers[1])
    assert desk.task("Manager", process).excluded == [world.cleo.pk]


def test_who_nobody_would_have_asked_leaves_no_skip(world, desk):
    process = desk.send(desk.route(desk.step()), excluded=[world.ana.pk])
    record_skips(process.tasks.all())
    assert not desk.task("Manager", process).decisions.exists()


def test_a_conflict_found_while_deciding_is_recorded_and_asks_the_next(world, desk, handler):
    handler.conflicts[world.cleo.pk] = "On the team of the request"
    process = desk.send(
        desk.route(desk.step("Panel", "instrument_scientist", within_hours=8, escalate_to_role="facility_manager"))
    )
    task = desk.task("Panel", process)
    assert not open_tasks_for(world.bo).exists()
    with pytest.raises(NotPermitted) as refused:
        decide(task, "approve", by=world.cleo)
    assert (refused.value.code, refused.value.message) == ("conflict_of_interest", "On the team of the request")
    skip = task.decisions.get()
    assert (skip.by, skip.verdict, skip.note) == (world.cleo, "skip", "On the team of the request")
    assert list(open_tasks_for(world.bo)) == [task]
    assert decide(task, "approve", by=world.bo).state == "approved"


def test_when_all_are_excluded_at_the_start_the_next_are_asked(world, desk):
    process = desk.send(
        desk.route(desk.step("Panel", "instrument_scientist", within_hours=8, escalate_to_role="facility_manager")),
        excluded=[world.cleo.pk],
    )
    record_skips(process.tasks.all())
    assert desk.task("Panel", process).escalated_at
    assert open_tasks_for(world.bo).count() == 1


def test_a_delegate_decides_between_the_two_dates(world, desk, handler):
    now = world.monday
    with time_machine.travel(now, tick=False):
        process = desk.send(desk.route(desk.step()))
        task = desk.task("Manager", process)
        delegate_tasks(
            world.bo, world.dan, starts_at=now + timedelta(days=1), ends_at=now + timedelta(days=2), by=world.bo
        )
        assert not open_tasks_for(world.dan).exists()
    for day, may in ((1, True), (2, False)):
        with time_machine.travel(now + timedelta(days=day), tick=False):
            assert open_tasks_for(world.dan).exists() is may
            assert tasks_visible_to(world.dan).exists() is may
    with time_machine.travel(now + timedelta(days=1, hours=3), tick=False):
        decide(task, "approve", by=world.dan, note="For Bo")
        said = task.decisions.get()
        assert (said.by, said.on_behalf_of) == (world.dan, world.bo)
        assert len(handler.calls) == 1


def lend(giver, taker, world):
    now = world.monday
    return delegate_tasks(giver, taker, starts_at=now - timedelta(days=40), ends_at=now + timedelta(days=9), by=giver)


def test_delegate_and_giver_do_not_count_twice(world, desk, reviewers):
    eve, fred = reviewers[1:]
    lend(world.cleo, world.dan, world)
    lend(world.cleo, world.ana, world)
    task = desk.task("Panel", desk.send(desk.route(desk.step("Panel", "instrument_scientist", quorum=3))))
    decide(task, "approve", by=world.dan)
    assert not open_tasks_for(world.cleo).exists()
    assert not open_tasks_for(world.ana).exists()
    with pytest.raises(WrongState):
        decide(task, "approve", by=world.cleo)
    with pytest.raises(NotPermitted):
        decide(task, "approve", by=world.ana)
    decide(task, "approve", by=eve)
    assert decide(task, "approve", by=fred).state == "approved"


def test_what_was_lent_is_not_lent_on_and_can_be_taken_back(world, desk):
    first = lend(world.bo, world.dan, world)
    lend(world.dan, world.ana, world)
    desk.send(desk.route(desk.step()))
    assert open_tasks_for(world.dan).exists()
    assert not open_tasks_for(world.ana).exists()
    end_delegation(first, by=world.bo)
    assert not open_tasks_for(world.dan).exists()


def test_a_conflict_of_the_giver_is_not_laundered_by_lending(world, desk):
    lend(world.bo, world.dan, world)
    process = desk.send(desk.route(desk.step()), excluded=[world.bo.pk])
    assert not open_tasks_for(world.dan).exists()
    with pytest.raises(NotPermitted):
        decide(desk.task("Manager", process), "approve", by=world.dan)


def test_sixteen_working_hours_from_friday_escalate_on_tuesday(world, desk, reviewers):
    from datetime import datetime
    from zoneinfo import ZoneInfo

    berlin = ZoneInfo("Europe/Berlin")
    route = desk.route(desk.step("Panel", "instrument_scientist", within_hours=16, escalate_to_role="facility_manager"))
    friday = datetime(2027, 1, 15, 15, tzinfo=berlin)
    with time_machine.travel(friday, tick=False):
        task = desk.task("Panel", desk.send(route))
    tuesday = datetime(2027, 1, 19, 15, tzinfo=berlin)
    assert task.due_at == tuesday
    with time_machine.travel(tuesday - timedelta(seconds=1), tick=False):
        assert escalate_due() == 0
        assert not open_tasks_for(world.bo).exists()
    with time_machine.travel(tuesday, tick=False):
        assert escalate_due() == 1
        assert escalate_due() == 0, "a timer that runs twice does nothing the second time"
        assert list(open_tasks_for(world.bo)) == [task]
        assert open_tasks_for(world.cleo).exists(), "those asked first may still decide"
        assert [entry.verb for entry in history(world.org_c)] == ["escalate"]
        assert who_decides(world.org_c)[0] == {
            "step": "Panel",
            "who": ["Cleo", "Eve", "Fred", "Bo"],
            "due_at": tuesday,
            "escalated": True,
        }
        assert decide(task, "approve", by=world.bo).state == "approved"


def test_a_late_timer_escalates_everything_that_was_due(world, desk):
    route = desk.route(desk.step("Panel", "instrument_scientist", within_hours=1, escalate_to_role="facility_manager"))
    for subject in (world.org_a, world.org_b, world.org_c):
        desk.send(route, subject)
    decide(Task.objects.get(subject_id=world.org_a.pk), "decline", by=world.cleo, note="No")
    with time_machine.travel(world.monday + timedelta(days=30), tick=False):
        assert escalate_due() == 2
    assert set(Process.objects.values_list("state", flat=True)) == {"running", "declined"}


def test_a_handler_that_refuses_leaves_everything_as_it_was(world, desk, handler, monkeypatch):
    def taken(subject_id, *, by, note, process):
        raise WrongState("Somebody else holds the time.")

    monkeypatch.setattr(handler, "on_approved", taken)
    process = desk.send(desk.route(desk.step()))
    with pytest.raises(WrongState):
        decide(desk.task("Manager", process), "approve", by=world.bo)
    process.refresh_from_db()
    assert process.state == "running"
    assert not Decision.objects.exists()
    assert open_tasks_for(world.bo).count() == 1


def test_nobody_else_sees_a_task_not_even_as_a_count(world, desk):
    desk.send(desk.route(desk.step()))
    for person in (world.ana, world.bob, world.dan, world.cleo, world.lea, world.sec, world.adm):
        assert tasks_visible_to(person).count() == 0
        assert open_tasks_for(person).count() == 0
    assert tasks_visible_to(world.bo).count() == open_tasks_for(world.bo).count() == 1


def test_preparing_a_route_once_known_reads_nothing(world, desk, django_assert_num_queries):
    route = desk.route(desk.step(), desk.step("Also", "instrument_scientist"))
    desk.send(route)
    with django_assert_num_queries(0):
        desk.send(route, world.org_b)


def test_an_inbox_costs_the_same_for_one_row_and_three(world, desk, django_assert_num_queries):
    route = desk.route(desk.step())
    lend(world.bo, world.dan, world)
    for count, subject in ((1, world.org_a), (2, world.org_b), (3, world.org_c)):
        desk.send(route, subject)
        with django_assert_num_queries(2):
            assert len(open_tasks_for(world.dan)) == count
        with django_assert_num_queries(2):
            assert len(tasks_visible_to(world.dan)) == count


def test_a_step_that_keeps_the_own_organisation_apart_skips_its_people_and_says_so(world, desk, handler, monkeypatch):
    affiliate(world.cleo, world.org_c, by=world.system, starts_on=date(2020, 1, 1))
    handler.organisation = lambda subject: subject.pk
    step = desk.step("Panel", "instrument_scientist", apart=True, within_hours=8, escalate_to_role="facility_manager")
    process = desk.send(desk.route(step, desk.step(position=2)))
    task = desk.task("Panel", process)
    with pytest.raises(NotPermitted) as refused:
        decide(task, "approve", by=world.cleo)
    assert refused.value.message == "You belong to the organisation that asks."
    for _time in range(2):
        record_skips([task])
    skipped = history(world.org_c).get(verb="skip")
    assert (skipped.actor_name, skipped.note) == ("Cleo", "You belong to the organisation that asks.")
    assert list(open_tasks_for(world.bo)) == [task]


def test_whom_the_telling_finds_to_belong_to_the_organisation_is_not_asked(world, desk, handler, reviewers):
    affiliate(world.cleo, world.org_c, by=world.system, starts_on=date(2020, 1, 1))
    handler.organisation = lambda subject: subject.pk
    process = desk.send(desk.route(desk.step("Panel", "instrument_scientist", apart=True), desk.step(position=2)))
    record_skips(process.tasks.all())
    assert not open_tasks_for(world.cleo).exists()
    assert history(world.org_c).get(verb="skip").actor_name == "Cleo"
    decide(desk.task("Panel", process), "approve", by=reviewers[1])
    decide(desk.task("Manager", process), "approve", by=world.bo)

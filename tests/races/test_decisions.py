"""Deciding at the same moment: real threads at a barrier, on a real database."""

import threading

import pytest
from django.db import connection

from core.errors import DomainError
from tests.workflow.conftest import OFFICE, SUBJECT, Recorder

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def stage(monkeypatch):
    """A world with four reviewers, a recording handler, and a way to run acts at once."""
    from accounts.commands import grant_role
    from tests.world import make_user, make_world
    from workflow.approvals import handlers

    world, handler = make_world(), Recorder()
    monkeypatch.setitem(handlers._handlers, SUBJECT, handler)
    people = [make_user(name, world.org_a) for name in ("eve", "fred", "gil", "hana")]
    for person in people:
        grant_role(person, "instrument_scientist", world.facility_a, by=world.system)
    return world, handler, people


def open_task(world, **fields):
    from core.rows import insert
    from workflow.approvals import RouteDraft, StepDraft, prepare
    from workflow.approvals.routes import _write

    scope = ("facilities.facility", world.facility_a.pk)
    steps = (StepDraft(1, "Panel", "instrument_scientist", **fields), StepDraft(2, "Manager", "facility_manager"))
    route = _write(world.facility_a, SUBJECT, RouteDraft("Route", scope, steps), 1, by=world.bo)
    rows = prepare(world.org_c, route=route, title="T", facts={}, working_hours=OFFICE)
    insert([rows.process, *rows.tasks])
    return rows.process.tasks.get()


def at_once(*acts):
    """Run them at a barrier; their results, or the status of the domain error each ended with."""
    barrier, results = threading.Barrier(len(acts)), [None] * len(acts)

    def run(number, act):
        barrier.wait()
        try:
            results[number] = act()
        except DomainError as error:
            results[number] = error.status
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_of_four_who_decide_at_once_one_wins_and_the_others_get_409(stage):
    from workflow.approvals import decide
    from workflow.models import Decision, Task

    world, handler, people = stage
    task = open_task(world)
    verdicts = ["approve", "decline", "approve", "decline"]
    results = at_once(
        *(
            lambda person=person, verdict=verdict: decide(task, verdict, by=person, note="n").state
            for person, verdict in zip(people, verdicts, strict=True)
        )
    )
    assert sorted(map(str, results))[:3] == ["409", "409", "409"]
    assert Decision.objects.count() == 1
    task.refresh_from_db()
    later = Task.objects.filter(name="Manager")
    assert (task.state, later.count(), len(handler.calls)) in (("approved", 1, 0), ("declined", 0, 1))


def test_one_person_pressing_twice_is_heard_once(stage):
    from workflow.approvals import decide
    from workflow.models import Decision, Task

    world, _handler, people = stage
    task = open_task(world)
    results = at_once(*(lambda: decide(task, "approve", by=people[0]).state for _ in range(4)))
    assert results == ["approved"] * 4
    assert (Decision.objects.count(), Task.objects.filter(name="Manager").count()) == (1, 1)


def test_a_quorum_reached_at_once_opens_the_next_step_once(stage):
    from workflow.approvals import decide
    from workflow.models import Task

    world, _handler, people = stage
    task = open_task(world, quorum=4)
    results = at_once(*(lambda person=person: decide(task, "approve", by=person).state for person in people))
    assert sorted(results) == ["approved", "open", "open", "open"]
    assert Task.objects.filter(name="Manager").count() == 1


def test_a_decision_and_a_stop_at_once_leave_one_end(stage):
    from django.db import transaction

    from workflow.approvals import decide, stop
    from workflow.models import Process

    world, handler, people = stage
    task = open_task(world)

    def withdraw():
        with transaction.atomic():
            handler.lock(world.org_c.pk)
            return stop(world.org_c, by=world.ana) is not None

    decided, stopped = at_once(lambda: decide(task, "decline", by=people[0], note="n").state, withdraw)
    assert (decided, stopped) in (("declined", False), (409, True))
    assert Process.objects.get().state == ("stopped" if stopped else "declined")


def test_two_timers_at_once_escalate_each_task_once(stage):
    from datetime import timedelta

    from core import clock
    from core.models import AuditEntry
    from workflow.approvals import escalate_due

    world, _handler, _people = stage
    open_task(world, within_hours=1, escalate_to_role="facility_manager")
    later = clock.now() + timedelta(days=9)
    assert sum(at_once(lambda: escalate_due(later), lambda: escalate_due(later))) == 1
    assert AuditEntry.objects.filter(verb="escalate").count() == 1


def test_two_editors_who_save_at_once_make_one_version_and_one_409(stage, monkeypatch):
    from workflow.approvals import RouteDraft, StepDraft, handlers, save_route
    from workflow.models import Route

    world, _handler, _people = stage
    owner = handlers.OwnerType("facilities.manage_routes", lambda row: row)
    monkeypatch.setitem(handlers._owners, "facilities.facility", owner)
    scope = ("facilities.facility", world.facility_a.pk)
    draft = RouteDraft("Route", scope, (StepDraft(1, "Manager", "facility_manager"),))
    results = at_once(
        *(lambda: save_route(world.facility_a, SUBJECT, draft, by=world.bo, expected=0).number for _ in range(2))
    )
    assert sorted(results) == [1, 409]
    assert Route.objects.filter(subject_type=SUBJECT).count() == 1

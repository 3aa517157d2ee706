"""What was promised: by whom, until when, done with evidence, weighed in a plan, reminded of; and who sees it."""

from datetime import timedelta
from fractions import Fraction

import pytest

from alliance.commands import actions
from alliance.models import ActionItem, Document
from alliance.permissions.governance import actions_visible_to
from alliance.queries.actions import overdue, owed_by, progress_of
from alliance.rules.days import today_in
from core import clock
from core.errors import Invalid, NotPermitted, WrongState
from notifications.models import Message
from tests.alliance import convening

pytestmark = pytest.mark.django_db


def promised(world, days: int = 40, **fields) -> ActionItem:
    told = {"title": "Draft the plan", "owner": world.ana, "due_on": today_in(world.alliance) + timedelta(days=days)}
    return actions.promise_action(world.alliance, **{"by": world.sec, **told, **fields})


@pytest.fixture
def plan(world):
    return Document.objects.create(alliance=world.alliance, slug="plan", kind="action_plan", title="Plan")


def test_a_plan_is_as_far_as_the_weight_of_what_is_done(world, plan):
    assert progress_of(plan).share is None
    one, two, dropped = (promised(world, plan=plan, weight=weight) for weight in (1, 2, 5))
    actions.finish_action(two, by=world.ana, evidence="Report 7")
    actions.drop_action(dropped, by=world.sec, note="Not needed")
    assert progress_of(plan).share == Fraction(2, 3)
    actions.finish_action(one, by=world.sec, evidence="Letter")
    assert progress_of(plan).share == 1


def test_the_owner_says_that_it_is_done_and_how_one_sees_it(world):
    action = promised(world)
    for person in (world.bo, world.dan, world.lea):
        with pytest.raises(NotPermitted):
            actions.finish_action(action, by=person, evidence="x")
    with pytest.raises(Invalid):
        actions.finish_action(action, by=world.ana, evidence=" ")
    with pytest.raises(NotPermitted):
        actions.drop_action(action, by=world.ana, note="No time")
    done = actions.finish_action(action, by=world.ana, evidence="Report 7")
    assert (done.state, done.evidence, done.done_on) == ("done", "Report 7", actions.today_in(world.alliance))
    with pytest.raises(WrongState):
        actions.finish_action(action, by=world.ana, evidence="again")
    with pytest.raises(WrongState):
        actions.drop_action(action, by=world.sec, note="late")


def test_an_organisation_that_owns_it_does_it_through_who_speaks_for_it(world):
    convening.speaker(world.alliance.memberships.get(organisation=world.org_a), world.bo)
    action = promised(world, owner=None, owner_organisation=world.org_a)
    assert list(Message.objects.values_list("recipient", "kind")) == [(world.bo.pk, "action_promised")]
    assert list(owed_by(world.bo)) == [action]
    assert actions.finish_action(action, by=world.bo, evidence="Done").state == "done"
    assert not owed_by(world.bo).exists()


def test_only_its_owner_and_the_secretariat_see_an_action(world):
    promised(world)
    seen = {
        name
        for name in ("ana", "bo", "bob", "cleo", "dan", "lea", "sec", "adm")
        if actions_visible_to(getattr(world, name)).exists()
    }
    assert seen == {"ana", "sec", "adm"}


def test_the_owner_is_reminded_once_before_and_once_after_the_day(world):
    action = promised(world, days=20)
    told = []
    for day in (0, 5, 6, 7, 20, 21, 22):
        with clock.standing_at(clock.now() + timedelta(days=day)):
            told += [day] * actions.remind_owners()
    assert told == [6, 21]
    assert list(Message.objects.order_by("created_at").values_list("kind", flat=True)) == [
        "action_promised", "action_due", "action_overdue",
    ]  # fmt: skip
    tomorrow = action.due_on + timedelta(days=1)
    assert list(overdue(actions_visible_to(world.sec), tomorrow)) == [action]
    assert not overdue(actions_visible_to(world.sec), action.due_on).exists()
    actions.move_action(action, by=world.sec, due_on=action.due_on + timedelta(days=60), note="Waits for the plan")
    action.refresh_from_db()
    assert action.reminded == ""


def test_what_is_missing_is_named_together(world, plan):
    plan.alliance = type(world.alliance).objects.create(slug="o", name="O", acronym="O", zone="UTC")
    plan.save()
    with pytest.raises(Invalid) as refused:
        promised(world, owner=None, weight=0, plan=plan)
    assert [each.field for each in refused.value.violations] == ["owner", "plan", "weight"]
    with pytest.raises(NotPermitted):
        promised(world, by=world.ana)

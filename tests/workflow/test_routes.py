"""A route that nobody can finish is refused with every reason; editing makes versions; others may not edit."""

from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.audit import history
from core.errors import NotPermitted, RulesRefuse, WrongState
from tests.world import make_instrument
from workflow.approvals import RouteDraft, check_route, current_route, ensure_route, save_route
from workflow.approvals.conditions import Condition, describe
from workflow.approvals.routes import draft_of
from workflow.models import DeciderGroup, Route

SUBJECT = "accounts.organisation"


@pytest.fixture
def check(desk):
    def run(*steps, name="Route", **fields):
        return {(one.rule, one.field) for one in check_route(RouteDraft(name, desk.scope, steps, **fields))}

    return run


def test_a_route_somebody_can_finish_has_no_violations(desk, check):
    assert not check(
        desk.step("Feasibility", "instrument_scientist", within_hours=16, escalate_to_role="facility_manager"),
        desk.step(position=2, condition={"units_above": 6, "mode": ["onsite"]}),
        auto_approve={"units_up_to": 3},
    )
    assert not check(auto_approve={"always": True})


def test_a_route_without_steps_and_rule_is_refused(check):
    assert check() == {("route_empty", "steps")}


@pytest.mark.parametrize(
    ("fields", "rule", "at"),
    [
        ({"role": "user_office"}, "nobody_decides", "role"),
        ({"role": "instrument_scientist", "quorum": 2}, "quorum_too_large", "role"),
        ({"role": "wizard"}, "role_unknown", "role"),
        ({"role": "leadership"}, "role_elsewhere", "role"),
        ({"role": ""}, "who_decides", "role"),
        ({"role": "", "group": uuid4()}, "group_unknown", "group"),
        ({"quorum": 0}, "quorum", "quorum"),
        ({"name": "  "}, "name_missing", "name"),
        ({"position": 0}, "position", "position"),
        ({"within_hours": 0}, "within_hours", "within_hours"),
        ({"within_hours": 8, "escalate_to_role": "user_office"}, "nobody_decides", "escalate_to_role"),
        ({"within_hours": 8, "escalate_to_role": "wizard"}, "role_unknown", "escalate_to_role"),
        ({"escalate_to_role": "instrument_scientist"}, "escalates_never", "within_hours"),
        ({"condition": {"units_above": 6, "units_up_to": 6}}, "condition_never", "condition"),
        ({"condition": {"mode": []}}, "condition_never", "condition"),
        ({"condition": {"mode": ["telepathy"]}}, "condition_unknown", "condition"),
        ({"condition": {"weather": ["fine"]}}, "condition_unknown", "condition"),
        ({"condition": {"units_above": "many"}}, "condition_unknown", "condition"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_a_step_nobody_can_decide_is_refused_where_it_is_wrong(desk, check, fields, rule, at):
    assert check(desk.step(**fields)) == {(rule, f"steps.0.{at}")}


def test_a_group_smaller_than_its_quorum_is_refused(world, desk, check):
    group = DeciderGroup.objects.create(name="Safety", scope_type=desk.scope[0], scope_id=desk.scope[1])
    elsewhere = DeciderGroup.objects.create(name="Safety", scope_type=desk.scope[0], scope_id=world.facility_b.pk)
    group.members.add(world.cleo)
    elsewhere.members.add(world.cleo)
    assert not check(desk.step("Safety", "", group=group.pk))
    assert check(desk.step("Safety", "", group=group.pk, quorum=2)) == {("quorum_too_large", "steps.0.group")}
    assert check(desk.step("Safety", "", group=elsewhere.pk)) == {("group_unknown", "steps.0.group")}


def test_a_step_that_the_rule_always_forestalls_is_refused(desk, check):
    short = desk.step(condition={"units_up_to": 3, "mode": ["remote"]})
    assert check(short, auto_approve={"units_up_to": 6}) == {("step_never_asked", "steps.0.condition")}
    assert not check(short, auto_approve={"units_up_to": 6, "mode": ["onsite"]})
    assert check(desk.step(), auto_approve={"always": True}) == {("step_never_asked", "steps.0.condition")}


def test_every_reason_comes_at_once(desk, check):
    assert check(desk.step("", "wizard"), desk.step("B", "user_office", condition={"mode": []}), name=" ") == {
        ("name_missing", "name"),
        ("name_missing", "steps.0.name"),
        ("role_unknown", "steps.0.role"),
        ("nobody_decides", "steps.1.role"),
        ("condition_never", "steps.1.condition"),
    }


def test_saving_refuses_what_checking_refuses_and_keeps_the_old_version(world, desk):
    route = desk.route(desk.step())
    with pytest.raises(RulesRefuse) as refused:
        desk.route(desk.step("A", "wizard"), desk.step("B", "user_office"))
    assert [one.rule for one in refused.value.violations] == ["role_unknown", "nobody_decides"]
    assert current_route([world.facility_a.pk], SUBJECT) == route


def test_each_save_is_a_version_and_one_is_current(world, desk):
    first, second = desk.route(desk.step()), desk.route(desk.step("Other"))
    assert list(Route.objects.filter(subject_type=SUBJECT).values_list("number", "is_current")) == [
        (2, True),
        (1, False),
    ]
    assert current_route([world.facility_a.pk], SUBJECT) == second
    assert draft_of(first, desk.scope).steps == (desk.step(),)
    assert [entry.data["number"] for entry in history(world.facility_a) if entry.verb == "save-route"] == [1, 2]


def test_an_instruments_own_route_comes_before_its_facilitys(world, desk):
    facility_route = desk.route(desk.step())
    chain = [world.instrument_a.pk, world.facility_a.pk]
    assert current_route(chain, SUBJECT) == facility_route
    own = ensure_route(world.instrument_a, SUBJECT, RouteDraft("Own", desk.scope, (desk.step(),)), by=world.bo)
    assert current_route(chain, SUBJECT) == own
    other = make_instrument(world.facility_a, "A2")
    assert current_route([other.pk, world.facility_a.pk], SUBJECT) == facility_route
    assert current_route([world.instrument_b.pk, world.facility_b.pk], SUBJECT) is None


def test_the_first_route_is_made_once(world, desk):
    draft = RouteDraft("First", desk.scope, (desk.step("Office", "user_office"),))
    assert ensure_route(world.facility_a, SUBJECT, draft, by=world.system) == ensure_route(
        world.facility_a, SUBJECT, RouteDraft("Second", desk.scope), by=world.system
    )


@pytest.mark.parametrize("person", ["ana", "bob", "cleo", "dan", "lea", "adm"])
def test_only_the_facilitys_manager_edits(world, desk, person):
    with pytest.raises(NotPermitted):
        desk.route(desk.step(), by=getattr(world, person))


def test_a_version_saved_meanwhile_is_not_overwritten(world, desk):
    draft = RouteDraft("Route", desk.scope, (desk.step(),))
    save_route(world.facility_a, SUBJECT, draft, by=world.bo, expected=0)
    with pytest.raises(WrongState) as refused:
        save_route(world.facility_a, SUBJECT, draft, by=world.bo, expected=0)
    assert refused.value.code == "changed_meanwhile"
    assert save_route(world.facility_a, SUBJECT, draft, by=world.bo, expected=1).number == 2


def test_conditions_in_words():
    assert describe({}) == describe({"always": True}) == ""
    assert describe({"units_above": "10", "mode": ["remote", "onsite"]}) == "more than 10 units, Mode: On site, Remote"


words = st.frozensets(st.sampled_from(["onsite", "remote", "mail_in"]))
conditions = st.fixed_dictionaries(
    {},
    optional={
        "units_above": st.integers(0, 9),
        "units_up_to": st.integers(0, 9),
        "mode": words.map(sorted),
        "safety": st.lists(st.sampled_from(["green", "red"]), unique=True),
    },
)
facts = st.fixed_dictionaries(
    {
        "units": st.integers(1, 20).map(lambda half: str(half / 2)),
        "mode": st.sampled_from(["onsite", "remote", "mail_in"]),
    },
    optional={"safety": st.sampled_from(["green", "yellow", "red"])},
)


@given(conditions, facts)
def test_what_can_never_hold_never_holds(condition, fact):
    read = Condition.read(condition)
    assert not (read.never and read.holds(fact))


@given(conditions, conditions, facts)
def test_a_wider_condition_holds_wherever_the_narrower_does(wide, narrow, fact):
    if Condition.read(wide).covers(Condition.read(narrow)) and Condition.read(narrow).holds(fact):
        assert Condition.read(wide).holds(fact)

"""Nodes of a joint laboratory: every move by everyone, what is refused and why, and what strangers may not read."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.commands import create_token
from core.errors import DomainError, Invalid, NotPermitted, WrongState
from notifications.models import Message
from programs.commands.cooperation import complete_program, terminate_program
from programs.commands.cooperation.nodes import cancel_node, change_node, close_node, open_node, plan_node
from programs.models import Node
from programs.permissions.nodes import node_parties, nodes_visible_to
from programs.queries.duties import nodes_to_open
from programs.workflows.nodes import NODE
from tests.programs import cast
from tests.programs.cast import today

pytestmark = pytest.mark.django_db

PEOPLE = {
    "ana": {"lead"},
    "sig_a": {"host"},
    "sig_b": set(),
    "sec": set(),
    "lea": set(),
    "adm": set(),
    "bo": set(),
    "cleo": set(),
    "dan": set(),
}
COMMANDS = {"open": open_node, "close": close_node, "cancel": cancel_node}


@pytest.fixture
def laboratory(world):
    return cast.active(world, kind="joint_lab")


def planned(world, laboratory, **fields) -> Node:
    """Ana plans a node at centre A, headed by Cleo."""
    told = {"by": world.ana, "name": "Node West", "head": world.cleo, "tasks": "Cells at work", "since": today()}
    told |= fields
    return plan_node(laboratory, told.pop("host", world.org_a), **told)


def in_state(world, laboratory, state) -> Node:
    node = planned(world, laboratory)
    if state == "cancelled":
        return cancel_node(node, by=world.ana, note="No room")
    if state in {"open", "closed"}:
        node = open_node(node, by=world.sig_a)
    return close_node(node, by=world.sig_a, note="Moved out") if state == "closed" else node


@pytest.mark.parametrize("state", NODE.states)
def test_every_move_is_done_by_those_the_table_lists_and_refused_to_others(world, laboratory, state):
    node = in_state(world, laboratory, state)
    assert node.state == state
    for name, parties in PEOPLE.items():
        person = getattr(world, name)
        assert node_parties(person, node) == parties
        for move_name, command in COMMANDS.items():
            move = NODE.find(move_name)
            if move.who & parties and state in move.sources:
                continue
            with pytest.raises(WrongState if move.who & parties else NotPermitted):
                command(node, by=person, note="because")
    node.refresh_from_db()
    assert node.state == state


def test_the_lead_plans_the_host_opens_and_either_closes_with_a_reason(world, laboratory):
    node = planned(world, laboratory)
    assert (node.city, node.country) == (world.org_a.city, world.org_a.country), "the host's place, none was given"
    assert (list(nodes_to_open(world.sig_a)), list(nodes_to_open(world.sig_b))) == ([node], [])
    node = open_node(node, by=world.sig_a)
    assert not nodes_to_open(world.sig_a).exists()
    with pytest.raises(Invalid, match="reason"):
        close_node(node, by=world.ana, note=" ")
    with pytest.raises(Invalid) as refused:
        close_node(node, by=world.ana, note="Over", until=today() + timedelta(days=1))
    assert [each.rule for each in refused.value.violations] == ["until_outside"]
    closed = close_node(node, by=world.ana, note="Over")
    assert (closed.state, closed.until) == ("closed", today())
    told = Message.objects.filter(kind="node_moved").values_list("recipient__name", flat=True)
    assert set(told) == {"Ana", "Cleo", "Sig_a"}


def test_a_node_that_cannot_be_names_everything_that_is_wrong(world, laboratory):
    planned(world, laboratory)
    with pytest.raises(Invalid) as refused:
        planned(world, laboratory, host=world.org_c, tasks=" ", until=today() - timedelta(days=1), country="ZZ")
    fields = {each.field for each in refused.value.violations}
    assert fields == {"host", "tasks", "until", "country", "name"}
    with pytest.raises(NotPermitted):
        planned(world, laboratory, by=world.sec, name="Node East")
    with pytest.raises(WrongState, match="Only a joint laboratory"):
        planned(world, cast.active(world), name="Node East")


def test_head_place_and_tasks_change_and_a_lost_update_is_refused(world, laboratory):
    node = open_node(planned(world, laboratory), by=world.sig_a)
    given = {"head": world.bob, "tasks": "Cells and films", "until": None, "city": "Lund", "country": "SE"}
    changed = change_node(node, by=world.sig_a, version=node.version, **given)
    assert (changed.head, changed.country, changed.version) == (world.bob, "SE", node.version + 1)
    with pytest.raises(DomainError) as refused:
        change_node(node, by=world.ana, version=node.version, **given)
    assert (refused.value.code, refused.value.status) == ("changed_meanwhile", 409)
    with pytest.raises(NotPermitted):
        change_node(changed, by=world.cleo, version=changed.version, **given)
    closed = close_node(changed, by=world.ana, note="Over")
    with pytest.raises(WrongState):
        change_node(closed, by=world.ana, version=closed.version, **given)


@pytest.mark.parametrize(("end", "who"), [(complete_program, "sec"), (terminate_program, "lea")])
def test_nodes_end_with_their_programme(world, laboratory, end, who):
    opened = open_node(planned(world, laboratory), by=world.sig_a)
    waiting = planned(world, laboratory, name="Node East", since=today() + timedelta(days=90))
    with time_machine.travel(today() + timedelta(days=30), tick=False):
        end(laboratory, by=getattr(world, who), note="Over")
        last = today()
    opened.refresh_from_db()
    waiting.refresh_from_db()
    assert (opened.state, opened.until, waiting.state) == ("closed", last, "cancelled")


def test_a_planned_node_is_seen_by_those_it_concerns_and_an_open_one_by_everybody_without_its_head(
    world, client, laboratory
):
    node = planned(world, laboratory)

    def seers():
        return {name for name in PEOPLE if nodes_visible_to(getattr(world, name)).exists()}

    assert seers() == {"ana", "sig_a", "sec", "adm"}
    public = reverse("cooperation_program", args=[laboratory.number])
    assert "Node West" not in client.get(public).content.decode()
    open_node(node, by=world.sig_a)
    assert seers() == set(PEOPLE)
    page = client.get(public).content.decode()
    assert "Node West" in page
    assert world.cleo.name not in page
    client.force_login(world.dan)
    file = reverse("program_nodes_file", args=[laboratory.pk])
    assert client.get(reverse("program_nodes", args=[laboratory.pk])).status_code == 404
    assert client.get(file).content.decode().splitlines()[1].startswith(f"Node West,{world.org_a.name},,")
    client.force_login(world.ana)
    assert world.cleo.name in client.get(file).content.decode()


def test_the_tab_plans_opens_changes_and_closes_and_keeps_what_was_typed(world, client, laboratory):
    place = reverse("program_nodes", args=[laboratory.pk])
    told = {"name": "Node West", "host": world.org_a.pk, "head": world.cleo.email, "tasks": "Cells", "since": today()}
    client.force_login(world.ana)
    wrong = client.post(place, told | {"until": today() - timedelta(days=1)})
    assert wrong.status_code == 422
    assert "Cells</textarea>" in wrong.content.decode()
    assert client.post(place, told).url == place
    node = Node.objects.get()
    client.force_login(world.sig_a)
    assert "Open as the host" in client.get(place).content.decode()
    assert client.post(reverse("node_act", args=[node.pk, "open"])).url == place
    change = {"head": world.cleo.email, "tasks": "Films", "version": 2, "country": "SE", "node": node.pk}
    client.post(reverse("node_act", args=[node.pk, "change"]), change)
    stale = client.post(reverse("node_act", args=[node.pk, "change"]), change | {"tasks": "Powders"})
    assert stale.status_code == 422
    assert "Powders" in stale.content.decode()
    client.post(reverse("node_act", args=[node.pk, "close"]), {"note": "Over"})
    node.refresh_from_db()
    assert (node.state, node.tasks, node.country) == ("closed", "Films", "SE")
    client.force_login(world.dan)
    assert client.post(reverse("node_act", args=[node.pk, "close"]), {"note": "x"}).status_code == 404


def test_nodes_through_the_api_in_a_constant_number_of_questions(world, client, laboratory):
    def as_(person):
        _row, token = create_token(person, by=person)
        return {"headers": {"Authorization": f"Bearer {token}"}, "content_type": "application/json"}

    ana, sig, dan = as_(world.ana), as_(world.sig_a), as_(world.dan)
    here = f"/api/v1/programs/{laboratory.number}/nodes"
    told = {"host": world.org_a.slug, "head": world.cleo.email, "tasks": "Cells", "since": str(today())}
    asked = []
    for name in ("West", "East", "North"):
        made = client.post(here, {**told, "name": name}, **ana)
        assert (made.status_code, made.json()["moves"]) == (201, ["cancel"])
        with CaptureQueriesContext(connection) as questions:
            rows = client.get(here, **sig).json()["results"]
        asked.append(len(questions))
    assert (len(rows), asked[0]) == (3, asked[2])
    assert client.get(here, **dan).json()["results"] == []
    node = made.json()["id"]
    assert client.post(f"/api/v1/nodes/{node}/open", {}, **dan).status_code == 404
    opened = client.post(f"/api/v1/nodes/{node}/open", {}, **sig).json()
    assert (opened["state"], opened["head"]) == ("open", world.cleo.name)
    assert [row["head"] for row in client.get(here, **dan).json()["results"]] == [""]
    assert client.patch(f"/api/v1/nodes/{node}", {**told, "version": 1}, **ana).status_code == 409
    assert client.post(f"/api/v1/nodes/{node}/close", {}, **ana).json()["code"] == "reason_required"

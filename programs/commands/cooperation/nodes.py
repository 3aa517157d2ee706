"""Nodes of a joint laboratory: the lead plans one at a partner, its host opens it, either closes it with the reason."""

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.commands import invalid
from accounts.models import Organisation, User
from accounts.queries import system_user
from core import audit, clock
from core.errors import DomainError, Invalid, NotPermitted, Violation, WrongState
from core.names import in_english
from notifications.commands import notify
from programs.commands.cooperation.consent import locked
from programs.commands.cooperation.telling import lead_team, signatories
from programs.models import NODED, Node, Program
from programs.permissions.cooperation import program_parties
from programs.permissions.nodes import node_parties
from programs.workflows.cooperation import PLANNABLE
from programs.workflows.nodes import CHANGEABLE, NODE
from workflow.commands import advance, permitted_move


@transaction.atomic
def plan_node(
    program: Program,
    host: Organisation,
    *,
    by: Any,
    name: str,
    head: User,
    tasks: str,
    since: date,
    until: date | None = None,
    city: str = "",
    country: str = "",
) -> Node:
    """Plan a node at a partner; who signs for the partner is asked to open it. Its place is the partner's where none
    is given. Raises NotPermitted, WrongState, Invalid with everything wrong."""
    program = locked(program)
    if "lead" not in program_parties(by, program):
        raise NotPermitted(_("Nodes are planned by the people who lead the programme."))
    if program.kind not in NODED:
        raise WrongState(_("Only a joint laboratory or a research centre has nodes."))
    if program.state not in PLANNABLE:
        raise WrongState(_("Nodes belong to an approved programme that has not ended."))
    node = Node(
        program=program, host=host, name=name.strip(), head=head, tasks=tasks.strip(), since=since, until=until,
        city=city.strip() or host.city, country=country or host.country, created_by=by,
    )  # fmt: skip
    _check(node, program)
    node.save(force_insert=True)
    audit.record("plan-node", program, by=by, node=node.name, host=host.name)
    audit.record("plan", node, by=by, to_state=node.state)
    _tell(node, by=by)
    return node


@transaction.atomic
def change_node(
    node: Node, *, by: Any, version: int, head: User, tasks: str, until: date | None, city: str, country: str
) -> Node:
    """The lead or the host names another head, place, end or other tasks. `version` is the one that was read: 409
    `changed_meanwhile` for another. Raises NotPermitted, WrongState, Invalid."""
    node = _locked(node)
    if not node_parties(by, node) & {"lead", "host"}:
        raise NotPermitted(_("A node is changed by the people who lead the programme, and by its host."))
    if node.state not in CHANGEABLE:
        raise WrongState(_("It is %(state)s now.") % {"state": str(node.get_state_display()).lower()})
    if version != node.version:
        message = _("Somebody changed this node while you were editing. Look at it again, then save.")
        raise DomainError(message, "changed_meanwhile", [], status=409)
    told = {"head": head, "tasks": tasks.strip(), "until": until, "city": city.strip(), "country": country}
    changed = [name for name, value in told.items() if getattr(node, name) != value]
    for name in changed:
        setattr(node, name, told[name])
    _check(node, node.program)
    if changed:
        node.version += 1
        node.save()
        audit.record("change", node, by=by, changes=changed, head=node.head.name)
    return node


@transaction.atomic
def open_node(node: Node, *, by: Any, note: str = "") -> Node:
    """A signatory of the host opens it."""
    return _moved(node, "open", by=by, note=note)


@transaction.atomic
def close_node(node: Node, *, by: Any, note: str, until: date | None = None) -> Node:
    """The lead or the host closes it with the reason; `until` is its last day, else today. Raises Invalid for a day
    before its first or in the future."""
    node = _locked(node)
    permitted_move(NODE, "close", node.state, node_parties(by, node), note)
    today = clock.now().date()
    if until and not node.since <= until <= today:
        message = _("Choose a day since it opened and not after today.")
        raise Invalid(message, [Violation("until_outside", message, "until")])
    return _moved(node, "close", by=by, note=note, last=until or max(today, node.since))


@transaction.atomic
def cancel_node(node: Node, *, by: Any, note: str) -> Node:
    """The lead or the host calls the plan off, with the reason."""
    return _moved(node, "cancel", by=by, note=note)


def end_nodes(program: Program) -> None:
    """The programme ends and its nodes with it: open ones close today, planned ones are cancelled."""
    for node in Node.objects.filter(program=program, state__in=CHANGEABLE).order_by("id"):
        end = close_node if node.state == "open" else cancel_node
        end(node, by=system_user(), note="The programme ended.")


def _moved(node: Node, move: str, *, by: Any, note: str, last: date | None = None) -> Node:
    node = _locked(node)
    also = []
    if last is not None:
        node.until, also = last, ["until"]
    advance(node, NODE, move, by=by, parties=node_parties(by, node), note=note, also=also)
    _tell(node, by=by, note=note)
    return node


def _locked(node: Node) -> Node:
    rows = Node.objects.select_for_update(of=["self"]).select_related("program", "host", "head")
    return rows.get(pk=node.pk)


def _check(node: Node, program: Program) -> None:
    violations = []
    if not program.partners.filter(organisation=node.host).exists():
        violations.append(Violation("no_partner", _("A node stands at a partner of the programme."), "host"))
    if node.until and node.until < node.since:
        violations.append(Violation("ends_before_start", _("The last day comes before the first."), "until"))
    try:
        node.full_clean(exclude=["program", "host", "head"], validate_constraints=False)
    except ValidationError as error:
        violations += invalid(error).violations
    same = Node.objects.filter(program=program, name=node.name).exclude(state="cancelled").exclude(pk=node.pk)
    if same.exists():
        violations.append(Violation("name_twice", _("Another node of the programme has this name."), "name"))
    if violations:
        raise Invalid(_("Please correct what is marked."), violations)


def _tell(node: Node, *, by: Any, note: str = "") -> None:
    people = [node.head, *lead_team(node.program), *signatories([node.host_id])]
    context = {
        "program": node.program.title,
        "number": node.program.number,
        "node": node.name,
        "host": node.host.name,
        "stage": in_english(NODE.states[node.state]),
        "by": by.name,
        "note": note,
    }
    told = {person.pk: person for person in people if person.pk != by.pk}
    notify(list(told.values()), "node_moved", subject=node.program, context=context)

"""The tab of a joint laboratory with its nodes, and what the reader may do with each."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from frontend.forms.asking import Asked, AskForm, asked
from frontend.forms.programs.nodes import NODE_ASKS, PLAN_NODE
from programs.models import Node, Program
from programs.queries.cooperation.nodes import nodes_of, nodes_reader
from programs.workflows.cooperation import PLANNABLE


@dataclass(frozen=True)
class NodeLine:
    node: Node
    asked: list[Asked]


@dataclass(frozen=True)
class NodesTab:
    """`plan` is for those who lead the running programme."""

    lines: list[NodeLine]
    plan: list[Asked]


def nodes_tab(program: Program, user: Any, bound: Mapping[str, AskForm], of_node: Any = None) -> NodesTab:
    """For one who sees the inside; `bound` is a form with its errors by its act, of the node `of_node` if of one."""
    reader = nodes_reader(user, program)
    plans = "lead" in reader.of_program and program.state in PLANNABLE
    here = reverse("program_nodes", args=[program.pk])
    lines = []
    for node in nodes_of(user, program):
        names = [*reader.moves(node), *(["change"] if reader.may_change(node) else [])]
        sent = bound if of_node == node.pk else {}
        lines.append(NodeLine(node, asked(NODE_ASKS, names, node, user, sent, url=_address(node), in_list="node")))
    sent = bound if of_node is None else {}
    return NodesTab(lines, asked(PLAN_NODE, ["plan"] if plans else [], program, user, sent, url=lambda _act: here))


def _address(node: Node) -> Any:
    return lambda act: reverse("node_act", args=[node.pk, act])

"""Nodes of a joint laboratory, as a person may read them."""

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from programs.models import Node, Program
from programs.permissions.cooperation import program_parties, signing_for
from programs.permissions.nodes import nodes_visible_to, parties_at
from programs.workflows.nodes import CHANGEABLE, NODE


@dataclass(frozen=True)
class NodesReader:
    """Who reads the nodes of one programme; made once for all of them."""

    of_program: frozenset[str]
    signing: frozenset[Any]

    def knows_head(self, node: Node) -> bool:
        """Heads are named to those who see the inside of the programme, and to the host."""
        return bool(self.of_program) or node.host_id in self.signing

    def moves(self, node: Node) -> list[str]:
        """What may be done with it now."""
        return [move.name for move in NODE.open_moves(node.state, self._parties(node))]

    def may_change(self, node: Node) -> bool:
        return node.state in CHANGEABLE and bool(self._parties(node))

    def _parties(self, node: Node) -> frozenset[str]:
        return parties_at(node, self.of_program, self.signing)


def nodes_reader(user: Any, program: Program) -> NodesReader:
    """A visitor signs for nobody."""
    signing = signing_for(user) if user.is_authenticated else []
    return NodesReader(program_parties(user, program), frozenset(signing))


def nodes_of(user: Any, program: Program) -> QuerySet[Node]:
    """The programme's nodes that a person may see, the oldest first."""
    return nodes_visible_to(user).filter(program=program).select_related("host", "head", "program")

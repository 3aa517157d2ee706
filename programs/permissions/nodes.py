"""Who a person is to a node of a joint laboratory, and which nodes they may see."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from alliance.models import Alliance
from core import permissions
from programs.models import Node
from programs.permissions.cooperation import program_parties, programs_visible_to, signing_for


def node_parties(user: Any, node: Node) -> frozenset[str]:
    """`lead` of the programme, `host` (a signatory of the centre at which it stands), `system`."""
    if not user.is_authenticated:
        return frozenset()
    if user.is_system:
        return frozenset({"system"})
    return parties_at(node, program_parties(user, node.program), signing_for(user))


def parties_at(node: Node, of_program: Collection[str], signing: Collection[UUID]) -> frozenset[str]:
    """The same from what a person is to the programme and the organisations they sign for."""
    return frozenset({"lead"} & set(of_program)) | frozenset({"host"} if node.host_id in signing else ())


def nodes_visible_to(user: Any) -> QuerySet[Node]:
    """Nodes that were opened, of programmes that a person may see; planned and cancelled ones are for the team, the
    secretariat and the host."""
    visible = Q(program__in=programs_visible_to(user).order_by().values("pk"), state__in=["open", "closed"])
    if user.is_authenticated and user.is_active:
        offices = permissions.container_ids(user, "alliance.check_programs", Alliance)
        visible |= Q(program__team__members__user=user) | Q(program__lead_person=user)
        visible |= Q(program__alliance__in=offices) | Q(host__in=signing_for(user))
    rows = Node.objects.filter(pk__in=Node.objects.filter(visible).order_by().values("pk"))
    return rows.order_by("program_id", "since", "name", "id")

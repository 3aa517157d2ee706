"""The nodes of a joint laboratory: their tab, planning one, what its lead and its host do, and the list as a file."""

import csv
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from core.lookup import find
from frontend.contexts.programs.nodes import nodes_tab
from frontend.contexts.programs.page import program_page
from frontend.forms.asking import AskForm
from frontend.forms.programs.nodes import NODE_ASKS, PLAN_NODE
from frontend.views.asking import act
from frontend.views.programs.reading import inside_of
from programs.models import NODED, Program
from programs.permissions.nodes import nodes_visible_to
from programs.queries.cooperation.listing import find_program
from programs.queries.cooperation.nodes import nodes_of, nodes_reader

COLUMNS = ("name", "host", "head", "city", "country", "since", "until", "state", "tasks")


@login_required
def nodes(request: HttpRequest, pk: UUID) -> HttpResponse:
    """POST plans one; nothing typed is lost."""
    program = inside_of(request, pk)
    if program.kind not in NODED:
        raise Http404
    if request.method == "POST":
        form, made = act(request, PLAN_NODE["plan"], program, "plan")
        return redirect("program_nodes", pk) if made else _tab(request, program, {"plan": form})
    return _tab(request, program, {})


@login_required
@require_POST
def node_act(request: HttpRequest, pk: UUID, do: str) -> HttpResponse:
    """The host opens it; the lead or the host changes, closes or cancels it."""
    node = find(nodes_visible_to(request.user).select_related("program", "head"), pk)
    program = inside_of(request, node.program_id)
    if do not in NODE_ASKS:
        raise Http404
    form, made = act(request, NODE_ASKS[do], node, f"{node.pk}{do}")
    return redirect("program_nodes", program.pk) if made else _tab(request, program, {do: form}, node.pk)


@login_required
@require_GET
def nodes_file(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The nodes that the reader may see, one a line, as CSV."""
    program = find_program(request.user, pk)
    reader = nodes_reader(request.user, program)
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{program.number}-nodes.csv"'
    writer = csv.writer(response)
    writer.writerow(COLUMNS)
    for node in nodes_of(request.user, program):
        head = node.head.name if reader.knows_head(node) else ""
        place = (node.city, node.country, node.since, node.until or "", node.state, node.tasks)
        writer.writerow([node.name, node.host, head, *place])
    return response


def _tab(
    request: HttpRequest, program: Program, bound: dict[str, AskForm], of_node: UUID | None = None
) -> HttpResponse:
    context = {
        "page": program_page(program, request.user, "program_nodes"),
        "tab": nodes_tab(program, request.user, bound, of_node),
        "form": next(iter(bound.values()), None),
    }
    return render(request, "programs/nodes.html", context, status=422 if bound else 200)

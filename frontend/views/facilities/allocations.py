"""Pages of allocations: the balances one may see, and one of them with its ledger and what may be done with it."""

import csv
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from core import clock, times
from core.permissions import containers
from facilities.commands import balances
from facilities.models import Allocation, Cycle, Facility
from facilities.queries.allocations import (
    allocations_visible_to,
    newest_entries,
    references_of,
    teams_known_at,
    with_balance,
)
from facilities.queries.availability import requestable
from frontend.contexts.facilities.allocations import account_page, acts_of, list_page
from frontend.forms.facilities.allocations import AllocationsForm, GrantForm, UnitsForm

ACTS: dict[str, tuple[Callable[..., Any], Any]] = {
    "add": (balances.add_units, _("The units were added.")),
    "return": (balances.give_units_back, _("The units were given back.")),
    "transfer": (balances.transfer_units, _("The units were moved.")),
    "roll-over": (balances.roll_over, _("The units were carried over.")),
}
"""What a form of the page does, and what the next page says."""


@login_required
@require_GET
def allocations(request: HttpRequest) -> HttpResponse:
    """Balances by programme, instrument and cycle; the address holds the filters."""
    page = list_page(AllocationsForm(request.GET), request.user, request.GET)
    return render(request, "allocations/list.html", {"page": page})


@login_required
def grant(request: HttpRequest) -> HttpResponse:
    """A facility gives a team time of an instrument; for others the page is not there."""
    facilities = list(containers(request.user, "facilities.manage_calendar", Facility.objects.all()))
    if not facilities:
        raise Http404
    cycles = Cycle.objects.filter(facility__in=facilities, period__endswith__gt=clock.now())
    form = GrantForm(
        request.POST or None,
        instruments=requestable().filter(facility__in=facilities).order_by("facility__name", "code", "id"),
        teams=teams_known_at(facilities),
        cycles=cycles.select_related("facility").order_by("facility__name", "period", "id"),
    )
    if request.method == "POST" and form.is_valid():
        with form.blamed():
            made = balances.give_time(by=request.user, **form.answers())
            messages.success(request, str(_("The time was given. The team may book it at once.")))
            return redirect("allocation", made.pk)
    return render(request, "allocations/grant.html", {"form": form}, status=422 if form.errors else 200)


@login_required
@require_GET
def allocation(request: HttpRequest, pk: UUID) -> HttpResponse:
    return _page(request, _seen(request, pk), {})


@login_required
@require_POST
def allocation_act(request: HttpRequest, pk: UUID, act: str) -> HttpResponse:
    """Do something with the units; a refusal shows the form again with what was typed."""
    row = _seen(request, pk)
    offered = {each.name: each.form for each in acts_of(row, request.user, request.POST)}
    if act not in offered:
        raise Http404
    form = offered[act]
    command, said = ACTS[act]
    if form.is_valid():
        with form.blamed():
            command(row, by=request.user, **form.answers())
            messages.success(request, str(said))
            return redirect("allocation", pk)
    return _page(request, row, {act: form})


@login_required
@require_GET
def ledger_file(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Every entry with the balance after it, as CSV."""
    row = _seen(request, pk)
    entries = with_balance(row, list(newest_entries(row)))
    references = references_of(each.entry for each in entries)
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="ledger-{row.instrument.slug}.csv"'
    writer = csv.writer(response)
    writer.writerow(["at", "kind", "units", "balance", "unit", "booking", "counterpart", "by", "note"])
    for each in reversed(entries):
        entry = each.entry
        counterpart = entry.counterpart.instrument.code if entry.counterpart else ""
        writer.writerow(
            [
                times.iso(entry.created_at),
                entry.kind,
                each.signed,
                each.balance,
                row.unit,
                references.get(entry.pk, ""),
                counterpart,
                entry.by.name,
                entry.note,
            ]
        )
    return response


def _seen(request: HttpRequest, pk: UUID) -> Allocation:
    return get_object_or_404(allocations_visible_to(request.user), pk=pk)


def _page(request: HttpRequest, row: Allocation, typed: dict[str, UnitsForm]) -> HttpResponse:
    page = account_page(row, request.user, request.GET, typed)
    refused = next(iter(typed.values()), None)
    return render(request, "allocations/account.html", {"page": page, "refused": refused})


urlpatterns = [
    path("allocations/grant/", grant, name="grant_allocation"),
    path("allocations/", allocations, name="allocations"),
    path("allocations/<uuid:pk>/", allocation, name="allocation"),
    path("allocations/<uuid:pk>/ledger.csv", ledger_file, name="ledger_file"),
    path("allocations/<uuid:pk>/<slug:act>/", allocation_act, name="allocation_act"),
]

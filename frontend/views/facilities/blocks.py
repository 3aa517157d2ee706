"""F5: blocking time, changing and removing a block; who is affected is shown with proposals before it is saved."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core.errors import DomainError
from core.permissions import containers
from facilities.commands.calendar import change_block, remove_block, review_block_change
from facilities.models import Block, Facility
from frontend.contexts.facilities.blocks import RemovalPage, block_page, first_block, known_block
from frontend.contexts.facilities.calendars import instruments_of
from frontend.contexts.facilities.touched import as_seen, moves_of, touched_list, window_of
from frontend.forms.facilities.calendars import BlockForm


def managed(request: HttpRequest, slug: str) -> Facility:
    """A facility whose calendar the reader keeps; for others it is not there."""
    kept = containers(request.user, "facilities.manage_calendar", Facility.objects.all())
    return get_object_or_404(kept, slug=slug)


@login_required
def block_time(request: HttpRequest, slug: str) -> HttpResponse:
    """A new block."""
    facility = managed(request, slug)
    chosen = first_block(facility) | {"instrument": request.GET.get("instrument", "")}
    return _block(request, facility, None, chosen)


@login_required
def change_time(request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
    """A block that is there."""
    block = _own(request, slug, pk)
    return _block(request, block.facility, block, known_block(block))


@login_required
@require_POST
def unblock_time(request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
    """Take a block away; where bookings need it, they are shown first."""
    block = _own(request, slug, pk)
    affected = review_block_change(None, block=block, by=request.user, window=window_of(request.POST))
    refusal = None
    if as_seen(affected, request.POST):
        try:
            remove_block(block, by=request.user, moves=moves_of(affected, request.POST))
        except DomainError as error:
            refusal = error
        else:
            messages.success(request, _("The block was removed."))
            return redirect("block_time", slug)
    zone, period = block.facility.zone, (block.period.lower, block.period.upper)
    touched = touched_list(affected, request.POST, by=request.user, zone=zone, reason=block.reason, period=period)
    return render(request, "calendars/unblock.html", {"page": RemovalPage(block, touched), "refusal": refusal})


def _own(request: HttpRequest, slug: str, pk: UUID) -> Block:
    facility = managed(request, slug)
    return get_object_or_404(Block.objects.select_related("facility", "instrument"), pk=pk, facility=facility)


def _block(request: HttpRequest, facility: Facility, block: Block | None, initial: dict[str, Any]) -> HttpResponse:
    offered: dict[str, Any] = {"facility": facility, "instruments": instruments_of(facility)}
    by = request.user
    form = BlockForm(request.POST, **offered) if request.method == "POST" else BlockForm(initial=initial, **offered)
    if not form.is_valid():
        return render(request, "calendars/block.html", {"page": block_page(facility, form, block)})
    touched = None
    try:
        affected = review_block_change(form.plan(), block=block, by=by, window=window_of(request.POST))
        touched = touched_list(
            affected, request.POST, by=by, zone=facility.zone, reason=form.plan().reason, period=form.period()
        )
        if request.POST.get("do") == "save" and as_seen(affected, request.POST):
            change_block(form.plan(), block=block, by=by, moves=moves_of(affected, request.POST))
            messages.success(request, _("The time is blocked.") if block is None else _("The block was changed."))
            return redirect(f"{reverse('calendar')}?facility={facility.slug}")
    except DomainError as refusal:
        form.blame(refusal)
    return render(request, "calendars/block.html", {"page": block_page(facility, form, block, touched)})


urlpatterns = [
    path("calendar/<slug:slug>/block/", block_time, name="block_time"),
    path("calendar/<slug:slug>/block/<uuid:pk>/", change_time, name="change_time"),
    path("calendar/<slug:slug>/block/<uuid:pk>/remove/", unblock_time, name="unblock_time"),
]

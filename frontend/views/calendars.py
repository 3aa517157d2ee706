"""F3, F4 and F5: calendars of facilities and instruments, the page of an instrument, and blocking time."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from core.errors import DomainError
from core.permissions import containers
from facilities.commands.calendar import add_block, affected_by_block, remove_block
from facilities.models import Block, Facility, Instrument
from frontend.contexts.calendars import (
    block_page,
    calendar_page,
    first_block,
    instrument_page,
    instruments_of,
    seen_facilities,
)
from frontend.forms.calendars import BlockForm

FIELD_OF = {"period": "starts", "starts_at": "starts", "ends_at": "ends"}


@login_required
@require_GET
def calendar(request: HttpRequest) -> HttpResponse:
    """F3. The address says which facility, which days and how."""
    facilities = seen_facilities(request.user)
    if not facilities:
        return render(request, "calendars/none.html")
    wanted = request.GET.get("facility", "")
    facility = next((row for row in facilities if row.slug == wanted), None)
    if facility is None:
        if wanted:
            raise Http404
        facility = facilities[0]
    page = calendar_page(request.GET, request.user, facility, facilities)
    return render(request, "calendars/calendar.html", {"page": page})


def _managed(request: HttpRequest, slug: str) -> Facility:
    """A facility whose calendar the reader keeps; for others it is not there."""
    kept = containers(request.user, "facilities.manage_calendar", Facility.objects.all())
    return get_object_or_404(kept, slug=slug)


@login_required
def block_time(request: HttpRequest, slug: str) -> HttpResponse:
    """F5. Who is affected is shown before anything is saved; saving tells them."""
    facility = _managed(request, slug)
    instruments = instruments_of(facility)
    offered: dict[str, Any] = {"facility": facility, "instruments": instruments}
    if request.method != "POST":
        chosen = {"instrument": request.GET.get("instrument", "")}
        form = BlockForm(initial=first_block(facility) | chosen, **offered)
        return render(request, "calendars/block.html", {"page": block_page(facility, form)})
    form = BlockForm(request.POST, **offered)
    if not form.is_valid():
        return render(request, "calendars/block.html", {"page": block_page(facility, form)})
    instrument, period = form.instrument_chosen, DateTimeTZRange(*form.period())
    touched = affected_by_block(facility, instrument, period)
    answers = form.cleaned_data
    if request.POST.get("do") != "save" or request.POST.get("seen") != str(len(touched)):
        return render(request, "calendars/block.html", {"page": block_page(facility, form, touched)})
    try:
        add_block(
            facility,
            instrument,
            answers["kind"],
            period,
            answers["reason"],
            by=request.user,
            planned=answers["planned"],
        )
    except DomainError as refusal:
        for violation in refusal.violations:
            name = FIELD_OF.get(violation.field, violation.field)
            form.add_error(name if name in form.fields else None, str(violation.message))
        if not refusal.violations:
            form.add_error(None, str(refusal))
        context = {"page": block_page(facility, form, touched)}
        return render(request, "calendars/block.html", context)
    messages.success(request, _("The time is blocked."))
    return redirect(f"{reverse('calendar')}?facility={facility.slug}")


@login_required
@require_POST
def unblock_time(request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
    """Take a block away."""
    facility = _managed(request, slug)
    remove_block(get_object_or_404(Block, pk=pk, facility=facility), by=request.user)
    messages.success(request, _("The block was removed."))
    return redirect("block_time", slug)


@login_required
@require_GET
def instrument_desk(request: HttpRequest, slug: str) -> HttpResponse:
    """F4, for those who see the facility's whole calendar."""
    seen = containers(request.user, "facilities.view_private_calendar", Facility.objects.all())
    rows = Instrument.objects.filter(facility__in=seen).select_related("facility")
    page = instrument_page(get_object_or_404(rows, slug=slug), request.user)
    return render(request, "calendars/instrument.html", {"page": page})


urlpatterns = [
    path("instruments/<slug:slug>/desk/", instrument_desk, name="instrument_desk"),
    path("calendar/", calendar, name="calendar"),
    path("calendar/<slug:slug>/block/", block_time, name="block_time"),
    path("calendar/<slug:slug>/block/<uuid:pk>/remove/", unblock_time, name="unblock_time"),
]

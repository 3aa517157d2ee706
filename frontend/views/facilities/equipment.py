"""Pages of those who keep a facility's things: shared equipment, an instrument's limits and time between bookings."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.translation import gettext as _

from core.errors import DomainError
from core.permissions import containers
from core.reading import whole_number
from facilities.commands.catalogue import update_instrument
from facilities.commands.equipment import add_equipment, change_equipment
from facilities.commands.limits import set_limits
from facilities.models import Facility, Instrument
from facilities.queries.equipment import equipment_listed
from facilities.queries.limits import broken_by_limits
from facilities.queries.rulebook import policies_holding
from facilities.queries.running import staff_of
from frontend.contexts.facilities.equipment import equipment_page
from frontend.contexts.facilities.instruments import policy_said
from frontend.forms.facilities.equipment import BufferForm, EquipmentForm, LimitsForm
from frontend.views.facilities.policies import listed


def kept(user: Any) -> Any:
    """Facilities whose calendar a person keeps; for others these pages are not there."""
    return containers(user, "facilities.manage_calendar", Facility.objects.all())


@login_required
def equipment(request: HttpRequest, slug: str) -> HttpResponse:
    """What a facility lends to bookings, and something new."""
    facility = get_object_or_404(kept(request.user), slug=slug)
    form = EquipmentForm(request.POST or None, facility=facility, staff=staff_of(facility))
    if request.method == "POST" and form.is_valid():
        with form.blamed():
            add_equipment(facility, by=request.user, **form.answers())
            messages.success(request, _("It can be asked for from now on."))
            return redirect("equipment", slug)
    return render(request, "calendars/equipment.html", {"page": equipment_page(facility, form)})


@login_required
def equipment_change(request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
    """The same form for what is there already."""
    facility = get_object_or_404(kept(request.user), slug=slug)
    thing = get_object_or_404(equipment_listed().filter(facility=facility), pk=pk)
    form = EquipmentForm(request.POST or None, facility=facility, staff=staff_of(facility), instance=thing)
    if request.method == "POST" and form.is_valid():
        with form.blamed():
            change_equipment(equipment_listed().get(pk=pk), by=request.user, **form.answers())
            messages.success(request, _("The change is saved."))
            return redirect("equipment", slug)
    return render(request, "calendars/equipment.html", {"page": equipment_page(facility, form, thing)})


@login_required
def buffers(request: HttpRequest, slug: str) -> HttpResponse:
    """Set-up and cooling of an instrument. Bookings that exist keep their terms."""
    instrument = kept_instrument(request, slug)
    form = BufferForm(request.POST or None, instrument=instrument)
    if request.method == "POST" and form.is_valid():
        user: Any = request.user
        update_instrument(instrument, by=user, **form.answers())
        messages.success(request, _("The change is saved."))
        return redirect("instrument_desk", slug)
    return render(request, "calendars/buffers.html", {"form": form, "instrument": instrument})


@login_required
def limits(request: HttpRequest, slug: str) -> HttpResponse:
    """Lengths, notice and horizon of an instrument; the bookings that would break them are shown before anything is
    saved."""
    instrument = kept_instrument(request, slug)
    form = LimitsForm(request.POST or None, instance=kept_instrument(request, slug))
    breaks = []
    if request.method == "POST" and form.is_valid():
        expected = whole_number(request.POST.get("version"))
        try:
            set_limits(instrument, by=request.user, expected=expected, seen=listed(request), **form.cleaned_data)
        except DomainError as refusal:
            if refusal.code == "bookings_break":
                breaks = broken_by_limits(form.as_if())
            else:
                form.blame(refusal)
        else:
            messages.success(request, _("The change is saved."))
            return redirect("instrument_desk", slug)
    shown = {
        "form": form,
        "instrument": instrument,
        "breaks": breaks,
        "zone": instrument.facility.zone,
        "policies": [(policy, policy_said(policy)) for policy in policies_holding(instrument)],
    }
    return render(request, "calendars/limits.html", shown, status=422 if form.errors else 200)


def kept_instrument(request: HttpRequest, slug: str) -> Instrument:
    rows = Instrument.objects.filter(facility__in=kept(request.user)).select_related("facility")
    found: Instrument = get_object_or_404(rows, slug=slug)
    return found


urlpatterns = [
    path("calendar/<slug:slug>/equipment/", equipment, name="equipment"),
    path("calendar/<slug:slug>/equipment/<uuid:pk>/", equipment_change, name="equipment_change"),
    path("instruments/<slug:slug>/buffers/", buffers, name="buffers"),
    path("instruments/<slug:slug>/limits/", limits, name="limits"),
]

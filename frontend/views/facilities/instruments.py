"""Pages on which managers say what a facility is at, what its instruments are, and add one."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.translation import gettext as _

from core.reading import whole_number
from facilities.commands.describing import add_instrument, describe_instrument
from facilities.commands.status import note_status
from facilities.queries.status import status_history
from frontend.forms.facilities.instruments import InstrumentForm, StatusForm
from frontend.views.facilities.equipment import kept, kept_instrument


@login_required
def new_instrument(request: HttpRequest, slug: str) -> HttpResponse:
    """An instrument more; its limits are set next."""
    facility = get_object_or_404(kept(request.user), slug=slug)
    form = InstrumentForm(request.POST or None, facility=facility, initial={"modes": ["onsite"]})
    if request.method == "POST" and form.is_valid():
        with form.blamed():
            made = add_instrument(facility, by=request.user, **form.cleaned_data)
            messages.success(request, _("The instrument is there. Now set what it takes."))
            return redirect("limits", made.slug)
    shown = {"form": form, "facility": facility}
    return render(request, "calendars/describe.html", shown, status=422 if form.errors else 200)


@login_required
def change_instrument(request: HttpRequest, slug: str) -> HttpResponse:
    """The same form for one that is there."""
    instrument = kept_instrument(request, slug)
    form = InstrumentForm(request.POST or None, facility=instrument.facility, instance=kept_instrument(request, slug))
    if request.method == "POST" and form.is_valid():
        with form.blamed():
            expected = whole_number(request.POST.get("version"))
            describe_instrument(instrument, by=request.user, expected=expected, **form.cleaned_data)
            messages.success(request, _("The change is saved."))
            return redirect("instrument_desk", slug)
    shown = {"form": form, "facility": instrument.facility, "instrument": instrument}
    return render(request, "calendars/describe.html", shown, status=422 if form.errors else 200)


@login_required
def facility_status(request: HttpRequest, slug: str) -> HttpResponse:
    """What the facility was at since when, and a new entry."""
    facility = get_object_or_404(kept(request.user), slug=slug)
    form = StatusForm(request.POST or None, initial={"status": facility.status})
    if request.method == "POST" and form.is_valid():
        with form.blamed():
            note_status(facility, by=request.user, **form.cleaned_data)
            messages.success(request, _("The change is saved."))
            return redirect("facility_status", slug)
    shown = {"form": form, "facility": facility, "history": status_history(facility)}
    return render(request, "calendars/status.html", shown, status=422 if form.errors else 200)


urlpatterns = [
    path("calendar/<slug:slug>/status/", facility_status, name="facility_status"),
    path("calendar/<slug:slug>/instruments/new/", new_instrument, name="new_instrument"),
    path("instruments/<slug:slug>/description/", change_instrument, name="describe_instrument"),
]

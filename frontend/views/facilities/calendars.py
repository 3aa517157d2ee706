"""F3 and F4: calendars of facilities and instruments, and the page of an instrument."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import path
from django.views.decorators.http import require_GET

from core.permissions import containers
from facilities.models import Facility, Instrument
from frontend.contexts.facilities.calendars import (
    calendar_page,
    instrument_page,
    seen_facilities,
)


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
]

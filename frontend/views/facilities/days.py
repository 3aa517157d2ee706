"""The day sheet of a control room."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.views.decorators.http import require_GET

from core import clock
from core.permissions import containers
from facilities.models import Facility
from frontend.contexts.facilities.days import day_page, today_at
from frontend.timeline import day_of


@login_required
@require_GET
def day_sheet(request: HttpRequest, slug: str, day: str = "") -> HttpResponse:
    """A facility's day for those who run its instruments; without a day it leads to today's."""
    run = containers(request.user, "facilities.run_sessions", Facility.objects.all())
    facility = get_object_or_404(run, slug=slug)
    if not day:
        return redirect("day_sheet", slug, today_at(facility, clock.now()).isoformat())
    if (chosen := day_of(day)) is None:
        raise Http404
    return render(request, "run/day.html", {"page": day_page(facility, chosen, request.user)})


urlpatterns = [
    path("calendar/<slug:slug>/day/", day_sheet, name="day_today"),
    path("calendar/<slug:slug>/day/<slug:day>/", day_sheet, name="day_sheet"),
]

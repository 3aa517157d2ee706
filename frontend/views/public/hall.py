"""The public week for a screen in a hallway: no account, big letters, and it asks anew by itself."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_GET

from core.errors import NotFound
from facilities.queries.catalogue import find_facility, find_instrument
from frontend.contexts.facilities.calendars import instruments_of
from frontend.contexts.facilities.hall import hall_page

AGAIN_SECONDS = 120


@require_GET
def hall(request: HttpRequest, slug: str) -> HttpResponse:
    """The week of an instrument, or of every instrument of a facility.

    The header `Refresh` does what a meta element would, for a screen that nobody stands at with a screen reader.
    """
    try:
        instrument = find_instrument(slug)
        page = hall_page(instrument.facility, [instrument], instrument.name)
    except NotFound:
        facility = find_facility(slug)
        page = hall_page(facility, instruments_of(facility), facility.name)
    response = render(request, "public/hall.html", {"page": page})
    response["Refresh"] = str(AGAIN_SECONDS)
    return response


urlpatterns = [path("hall/<slug:slug>/", hall, name="hall")]

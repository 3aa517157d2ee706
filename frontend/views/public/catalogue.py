"""Research facilities: the catalogue, a facility, an instrument; and the one box that searches everything."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _

from facilities.models import Facility
from facilities.queries.catalogue import find_facility, find_instrument
from frontend.contexts.public.catalogue import catalogue_page, facility_page, instrument_page, technique_choices
from frontend.contexts.public.search import search_page
from frontend.forms.public import Facilities, Search
from frontend.timeline import day_of


def facilities(request: HttpRequest) -> HttpResponse:
    codes = Facility.objects.filter(archived_at=None).order_by().values_list("country", flat=True).distinct()
    form = Facilities(request.GET, codes=codes, techniques=technique_choices(request.GET.get("technique", "")))
    return render(request, "public/facilities.html", {"page": catalogue_page(form, request.GET)})


def facility(request: HttpRequest, slug: str) -> HttpResponse:
    found = find_facility(slug)
    crumbs = [
        {"label": _("Research Facilities"), "url": reverse("facilities")},
        {"label": str(found)},
    ]
    return render(request, "public/facility.html", {"page": facility_page(found, crumbs)})


def instrument(request: HttpRequest, slug: str) -> HttpResponse:
    found = find_instrument(slug)
    crumbs = [
        {"label": _("Research Facilities"), "url": reverse("facilities")},
        {"label": str(found.facility), "url": reverse("facility", args=[found.facility.slug])},
        {"label": found.code},
    ]
    page = instrument_page(found, crumbs, day_of(request.GET.get("week", "")))
    return render(request, "public/instrument.html", {"page": page})


def search(request: HttpRequest) -> HttpResponse:
    return render(request, "public/search.html", {"page": search_page(Search(request.GET), request.user)})


urlpatterns = [
    path("facilities/", facilities, name="facilities"),
    path("facilities/<slug:slug>/", facility, name="facility"),
    path("instruments/<slug:slug>/", instrument, name="instrument"),
    path("search/", search, name="search"),
]

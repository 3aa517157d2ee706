"""A1: the first page of a secretariat."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.views.decorators.http import require_GET

from alliance.queries.alliances import find_alliance
from alliance.queries.desk import desks_of
from frontend.contexts.alliance.desk import desk_page


@login_required
@require_GET
def my_desk(request: HttpRequest) -> HttpResponse:
    """To the desk of the first alliance that the reader runs."""
    offices = desks_of(request.user)
    if not offices:
        raise Http404
    return redirect("alliance_desk", offices[0].slug)


@login_required
@require_GET
def alliance_desk(request: HttpRequest, slug: str) -> HttpResponse:
    alliance = find_alliance(slug)
    offices = desks_of(request.user)
    if alliance not in offices:
        raise Http404
    others = [each for each in offices if each != alliance]
    return render(request, "alliance/desk.html", {"page": desk_page(alliance, request.user, others)})


urlpatterns = [
    path("desk/", my_desk, name="desk"),
    path("alliance/<slug:slug>/desk/", alliance_desk, name="alliance_desk"),
]

"""Public pages of calls: the list, one call, and their deadlines for the reader's own calendar."""

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from frontend.appointments import calendar_file
from frontend.contexts.calls.public import appointments, call_page, calls_page
from programs.queries.calls.listing import find_call, open_calls

MOST = 200


@require_GET
def calls(request: HttpRequest) -> HttpResponse:
    return render(request, "calls/list.html", {"page": calls_page(request.GET)})


@require_GET
def call(request: HttpRequest, slug: str) -> HttpResponse:
    return render(request, "calls/call.html", {"page": call_page(find_call(request.user, slug), request.user)})


@require_GET
def call_file(request: HttpRequest, slug: str) -> HttpResponse:
    """Deadline, stages and results of one call as a calendar file."""
    found = find_call(AnonymousUser(), slug)
    return calendar_file(found.slug, appointments([found], settings.PUBLIC_URL.rstrip("/")))


@require_GET
def deadlines_file(request: HttpRequest) -> HttpResponse:
    """The same of all calls that take proposals: an address that a calendar program reads again and again."""
    rows = open_calls(AnonymousUser()).prefetch_related("windows", "partner_deadlines")[:MOST]
    return calendar_file("deadlines", appointments(rows, settings.PUBLIC_URL.rstrip("/")))

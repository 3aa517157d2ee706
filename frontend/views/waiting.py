"""Waiting lists: one's places, going on one and leaving it; staff take somebody off theirs."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from core import clock, times
from core.errors import DomainError
from facilities.commands.waiting import join_waiting, leave_waiting, strike_waiting
from facilities.queries.availability import requestable
from facilities.queries.requesting import accounts
from facilities.queries.waiting import waiting_visible_to
from frontend.contexts.waiting import join_page, waiting_page
from frontend.forms.waiting import WaitForm


@login_required
@require_GET
def waiting(request: HttpRequest) -> HttpResponse:
    return render(request, "waiting/list.html", {"page": waiting_page(request.user)})


@login_required
def join(request: HttpRequest, slug: str) -> HttpResponse:
    """Go on the list of an instrument; what was typed is kept when it is refused, here or as a request for time."""
    instrument = get_object_or_404(requestable(), slug=slug)
    now = clock.now()
    today = now.astimezone(times.zone_of(instrument.facility.zone)).date()
    asked = request.POST if request.method == "POST" else request.GET
    sent = request.method == "POST" and "wish" not in request.POST
    form = WaitForm(
        request.POST if sent else None,
        instrument=instrument,
        accounts=accounts(request.user, instrument, now),
        today=today,
        asked=asked,
    )
    if sent and form.is_valid():
        try:
            join_waiting(form.wish(), by=request.user)
        except DomainError as refusal:
            form.blame(refusal)
        else:
            messages.success(request, _("You are on the list. You are told when time is offered to you."))
            return redirect("waiting")
    return render(request, "waiting/join.html", {"page": join_page(form, instrument, request.user)})


@login_required
@require_POST
def leave(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Leave the list, or take somebody off it with a reason."""
    row = get_object_or_404(waiting_visible_to(request.user), pk=pk)
    try:
        if "note" in request.POST:
            strike_waiting(row, by=request.user, note=request.POST["note"])
        else:
            leave_waiting(row, by=request.user)
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The place on the list was given up."))
    return redirect("waiting")


urlpatterns = [
    path("waiting/", waiting, name="waiting"),
    path("waiting/<slug:slug>/join/", join, name="join_waiting"),
    path("waiting/<uuid:pk>/leave/", leave, name="leave_waiting"),
]

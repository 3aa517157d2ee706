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
from core.permissions import containers
from core.reading import whole_number
from facilities.commands.waiting import join_waiting, leave_waiting, rank_waiting, strike_waiting
from facilities.models import Facility, Instrument
from facilities.queries.availability import requestable
from facilities.queries.equipment import usable_at
from facilities.queries.requesting import Account, accounts, known_accounts
from facilities.queries.waiting import waiting_visible_to
from frontend.contexts.facilities.waiting import join_page, waiting_page
from frontend.forms.facilities.waiting import PlaceForm, WaitForm
from frontend.forms.people import person_at

DECIDE = "facilities.decide_bookings"


@login_required
@require_GET
def waiting(request: HttpRequest) -> HttpResponse:
    return render(request, "waiting/list.html", {"page": waiting_page(request.user, request.GET)})


@login_required
def join(request: HttpRequest, slug: str) -> HttpResponse:
    """Go on the list of an instrument; what was typed is kept when it is refused, here or as a request for time."""
    instrument = get_object_or_404(requestable(), slug=slug)
    form = _form(request, WaitForm, instrument, accounts(request.user, instrument, clock.now()))
    if form.is_valid() and _joined(request, form):
        messages.success(request, _("You are on the list. You are told when time is offered to you."))
        return redirect("waiting")
    return render(request, "waiting/join.html", {"page": join_page(form, instrument, request.user)})


@login_required
def put(request: HttpRequest, slug: str) -> HttpResponse:
    """The facility puts somebody on a list of an instrument of its own."""
    deciding = containers(request.user, DECIDE, Facility.objects.all())
    instrument = get_object_or_404(requestable().filter(facility__in=deciding), slug=slug)
    asked = request.POST if request.method == "POST" else request.GET
    person = person_at(asked.get("to", ""))
    form = _form(request, PlaceForm, instrument, known_accounts(person, instrument, clock.now()) if person else [])
    if form.is_valid() and _joined(request, form):
        messages.success(request, _("The place on the list is made."))
        return redirect("waiting")
    return render(request, "waiting/put.html", {"page": join_page(form, instrument, request.user)})


def _form(request: HttpRequest, kind: type[WaitForm], instrument: Instrument, paying: list[Account]) -> WaitForm:
    """The answers that were sent; filled in from a request, or with the accounts of the person named, none were yet."""
    asked = request.POST if request.method == "POST" else request.GET
    sent = request.method == "POST" and not {"wish", "accounts"} & set(asked)
    zone = times.zone_of(instrument.facility.zone)
    return kind(
        asked if sent else None,
        instrument=instrument,
        accounts=paying,
        equipment=list(usable_at(instrument)),
        today=clock.now().astimezone(zone).date(),
        asked=asked,
    )


def _joined(request: HttpRequest, form: WaitForm) -> bool:
    try:
        join_waiting(form.wish(), by=request.user, **form.place())
    except DomainError as refusal:
        form.blame(refusal)
        return False
    return True


@login_required
@require_POST
def rank(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Give a place on the reserve list another rank."""
    row = get_object_or_404(waiting_visible_to(request.user), pk=pk)
    try:
        rank_waiting(row, whole_number(request.POST.get("rank")) or 0, by=request.user)
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The rank is changed."))
    return redirect("waiting")


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
    path("waiting/<slug:slug>/put/", put, name="put_waiting"),
    path("waiting/<uuid:pk>/leave/", leave, name="leave_waiting"),
    path("waiting/<uuid:pk>/rank/", rank, name="rank_waiting"),
]

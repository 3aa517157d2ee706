"""Giving time of an instrument: a facility offers it to somebody, or gives it them with priority over others."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.translation import gettext as _

from accounts.models import User
from core import clock
from core.errors import DomainError
from core.lookup import find
from core.permissions import containers
from facilities.commands.bookings import offer_time
from facilities.commands.priority import displace
from facilities.models import Booking, Facility, Instrument, Waiting
from facilities.queries.availability import requestable
from facilities.queries.equipment import usable_at
from facilities.queries.requesting import Account, known_accounts
from facilities.queries.terms import terms_of
from facilities.queries.waiting import waiting_visible_to
from frontend.contexts.facilities.giving import give_page, outlook_on
from frontend.forms.facilities.giving import GiveForm, answers_of
from frontend.forms.people import person_at

ASKED = ("to", "day", "start", "minutes", "mode", "category", "account", "purpose", "note")


@login_required
def give(request: HttpRequest, slug: str) -> HttpResponse:
    """GET fills in what the address names; POST shows what giving the time would do, or does it, as its button says."""
    deciding = containers(request.user, "facilities.decide_bookings", Facility.objects.all())
    instrument = get_object_or_404(requestable().filter(facility__in=deciding), slug=slug)
    asked = request.POST if request.method == "POST" else request.GET
    waiting = _served(request.user, instrument, asked.get("waiting", ""))
    form = _form(request, instrument, waiting)
    outlook = None
    if request.method == "POST" and form.is_valid():
        try:
            if (booking := _act(form, waiting, asked.get("do", ""), by=request.user)) is not None:
                messages.success(request, _("The person is told."))
                return redirect("booking", booking.pk)
            outlook = outlook_on(form.wanted(), to=form.cleaned_data["to"], by=request.user)
        except DomainError as refusal:
            form.blame(refusal)
    page = give_page(form, instrument, outlook, waiting)
    return render(request, "giving/give.html", {"page": page}, status=422 if form.errors else 200)


def _act(form: GiveForm, waiting: Waiting | None, do: str, *, by: Any) -> Booking | None:
    """Offer, or give with priority; None where the button only asks to look. Raises as the commands do."""
    wanted, to, note = form.wanted(), form.cleaned_data["to"], form.cleaned_data["note"]
    if do == "offer":
        return offer_time(wanted, to=to, by=by, note=note, answer_by=form.answer_by, waiting=waiting)
    if do == "displace":
        return displace(wanted, to=to, by=by, reason=note).booking
    return None


def _served(user: Any, instrument: Instrument, key: str) -> Waiting | None:
    """The place on the instrument's list that is to be served."""
    if not key:
        return None
    row: Waiting = find(waiting_visible_to(user).filter(instrument=instrument, state="waiting"), key)
    return row


def _form(request: HttpRequest, instrument: Instrument, waiting: Waiting | None) -> GiveForm:
    asked = request.POST if request.method == "POST" else request.GET
    first: dict[str, Any] = {"answer_hours": terms_of(instrument).answer_hours}
    first |= answers_of(waiting) if waiting else {}
    first |= {name: asked[name] for name in ASKED if name in asked}
    person = person_at(first.get("to", ""))
    waits = Waiting.objects.filter(instrument=instrument, state="waiting").values("person")
    return GiveForm(
        request.POST if request.method == "POST" else None,
        instrument=instrument,
        accounts=_accounts(person, instrument, waiting) if person else [],
        equipment=list(usable_at(instrument)),
        people=User.objects.filter(pk__in=waits, is_active=True).order_by("name", "id"),
        initial=first,
    )


def _accounts(person: User, instrument: Instrument, waiting: Waiting | None) -> list[Account]:
    """Those that the facility knows of, and the team that waits; the person's other teams are not for us to list."""
    known = known_accounts(person, instrument, clock.now())
    return [*known, Account(f"team:{waiting.team_id}", waiting.team)] if waiting and waiting.team else known


urlpatterns = [path("instruments/<slug:slug>/give/", give, name="give_time")]

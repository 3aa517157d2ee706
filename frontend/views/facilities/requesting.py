"""S3 and S4: finding an instrument, and requesting time on it."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.translation import gettext as _

from core.errors import DomainError, RulesRefuse, SlotTaken
from core.reading import whole_number
from facilities.commands.bookings import check_booking, hold_time
from facilities.commands.bookings import request_time as send_request
from facilities.commands.series import SeriesRequest, check_series, request_series
from facilities.queries.availability import requestable
from facilities.queries.equipment import usable_at
from facilities.queries.requesting import accounts, categories_open, companions
from frontend.contexts.facilities.finding import find_page
from frontend.contexts.facilities.requesting import Choice, candidates_for, check_page, first_choice, request_page
from frontend.contexts.facilities.series import series_check_page
from frontend.forms.facilities.requests import RequestForm
from frontend.timeline import day_of, instant_of


@login_required
def instruments(request: HttpRequest) -> HttpResponse:
    """S3. The question is the address, so that an answer can be sent to a colleague."""
    return render(request, "bookings/find.html", {"page": find_page(request.GET)})


@login_required
def request_time(request: HttpRequest) -> HttpResponse:
    """S4. GET proposes a time; POST draws anew, checks, holds or sends, as its button says. Nothing typed is lost."""
    asked = request.POST if request.method == "POST" else request.GET
    choice = _choice(asked, request.user)
    do = asked.get("do", "show")
    if asked.get("shown_for", choice.instrument.slug) != choice.instrument.slug or {"use", "move", "days"} & set(asked):
        do = "show"
    form = _form(asked, choice, request.user, bound=do != "show")
    if do == "show":
        return _page(request, form, choice)
    if not form.is_valid():
        return _page(request, form, choice)
    try:
        return _act(request, form, do)
    except DomainError as refusal:
        form.blame(refusal)
        return _page(request, form, choice, refusal=refusal)


def _act(request: HttpRequest, form: RequestForm, do: str) -> HttpResponse:
    """Show the answers once more, hold, or send. Raises DomainError with every violation."""
    wanted = form.request(request.user)
    if form.rule and do != "hold":
        return _act_on_series(request, form, SeriesRequest(wanted, form.rule), do)
    if do == "send":
        booking = send_request(wanted, by=request.user)
        given = booking.state == "approved"
        messages.success(request, _("The time is yours.") if given else _("Your request was sent."))
        return redirect("booking", booking.pk)
    if do == "hold":
        booking = hold_time(wanted, by=request.user)
        messages.success(request, _("The time is held for you. Send the request before the hold ends."))
        return redirect("booking", booking.pk)
    check = check_booking(wanted, by=request.user)
    if not check.ok:
        raise RulesRefuse(_("This time cannot be requested."), check.violations, check.alternatives)
    return render(request, "bookings/check.html", {"page": check_page(form, wanted, check.units)})


def _act_on_series(request: HttpRequest, form: RequestForm, wish: SeriesRequest, do: str) -> HttpResponse:
    """Show every date with what stands against it, or send. Dates that were lost meanwhile are shown again."""
    refusal = None
    if do == "send":
        try:
            series = request_series(wish, by=request.user, on_conflict=request.POST.get("on_conflict", "refuse"))
        except (SlotTaken, RulesRefuse) as error:
            refusal = error
        else:
            messages.success(request, _("Your request was sent."))
            return redirect("series", series.pk)
    page = series_check_page(form, wish, check_series(wish, by=request.user))
    return render(request, "series/check.html", {"page": page, "refusal": refusal}, status=422 if refusal else 200)


def _choice(asked: QueryDict, user: Any) -> Choice:
    """The time that a form, an address or a button "Use this time" names; where none is named, a free one."""
    if "use" in asked:
        try:
            slug, start, end = str(asked["use"]).split(" ")
            starts_at, ends_at = (instant_of(at) for at in (start, end))
        except ValueError as error:
            raise Http404 from error
        return Choice(get_object_or_404(requestable(), slug=slug), starts_at, ends_at)
    instrument = get_object_or_404(requestable(), slug=asked.get("instrument") or asked.get("shown_for") or "")
    return first_choice(
        instrument,
        user,
        day=day_of(asked.get("day", "")),
        start=asked.get("start", ""),
        minutes=whole_number(asked.get("minutes")) or 0,
    )


def _form(asked: QueryDict, choice: Choice, user: Any, *, bound: bool) -> RequestForm:
    kept: dict[str, Any] = {
        name: asked[name]
        for name in ("mode", "safety", "account", "category", "purpose", "override", "places", "repeat", "until")
        if name in asked
    }
    paying = accounts(user, choice.instrument, choice.starts_at)
    first = {"mode": (choice.instrument.modes or [""])[0]}
    given = [row for row in paying if row.pays_at(choice.starts_at) or choice.instrument.requires_allocation]
    if given and given[0].allocation:
        first["account"] = given[0].key
    kept |= {name: asked.getlist(name) for name in ("people", "equipment", "weekdays")}
    return RequestForm(
        asked if bound else None,
        initial=first | kept | choice.as_initial(),
        candidates=candidates_for(choice.instrument, asked.get("among", "").split()),
        chosen=choice.instrument,
        accounts=paying,
        companions=companions(user),
        categories=categories_open(choice.instrument, paying),
        equipment=list(usable_at(choice.instrument)),
        reader=user,
    )


def _page(
    request: HttpRequest,
    form: RequestForm,
    choice: Choice,
    *,
    refusal: DomainError | None = None,
) -> HttpResponse:
    asked = request.POST if request.method == "POST" else request.GET
    first = None if "use" in asked else day_of(asked.get("move") or asked.get("first", ""))
    days = 14 if (asked.get("days") or asked.get("shown_days")) == "14" else 7
    page = request_page(form, choice, user=request.user, first=first, days=days, refusal=refusal)
    return render(request, "bookings/request_time.html", {"page": page})


urlpatterns = [
    path("instruments/", instruments, name="instruments"),
    path("bookings/new/", request_time, name="request_time"),
]

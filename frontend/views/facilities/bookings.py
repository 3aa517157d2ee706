"""S5: the list of bookings, the page of a booking with its moves, and its calendar file."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from core.errors import DomainError
from facilities.commands import bookings as commands
from facilities.commands import sessions
from facilities.models import Booking
from facilities.permissions import booking_parties
from facilities.queries.bookings import bookings_visible_to
from facilities.queries.inbox import with_details
from facilities.telling import calendar_of
from facilities.workflows import BOOKING
from frontend.contexts.facilities.bookings import booking_page, list_page
from frontend.contexts.facilities.offers import offers
from frontend.forms.facilities.bookings import ListForm
from frontend.forms.facilities.moves import (
    CancelForm,
    CauseForm,
    ChangeForm,
    CheckOutForm,
    LossForm,
    NoteForm,
    TimeForm,
)
from notifications.invitations import empty_calendar, event_of, finished

COMMANDS: dict[str, tuple[type[NoteForm] | None, Callable[..., Any]]] = {
    "request": (None, commands.request_held),
    "confirm": (None, commands.confirm_offer),
    "pass-on": (None, commands.pass_on),
    "accept": (None, commands.accept_counter),
    "refuse": (NoteForm, commands.refuse_counter),
    "take-back": (NoteForm, commands.take_back_approval),
    "override": (NoteForm, commands.override_rules),
    "withdraw": (NoteForm, commands.withdraw_booking),
    "cancel": (CancelForm, commands.cancel_booking),
    "counter": (TimeForm, commands.counter_booking),
    "reschedule": (ChangeForm, commands.reschedule_booking),
    "check-in": (NoteForm, sessions.check_in),
    "check-out": (CheckOutForm, sessions.check_out),
    "report-loss": (LossForm, sessions.report_loss),
    "lose": (CauseForm, sessions.lose_booking),
    "no-show": (None, sessions.mark_no_show),
    "close": (None, sessions.close_booking),
}
"""Move → the form that it asks, if any, and the command that makes it."""

SAID: dict[str, Any] = {
    "request": gettext_lazy("The request was sent."),
    "confirm": gettext_lazy("The offered time was taken."),
    "pass-on": gettext_lazy("The time was left to others."),
    "accept": gettext_lazy("The proposed time is yours to keep; your request moved there."),
    "refuse": gettext_lazy("The facility decides about the time you asked for."),
    "take-back": gettext_lazy("The approval was taken back. The request waits for a decision again."),
    "override": gettext_lazy("The rules are overridden; the reason is in the history."),
    "withdraw": gettext_lazy("The request was withdrawn and its time is free again."),
    "cancel": gettext_lazy("The booking was cancelled and its time is free again."),
    "counter": gettext_lazy("Another time was proposed."),
    "reschedule": gettext_lazy("The change was asked for."),
    "check-in": gettext_lazy("Checked in."),
    "check-out": gettext_lazy("Checked out."),
    "report-loss": gettext_lazy("The lost time was recorded."),
    "lose": gettext_lazy("The booking was recorded as lost."),
    "no-show": gettext_lazy("Recorded that nobody came."),
    "close": gettext_lazy("The booking is closed."),
}
"""What the next page says when a move was made."""


def seen(request: HttpRequest, pk: UUID) -> Booking:
    """The booking, if the reader may see it."""
    return get_object_or_404(with_details(bookings_visible_to(request.user)), pk=pk)


@login_required
@require_GET
def bookings(request: HttpRequest) -> HttpResponse:
    """Bookings of the reader and of those the reader works for, newest first; the address holds the filters."""
    form = ListForm(request.GET)
    return render(request, "bookings/list.html", {"page": list_page(form, request.user, request.GET)})


@login_required
@require_GET
def booking(request: HttpRequest, pk: UUID) -> HttpResponse:
    return render(request, "bookings/booking.html", {"page": booking_page(seen(request, pk), request.user)})


@login_required
def booking_move(request: HttpRequest, pk: UUID, move: str) -> HttpResponse:
    """Make a move. GET shows its form alone, for those whose browser opens no dialog; a refusal shows it again."""
    row = seen(request, pk)
    if move not in COMMANDS:
        raise Http404
    form_class, command = COMMANDS[move]
    found = BOOKING.find(move)
    posted = request.POST if request.method == "POST" else None
    form = form_class(posted, booking=row, required=found.reason, reader=request.user) if form_class else None
    if isinstance(form, TimeForm) and posted is None:
        form.suggest(request.GET.get("starts_at", ""))
    refusal: DomainError | None = None
    if posted is not None and (form is None or form.is_valid()):
        try:
            command(row, by=request.user, **(form.answers() if form else {}))
        except DomainError as error:
            refusal = error
            if form is None:
                messages.error(request, str(error))
                return redirect("booking", pk)
            form.blame(error)
        else:
            messages.success(request, str(SAID[move]))
            return redirect("booking", pk)
    if form is None:
        return redirect("booking", pk)
    if not found.who & booking_parties(request.user, row):
        raise Http404
    context = {
        "form": form,
        "booking": row,
        "label": found.label,
        "submit": found.label,
        "refusal": refusal,
        "alternatives": offers(refusal.alternatives, row.starts_at) if refusal else [],
    }
    return render(request, "bookings/act.html", context)


@login_required
@require_GET
def booking_ics(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The booking as a calendar file."""
    row = seen(request, pk)
    entry = calendar_of(row)
    if entry is None:
        raise Http404
    calendar = empty_calendar()
    status = "CANCELLED" if entry["method"] == "CANCEL" else "CONFIRMED" if row.decided_at else "TENTATIVE"
    link = request.build_absolute_uri(reverse("booking", args=[row.pk]))
    calendar.add_component(event_of(entry, stamp=row.updated_at, status=status, link=link))
    response = HttpResponse(finished(calendar), content_type="text/calendar; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{row.reference}.ics"'
    return response


urlpatterns = [
    path("bookings/", bookings, name="bookings"),
    path("bookings/<uuid:pk>/", booking, name="booking"),
    path("bookings/<uuid:pk>/calendar.ics", booking_ics, name="booking_ics"),
    path("bookings/<uuid:pk>/<slug:move>/", booking_move, name="booking_move"),
]

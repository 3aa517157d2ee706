"""F1 and F2: the inbox of a facility's deciders, and one request beside the calendar of its instrument."""

import re
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_POST

from core.errors import DomainError
from facilities.commands.bookings import approve_clean, approve_despite, counter_booking, decline_booking
from facilities.commands.bookings.routing import summary
from facilities.models import Booking
from facilities.queries.availability import grid_of
from facilities.queries.bookings import bookings_visible_to
from facilities.queries.inbox import with_details
from frontend.contexts.facilities.decisions import RequestPage, offers_for, request_page
from frontend.contexts.facilities.inbox import BOOKING, inbox_page
from frontend.forms.facilities.decisions import InboxForm
from frontend.forms.facilities.moves import NoteForm, PartForm, TimeForm
from frontend.timeline import day_of
from workflow.approvals import decide
from workflow.queries import open_tasks_for

TICKED = re.compile(r"[0-9a-f-]{36}:[0-9]{1,9}")
"""A ticked row: which booking, and the version of it that was read."""


@login_required
@require_GET
def inbox(request: HttpRequest) -> HttpResponse:
    """F1. The address holds the filters, so that a view can be sent to a colleague."""
    page = inbox_page(InboxForm(request.GET), request.user, request.GET)
    return render(request, "decisions/inbox.html", {"page": page})


@login_required
@require_POST
def approve_many(request: HttpRequest) -> HttpResponse:
    """Approve the clean rows that were ticked, each by itself; what is not clean any more is left and named."""
    ticked = [text.split(":") for text in request.POST.getlist("request") if TICKED.fullmatch(text)]
    approved, left = approve_clean({UUID(pk): int(version) for pk, version in ticked}, by=request.user)
    if approved:
        done = len(approved)
        messages.success(request, ngettext("%(n)d request approved.", "%(n)d requests approved.", done) % {"n": done})
    for each in left:
        messages.warning(request, f"{summary(each.booking)}: {each.refusal}")
    if not approved and not left:
        messages.warning(request, _("Tick the requests that you want to approve."))
    return redirect(f"{request.POST.get('back') or ''}" if _is_inbox(request.POST.get("back", "")) else "inbox")


@login_required
@require_GET
def request_detail(request: HttpRequest, pk: UUID) -> HttpResponse:
    """F2."""
    return _page(request, _asked(request, pk))


@login_required
@require_POST
def request_decide(request: HttpRequest, pk: UUID, verdict: str) -> HttpResponse:
    """Approve all or a part, decline or propose another time; what changed meanwhile is shown first, to ask again."""
    row = _asked(request, pk)
    if request.POST.get("version", "") != str(row.version):
        messages.warning(request, _("This request changed meanwhile. Nothing was decided: look at it again."))
        return _page(request, row)
    task = open_tasks_for(request.user).filter(subject_type=BOOKING, subject_id=row.pk).first()
    before = request_page(row, request.user)
    if verdict == "approve" or (verdict == "part" and task is None):
        return _approve(request, row, task, before)
    form = _form(request, row, verdict)
    if not form.is_valid():
        return _page(request, row, form=form)
    try:
        if verdict == "counter":
            counter_booking(row, by=request.user, **form.answers())
        elif task is not None and isinstance(form, PartForm):
            decide(task, "approve", by=request.user, note=form.cleaned_data["note"], part=form.part())
        elif task is not None:
            decide(task, "decline", by=request.user, note=form.cleaned_data["note"])
        else:
            decline_booking(row, by=request.user, note=form.cleaned_data["note"])
    except DomainError as refusal:
        form.blame(refusal)
        return _page(request, row, form=form, refusal=refusal)
    return _onward(request, before, str(SAID[verdict]))


SAID: dict[str, Any] = {
    "counter": gettext_lazy("Another time was proposed."),
    "part": gettext_lazy("A part of the time is granted; the rest is free again."),
    "decline": gettext_lazy("The request was declined."),
}


def _form(request: HttpRequest, row: Booking, verdict: str) -> NoteForm:
    if verdict == "counter":
        return _counter_form(request, row)
    if verdict == "part":
        return PartForm(request.POST, booking=row)
    return NoteForm(request.POST, booking=row)


def _approve(request: HttpRequest, row: Booking, task: Any, before: RequestPage) -> HttpResponse:
    """Approve through the reader's task; rules that stand against it are overridden by the manager with a reason."""
    if task is None:
        messages.error(request, _("This request is not yours to approve."))
        return _page(request, row, status=403)
    overriding = bool(before.standing) and before.may_override
    form = NoteForm(request.POST, booking=row, required=overriding)
    if not form.is_valid():
        return _page(request, row, form=form)
    try:
        if overriding:
            approve_despite(task, row, by=request.user, note=form.cleaned_data["note"])
        else:
            decide(task, "approve", by=request.user, note=form.cleaned_data["note"])
    except DomainError as refusal:
        form.blame(refusal)
        return _page(request, row, form=form, refusal=refusal)
    row.refresh_from_db()
    said = _("Your approval is recorded; others still decide.")
    if row.state == "approved":
        undo = reverse("booking_move", args=[row.pk, "take-back"])
        said = format_html('{} <a href="{}">{}</a>', _("Approved."), undo, _("Undo"))
    return _onward(request, before, said)


def _counter_form(request: HttpRequest, row: Booking) -> TimeForm:
    """A slot that was offered, or the time typed in."""
    data = request.POST.copy()
    offer = next((each for each in offers_for(row) if each.key == data.get("slot")), None)
    if offer is not None:
        steps = grid_of(row.instrument)
        local = steps.wall(offer.starts_at)
        data["day"], data["start"] = f"{local:%Y-%m-%d}", f"{local:%H:%M}"
        data["minutes"] = str(steps.wall_minutes(offer.starts_at, offer.ends_at))
    return TimeForm(data, booking=row, reader=request.user)


def _onward(request: HttpRequest, before: RequestPage, said: str) -> HttpResponse:
    """To the next request that waits, or back to the inbox."""
    messages.success(request, said)
    onward = None if request.POST.get("onward") == "inbox" else before.after or before.before
    return redirect("request", onward) if onward else redirect("inbox")


def _asked(request: HttpRequest, pk: UUID) -> Booking:
    """A booking that the reader may see."""
    return get_object_or_404(with_details(bookings_visible_to(request.user)), pk=pk)


def _page(
    request: HttpRequest, row: Booking, *, form: Any = None, refusal: DomainError | None = None, status: int = 200
) -> HttpResponse:
    row = _asked(request, row.pk)
    page = request_page(row, request.user, first=day_of(request.GET.get("week", "")), typed=form)
    if not page.decides and not page.reads:
        raise Http404
    context = {"page": page, "form": form, "refusal": refusal}
    return render(request, "decisions/request.html", context, status=status)


def _is_inbox(text: str) -> bool:
    return text.startswith("/requests/?")


urlpatterns = [
    path("requests/", inbox, name="inbox"),
    path("requests/approve/", approve_many, name="approve_many"),
    path("requests/<uuid:pk>/", request_detail, name="request"),
    path("requests/<uuid:pk>/approve/", request_decide, {"verdict": "approve"}, name="request_approve"),
    path("requests/<uuid:pk>/part/", request_decide, {"verdict": "part"}, name="request_part"),
    path("requests/<uuid:pk>/decline/", request_decide, {"verdict": "decline"}, name="request_decline"),
    path("requests/<uuid:pk>/counter/", request_decide, {"verdict": "counter"}, name="request_counter"),
]

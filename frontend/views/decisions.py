"""F1 and F2: the inbox of a facility's deciders, and one request beside the calendar of its instrument."""

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from core.errors import DomainError
from facilities.commands.bookings import counter_booking, decline_booking
from facilities.models import Booking
from facilities.queries.availability import grid_of
from facilities.queries.bookings import bookings_visible_to
from facilities.queries.inbox import flags_of, with_details
from frontend.contexts.decisions import RequestPage, offers_for, request_page
from frontend.contexts.inbox import BOOKING, inbox_page
from frontend.forms.decisions import InboxForm
from frontend.forms.moves import NoteForm, TimeForm
from workflow.approvals import decide
from workflow.queries import open_tasks_for


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
    ids = [UUID(text) for text in request.POST.getlist("task") if _is_uuid(text)]
    tasks = list(open_tasks_for(request.user).filter(pk__in=ids, subject_type=BOOKING))
    flags = flags_of(task.subject_id for task in tasks)
    done, left = 0, []
    for task in tasks:
        found = flags.get(task.subject_id)
        if found is None or not found.clean:
            left.append(_("%(title)s: look at it first.") % {"title": task.title})
            continue
        try:
            decide(task, "approve", by=request.user, note="")
            done += 1
        except DomainError as error:
            left.append(f"{task.title}: {error}")
    if done:
        messages.success(request, ngettext("%(n)d request approved.", "%(n)d requests approved.", done) % {"n": done})
    for line in left:
        messages.warning(request, line)
    if not done and not left:
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
    """Approve, decline or propose another time; what changed since the page was read is shown first, to ask again."""
    row = _asked(request, pk)
    if request.POST.get("version", "") != str(row.version):
        messages.warning(request, _("This request changed meanwhile. Nothing was decided: look at it again."))
        return _page(request, row)
    task = open_tasks_for(request.user).filter(subject_type=BOOKING, subject_id=row.pk).first()
    before = request_page(row, request.user)
    if verdict == "approve":
        return _approve(request, row, task, before)
    if verdict == "counter":
        form: NoteForm = _counter_form(request, row)
    else:
        form = NoteForm(request.POST, booking=row)
    if not form.is_valid():
        return _page(request, row, form=form)
    try:
        if verdict == "counter":
            counter_booking(row, by=request.user, **form.answers())
        elif task is not None:
            decide(task, "decline", by=request.user, note=form.cleaned_data["note"])
        else:
            decline_booking(row, by=request.user, note=form.cleaned_data["note"])
    except DomainError as refusal:
        form.blame(refusal)
        return _page(request, row, form=form, refusal=refusal)
    said = _("Another time was proposed.") if verdict == "counter" else _("The request was declined.")
    return _onward(request, before, said)


def _approve(request: HttpRequest, row: Booking, task: Any, before: RequestPage) -> HttpResponse:
    """Approve through the reader's task; what collides is approved only with a reason."""
    if task is None:
        messages.error(request, _("This request is not yours to approve."))
        return _page(request, row, status=403)
    form = NoteForm(request.POST, booking=row, required=before.collides)
    if not form.is_valid():
        return _page(request, row, form=form)
    try:
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
    return TimeForm(data, booking=row)


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
    counter = form if isinstance(form, TimeForm) else None
    page = request_page(row, request.user, first=_day(request.GET.get("week", "")), counter_form=counter)
    if not page.decides and not page.reads:
        raise Http404
    context = {"page": page, "form": form, "refusal": refusal}
    return render(request, "decisions/request.html", context, status=status)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def _is_inbox(text: str) -> bool:
    return text.startswith("/requests/?")


urlpatterns = [
    path("requests/", inbox, name="inbox"),
    path("requests/approve/", approve_many, name="approve_many"),
    path("requests/<uuid:pk>/", request_detail, name="request"),
    path("requests/<uuid:pk>/approve/", request_decide, {"verdict": "approve"}, name="request_approve"),
    path("requests/<uuid:pk>/decline/", request_decide, {"verdict": "decline"}, name="request_decline"),
    path("requests/<uuid:pk>/counter/", request_decide, {"verdict": "counter"}, name="request_counter"),
]

"""Downtime: report a fault in one form, see what it took, extend, end and correct it, put people on the list."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from core.errors import DomainError
from core.permissions import containers
from facilities.commands.downtime import compensate, correct_downtime, end_downtime, extend_downtime, report_downtime
from facilities.models import Downtime, Facility
from facilities.queries.bookings import bookings_visible_to
from facilities.queries.downtime import downtimes_visible_to
from frontend.contexts.facilities.calendars import instruments_of
from frontend.contexts.facilities.downtimes import downtime_page, fault_page
from frontend.forms.facilities.downtimes import CorrectionForm, FaultForm, UntilForm

Act = Callable[[Downtime, Any, Any], Any]
MOVES: dict[str, tuple[type[UntilForm] | type[CorrectionForm], Act]] = {
    "end": (UntilForm, lambda row, by, form: end_downtime(row, by=by, at=form.instant("ends"))),
    "extend": (UntilForm, lambda row, by, form: extend_downtime(row, by=by, until=form.instant("ends"))),
    "correct": (CorrectionForm, lambda row, by, form: correct_downtime(row, by=by, **form.cleaned_data)),
}
"""Move → the form that it asks and the command that makes it."""


@login_required
def report_fault(request: HttpRequest, slug: str) -> HttpResponse:
    """F5 for a fault. Who is affected is shown before anything is saved; saving tells them, once each."""
    run = containers(request.user, "facilities.run_sessions", Facility.objects.all())
    facility = get_object_or_404(run, slug=slug)
    offered: dict[str, Any] = {"facility": facility, "instruments": instruments_of(facility)}
    if request.method != "POST":
        form = FaultForm(chosen=request.GET.get("instrument", ""), **offered)
        return render(request, "downtimes/report.html", {"page": fault_page(facility, form)})
    form = FaultForm(request.POST, **offered)
    if not form.is_valid():
        return render(request, "downtimes/report.html", {"page": fault_page(facility, form)})
    page = fault_page(facility, form, look=True)
    if request.POST.get("do") != "save" or request.POST.get("seen") != str(len(page.touched or [])):
        return render(request, "downtimes/report.html", {"page": page})
    period = form.period()
    try:
        row = report_downtime(
            facility, form.chosen, period.lower, period.upper, by=request.user, **form.answers()
        )  # fmt: skip
    except DomainError as refusal:
        form.blame(refusal)
        return render(request, "downtimes/report.html", {"page": page})
    messages.success(request, _("The downtime was recorded, and those affected are told."))
    return redirect("downtime", row.pk)


@login_required
@require_GET
def downtime(request: HttpRequest, pk: UUID) -> HttpResponse:
    row = get_object_or_404(downtimes_visible_to(request.user), pk=pk)
    return render(request, "downtimes/downtime.html", {"page": downtime_page(row, request.user)})


@login_required
@require_POST
def downtime_move(request: HttpRequest, pk: UUID, move: str) -> HttpResponse:
    """Extend, end or correct it; a refusal shows the page again with what was typed."""
    row = get_object_or_404(downtimes_visible_to(request.user), pk=pk)
    if move not in MOVES:
        raise Http404
    form_class, act = MOVES[move]
    form = form_class(request.POST, downtime=row, auto_id=f"{move}_%s")
    if form.is_valid():
        with form.blamed():
            act(row, request.user, form)
            messages.success(request, _("Saved."))
            return redirect("downtime", pk)
    page = downtime_page(row, request.user, **{move: form})
    return render(request, "downtimes/downtime.html", {"page": page, "form": form})


@login_required
@require_POST
def compensate_loss(request: HttpRequest, pk: UUID, booking: UUID) -> HttpResponse:
    """Put who lost time on the list for compensation."""
    row = get_object_or_404(downtimes_visible_to(request.user), pk=pk)
    lost = get_object_or_404(bookings_visible_to(request.user).filter(losses__downtime=row).distinct(), pk=booking)
    try:
        compensate(lost, by=request.user)
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Reserve time will be offered when it comes free."))
    return redirect("downtime", pk)


urlpatterns = [
    path("calendar/<slug:slug>/fault/", report_fault, name="report_fault"),
    path("downtimes/<uuid:pk>/", downtime, name="downtime"),
    path("downtimes/<uuid:pk>/<slug:move>/", downtime_move, name="downtime_move"),
    path("downtimes/<uuid:pk>/compensate/<uuid:booking>/", compensate_loss, name="compensate_loss"),
]

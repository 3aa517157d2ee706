"""Pages of a run: what a printed code opens at the instrument, the sheet with that code, getting ready, the record."""

from datetime import datetime
from io import BytesIO
from typing import Any
from urllib.parse import urljoin
from uuid import UUID

import segno
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from core.errors import DomainError
from core.permissions import allowed, containers
from facilities.commands import sessions
from facilities.commands.readiness import approve_safety, submit_team_form
from facilities.commands.running import leave_note, record_shift, report_problem
from facilities.commands.site_access import asks_for_site_access, give_site_access, goes_abroad, read_site_access
from facilities.models import Booking, Facility, Instrument
from facilities.permissions import booking_parties
from facilities.queries.readiness import companions_of
from frontend.contexts.alliance.privacy import days_kept
from frontend.contexts.facilities.running import at_page, prepare_page, shifts_of, shifts_page
from frontend.forms.facilities.running import SafetyForm, ShiftForm, SiteAccessForm, TeamForm
from frontend.views.facilities.bookings import seen


def _instrument(slug: str) -> Instrument:
    return get_object_or_404(Instrument.objects.select_related("facility").filter(archived_at=None), slug=slug)


@login_required
def at_instrument(request: HttpRequest, slug: str) -> HttpResponse:
    """What runs and comes next, for one who stands there with a phone; each button is one act."""
    instrument = _instrument(slug)
    if request.method != "POST":
        return render(request, "run/at.html", {"page": at_page(instrument, request.user)})
    try:
        said = _act(request, instrument)
    except DomainError as refusal:
        reasons = [str(violation.message) for violation in refusal.violations]
        messages.error(request, " ".join(reasons) or str(refusal))
    else:
        messages.success(request, said)
    return redirect("at_instrument", slug)


def _act(request: HttpRequest, instrument: Instrument) -> str:
    """Make the act that a button names; what is said when it is done. Raises DomainError."""
    do, note = request.POST.get("do", ""), request.POST.get("note", "")
    if do == "note":
        leave_note(instrument, by=request.user, text=note)
        return _("The note is left.")
    try:
        booking = seen(request, UUID(request.POST.get("booking", "")))
    except ValueError as error:
        raise Http404 from error
    if booking.instrument_id != instrument.pk:
        raise Http404
    if do == "check-in":
        sessions.check_in(booking, by=request.user, note=note)
        return _("Checked in.")
    if do == "check-out":
        sessions.check_out(booking, by=request.user, note=note)
        return _("Checked out.")
    if do == "problem":
        report_problem(booking, by=request.user, text=note)
        return _("The staff are told.")
    raise Http404


def _run_by(user: Any, slug: str) -> Instrument:
    """An instrument whose sessions a person runs; for others its sheet is not there."""
    facilities = containers(user, "facilities.run_sessions", Facility.objects.all())
    return get_object_or_404(Instrument.objects.select_related("facility").filter(facility__in=facilities), slug=slug)


def _link(instrument: Instrument) -> str:
    """The address that is printed: that of the installation, whatever name this request came by."""
    return urljoin(settings.PUBLIC_URL, reverse("at_instrument", args=[instrument.slug]))


@login_required
@require_GET
def door_sheet(request: HttpRequest, slug: str) -> HttpResponse:
    """A sheet to print and put up at the instrument: the code that opens its page."""
    instrument = _run_by(request.user, slug)
    return render(request, "run/sheet.html", {"instrument": instrument, "link": _link(instrument)})


@login_required
@require_GET
def door_code(request: HttpRequest, slug: str) -> HttpResponse:
    """The code itself as an image."""
    instrument = _run_by(request.user, slug)
    image = BytesIO()
    code = segno.make(_link(instrument), error="m", micro=False)
    code.save(image, kind="svg", scale=8, border=2, light="#fff")
    return HttpResponse(image.getvalue(), content_type="image/svg+xml")


@login_required
def prepare(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What a booking needs before it runs; the team says who comes, staff approve its safety."""
    booking = seen(request, pk)
    parties = booking_parties(request.user, booking)
    form = _team_form(request, booking) if "requester" in parties else None
    approves = "operator" in parties and booking.requester_id != request.user.pk
    safety = SafetyForm(request.POST if request.POST.get("do") == "safety" else None) if approves else None
    chosen: Any = safety if request.POST.get("do") == "safety" else form
    if request.method == "POST" and chosen is not None and chosen.is_valid():
        answers = chosen.cleaned_data
        with chosen.blamed():
            if safety is not None and chosen is safety:
                approve_safety(booking, by=request.user, **safety.answers(booking.instrument.facility.zone))
            else:
                submit_team_form(booking, by=request.user, people=tuple(answers["people"]), note=answers["note"])
            messages.success(request, _("Saved."))
            return redirect("booking_prepare", pk)
    page = prepare_page(booking, form, safety)
    return render(request, "run/prepare.html", {"page": page, "form": chosen})


def _team_form(request: HttpRequest, booking: Booking) -> TeamForm:
    coming = list(booking.people.values_list("user_id", flat=True))
    posted = request.POST if request.method == "POST" and request.POST.get("do") == "team" else None
    return TeamForm(posted, people=companions_of(booking), coming=coming)


@login_required
def site_access(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A visitor gives the own details for the gate; the facility's staff read those of all who come."""
    booking, reader = seen(request, pk), request.user
    comes = booking.people.filter(user=reader.pk).exists()
    reads = allowed(reader, "facilities.run_sessions", booking.instrument.facility)
    if not (comes or reads) or not asks_for_site_access(booking):
        raise Http404
    form = SiteAccessForm(request.POST or None) if comes else None
    if form is not None and request.method == "POST" and form.is_valid():
        with form.blamed():
            give_site_access(booking, form.details(), by=reader)
            messages.success(request, _("Saved. Only the staff of the facility can read it."))
            return redirect("booking_prepare", pk)
    visitors = read_site_access(booking, by=reader) if reads else []
    given = comes and booking.site_access.filter(person=reader.pk).exists()
    page = {"booking": booking, "form": form, "reads": reads, "visitors": visitors, "given": given,
            "days": days_kept(), "abroad": comes and goes_abroad(booking, reader)}  # fmt: skip
    response = render(request, "run/site_access.html", page, status=422 if form and form.errors else 200)
    response.headers["Cache-Control"] = "no-store"
    return response


@login_required
def shifts(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The record of a run, shift by shift."""
    booking = seen(request, pk)
    staff = allowed(request.user, "facilities.run_sessions", booking.instrument.facility)
    form = None
    if staff:
        due = [shift for shift in shifts_of(booking) if shift.open]
        form = ShiftForm(request.POST or None, shifts=due, zone=booking.instrument.facility.zone)
    if form is not None and form.is_valid():
        answers = form.cleaned_data
        starts_at = datetime.fromisoformat(answers.pop("starts_at"))
        with form.blamed():
            record_shift(booking, starts_at, by=request.user, **answers)
            messages.success(request, _("The shift is recorded."))
            return redirect("booking_shifts", pk)
    return render(request, "run/shifts.html", {"page": shifts_page(booking, form)})


@login_required
@require_POST
def note_left(request: HttpRequest, slug: str) -> HttpResponse:
    """A handover note from the instrument's desk."""
    instrument = _run_by(request.user, slug)
    try:
        leave_note(instrument, by=request.user, text=request.POST.get("note", ""))
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The note is left."))
    return redirect("instrument_desk", slug)


urlpatterns = [
    path("at/<slug:slug>/", at_instrument, name="at_instrument"),
    path("instruments/<slug:slug>/sheet/", door_sheet, name="door_sheet"),
    path("instruments/<slug:slug>/sheet/code.svg", door_code, name="door_code"),
    path("instruments/<slug:slug>/note/", note_left, name="note_left"),
    path("bookings/<uuid:pk>/prepare/", prepare, name="booking_prepare"),
    path("bookings/<uuid:pk>/site-access/", site_access, name="site_access"),
    path("bookings/<uuid:pk>/shifts/", shifts, name="booking_shifts"),
]

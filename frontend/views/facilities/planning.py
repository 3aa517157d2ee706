"""Planning a facility's time: its cycles, one cycle with quotas and files, its opening hours and shifts."""

from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from core.errors import DomainError
from core.progress import ImportRun
from core.tables import WrongFile
from core.times import zone_of
from facilities.commands.calendar import (
    Day,
    PlainDay,
    Week,
    add_cycle,
    change_hours,
    publish_cycle,
    review_hours_change,
    set_quotas,
    set_shifts,
)
from facilities.commands.calendar.importing import import_calendar
from facilities.exports import cycle_csv, cycle_ics, plan_csv
from facilities.imports.cycles import read_calendar
from facilities.models import Cycle, Facility, Instrument, OpeningException
from facilities.queries.planning import cycle_plan
from frontend.contexts.facilities.planning import cycle_page, cycles_page, hours_page, kept_facilities
from frontend.contexts.facilities.touched import TouchedList, as_seen, moves_of, touched_list, window_of
from frontend.forms.facilities.planning import CycleForm, ExceptionForm, FileForm, HoursForm, QuotaForm, ShiftsForm
from frontend.views.facilities.blocks import managed


@login_required
def planning(request: HttpRequest) -> HttpResponse:
    """The cycles of a facility that the reader keeps; a new one is posted here."""
    facilities = kept_facilities(request.user)
    wanted = request.GET.get("facility", "")
    facility = next((row for row in facilities if row.slug == wanted or not wanted), None)
    if facility is None:
        if wanted:
            raise Http404
        return render(request, "planning/none.html")
    form = None
    if request.method == "POST":
        form = CycleForm(request.POST, facility=facility)
        if form.is_valid():
            with form.blamed():
                answers = form.cleaned_data
                made = add_cycle(facility, answers["name"], *form.period(), by=request.user, draft=answers["draft"])
                messages.success(request, _("The cycle was added."))
                return redirect("cycle", made.pk)
    return render(request, "planning/cycles.html", {"page": cycles_page(facility, facilities, form)})


@login_required
@require_POST
def planning_file(request: HttpRequest, slug: str) -> HttpResponse:
    """Bring in cycles and blocks from a file; what was refused is listed with its line and reason."""
    facility = managed(request, slug)
    form = FileForm(request.POST, request.FILES)
    refused: list[tuple[int, str]] = []
    counts = None
    if form.is_valid():
        try:
            refused, counts = _take(facility, form, request.user)
        except WrongFile as problem:
            form.add_error("file", str(problem))
    page = cycles_page(facility, kept_facilities(request.user), None, form, refused, counts)
    return render(request, "planning/cycles.html", {"page": page})


def _take(facility: Facility, form: FileForm, by: Any) -> tuple[list[tuple[int, str]], dict[str, Any]]:
    upload = form.cleaned_data["file"]
    with TemporaryDirectory() as folder:
        file = Path(folder) / Path(upload.name).name
        file.write_bytes(upload.read())
        planned = read_calendar(file, zone_of(facility.zone))
        with ImportRun("import_calendar", file, by=by, total=planned.total, stdout=StringIO()) as run:
            refused = import_calendar(planned, facility, run, by=by, kind=form.cleaned_data["kind"])
    return refused, run.result


def _kept_cycle(request: HttpRequest, pk: UUID) -> Cycle:
    rows = Cycle.objects.filter(facility__in=kept_facilities(request.user))
    return get_object_or_404(rows.select_related("facility").prefetch_related("quotas"), pk=pk)


@login_required
def cycle(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One cycle: its plan, its shares, and its quotas to be set."""
    found = _kept_cycle(request, pk)
    form = None
    if request.method == "POST":
        form = QuotaForm(request.POST, cycle=found)
        if form.is_valid():
            with form.blamed():
                set_quotas(found, form.quotas(), by=request.user)
                messages.success(request, _("The quotas are set."))
                return redirect("cycle", pk)
    return render(request, "planning/cycle.html", {"page": cycle_page(found, request.GET, form)})


@login_required
@require_POST
def cycle_publish(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Open a draft to users."""
    publish_cycle(_kept_cycle(request, pk), by=request.user)
    messages.success(request, _("The cycle is published: its user time is open."))
    return redirect("cycle", pk)


@login_required
@require_GET
def cycle_file(request: HttpRequest, pk: UUID, name: str) -> HttpResponse:
    """The blocks as CSV or iCalendar, or the planning table as CSV."""
    found = _kept_cycle(request, pk)
    writers: dict[str, tuple[str, Any]] = {
        "blocks.csv": ("text/csv; charset=utf-8", lambda: cycle_csv(found)),
        "blocks.ics": ("text/calendar; charset=utf-8", lambda: cycle_ics(found)),
        "plan.csv": ("text/csv; charset=utf-8", lambda: plan_csv(cycle_plan(found))),
    }
    if name not in writers:
        raise Http404
    kind, write = writers[name]
    response = HttpResponse(write(), content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{found.facility.slug}-{found.pk.hex[-6:]}-{name}"'
    return response


def _place(request: HttpRequest, slug: str) -> tuple[Facility, Instrument | None]:
    facility = managed(request, slug)
    wanted = request.GET.get("instrument", "")
    if not wanted:
        return facility, None
    return facility, get_object_or_404(facility.instruments.filter(archived_at=None), slug=wanted)


def _hours_url(facility: Facility, instrument: Instrument | None) -> str:
    url = reverse("opening_hours", args=[facility.slug])
    return f"{url}?instrument={instrument.slug}" if instrument else url


@login_required
def opening_hours(request: HttpRequest, slug: str) -> HttpResponse:
    """Hours of the week, days that are different, and shifts; `do` says which of the three forms was sent."""
    facility, instrument = _place(request, slug)
    sent = {"week": None, "day": None, "shifts": None} if request.method != "POST" else _sent(request)
    kept, touched = False, None
    if (form := sent["week"] or sent["day"]) is not None and form.is_valid():
        try:
            kept, touched = _change(form.plan(facility, instrument), request)
        except DomainError as refusal:
            form.blame(refusal)
    if (shifts := sent["shifts"]) is not None and shifts.is_valid():
        try:
            set_shifts(facility, shifts.cleaned_data["shifts"], by=request.user)
            kept = True
        except DomainError as refusal:
            shifts.blame(refusal)
    if kept:
        messages.success(request, _("The hours are kept."))
        return redirect(_hours_url(facility, instrument))
    page = hours_page(facility, instrument, sent["week"], sent["day"], sent["shifts"], touched)
    return render(request, "planning/hours.html", {"page": page})


def _change(hours: Week | Day | PlainDay, request: HttpRequest) -> tuple[bool, TouchedList]:
    """Change the hours if the bookings that it touches were seen, and whether; and those bookings."""
    by, answers = request.user, request.POST
    affected = review_hours_change(hours, by=by, window=window_of(answers))
    touched = touched_list(affected, answers, by=by, zone=hours.facility.zone, reason=_("The opening hours change."))
    if seen := as_seen(affected, answers):
        change_hours(hours, by=by, moves=moves_of(affected, answers))
    return seen, touched


def _sent(request: HttpRequest) -> dict[str, Any]:
    kinds: dict[str, Any] = {"week": HoursForm, "day": ExceptionForm, "shifts": ShiftsForm}
    return {name: kind(request.POST) if request.POST.get("do") == name else None for name, kind in kinds.items()}


@login_required
@require_POST
def exception_remove(request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
    """The day is like its weekday again; where bookings need it, they are shown first."""
    facility = managed(request, slug)
    found = get_object_or_404(
        OpeningException.objects.select_related("facility", "instrument"), pk=pk, facility=facility
    )
    refusal = touched = None
    try:
        seen, touched = _change(PlainDay(found), request)
        if seen:
            messages.success(request, _("The day is like its weekday again."))
            return redirect(_hours_url(facility, found.instrument))
    except DomainError as error:
        refusal = error
    context = {"exception": found, "touched": touched, "back": _hours_url(facility, found.instrument)}
    return render(request, "planning/plain_day.html", context | {"refusal": refusal})


urlpatterns = [
    path("planning/", planning, name="planning"),
    path("planning/cycles/<uuid:pk>/", cycle, name="cycle"),
    path("planning/cycles/<uuid:pk>/publish/", cycle_publish, name="cycle_publish"),
    path("planning/cycles/<uuid:pk>/<str:name>", cycle_file, name="cycle_file"),
    path("planning/<slug:slug>/file/", planning_file, name="planning_file"),
    path("planning/<slug:slug>/hours/", opening_hours, name="opening_hours"),
    path("planning/<slug:slug>/hours/<uuid:pk>/remove/", exception_remove, name="exception_remove"),
]

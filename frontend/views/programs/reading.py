"""Reading programmes: the lists, one programme's tabs, its facility time as a file; reporting on it."""

import csv
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from core import clock
from core.errors import DomainError
from frontend.contexts.programs.listing import cooperation_page, line_of, programs_page
from frontend.contexts.programs.page import bookings_tab, history_tab, overview, program_page, stages_of
from frontend.contexts.programs.portfolio import portfolio_page
from frontend.forms.programs.listing import Progress, Reached
from programs.commands.cooperation import reach_milestone, report_progress
from programs.models import Program
from programs.permissions.cooperation import sees_inside
from programs.queries.cooperation.inside import facility_time, history_of
from programs.queries.cooperation.listing import find_program
from programs.queries.cooperation.nodes import nodes_of
from programs.queries.cooperation.reporting import period_to_report


@require_GET
def cooperation(request: HttpRequest) -> HttpResponse:
    """The public section: programmes that were approved."""
    return render(request, "programs/cooperation.html", {"page": cooperation_page(request.GET)})


@require_GET
def portfolio(request: HttpRequest) -> HttpResponse:
    """How many approved programmes there are by type, theme and country, and how they stand for those inside."""
    return render(request, "programs/portfolio.html", {"page": portfolio_page(request.user)})


@require_GET
def cooperation_program(request: HttpRequest, number: str) -> HttpResponse:
    """One programme's public part."""
    found = find_program(AnonymousUser(), number)
    crumbs = [{"label": _("Cooperation Program"), "url": reverse("cooperation")}, {"label": str(found), "url": ""}]
    stages = stages_of(found, list(history_of(found)), "")
    context = {
        "line": line_of(found, "cooperation_program"),
        "program": found,
        "nodes": list(nodes_of(AnonymousUser(), found)),
        "crumbs": crumbs,
        "stages": stages,
    }
    return render(request, "programs/cooperation_program.html", context)


@login_required
@require_GET
def programs(request: HttpRequest) -> HttpResponse:
    """Every programme that the reader may see; the address holds the filters."""
    return render(request, "programs/list.html", {"page": programs_page(request.user, request.GET)})


@login_required
@require_GET
def program(request: HttpRequest, pk: UUID) -> HttpResponse:
    return render_program(request, find_program(request.user, pk))


def render_program(request: HttpRequest, found: Program, refusal: DomainError | None = None) -> HttpResponse:
    """The first tab, with what a command refused, if it did."""
    page = program_page(found, request.user, "program")
    context: dict[str, Any] = {"page": page, "refusal": refusal}
    if page.inside:
        context["over"] = overview(found, request.user)
    return render(request, "programs/program.html", context, status=refusal.status if refusal else 200)


def inside_of(request: HttpRequest, pk: UUID) -> Program:
    """The programme for somebody who sees its inside. Raises Http404 for others."""
    found = find_program(request.user, pk)
    if not sees_inside(request.user, found):
        raise Http404
    return found


@login_required
@require_GET
def bookings(request: HttpRequest, pk: UUID) -> HttpResponse:
    found = inside_of(request, pk)
    page = program_page(found, request.user, "program_bookings")
    return render(
        request, "programs/bookings.html", {"page": page, "tab": bookings_tab(found, request.user, request.GET)}
    )


@login_required
@require_GET
def history(request: HttpRequest, pk: UUID) -> HttpResponse:
    found = inside_of(request, pk)
    page = program_page(found, request.user, "program_history")
    return render(request, "programs/history.html", {"page": page, "entries": history_tab(found)})


@login_required
def progress(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Progress reports, and milestones to be marked as reached by the lead."""
    found = inside_of(request, pk)
    today = clock.now().date()
    milestones = list(found.milestones.all())
    asked = request.POST.get("milestone", "") if request.method == "POST" else ""
    first, last = period_to_report(found)
    report = Progress(
        request.POST if request.method == "POST" and not asked else None,
        initial={"starts_on": first, "ends_on": last},
    )
    reached = {
        row.pk: Reached(request.POST if asked == str(row.pk) else None, milestone=row, today=today)
        for row in milestones
        if row.done_on is None
    }
    refusal: DomainError | None = None
    try:
        if report.is_bound and report.is_valid():
            with report.blamed():
                report_progress(found, by=request.user, **report.cleaned_data)
                messages.success(request, _("Your report is saved and the secretariat is told."))
                return redirect("program_progress", pk=pk)
        form = next((form for form in reached.values() if form.is_bound), None)
        if form is not None and form.is_valid():
            given = form.cleaned_data
            reach_milestone(form.row, by=request.user, done_on=given["done_on"], evidence=given["evidence"])
            messages.success(request, _("The milestone is marked as reached."))
            return redirect("program_progress", pk=pk)
    except DomainError as error:
        refusal = error
    context = {
        "page": program_page(found, request.user, "program_progress"),
        "report": report,
        "milestones": [(row, reached.get(row.pk)) for row in milestones],
        "reports": list(found.progress_reports.select_related("by")),
        "refusal": refusal,
    }
    status = 422 if refusal or report.errors or any(form.errors for form in reached.values()) else 200
    return render(request, "programs/progress.html", context, status=status)


@login_required
@require_GET
def time_file(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Facility time with its use, one line for each instrument and cycle, as CSV."""
    found = inside_of(request, pk)
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{found.number}-time.csv"'
    writer = csv.writer(response)
    writer.writerow(["facility", "instrument", "cycle", "unit", "wanted", "allocated", "used", "held", "left"])
    for row in facility_time(found):
        sums = (
            [row.allocation.granted, row.allocation.used, row.allocation.held, row.allocation.left]
            if (row.allocation)
            else ["", "", "", ""]
        )
        writer.writerow([row.instrument.facility, row.instrument.code, row.cycle, row.unit, row.wanted, *sums])
    return response

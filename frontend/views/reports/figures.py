"""Pages of the figures: overview, facility use, cooperation, reports with their charts, files, rows and snapshots."""

import csv

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.views.decorators.http import require_POST

from accounts.models import Organisation
from core.errors import Invalid
from core.lookup import find
from frontend.contexts.reports import cooperation, pages, rows
from frontend.contexts.reports import overview as overviews
from reports.api.figures import report_file as file_of
from reports.commands.snapshots import freeze_report
from reports.queries.answers import answer
from reports.queries.snapshots import difference, snapshots_visible_to


@login_required
def overview(request: HttpRequest) -> HttpResponse:
    return render(request, "reports/overview.html", {"page": overviews.overview_page(request)})


@login_required
def overview_csv(request: HttpRequest) -> HttpResponse:
    page = overviews.overview_page(request)
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="overview-{page.period.key}.csv"'
    csv.writer(response).writerows(overviews.overview_csv(page))
    return response


@login_required
def facility_use(request: HttpRequest) -> HttpResponse:
    return render(request, "reports/facility_use.html", {"page": pages.facility_use(request)})


@login_required
def flows(request: HttpRequest) -> HttpResponse:
    return render(request, "reports/flows.html", {"page": cooperation.flows_page(request)})


@login_required
def years(request: HttpRequest) -> HttpResponse:
    return render(request, "reports/years.html", {"page": cooperation.years_page(request)})


@login_required
def centre(request: HttpRequest, slug: str) -> HttpResponse:
    found = find(Organisation.objects.all(), slug)
    return render(request, "reports/centre.html", {"page": cooperation.centre_page(request, found)})


@login_required
def reports(request: HttpRequest) -> HttpResponse:
    return render(request, "reports/list.html", {"page": pages.list_page(snapshots_visible_to(request.user))})


@login_required
def definitions(request: HttpRequest) -> HttpResponse:
    return render(request, "reports/definitions.html", {"page": pages.definitions_page()})


@login_required
def report(request: HttpRequest, name: str) -> HttpResponse:
    """One report; what cannot be asked so is said at its fields, and everything chosen stays."""
    try:
        page = pages.report_page(request, name)
    except Invalid as refusal:
        return render(request, "reports/refused.html", {"page": pages.refused_page(request, name, refusal)}, status=400)
    return render(request, "reports/report.html", {"page": page})


@login_required
def report_figure(request: HttpRequest, name: str) -> HttpResponse:
    """The chart in the reader's language; the same figure as the API's."""
    return JsonResponse({"figure": answer(name, request.GET.dict(), user=request.user).figure})


@login_required
def report_file(request: HttpRequest, name: str, suffix: str) -> HttpResponse:
    return file_of(name, suffix, request.GET.dict(), request.user)


@login_required
def report_rows(request: HttpRequest, name: str) -> HttpResponse:
    return render(request, "reports/rows.html", {"page": rows.rows_page(request, name)})


@login_required
@require_POST
def report_freeze(request: HttpRequest, name: str) -> HttpResponse:
    """Keep the figure as it is shown now."""
    return redirect("snapshot", freeze_report(name, request.GET.dict(), by=request.user).pk)


@login_required
def snapshot(request: HttpRequest, key: str) -> HttpResponse:
    found = find(snapshots_visible_to(request.user), key)
    page = pages.snapshot_page(found, difference(found, user=request.user))
    return render(request, "reports/snapshot.html", {"page": page})


urlpatterns = [
    path("overview/", overview, name="overview"),
    path("overview.csv", overview_csv, name="overview_csv"),
    path("facility-use/", facility_use, name="facility_use"),
    path("flows/", flows, name="flows"),
    path("flows/years/", years, name="years"),
    path("flows/centres/<slug:slug>/", centre, name="centre"),
    path("reports/", reports, name="reports"),
    path("reports/definitions/", definitions, name="definitions"),
    path("reports/snapshots/<str:key>/", snapshot, name="snapshot"),
    path("reports/<report:name>/", report, name="report"),
    path("reports/<report:name>/figure", report_figure, name="report_figure"),
    path("reports/<report:name>/rows/", report_rows, name="report_rows"),
    path("reports/<report:name>/freeze", report_freeze, name="report_freeze"),
    path("reports/<report:name>.<table:suffix>", report_file, name="report_file"),
]

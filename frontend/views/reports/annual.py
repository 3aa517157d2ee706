"""Pages of the annual reports: the list with the order form, one of them, its files."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path

from core.lookup import find
from frontend.contexts.reports import annual as contexts
from frontend.forms.reports.annual import AnnualForm
from reports.api.annual import annual_file
from reports.commands.annual import order_annual_report
from reports.permissions import reader_of
from reports.queries.annual import annual_reports_visible_to


@login_required
def annual_reports(request: HttpRequest) -> HttpResponse:
    form = None
    if request.method == "POST":
        form = AnnualForm(reader_of(request.user), request.POST)
        if form.is_valid():
            order_annual_report(by=request.user, **form.asked())
            return redirect("annual_reports")
    page = contexts.annual_list(request, form)
    return render(request, "reports/annual_list.html", {"page": page}, status=422 if form else 200)


@login_required
def annual_report(request: HttpRequest, key: UUID) -> HttpResponse:
    made = find(annual_reports_visible_to(request.user).defer(None), key)
    return render(request, "reports/annual.html", {"page": contexts.annual_page(made)})


def annual_report_file(request: HttpRequest, key: UUID, suffix: str) -> FileResponse:
    """Public editions need no account."""
    return annual_file(find(annual_reports_visible_to(request.user), key), suffix)


urlpatterns = [
    path("reports/annual/", annual_reports, name="annual_reports"),
    path("reports/annual/<uuid:key>/", annual_report, name="annual_report"),
    path("reports/annual/<uuid:key>.<paper:suffix>", annual_report_file, name="annual_report_file"),
]

"""Dashboards: a page of figures about one thing, and the same as slides; the public one asks nobody to sign in."""

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_GET

from frontend.contexts.reports.dashboards import dashboard_page
from reports.queries.boards import dashboard_named


@require_GET
def dashboard(request: HttpRequest, name: str) -> HttpResponse:
    if not dashboard_named(name).public and not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    template = "present" if "present" in request.GET else "dashboard"
    return render(request, f"reports/{template}.html", {"page": dashboard_page(request, name)})


urlpatterns = [path("dashboards/<slug:name>/", dashboard, name="dashboard")]

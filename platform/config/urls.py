"""The addresses of the whole product: API, accounts, administration and pages."""

from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.contrib import admin
from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView

from core.api.views import Nothing

API = ("accounts", "workflow", "notifications", "alliance", "facilities", "programs", "reports")


def api_patterns() -> list[Any]:
    """Each app's `api` lists its own addresses."""
    found = [import_module(f"{app}.api") for app in API if find_spec(f"{app}.api")]
    return [pattern for module in found for pattern in module.urlpatterns]


urlpatterns = [
    path("admin/", admin.site.urls),
    path("accounts/", include("allauth.urls")),
    path("api/v1/schema/", SpectacularAPIView.as_view(authentication_classes=[], permission_classes=[]), name="schema"),
    path("api/v1/", include((api_patterns(), "api"))),
    path("api/<path:rest>", Nothing.as_view()),
    path("", include("frontend.urls")),
]

handler400 = "frontend.views.errors.bad_request"
handler403 = "frontend.views.errors.forbidden"
handler404 = "frontend.views.errors.not_found"
handler500 = "frontend.views.errors.broken"

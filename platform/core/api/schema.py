"""How the OpenAPI document reads the API: names of operations, which views are lists, and how a program signs in."""

import re
from typing import Any

from django.apps import apps
from drf_spectacular.extensions import OpenApiAuthenticationExtension, OpenApiSerializerFieldExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import build_bearer_security_scheme_object, is_list_serializer

from core.api.views import ListView


class Schema(AutoSchema):
    """Names that no two operations and no two apps can share."""

    def get_operation_id(self) -> str:
        words = re.sub(r"\{(\w+)\}", r"by_\1", self.path.removeprefix("/api/v1"))
        return re.sub(r"\W+", "_", f"{self.method.lower()}{words}").strip("_")

    def _get_serializer_name(self, serializer: Any, *arguments: Any, **options: Any) -> str:
        """Two apps may each have a `HistoryOut`: the name begins with the app."""
        many = getattr(serializer, "child", serializer)
        app = type(many).__module__.partition(".")[0]
        name = str(super()._get_serializer_name(serializer, *arguments, **options))
        return name if not apps.is_installed(app) or name.startswith(app.capitalize()) else app.capitalize() + name

    def _is_list_view(self, serializer: Any = None) -> bool:
        return self.method == "GET" and (isinstance(self.view, ListView) or is_list_serializer(serializer))


class LocalTime(OpenApiSerializerFieldExtension):
    """A time on the wall clock of a facility; the format called `time` is one with an offset."""

    target_class = "rest_framework.serializers.TimeField"

    def map_serializer_field(self, auto_schema: AutoSchema, direction: str) -> dict[str, Any]:
        return {"type": "string", "example": "09:00:00"}


class BearerTokenScheme(OpenApiAuthenticationExtension):
    target_class = "core.api.authentication.BearerToken"
    name = "token"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, Any]:
        return dict(build_bearer_security_scheme_object("Authorization", "Bearer"))

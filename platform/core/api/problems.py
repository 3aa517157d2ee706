"""Every error as `application/problem+json` with a code, all violations and the alternatives."""

from collections.abc import Mapping
from http import HTTPStatus
from types import MappingProxyType
from typing import Any

from django.http import Http404
from django.utils.translation import gettext as _
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import exception_handler

from core.errors import DomainError, NotFound, TooMany, Violation

CODES = {401: "not_authenticated", 403: "not_permitted", 404: "not_found", 405: "method_not_allowed", 429: "too_many"}


def handle(error: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's exception handler: None (a 500) only for what nobody foresaw."""
    if isinstance(error, Http404):
        error = NotFound()
    if isinstance(error, DomainError):
        refused = problem(
            error.status,
            error.code,
            error.message,
            violations=error.violations,
            alternatives=error.alternatives,
            details=error.details,
        )
        if isinstance(error, TooMany):
            refused["Retry-After"] = str(error.seconds)
        return refused
    if isinstance(error, exceptions.ValidationError):
        return problem(
            400, "invalid", _("The request cannot be read as it is."), violations=list(_flat(error.detail, ""))
        )
    known = exception_handler(error, context)
    if known is None:
        return None
    status = known.status_code
    detail = str(getattr(error, "detail", ""))
    answer = problem(status, CODES.get(status, "malformed" if status == 400 else "refused"), detail)
    for header in ("WWW-Authenticate", "Retry-After"):
        if header in known.headers:
            answer[header] = known.headers[header]
    return answer


def problem(
    status: int,
    code: str,
    detail: Any,
    *,
    violations: Any = (),
    alternatives: Any = (),
    details: Mapping[str, Any] = MappingProxyType({}),
) -> Response:
    return Response(
        {
            **details,
            "type": "about:blank",
            "title": HTTPStatus(status).phrase,
            "status": status,
            "detail": str(detail),
            "code": code,
            "violations": [violation.as_dict() for violation in violations],
            "alternatives": list(alternatives),
        },
        status=status,
        content_type="application/problem+json",
    )


def _flat(detail: Any, path: str) -> Any:
    if isinstance(detail, dict):
        for key, inner in detail.items():
            name = "" if key == "non_field_errors" else str(key)
            yield from _flat(inner, f"{path}.{name}".strip("."))
    elif isinstance(detail, list):
        for position, inner in enumerate(detail):
            yield from _flat(inner, path if not isinstance(inner, dict) else f"{path}.{position}".strip("."))
    else:
        yield Violation(getattr(detail, "code", "invalid") or "invalid", str(detail), field=path)

"""Around every request: answers to probes, the id under which it is logged and audited, the short way of programs."""

import re
import time
from collections.abc import Callable

import structlog
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.response import SimpleTemplateResponse
from django.urls import resolve

from core import health
from core.audit import request_id
from core.models import new_id

log = structlog.get_logger("yanqi.request")
USABLE_ID = re.compile(r"[\w.:-]{8,64}", re.ASCII)
GetResponse = Callable[[HttpRequest], HttpResponse]


def probes(get_response: GetResponse) -> GetResponse:
    """`/healthz` and `/readyz`, before hosts and schemes are checked, for probes come by address and without TLS."""

    def answer(request: HttpRequest) -> HttpResponse:
        if request.path == "/healthz":
            return JsonResponse({"status": "ok"})
        if request.path == "/readyz":
            found = health.readiness()
            ready = all(state == "ok" for state in found.values())
            return JsonResponse({"status": "ok" if ready else "not ready", **found}, status=200 if ready else 503)
        return get_response(request)

    return answer


def readable(get_response: GetResponse) -> GetResponse:
    """Refuses NUL characters in an address, a query or a form with 400: PostgreSQL's text holds none."""

    def answer(request: HttpRequest) -> HttpResponse:
        given = [request.GET] if request.path.startswith("/api/") else [request.GET, request.POST]
        texts = [text for data in given for name, values in data.lists() for text in (name, *values)]
        if any("\x00" in str(text) for text in (request.path, *texts)):
            raise BadRequest("NUL character")
        return get_response(request)

    return answer


def bind_request(name: str) -> None:
    """From here on, log lines and audit entries of this context carry this id."""
    request_id.set(name[:64])
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=name[:64])


def request_context(get_response: GetResponse) -> GetResponse:
    """Takes `X-Request-ID` if it is usable, else makes one; echoes it; logs one line when the answer is ready."""

    def answer(request: HttpRequest) -> HttpResponse:
        began = time.perf_counter()
        given = request.headers.get("X-Request-ID", "")
        name = given if USABLE_ID.fullmatch(given) else new_id().hex
        bind_request(name)
        response = get_response(request)
        response["X-Request-ID"] = name
        match = request.resolver_match
        log.info(
            "request",
            method=request.method,
            # The private part of a feed's address is a secret: such addresses are logged by their pattern.
            path=match.route if match and "token" in match.kwargs else request.path,
            status=response.status_code,
            ms=round((time.perf_counter() - began) * 1000, 1),
        )
        return response

    return answer


def programs(get_response: GetResponse) -> GetResponse:
    """A call of the API that brings a token goes straight to its view: what stands behind this in MIDDLEWARE (cookies,
    sessions, forgery, pages) is for browsers, and took a fifth of a small answer. The token alone signs in."""

    def answer(request: HttpRequest) -> HttpResponse:
        if not (request.path.startswith("/api/") and request.headers.get("Authorization", "").startswith("Bearer ")):
            return get_response(request)
        match = request.resolver_match = resolve(request.path_info)
        response: HttpResponse = match.func(request, *match.args, **match.kwargs)
        return response.render() if isinstance(response, SimpleTemplateResponse) else response

    return answer

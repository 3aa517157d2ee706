"""Pages for what did not work: each says what happened, that nothing was lost or changed, and where to go on."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from core.api.problems import problem
from core.errors import DomainError, TooMany


def page(request: HttpRequest, status: int, title: str, text: str) -> HttpResponse:
    return render(request, "errors/error.html", {"title": title, "text": text, "status": status}, status=status)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    if request.path.startswith("/api/"):
        return _problem(400, "malformed", _("The request cannot be read as it is."))
    return page(request, 400, _("This request could not be read"), _("The address or the form sent was not complete."))


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    text = _("Your roles do not allow this here. The manager of the facility or the secretariat can grant them.")
    return page(request, 403, _("This is not yours to do"), text)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    text = _("Nothing is here, or it is not yours to see. The address may be old or mistyped.")
    return page(request, 404, _("Page not found"), text)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    text = _("The form was open for too long, or cookies are off. Go back, reload the page and send it again.")
    return page(request, 403, _("The form has expired"), text)


def broken(request: HttpRequest) -> HttpResponse:
    """Without context processors, so that it works when the database is the reason."""
    if request.path.startswith("/api/"):
        return _problem(500, "broken", _("Something broke on our side"))
    return HttpResponse(render_to_string("500.html"), status=500)


def _problem(status: int, code: str, detail: str) -> HttpResponse:
    """What no view of the API saw is told as its own errors are."""
    return JsonResponse(problem(status, code, detail).data, status=status, content_type="application/problem+json")


class Refusals:
    """Middleware: a domain error that no view met becomes a page with its own words and status."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, DomainError) or request.path.startswith("/api/"):
            return None
        titles = {403: _("This is not yours to do"), 404: _("Page not found"), 409: _("This has changed meanwhile")}
        title = titles.get(exception.status, _("This was refused"))
        context = {"title": title, "text": exception.message, "status": exception.status, "refusal": exception}
        answer = render(request, "errors/error.html", context, status=exception.status)
        if isinstance(exception, TooMany):
            answer["Retry-After"] = str(exception.seconds)
        return answer

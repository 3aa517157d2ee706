"""The reader of a page: the language that an address asks for, a signed-in person's language and time zone."""

from collections.abc import Callable
from contextvars import ContextVar

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation

LANGUAGE_PARAMETER = "lang"
reader_zone: ContextVar[str | None] = ContextVar("reader_zone", default=None)


def supported(locale: str) -> str:
    """The language of the product that fits a person's locale; the default one where none does."""
    try:
        return translation.get_supported_language_variant(locale)
    except LookupError:
        return settings.LANGUAGE_CODE


def asked_language(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """`?lang=` of an address shows that one page in a language: a search engine, which keeps no cookie, finds both."""

    def middleware(request: HttpRequest) -> HttpResponse:
        asked = request.GET.get(LANGUAGE_PARAMETER)
        if asked is None or asked not in dict(settings.LANGUAGES):
            return get_response(request)
        with translation.override(asked):
            request.LANGUAGE_CODE = asked
            response = get_response(request)
            response.headers["Content-Language"] = asked
            return response

    return middleware


def reader(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Stands after authentication. The API has no reader: its instants are UTC and its callers are programs."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.path.startswith("/api/") or not request.user.is_authenticated:
            return get_response(request)
        language = supported(request.user.locale)
        token = reader_zone.set(request.user.time_zone)
        try:
            with translation.override(language):
                request.LANGUAGE_CODE = language
                response = get_response(request)
                response.headers["Content-Language"] = language
                return response
        finally:
            reader_zone.reset(token)

    return middleware

"""Atom feeds of an alliance (RFC 4287), in one language each."""

from urllib.parse import urljoin
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest
from django.utils.feedgenerator import Atom1Feed

from alliance.models import Alliance
from core.names import local
from frontend.contexts.shell import language_tag


def atom(
    request: HttpRequest, alliance: Alliance, language: str, title: str, page: str, of: UUID | None = None
) -> Atom1Feed:
    """An empty feed at the address that is asked for; `page` is the path of the page it stands beside.

    `of` identifies the feed for good; without it the alliance does, whose news it is.
    """
    return Atom1Feed(
        title=title,
        link=urljoin(settings.PUBLIC_URL, page),
        description="",
        language=language_tag(language),
        feed_url=urljoin(settings.PUBLIC_URL, request.path),
        feed_guid=f"urn:uuid:{of or alliance.pk}",
        author_name=local(alliance, "name"),
    )

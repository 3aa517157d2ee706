"""Atom feeds of an alliance (RFC 4287), in one language each."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urljoin
from uuid import UUID, uuid5

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import translation
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext

from alliance.models import Alliance
from core.names import local
from frontend.contexts.shell import language_tag
from frontend.written import html


@dataclass(frozen=True)
class Entry:
    """One entry; `page` is the path of its own page, `text` is written in Markdown."""

    pk: UUID
    title: str
    page: str
    text: str
    category: str
    published_at: datetime | None
    updated_at: datetime


@dataclass(frozen=True)
class Feed:
    """A feed of every alliance beside the page that has the name `page`.

    `part` identifies it for good among the feeds of an alliance; its news have none and are known by the alliance.
    """

    title: str
    page: str
    entries: Callable[[Alliance], Iterable[Entry]]
    part: str = ""


def answer_feed(request: HttpRequest, feed: Feed, slug: str, language: str) -> HttpResponse:
    """The entries in a language we speak, at the address that is asked for. 404 for others."""
    alliance = get_object_or_404(Alliance, slug=slug)
    if language not in dict(settings.LANGUAGES):
        raise Http404
    with translation.override(language):
        made = Atom1Feed(
            title=gettext(feed.title) % {"name": local(alliance, "name")},
            link=urljoin(settings.PUBLIC_URL, reverse(feed.page)),
            description="",
            language=language_tag(language),
            feed_url=urljoin(settings.PUBLIC_URL, request.path),
            feed_guid=f"urn:uuid:{uuid5(alliance.pk, feed.part) if feed.part else alliance.pk}",
            author_name=local(alliance, "name"),
        )
        for entry in feed.entries(alliance):
            made.add_item(
                title=entry.title,
                link=urljoin(settings.PUBLIC_URL, entry.page),
                description=html(entry.text),
                unique_id=f"urn:uuid:{entry.pk}",
                pubdate=entry.published_at,
                updateddate=entry.updated_at,
                categories=[entry.category],
            )
    response = HttpResponse(content_type=made.content_type)
    made.write(response, "utf-8")
    return response

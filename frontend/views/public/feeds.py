"""The news of an alliance and the places its programmes offer, as Atom feeds in each language."""

from collections.abc import Iterator

from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_GET

from alliance.models import Alliance
from alliance.queries import news_published
from core.names import local
from frontend.feeds import Entry, Feed, answer_feed
from programs.queries.opportunities import opportunities_public

MOST = 30


def _news(alliance: Alliance) -> Iterator[Entry]:
    for row in news_published(alliance)[:MOST]:
        page, category = reverse("news_item", args=[row.slug]), str(row.get_section_display())
        title, text = local(row, "title"), local(row, "body")
        yield Entry(row.pk, title, page, text, category, row.published_at, row.updated_at)


def _opportunities(alliance: Alliance) -> Iterator[Entry]:
    for row in opportunities_public(alliance)[:MOST]:
        page, category = reverse("opportunity", args=[row.slug]), str(row.get_kind_display())
        title, text = local(row, "title"), local(row, "text")
        yield Entry(row.pk, title, page, text, category, row.published_at, row.updated_at)


NEWS = Feed(gettext_noop("News of %(name)s"), "news", _news)
OPPORTUNITIES = Feed(
    gettext_noop("Trainings, scholarships and exchanges of %(name)s"), "opportunities", _opportunities, "opportunities"
)


@require_GET
def news(request: HttpRequest, slug: str, language: str) -> HttpResponse:
    """The latest news; what is not published yet, under embargo or withdrawn is not in it."""
    return answer_feed(request, NEWS, slug, language)


@require_GET
def opportunities(request: HttpRequest, slug: str, language: str) -> HttpResponse:
    """The latest published offers; drafts and what was taken down are not in it."""
    return answer_feed(request, OPPORTUNITIES, slug, language)


urlpatterns = [
    path("feeds/<slug:slug>/news.<str:language>.atom", news, name="news_feed"),
    path("feeds/<slug:slug>/opportunities.<str:language>.atom", opportunities, name="opportunities_feed"),
]

"""What search engines ask for: which pages there are, and which they need not read."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, ClassVar

from django.contrib.auth.models import AnonymousUser
from django.contrib.sitemaps import Sitemap
from django.contrib.sitemaps.views import sitemap
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse
from django.views.decorators.http import require_GET

from accounts.models import Organisation
from alliance.models import Alliance, Document, Event, NewsItem
from alliance.permissions.documents import documents_visible_to
from alliance.queries import main_alliance, members_today, news_published
from alliance.queries.events import events_listed
from facilities.models import Facility, Instrument
from facilities.queries.catalogue import facilities_listed
from frontend.contexts.shell import SECTIONS, address
from programs.models import ApplicationCase
from programs.queries.showcase import cases_public

PRIVATE = ("/accounts/", "/account/", "/admin/", "/api/", "/search/", "/language/", "/industry/enquiry/", "/calendars/")
"""Beginnings of addresses that hold nothing for a search engine; all the rest asks for an account anyway."""


class Sections(Sitemap):
    def items(self) -> list[str]:
        return [url for name in ("home", *(name for name, _label in SECTIONS)) if (url := address(name))]

    def location(self, item: str) -> str:
        return item


class Rows(Sitemap):
    """Rows with a page of their own, by slug."""

    page: ClassVar[str]

    def location(self, item: Any) -> str:
        return reverse(self.page, args=[item.slug])

    def lastmod(self, item: Any) -> datetime:
        changed: datetime = item.updated_at
        return changed


class News(Rows):
    page = "news_item"

    def items(self) -> QuerySet[NewsItem]:
        return news_published()


class Members(Rows):
    page = "organisation"

    def items(self) -> Iterable[Organisation]:
        return [row.organisation for row in members_today(main_alliance())]


class Facilities(Rows):
    page = "facility"

    def items(self) -> QuerySet[Facility]:
        return facilities_listed()


class Instruments(Rows):
    page = "instrument"

    def items(self) -> QuerySet[Instrument]:
        return Instrument.objects.filter(archived_at=None, facility__archived_at=None).order_by("slug")


class Cases(Rows):
    page = "industry_case"

    def items(self) -> QuerySet[ApplicationCase]:
        return cases_public(main_alliance())


class Events(Rows):
    page = "event"

    def items(self) -> QuerySet[Event]:
        return events_listed(AnonymousUser()).exclude(state="idea").order_by("slug")


class Documents(Rows):
    page = "document"

    def items(self) -> QuerySet[Document]:
        return documents_visible_to(AnonymousUser())

    def location(self, item: Document) -> str:
        return reverse(self.page, args=[item.alliance.slug, item.slug])


class Alliances(Rows):
    page = "alliance"

    def items(self) -> QuerySet[Alliance]:
        return Alliance.objects.filter(archived_at=None, is_main=False).order_by("slug")


MAPS = {
    "sections": Sections,
    "news": News,
    "members": Members,
    "facilities": Facilities,
    "instruments": Instruments,
    "cases": Cases,
    "events": Events,
    "documents": Documents,
    "alliances": Alliances,
}


@require_GET
def robots(request: HttpRequest) -> HttpResponse:
    lines = [
        "User-agent: *",
        *(f"Disallow: {beginning}" for beginning in PRIVATE),
        f"Sitemap: {request.build_absolute_uri(reverse('sitemap'))}",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


urlpatterns = [
    path("robots.txt", robots, name="robots"),
    path("sitemap.xml", sitemap, {"sitemaps": MAPS}, name="sitemap"),
]

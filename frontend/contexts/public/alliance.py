"""The alliance as visitors see it: home, about, members, news and events."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet
from django.http import QueryDict
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from accounts.models import Organisation
from alliance.models import Alliance, Membership, NewsItem
from alliance.queries import main_alliance, members_today, news_listed, news_published
from alliance.queries.events import ahead, events_listed, over
from core import names
from core.names import local, names_of
from core.search import matching
from facilities.models import Facility, Technique
from frontend.contexts.calls.public import CallLine, open_lines
from frontend.contexts.public.events import EventLine, event_line
from frontend.map import Place, Point, points
from frontend.paging import Page, paged, paged_list
from frontend.written import html

ON_HOME = 9
NEWS_ON_HOME = 3
KINDS_ON_HOME = 6
CALLS_ON_HOME = 4


@dataclass(frozen=True)
class Counted:
    """A word with a count and an address that shows what was counted."""

    label: str | Promise
    url: str
    count: int


@dataclass(frozen=True)
class MemberLine:
    """A member in a list: who, where, and what kinds of facilities it runs."""

    name: str
    name_local: str
    url: str
    city: str
    country: str
    kind: str
    facilities: str
    member_class: str
    joined_on: date | None


@dataclass(frozen=True)
class Home:
    """Where a member is, with the short form of its name."""

    membership: UUID
    name: str
    country: str
    latitude: float | None
    longitude: float | None


@dataclass(frozen=True)
class NewsLine:
    """A piece of news in a list: its first paragraph, without mark-up."""

    title: str
    url: str
    day: datetime | None
    lead: str
    section: str
    source: str


@dataclass(frozen=True)
class HomePage:
    alliance: Alliance | None
    kinds: list[Counted]
    techniques: list[Counted]
    members: list[MemberLine]
    member_count: int
    country_count: int
    points: list[Point]
    next_event: EventLine | None
    news: list[NewsLine]
    calls: list[CallLine]


@dataclass(frozen=True)
class MembersPage:
    """The members that fit, and where they are; `countries` counts theirs."""

    form: Any
    page: Page
    points: list[Point]
    countries: int
    crumbs: list[dict[str, Any]]


@dataclass(frozen=True)
class NewsPage:
    """`feed` is the address of the same news as an Atom feed in the reader's language."""

    form: Any
    feed: str
    ahead: list[EventLine]
    page: Page
    over: list[EventLine]


@dataclass(frozen=True)
class Article:
    """One piece of news in full."""

    title: str
    body: SafeString
    day: datetime | None
    section: str
    source: str
    crumbs: list[dict[str, Any]]


def home_page() -> HomePage:
    alliance = main_alliance()
    rows = members_today(alliance)
    homes = homes_of(rows)
    coming = ahead(events_listed(AnonymousUser())).exclude(starts_at=None).first()
    return HomePage(
        alliance=alliance,
        kinds=kinds_of_facilities()[:KINDS_ON_HOME],
        techniques=techniques_often_offered(4),
        members=member_lines(list(rows[:ON_HOME])),
        member_count=len(homes),
        country_count=len({home.country for home in homes}),
        points=points_of(homes),
        next_event=event_line(coming) if coming else None,
        news=[news_line(item) for item in news_published(alliance)[:NEWS_ON_HOME]],
        calls=open_lines(AnonymousUser(), CALLS_ON_HOME),
    )


def kinds_of_facilities() -> list[Counted]:
    """Kinds of facilities in operation or on the way there, the most frequent first."""
    kinds = Counter(Facility.objects.exclude(status=Facility.Status.CLOSED).values_list("kind", flat=True))
    return [
        Counted(Facility.Kind(kind).label, f"{reverse('facilities')}?kind={kind}", count)
        for kind, count in sorted(kinds.items(), key=lambda pair: (-pair[1], pair[0]))
    ]


def techniques_often_offered(most: int) -> list[Counted]:
    """Techniques that most instruments offer."""
    used = Counter(
        Technique.instruments.through.objects.filter(instrument__archived_at=None).values_list(
            "technique_id", flat=True
        )
    )
    best = dict(used.most_common(most))
    found = Technique.objects.filter(pk__in=best)
    return [
        Counted(local(row, "label"), f"{reverse('facilities')}?technique={row.code}", best[row.pk])
        for row in sorted(found, key=lambda row: (-best[row.pk], row.label))
    ]


def member_lines(rows: list[Membership]) -> list[MemberLine]:
    """Members with the kinds of their facilities; one query for all."""
    kinds: dict[Any, list[str]] = {}
    for organisation_id, kind in (
        Facility.objects.filter(organisation_id__in=[row.organisation_id for row in rows])
        .exclude(status=Facility.Status.CLOSED)
        .order_by("kind")
        .values_list("organisation_id", "kind")
        .distinct()
    ):
        kinds.setdefault(organisation_id, []).append(str(Facility.Kind(kind).label))
    return [
        MemberLine(
            name=names_of(row.organisation)[0],
            name_local=names_of(row.organisation)[1],
            url=reverse("organisation", args=[row.organisation.slug]),
            city=row.organisation.city,
            country=names.country(row.organisation.country),
            kind=str(row.organisation.get_kind_display()),
            facilities=", ".join(kinds.get(row.organisation_id, [])),
            member_class=str(row.get_member_class_display()),
            joined_on=row.joined_on,
        )
        for row in rows
    ]


def members_page(form: Any, params: QueryDict, crumbs: list[dict[str, Any]]) -> MembersPage:
    rows = members_today(main_alliance())
    if form.is_valid():
        asked = form.cleaned_data
        if asked["country"]:
            rows = rows.filter(organisation__country=asked["country"])
        if asked["kind"]:
            rows = rows.filter(organisation__kind=asked["kind"])
        if asked["member_class"]:
            rows = rows.filter(member_class=asked["member_class"])
        if asked["q"]:
            rows = rows.filter(organisation__in=matching(Organisation.objects.order_by(), asked["q"]))
    homes = homes_of(rows)
    page = paged_list(homes, params, lambda home: home.membership)
    shown = member_lines(list(rows.filter(pk__in=[home.membership for home in page.rows])))
    lines = Page(shown, page.earlier, page.later, page.caption)
    return MembersPage(form, lines, points_of(homes), len({home.country for home in homes}), crumbs)


def homes_of(rows: QuerySet[Membership]) -> list[Home]:
    """Where members are, in the order of the rows: of all of them the little that a map and a count need."""
    columns = ("acronym", "name", "country", "latitude", "longitude")
    found = rows.values_list("pk", *(f"organisation__{column}" for column in columns))
    return [Home(pk, acronym or name, *rest) for pk, acronym, name, *rest in found]


def points_of(homes: list[Home]) -> list[Point]:
    """The members on the map, as far as it is known where they are."""
    return points(
        Place(home.name, home.latitude, home.longitude)
        for home in homes
        if home.latitude is not None and home.longitude is not None
    )


def news_line(item: NewsItem) -> NewsLine:
    return NewsLine(
        title=local(item, "title"),
        url=reverse("news_item", args=[item.slug]),
        day=item.published_at or item.created_at,
        lead=local(item, "body").strip().split("\n\n")[0],
        section=str(item.get_section_display()),
        source=local(item, "source"),
    )


def news_page(form: Any, params: QueryDict) -> NewsPage:
    alliance = main_alliance()
    page = paged(news_listed(alliance, **(form.cleaned_data if form.is_valid() else {})), params, size=10)
    dated = ahead(events_listed(AnonymousUser())).exclude(starts_at=None)
    return NewsPage(
        form=form,
        feed=reverse("news_feed", args=[alliance.slug, get_language()]) if alliance else "",
        ahead=[event_line(event) for event in dated[:5]],
        page=Page([news_line(item) for item in page.rows], page.earlier, page.later),
        over=[event_line(event) for event in over(events_listed(AnonymousUser()))[:8]],
    )


def article(item: NewsItem, crumbs: list[dict[str, Any]]) -> Article:
    return Article(
        title=local(item, "title"),
        body=html(local(item, "body")),
        day=item.published_at or item.created_at,
        section=str(item.get_section_display()),
        source=local(item, "source"),
        crumbs=crumbs,
    )

"""Industrial Application as visitors see it: what members can do for companies, by technique, and published cases."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import QueryDict
from django.urls import reverse
from django.utils.safestring import SafeString

from alliance.queries import main_alliance
from core import names
from core.names import local, names_of
from frontend.paging import Page, paged
from frontend.written import html
from programs.models import ApplicationCase, IndustrialOffer, PublishedTitle
from programs.queries.industry import titles_public
from programs.queries.showcase import cases_public, offers_public

CASES_SHOWN = 6
TITLES_SHOWN = 20


@dataclass(frozen=True)
class OfferCard:
    """An offer in the list: what, who, where, and the address of the form that asks about it."""

    title: str
    text: SafeString
    technique: str
    organisation: str
    organisation_url: str
    facility: str
    facility_url: str
    country: str
    readiness: int | None
    ask_url: str


@dataclass(frozen=True)
class CaseLine:
    """A published case in a list or in full."""

    title: str
    url: str
    company: str
    facility: str
    technique: str
    lead: str
    body: SafeString
    day: datetime | None
    source: str


@dataclass(frozen=True)
class IndustryPage:
    form: Any
    page: Page
    cases: list[CaseLine]
    titles: list[PublishedTitle]


def industry_page(form: Any, params: QueryDict) -> IndustryPage:
    asked = form.cleaned_data if form.is_valid() else {"technique": "", "country": "", "q": ""}
    alliance = main_alliance()
    offers = offers_public(
        alliance, technique=asked["technique"], country=asked["country"], search=asked["q"].replace("\0", "")
    )
    page = paged(offers, params)
    cases = [case_line(row) for row in cases_public(alliance)[:CASES_SHOWN]]
    titles = list(titles_public(alliance)[:TITLES_SHOWN])
    return IndustryPage(form, Page([offer_card(row) for row in page.rows], page.earlier, page.later), cases, titles)


def offer_card(row: IndustrialOffer) -> OfferCard:
    return OfferCard(
        title=local(row, "title"),
        text=html(local(row, "text")),
        technique=local(row.technique, "label") if row.technique else "",
        organisation=names_of(row.organisation)[0],
        organisation_url=reverse("organisation", args=[row.organisation.slug]),
        facility=str(row.facility or ""),
        facility_url=reverse("facility", args=[row.facility.slug]) if row.facility else "",
        country=names.country(row.organisation.country),
        readiness=row.readiness,
        ask_url=f"{reverse('enquiry')}?offer={row.slug}",
    )


def case_line(row: ApplicationCase) -> CaseLine:
    return CaseLine(
        title=local(row, "title"),
        url=reverse("industry_case", args=[row.slug]),
        company=row.company,
        facility=str(row.facility or ""),
        technique=local(row.technique, "label") if row.technique else "",
        lead=local(row, "text").strip().split("\n\n")[0],
        body=html(local(row, "text")),
        day=row.published_at,
        source=row.source,
    )

"""What industry finds: published offers and cases, and for who publishes for an alliance its drafts as well."""

from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet

from alliance.models import Alliance
from core import clock
from core.permissions import container_ids
from facilities.models import TechniqueClosure
from programs.models import ApplicationCase, IndustrialOffer


def shown_to(user: Any) -> Q:
    """What an alliance shows: published to everybody, everything to who publishes for it."""
    edited = container_ids(user, "alliance.publish", Alliance)
    return Q(archived_at=None) & (Q(published_at__lte=clock.now()) | Q(alliance__in=edited))


def offers_public(
    alliance: Alliance | None, *, technique: str = "", country: str = "", search: str = ""
) -> QuerySet[IndustrialOffer]:
    """Published offers of an alliance by title; filters as in `offers_listed`."""
    rows = offers_listed(AnonymousUser(), technique=technique, country=country, search=search)
    return rows.filter(alliance=alliance)


def offers_listed(user: Any, *, technique: str = "", country: str = "", search: str = "") -> QuerySet[IndustrialOffer]:
    """Offers that a person may read, by title; `technique` is a PaNET code and matches narrower terms too."""
    rows = IndustrialOffer.objects.filter(shown_to(user)).select_related("alliance")
    if technique:
        within = TechniqueClosure.objects.filter(ancestor__code=technique)
        rows = rows.filter(technique__in=within.values("descendant_id"))
    if country:
        rows = rows.filter(organisation__country=country)
    for word in search.split():
        rows = rows.filter(
            Q(title__icontains=word)
            | Q(title_zh__icontains=word)
            | Q(text__icontains=word)
            | Q(text_zh__icontains=word)
        )
    return rows.select_related("organisation", "facility", "instrument", "technique").order_by("title", "id")


def cases_public(alliance: Alliance | None) -> QuerySet[ApplicationCase]:
    """Published cases of an alliance, latest first."""
    rows = cases_listed(AnonymousUser()).filter(alliance=alliance)
    return rows.order_by("-published_at", "-id")


def cases_listed(user: Any) -> QuerySet[ApplicationCase]:
    """Cases that a person may read, latest first."""
    rows = ApplicationCase.objects.filter(shown_to(user)).select_related("alliance")
    return rows.select_related("facility", "technique").order_by("-published_at", "-id")

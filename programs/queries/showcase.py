"""What industry finds in public: published offers and cases of an alliance."""

from django.db.models import Q, QuerySet

from alliance.models import Alliance
from core import clock
from facilities.models import TechniqueClosure
from programs.models import ApplicationCase, IndustrialOffer


def offers_public(
    alliance: Alliance | None, *, technique: str = "", country: str = "", search: str = ""
) -> QuerySet[IndustrialOffer]:
    """Published offers by title; `technique` is a PaNET code and matches narrower terms too."""
    rows = IndustrialOffer.objects.filter(alliance=alliance, published_at__lte=clock.now(), archived_at=None)
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
    """Published cases, latest first."""
    rows = ApplicationCase.objects.filter(alliance=alliance, published_at__lte=clock.now(), archived_at=None)
    return rows.select_related("facility", "technique").order_by("-published_at", "-id")

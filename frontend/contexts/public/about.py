"""An alliance as it presents itself: what it is for, who holds its offices today, who belongs to it."""

from collections import Counter
from dataclasses import dataclass
from datetime import date

from django.db.models import Q
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from alliance.models import Alliance, Body, DocumentVersion, Membership
from alliance.queries import memberships
from alliance.queries.documents import charter_in_force
from alliance.queries.offices import Officers, officers_on
from alliance.rules.days import today_in
from core import clock, names
from core.names import local
from frontend.contexts.public.alliance import Counted, MemberLine, member_lines
from frontend.written import html

TOLD = (Body.Kind.ASSEMBLY, Body.Kind.COUNCIL, Body.Kind.BOARD, Body.Kind.OFFICE)
"""Bodies that the public is told of; working groups and panels are an alliance's own matter."""


@dataclass(frozen=True)
class AboutPage:
    """`members` are listed only for an alliance that has no directory of its own here; `others` live beside it."""

    alliance: Alliance | None
    purpose: SafeString
    officers: list[Officers]
    bodies: list[Body]
    charter: DocumentVersion | None
    classes: list[Counted]
    countries: list[Counted]
    members: list[MemberLine]
    member_count: int
    others: list[Alliance]
    today: date


def about_page(alliance: Alliance | None) -> AboutPage:
    today = today_in(alliance) if alliance else clock.now().date()
    rows = memberships(alliance, today) if alliance else Membership.objects.none()
    counted = list(rows.values_list("member_class", "organisation__country"))
    classes = Counter(member_class for member_class, _country in counted)
    countries = Counter(country for _class, country in counted)
    address = reverse("members")
    is_main = alliance is not None and alliance.is_main
    return AboutPage(
        alliance=alliance,
        purpose=html(local(alliance, "purpose")),
        officers=[found for found in officers_on(alliance, today) if _is_told(found)] if alliance else [],
        bodies=list(alliance.bodies.filter(kind__in=TOLD, archived_at=None).order_by("name", "id")) if alliance else [],
        charter=_public_charter(alliance) if alliance else None,
        classes=[
            Counted(Membership.Class(value).label, f"{address}?member_class={value}" if is_main else "", classes[value])
            for value in Membership.Class.values
            if classes[value]
        ],
        countries=[
            Counted(names.country(code), f"{address}?country={code}" if is_main else "", count)
            for code, count in sorted(countries.items(), key=lambda pair: (-pair[1], names.country(pair[0])))
        ],
        members=[] if is_main else member_lines(list(rows)),
        member_count=len(counted),
        others=list(Alliance.objects.filter(~Q(pk=alliance.pk), archived_at=None)) if alliance else [],
        today=today,
    )


def _is_told(found: Officers) -> bool:
    """Whether anything is known of an office today: who holds it, or since when nobody does."""
    return bool(found.holders or found.acting or found.elects or found.vacant_since)


def _public_charter(alliance: Alliance) -> DocumentVersion | None:
    found = charter_in_force(alliance, get_language() or "en")
    return found if found and found.document.access == "public" else None

"""Reads the alliance: its members and its news; all of it public."""

from datetime import date

from django.db.models import Q, QuerySet

from accounts.models import Organisation
from alliance.models import Alliance, Membership, NewsItem
from alliance.permissions.news import news_told
from alliance.rules.days import today_in
from core.fulltext import terms


def main_alliance() -> Alliance | None:
    """The alliance whose home page this instance shows."""
    return Alliance.objects.order_by("-is_main", "name", "id").first()


def memberships(alliance: Alliance | None, on: date) -> QuerySet[Membership]:
    """Memberships that last on a day (half-open), by the members' names."""
    return (
        Membership.objects.filter(alliance=alliance)
        .exclude(organisation__status=Organisation.Status.WITHDRAWN)
        .filter(Q(joined_on=None) | Q(joined_on__lte=on), Q(left_on=None) | Q(left_on__gt=on))
        .select_related("organisation")
        .order_by("organisation__name", "id")
    )


def members_today(alliance: Alliance | None) -> QuerySet[Membership]:
    """Memberships that last on the day that it is where the alliance sits; none without an alliance."""
    return memberships(alliance, today_in(alliance)) if alliance else Membership.objects.none()


def news_published(alliance: Alliance | None = None) -> QuerySet[NewsItem]:
    """News that everybody may read now, of an alliance or of all, latest first."""
    rows = NewsItem.objects.filter(news_told()).select_related("alliance", "event", "organisation").defer("search")
    return (rows.filter(alliance=alliance) if alliance else rows).order_by("-published_at", "-id")


def news_listed(alliance: Alliance | None, *, section: str = "", q: str = "") -> QuerySet[NewsItem]:
    """Published news of a section in which every word of `q` stands, in title or text, latest first."""
    rows = news_published(alliance)
    rows = rows.filter(section=section) if section else rows
    for term in terms(q):
        rows = rows.filter(search__holds=term)
    return rows

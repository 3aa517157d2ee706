"""Who may read which news and circulars: news when their time has come, circulars if one speaks for a member."""

from typing import Any

from django.db.models import Q, QuerySet

from alliance.models import Alliance, Circular, NewsItem
from alliance.permissions.documents import PUBLISH, alliances_of
from core import clock
from core.permissions import container_ids


def news_told() -> Q:
    """News that everybody may read: published, not withdrawn, and no embargo holds."""
    now = clock.now()
    return Q(published_at__lte=now, withdrawn_at=None) & (Q(embargo_until=None) | Q(embargo_until__lte=now))


def news_visible_to(user: Any) -> QuerySet[NewsItem]:
    """What everybody may read, and for editors everything; the latest written first."""
    edited = Q(alliance__in=container_ids(user, PUBLISH, Alliance))
    rows = NewsItem.objects.select_related("alliance", "event", "organisation").defer("search")
    return rows.filter(news_told() | edited).order_by("-created_at", "-id")


def circulars_visible_to(user: Any) -> QuerySet[Circular]:
    """Circulars that were sent to a person or to an alliance in which one speaks for a member; all for editors."""
    if not user.is_authenticated:
        return Circular.objects.none()
    sent = Q(sent_at__isnull=False) & (Q(alliance__in=alliances_of(user)) | Q(deliveries__person=user))
    edited = Q(alliance__in=container_ids(user, PUBLISH, Alliance))
    found = Circular.objects.filter(sent | edited).order_by().values("pk")
    rows = Circular.objects.select_related("alliance", "sent_by").filter(pk__in=found)
    return rows.order_by("-created_at", "-id")

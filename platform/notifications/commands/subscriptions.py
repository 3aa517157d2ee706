"""Private calendar feeds: made, revoked, and the day they were last read."""

import secrets
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from core import audit, clock
from core.errors import Invalid, NotFound, NotPermitted, Violation
from notifications.feeds import hashed, title_of
from notifications.models import CalendarFeed


@transaction.atomic
def create_feed(owner: Any, kind: str, target_id: UUID, *, by: Any) -> tuple[CalendarFeed, str]:
    """A new private address for a feed, and its token, which is shown once and kept only as a hash.

    An earlier address of the same feed stops working. Raises NotPermitted for somebody else, NotFound for what the
    owner may not see.
    """
    User.objects.select_for_update().get(pk=owner.pk)
    if by.pk != owner.pk and not by.is_system:
        raise NotPermitted(_("A private calendar is made by its owner."))
    if kind not in CalendarFeed.Kind.values:
        message = _("A calendar is of a person, an instrument or a programme.")
        raise Invalid(message, [Violation("kind_unknown", message, field="kind")])
    token = secrets.token_urlsafe(32)
    feed = CalendarFeed(owner=owner, kind=kind, target_id=target_id, token_hash=hashed(token))
    if title_of(feed) is None:
        raise NotFound()
    CalendarFeed.objects.filter(owner=owner, kind=kind, target_id=target_id, revoked_at=None).update(
        revoked_at=clock.now()
    )
    feed.save(force_insert=True)
    audit.record("create-feed", owner, by=by, kind=kind, target=str(target_id))
    return feed, token


@transaction.atomic
def revoke_feed(feed: CalendarFeed, *, by: Any) -> None:
    """The address stops working at once; revoking it again changes nothing. Raises NotPermitted."""
    feed = CalendarFeed.objects.select_for_update().select_related("owner").get(pk=feed.pk)
    if by.pk != feed.owner_id and not by.is_system:
        raise NotPermitted(_("A private calendar is revoked by its owner."))
    if feed.revoked_at is None:
        feed.revoked_at = clock.now()
        feed.save(update_fields=["revoked_at", "updated_at"])
        audit.record("revoke-feed", feed.owner, by=by, kind=feed.kind, target=str(feed.target_id))


def note_reading(feed: CalendarFeed) -> None:
    """Keep the day of the last reading, written at most once a day; not audited, for programs read all the time."""
    today = clock.now().date()
    if feed.last_read_on != today:
        CalendarFeed.objects.filter(pk=feed.pk).update(last_read_on=today)

"""Saved views by mail: who has which sent and how often, and the sending when it is due."""

from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import urljoin
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from core import audit, clock
from core.errors import Invalid, NotFound, NotPermitted, Violation
from core.times import zone_of
from notifications.commands import notify
from reports.models import SavedView, Subscription
from reports.periods import quarter_of
from reports.queries.views import views_visible_to

Rhythm = Subscription.Rhythm
SENT_AT = time(7)
"""On the reader's clock."""
SALT = "reports.subscription"


@transaction.atomic
def subscribe(view: SavedView, rhythm: str, *, by: Any) -> Subscription:
    """Have a view sent to oneself, or change how often. Raises NotFound for a view one does not find, Invalid."""
    User.objects.select_for_update().get(pk=by.pk)
    if not views_visible_to(by).filter(pk=view.pk).exists():
        raise NotFound
    if rhythm not in Rhythm.values:
        message = _("Choose how often.")
        raise Invalid(message, [Violation("rhythm", message, field="rhythm")])
    held = Subscription.objects.filter(view=view, person=by).first() or Subscription(view=view, person=by)
    held.rhythm, held.next_at = rhythm, next_at(rhythm, by, after=clock.now())
    held.save()
    audit.record("subscribe", held, by=by, rhythm=rhythm)
    return held


@transaction.atomic
def unsubscribe(subscription: Subscription, *, by: Any) -> None:
    """One's own only; again changes nothing. Raises NotPermitted."""
    if by.pk != subscription.person_id and not by.is_system:
        raise NotPermitted(_("A subscription is ended by whose it is."))
    held = Subscription.objects.select_for_update().filter(pk=subscription.pk).first()
    if held is not None:
        audit.record("unsubscribe", held, by=by, view=str(held.view_id))
        held.delete()


def unsubscribe_by(token: str) -> None:
    """End the subscription whose mail held this link; who has the mail needs no account. Raises NotFound."""
    if (held := subscription_of(token)) is not None:
        unsubscribe(held, by=held.person)


def subscription_of(token: str) -> Subscription | None:
    """None where it has ended. Raises NotFound for a token that is not ours."""
    try:
        key = UUID(signing.loads(token, salt=SALT))
    except (signing.BadSignature, ValueError):
        raise NotFound from None
    return Subscription.objects.select_related("view", "person").filter(pk=key).first()


def send_due() -> int:
    """Write the messages of all subscriptions that are due, one each; what they carry is made at delivery."""
    due = list(Subscription.objects.filter(next_at__lte=clock.now()).values_list("pk", flat=True))
    return sum(_send(key) for key in due)


@transaction.atomic
def _send(key: UUID) -> bool:
    held = (
        Subscription.objects.select_for_update(skip_locked=True, of=("self",))
        .select_related("view", "person")
        .filter(pk=key, next_at__lte=clock.now())
        .first()
    )
    if held is None:
        return False
    end = urljoin(settings.PUBLIC_URL, reverse("unsubscribe", args=[signing.dumps(str(held.pk), salt=SALT)]))
    notify([held.person], "view_sent", subject=held.view, context={"title": held.view.name, "unsubscribe": end})
    held.sent_at, held.next_at = clock.now(), next_at(held.rhythm, held.person, after=clock.now())
    held.save(update_fields=["sent_at", "next_at", "updated_at"])
    return True


def next_at(rhythm: str, person: Any, *, after: datetime) -> datetime:
    """The first 07:00 of the reader's clock after an instant, on a day of the rhythm."""
    zone = zone_of(person.time_zone)
    day = _on(rhythm, after.astimezone(zone).date())
    while (found := datetime.combine(day, SENT_AT, zone)) <= after:
        day = _on(rhythm, day + timedelta(days=1))
    return found


def _on(rhythm: str, day: date) -> date:
    """The first day of the rhythm from a day on."""
    if rhythm == Rhythm.WEEKLY:
        return day + timedelta(days=-day.weekday() % 7)
    if rhythm == Rhythm.MONTHLY:
        return day if day.day == 1 else (day.replace(day=1) + timedelta(days=32)).replace(day=1)
    if rhythm == Rhythm.QUARTERLY:
        quarter = quarter_of(day)
        return day if day == quarter.first else quarter.until
    return day

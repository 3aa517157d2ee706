"""Sends circulars: numbered within the alliance, one message to each representative of an active member."""

from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from alliance.models import Alliance, Circular, CircularDelivery
from alliance.queries.circulars import recipients
from alliance.rules.days import today_in
from core import audit, clock
from core.errors import RulesRefuse, Violation
from core.permissions import require
from notifications.commands import messages
from notifications.models import Message


@transaction.atomic
def send_circular(circular: Circular, *, by: Any) -> Circular:
    """Number a draft and send it to whoever speaks for an active member today, in the reader's language.

    A person who speaks for two members gets one message and stands in the log for both. Sent twice, even at the same
    time, it is sent once. Raises NotPermitted, RulesRefuse where nobody would get it.
    """
    alliance = Alliance.objects.select_for_update().get(pk=circular.alliance_id)
    row = Circular.objects.select_for_update().get(pk=circular.pk)
    require(by, "alliance.publish", alliance)
    if row.sent_at is not None:
        return row
    readers = list(recipients(alliance, today_in(alliance)))
    if not readers:
        message = _("No active member has a representative with an account, so nobody would get it.")
        raise RulesRefuse(message, [Violation("no_recipients", message)])
    latest = Circular.objects.filter(alliance=alliance).aggregate(latest=Max("number"))["latest"]
    row.number, row.sent_at, row.sent_by = (latest or 0) + 1, clock.now(), by
    row.version += 1
    row.save()
    letters = {each.recipient_id: each for each in _letters(row, alliance, {each.person_id for each in readers})}
    Message.objects.bulk_create(letters.values())
    once = {(each.membership_id, each.person_id) for each in readers if each.person_id}
    CircularDelivery.objects.bulk_create(
        CircularDelivery(circular=row, membership_id=member, person_id=person, message_id=letters[person].pk)
        for member, person in sorted(once)
    )
    audit.record("send", row, by=by, number=row.number, people=len(letters), members=len({pair[0] for pair in once}))
    return row


def _letters(row: Circular, alliance: Alliance, people: set[Any]) -> list[Message]:
    context = {
        "alliance": alliance.acronym,
        "alliance_zh": alliance.name_local or alliance.acronym,
        "number": row.number,
        "title": row.title,
        "title_zh": row.title_zh or row.title,
        "text": row.body,
        "text_zh": row.body_zh or row.body,
    }
    return messages(sorted(people), "circular", subject=row, context=context)

"""Tells those who must act what a booking still lacks, once for each thing, a week before it is due."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from accounts.models import User
from accounts.queries import system_user
from core import clock
from core.rows import insert
from facilities.commands.locks import lock_booking, lock_time
from facilities.models import Booking, Reminder
from facilities.queries.readiness import readiness_for, readiness_of
from facilities.queries.running import staff_of
from facilities.rules.readiness import STAFF, Item, missing
from facilities.telling import concerned, notices_of

AHEAD = timedelta(days=7)
LOOKS_AHEAD = timedelta(days=60)
"""No thing is due earlier before the start than this, less a week."""


def remind_due(now: datetime | None = None) -> int:
    """Remind of everything that is missing and due within a week; of how many things. Late or twice: the same."""
    moment = now or clock.now()
    coming = Booking.objects.filter(
        state="approved", period__startswith__gt=moment, period__startswith__lte=moment + LOOKS_AHEAD
    ).select_related("instrument__facility")
    lacking = readiness_of(coming.order_by("pk"))
    due = [pk for pk, items in lacking.items() if any(_is_due(item, moment) for item in missing(items))]
    told = set(Reminder.objects.filter(booking__in=due).values_list("booking_id", "item"))
    new = [pk for pk in due if {(pk, item.name) for item in missing(lacking[pk]) if _is_due(item, moment)} - told]
    return sum(_remind(pk, moment) for pk in new)


def _is_due(item: Item, moment: datetime) -> bool:
    return item.due - AHEAD <= moment


@transaction.atomic
def _remind(pk: UUID, moment: datetime) -> int:
    booking = Booking.objects.get(pk=pk)
    lock_time([booking.instrument_id])
    booking = lock_booking(booking.pk)
    told = set(booking.reminders.values_list("item", flat=True))
    items = [item for item in missing(readiness_for(booking)) if _is_due(item, moment) and item.name not in told]
    for who in sorted({item.who for item in items}):
        for_them = [item.what for item in items if item.who == who]
        ids = [person.pk for person in _who_acts(booking, who)]
        by = system_user()
        insert(notices_of(booking, "booking_unready", ids, by=by, lacks="; ".join(for_them)))
    Reminder.objects.bulk_create(Reminder(booking=booking, item=name) for name in sorted({item.name for item in items}))
    return len({item.name for item in items})


def _who_acts(booking: Booking, who: str) -> list[User]:
    if who != STAFF:
        return concerned(booking)
    return list(staff_of(booking.instrument.facility))

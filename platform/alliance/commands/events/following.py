"""What the clock does with events: they begin and are over."""

from django.db.models import Q

from accounts.queries import system_user
from alliance.commands.events.moving import move_event
from alliance.models import Event
from alliance.workflows.events import EVENT
from core import clock
from core.errors import WrongState


def follow_due() -> int:
    """Events whose time has come begin, those whose end has come were held; how many moves. Late or twice is the same.

    What was postponed or cancelled stays so.
    """
    now, by, moved = clock.now(), system_user(), 0
    for name, due in (("finish", Q(ends_at__lte=now)), ("start", Q(starts_at__lte=now, ends_at__gt=now))):
        sources = EVENT.find(name).sources
        for event in Event.objects.filter(due, state__in=sources).order_by("pk"):
            try:
                move_event(event, name, by=by)
            except WrongState:  # somebody was faster
                continue
            moved += 1
    return moved

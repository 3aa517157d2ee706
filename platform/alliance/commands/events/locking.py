"""Locks an event for a command: whatever counts or moves within it happens one after the other."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.commands import invalid
from alliance.models import Event
from alliance.permissions.events import organises
from core.errors import DomainError, NotPermitted


def locked(event: Event) -> Event:
    return Event.objects.select_for_update(of=("self",)).select_related("alliance").get(pk=event.pk)


def locked_for(event: Event, by: Any, version: int | None = None) -> Event:
    """The same for one who organises it and, where `version` is given, has read it as it is.

    Raises NotPermitted; DomainError `version_changed` (409).
    """
    event = locked(event)
    if not organises(by, event):
        raise NotPermitted(_("Only those who organise the events of the alliance may do this."))
    if version is not None and event.version != version:
        message = _("Somebody changed the event meanwhile. Look at it again, then save.")
        raise DomainError(message, "version_changed", status=409)
    return event


def checked(row: Any, *, exclude: tuple[str, ...] = (), constraints: bool = True) -> None:
    """What the row itself states, before the database does; without its constraints where the command has told what
    they say in better words. Raises Invalid."""
    try:
        row.full_clean(exclude=exclude, validate_constraints=constraints)
    except ValidationError as error:
        raise invalid(error) from error


def touch(event: Event) -> None:
    """The event changed: calendars that know it see a higher SEQUENCE."""
    event.version += 1
    event.save(update_fields=["version", "updated_at"])

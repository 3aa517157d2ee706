"""Records who came to an event and for how long."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from alliance.commands.events.locking import locked_for
from alliance.models import Registration
from core import audit
from core.errors import Invalid, Violation, WrongState

FROM = frozenset({"running", "held", "published"})


@transaction.atomic
def record_attendance(
    registration: Registration, *, by: Any, attended: bool, minutes: int | None = None
) -> Registration:
    """Somebody came, for so many minutes where that is known, or did not come.

    Raises NotPermitted, WrongState before the event begins and for who has no place, Invalid.
    """
    event = locked_for(registration.event, by)
    registration = Registration.objects.select_for_update(of=("self",)).get(pk=registration.pk)
    if event.state not in FROM:
        raise WrongState(_("Attendance is recorded once the event has begun."))
    if registration.cancelled_at is not None or registration.is_waiting:
        raise WrongState(_("%(name)s has no place.") % {"name": registration.name})
    if minutes is not None and (minutes < 0 or (minutes and not attended)):
        message = _("Minutes belong to somebody who came.")
        raise Invalid(message, [Violation("minutes", message, "minutes")])
    registration.attended, registration.attended_minutes = attended, minutes if attended else None
    registration.version += 1
    registration.save(update_fields=["attended", "attended_minutes", "version", "updated_at"])
    audit.record("attend", registration, by=by, attended=attended, minutes=minutes)
    return registration

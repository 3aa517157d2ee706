"""What an instrument takes: steps, shortest and longest bookings, notice, horizon, how long holds and absence last."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.errors import DomainError, Violation, WrongState
from core.permissions import require
from facilities.commands.catalogue import update_instrument
from facilities.models import Instrument
from facilities.queries.limits import broken_by_limits

LIMITS = (
    "granularity_minutes",
    "min_minutes",
    "max_minutes",
    "notice_hours",
    "horizon_days",
    "hold_minutes",
    "no_show_minutes",
)
"""The columns of an instrument that are its limits (rules R-02 and those of the instrument)."""


@transaction.atomic
def set_limits(
    instrument: Instrument, *, by: Any, expected: int | None = None, seen: Collection[UUID] = (), **limits: int
) -> Instrument:
    """Change some of the limits. Bookings to come that would break them stay, and are listed first: whoever changes
    says which ones were `seen`. The same once more is a replay; `expected` is the version that the editor has read.

    Raises NotPermitted, Invalid, WrongState (changed meanwhile) and a DomainError with one violation for each booking
    that was not seen.
    """
    row = Instrument.objects.select_for_update(of=("self",)).select_related("facility").get(pk=instrument.pk)
    require(by, "facilities.manage_calendar", row.facility)
    changed: dict[str, Any] = {name: value for name, value in limits.items() if getattr(row, name) != value}
    if not changed:
        return row
    if expected is not None and expected != row.version:
        raise WrongState(_("Somebody else has changed this instrument meanwhile. Look at it again."), code="changed")
    row = update_instrument(row, by=by, **changed)
    if unseen := [each for each in broken_by_limits(row) if each.booking.pk not in seen]:
        message = ngettext(
            "%(n)d booking would break these limits. It stays; look at it before they hold.",
            "%(n)d bookings would break these limits. They stay; look at them before they hold.",
            len(unseen),
        ) % {"n": len(unseen)}
        told = [f"{each.booking.reference}: {' '.join(each.sentences)}" for each in unseen]
        violations = [Violation("limits", sentence, "seen", source="instrument") for sentence in told]
        raise DomainError(message, "bookings_break", violations, status=409)
    return row

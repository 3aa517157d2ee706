"""What hinders an event: its dates, its circulation (R-46), the programme's rooms and speakers, and its places."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from alliance.models import Event, Registration
from core import times
from core.errors import Violation
from core.search import fold


def days_ahead(event: Event, on: date) -> int | None:
    """Days from a day to the first of the event in its zone; None while that is not known."""
    if event.starts_at is None:
        return None
    return (event.starts_at.astimezone(times.zone_of(event.zone)).date() - on).days


def is_late(event: Event, on: date) -> bool:
    """Whether circulating the material on that day is less than CIRCULATION_DAYS ahead: a warning, no wall (R-46)."""
    ahead = days_ahead(event, on)
    return ahead is not None and ahead < settings.CIRCULATION_DAYS


def dates_missing(event: Event) -> list[Violation]:
    """An announced event says when it is, or in words what it is planned for."""
    if event.starts_at is None and not event.planned_for:
        return [Violation("dates_missing", _("Give its dates, or say what it is planned for."), "planned_for")]
    return []


def registration_closed(event: Event, now: datetime) -> list[Violation]:
    """Why nobody can register at this moment."""
    if event.state != "registration":
        return [Violation("registration_closed", _("Registration is not open."))]
    if event.registration_from and now < event.registration_from:
        opens = times.moment(event.registration_from, event.zone)
        return [Violation("registration_not_yet", _("Registration opens on %(when)s.") % {"when": opens})]
    ends = event.registration_until or event.ends_at
    if ends and now >= ends:
        return [
            Violation(
                "registration_over", _("Registration closed on %(when)s.") % {"when": times.moment(ends, event.zone)}
            )
        ]
    return []


def mode_refused(event: Event, mode: str) -> list[Violation]:
    """Whether one can take part in this way."""
    if mode not in Registration.Mode.values:
        return [Violation("mode_unknown", _("Choose on site or online."), "mode")]
    if event.mode not in (Event.Mode.HYBRID, mode):
        return [
            Violation(
                "mode_refused", _("This event is %(mode)s only.") % {"mode": event.get_mode_display().lower()}, "mode"
            )
        ]
    return []


def places(event: Event, mode: str) -> int | None:
    """How many may take part in this way; None: as many as like."""
    return event.places_onsite if mode == Registration.Mode.ONSITE else event.places_online


def speaker_key(person: Any, name: str) -> str:
    """What tells speakers apart: the account, else the name without accents and capitals; empty while it is open."""
    return str(person.pk) if person is not None else fold(name)


def overlapping(rows: Iterable[Any], starts_at: datetime | None, ends_at: datetime | None) -> list[Any]:
    """Those of `rows` (with starts_at, ends_at) that share time with the half-open range; none while it is unknown."""
    if starts_at is None or ends_at is None:
        return []
    return [row for row in rows if row.starts_at and row.starts_at < ends_at and starts_at < row.ends_at]

"""Moves an event: announced, invited to, opened, postponed (it stays the same event), held, cancelled."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from alliance.commands.events.carrying import carry_programme
from alliance.commands.events.inviting import send_invitations
from alliance.commands.events.locking import checked, locked, locked_for
from alliance.commands.events.planning import WHEN, keep_schedule
from alliance.commands.events.telling import tell_change
from alliance.models import Event
from alliance.permissions.events import event_parties
from alliance.queries.events import proceedings_of
from alliance.rules.events import dates_missing, is_late
from alliance.workflows.events import EVENT, UPCOMING
from core import audit, clock, times
from core.errors import Invalid, RulesRefuse, Violation
from workflow.commands import advance, permitted_move


@transaction.atomic
def move_event(event: Event, name: str, *, by: Any, note: str = "", dates: Mapping[str, Any] | None = None) -> Event:
    """Make one of the moves of the table; doing it again in its target state is refused like any other.

    `dates` (starts_at, ends_at, planned_for) are the new ones of a postponed event; those told before are kept.
    Who is registered or invited hears of a postponement or cancellation. Raises WrongState, NotPermitted, Invalid,
    RulesRefuse with everything that is missing.
    """
    event = locked(event)
    parties = event_parties(by, event)
    found = permitted_move(EVENT, name, event.state, parties, note)
    also: list[str] = []
    if name == "postpone":
        also = _new_dates(event, dates or {}, note=note, by=by)
    if missing := _missing(event, name):
        raise RulesRefuse(_("Something is missing."), missing)
    if name == "invite":
        also += _circulated(event, _today(event)) if event.circulated_on is None else []
    advance(event, EVENT, name, by=by, parties=parties, note=note, also=also)
    if name == "invite":
        send_invitations(event, by=by)
    if name in ("postpone", "cancel"):
        tell_change(event, note=note, move=found)
    return event


@transaction.atomic
def circulate(event: Event, *, by: Any, on: date | None = None) -> Event:
    """Record that its material went round on a day. Less than CIRCULATION_DAYS ahead is stored and shown (R-46)."""
    event = locked_for(event, by)
    if on is not None and on > clock.now().date():
        raise Invalid(_("That day has not come."), [Violation("in_future", _("That day has not come."), "on")])
    fields = _circulated(event, on or _today(event))
    event.version += 1
    event.save(update_fields=[*fields, "version", "updated_at"])
    audit.record("circulate", event, by=by, on=str(event.circulated_on), late=event.is_late_circulation)
    return event


def _today(event: Event) -> date:
    return clock.now().astimezone(times.zone_of(event.zone)).date()


def _circulated(event: Event, on: date) -> list[str]:
    event.circulated_on, event.is_late_circulation = on, is_late(event, on)
    return ["circulated_on", "is_late_circulation"]


def _new_dates(event: Event, dates: Mapping[str, Any], *, note: str, by: Any) -> list[str]:
    """The old dates go into the record; without new ones the event says what it is planned for, or nothing."""
    if event.state in UPCOMING:
        keep_schedule(event, reason=note, by=by)
    for name in WHEN:
        setattr(event, name, dates.get(name, "" if name == "planned_for" else None))
    event.planned_for_zh = dates.get("planned_for_zh", "")
    event.circulated_on, event.is_late_circulation = None, False
    event.registration_from = event.registration_until = None
    checked(event)
    carry_programme(event)
    return [*WHEN, "planned_for_zh", "circulated_on", "is_late_circulation", "registration_from", "registration_until"]


def _missing(event: Event, name: str) -> list[Violation]:
    """What the move needs and the event does not have."""
    now = clock.now()
    if name in ("announce", "invite"):
        return dates_missing(event)
    if name == "open-registration":
        if event.ends_at is None:
            return [Violation("dates_missing", _("Give its dates first: people register for a time."), "starts_at")]
        if event.ends_at <= now:
            return [Violation("over", _("The event is over."), "ends_at")]
    if name in ("start", "finish") and event.starts_at and event.starts_at > now:
        return [Violation("not_begun", _("It has not begun."), "starts_at")]
    if name == "publish-proceedings" and not proceedings_of(event).exists():
        return [
            Violation(
                "proceedings_missing",
                _("Link proceedings to the event first, under Documents: in force, and for everybody to read."),
            )
        ]
    return []

"""Registers people for an event, never more than it has places; who waits longest moves up when one is free."""

from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Organisation, User
from accounts.queries import affiliation_at, system_user
from alliance.commands.events.locking import checked, locked
from alliance.commands.events.telling import tell_registered
from alliance.models import Event, Registration
from alliance.permissions.events import organises
from alliance.rules.events import mode_refused, places, registration_closed
from core import audit, clock
from core.errors import NotPermitted, RulesRefuse, WrongState


@dataclass(frozen=True)
class Guest:
    """Somebody who takes part without an account here, or is entered by the organisers."""

    name: str
    email: str
    organisation_name: str = ""
    country: str = ""
    organisation: Organisation | None = None


@transaction.atomic
def register(event: Event, mode: str, *, by: Any, guest: Guest | None = None) -> Registration:
    """Take a place, or the next on the waiting list where all are taken; doing it again returns the registration.

    Without `guest` one registers oneself, with the organisation and country of this day. A `guest` is entered by the
    organisers, or by the system for somebody who filled in the public form. Confirmed by mail. The event's row is
    locked, so places are never given twice. Raises NotPermitted, Invalid, RulesRefuse.
    """
    event = locked(event)
    mine = guest is None or (by.pk and guest.email.strip().lower() == by.email.lower())
    if not mine and not organises(by, event):
        raise NotPermitted(_("You register yourself; organisers enter others."))
    registration = _of_oneself(event, by) if mine else _of_guest(event, guest)
    known = event.registrations.filter(cancelled_at=None, email__iexact=registration.email).first()
    if registration.email and known is not None:
        known.event = event
        return known
    registration.mode = mode
    enters = not mine and event.state in {"invited", "registration", "running"} and not by.is_system
    if violations := [*([] if enters else registration_closed(event, clock.now())), *mode_refused(event, mode)]:
        raise RulesRefuse(str(violations[0].message), violations)
    checked(registration, exclude=("event", "person", "organisation", "created_by"))
    registration.is_waiting = is_full(event, mode)
    registration.save(force_insert=True)
    audit.record("register", registration, by=by, event=str(event.pk), mode=mode, waiting=registration.is_waiting)
    tell_registered(registration, "event_waiting" if registration.is_waiting else "event_registered")
    return registration


def is_full(event: Event, mode: str) -> bool:
    """Whether all places of a way to take part are taken; the event is locked."""
    most = places(event, mode)
    if most is None:
        return False
    return event.registrations.filter(mode=mode, cancelled_at=None, is_waiting=False).count() >= most


def _of_oneself(event: Event, person: User) -> Registration:
    home = affiliation_at(person, clock.now().date())
    organisation = home.organisation if home else None
    return Registration(
        event=event,
        person=person,
        name=person.name,
        email=person.email,
        organisation=organisation,
        organisation_name=organisation.name if organisation else "",
        country=organisation.country if organisation else "",
        created_by=person,
    )


def _of_guest(event: Event, guest: Any) -> Registration:
    return Registration(
        event=event,
        person=User.objects.filter(email__iexact=guest.email, is_active=True, is_system=False).first()
        if guest.email
        else None,
        name=guest.name.strip(),
        email=guest.email.strip(),
        organisation=guest.organisation,
        organisation_name=guest.organisation_name.strip() or (guest.organisation.name if guest.organisation else ""),
        country=guest.country or (guest.organisation.country if guest.organisation else ""),
    )


@transaction.atomic
def cancel_registration(registration: Registration, *, by: Any, with_link: bool = False) -> Registration:
    """Give the place back; who waits longest moves up and is told. `with_link`: the caller held the mail's link.

    Raises NotPermitted, WrongState once the event is over.
    """
    event = locked(registration.event)
    registration = Registration.objects.select_for_update(of=("self",)).get(pk=registration.pk)
    registration.event = event
    if not with_link and registration.person_id != by.pk and not organises(by, event):
        raise NotPermitted(_("You cancel your own registration; organisers cancel any."))
    if registration.cancelled_at is not None:
        return registration
    if event.state in {"held", "published", "cancelled"}:
        raise WrongState(_("The event is over."))
    had_place = not registration.is_waiting
    registration.cancelled_at = clock.now()
    registration.version += 1
    registration.save(update_fields=["cancelled_at", "version", "updated_at"])
    audit.record("cancel", registration, by=by, event=str(event.pk))
    tell_registered(registration, "event_left")
    if had_place:
        move_up(event)
    return registration


def move_up(event: Event) -> int:
    """Give free places to who waits longest, in the order of registration; how many. The event is locked."""
    moved = 0
    if event.state not in {"announced", "invited", "registration", "running"}:
        return moved
    for mode in Registration.Mode.values:
        waiting = event.registrations.filter(mode=mode, cancelled_at=None, is_waiting=True)
        if not waiting.exists():
            continue
        most = places(event, mode)
        taken = event.registrations.filter(mode=mode, cancelled_at=None, is_waiting=False).count()
        free = None if most is None else max(most - taken, 0)
        for row in waiting.select_related("person").order_by("created_at", "id")[:free]:
            row.event, row.is_waiting = event, False
            row.version += 1
            row.save(update_fields=["is_waiting", "version", "updated_at"])
            audit.record("move-up", row, by=system_user(), event=str(event.pk))
            tell_registered(row, "event_place")
            moved += 1
    return moved

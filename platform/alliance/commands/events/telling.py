"""Tells people of an event: invitations, confirmations, changes, each with the event for their calendar."""

from typing import Any

from django.urls import reverse

from alliance.calendars import calendar_entry
from alliance.models import Event, Invitation, Registration
from alliance.tokens import token_of
from notifications.commands import notify, notify_address
from workflow.machine import Move


def context_of(event: Event, **more: Any) -> dict[str, Any]:
    """What every mail about an event says of it, as plain values."""
    return {
        "event": event.title,
        "event_zh": event.title_zh,
        "venue": event.venue,
        "planned_for": event.planned_for,
        "zone": event.zone,
        "by_day": event.by_day,
        "starts_at": event.starts_at.isoformat() if event.starts_at else "",
        "ends_at": event.ends_at.isoformat() if event.ends_at else "",
        "path": reverse("event", args=[event.slug]),
        **more,
    }


def tell_registered(registration: Registration, kind: str) -> None:
    """One person: registered, waiting, let in or cancelled. A place comes with the event for the calendar."""
    event = registration.event
    path = reverse("event_registration", args=[token_of(registration)])
    context = context_of(event, name=registration.name, mode=str(registration.mode), path=path)
    cancelled = registration.cancelled_at is not None
    calendar = {} if registration.is_waiting else calendar_entry(event, cancelled=cancelled, inside=True)
    _send(registration.person, registration.email, kind, event, context, calendar)


def tell_invited(invitation: Invitation) -> None:
    """The invitation, with the link to accept or decline."""
    member = invitation.membership
    context = context_of(
        invitation.event,
        name=invitation.name,
        member=member.organisation.name if member else "",
        alliance=invitation.event.alliance.name,
        path=reverse("event_invitation", args=[token_of(invitation)]),
    )
    _send(invitation.person, invitation.email, "event_invited", invitation.event, context, {})


def tell_change(event: Event, *, note: str = "", move: Move | None = None) -> None:
    """Other dates, postponed or cancelled: all who are registered, or invited and have not declined, once each."""
    kind = {"postpone": "event_postponed", "cancel": "event_cancelled"}.get(move.name if move else "", "event_changed")
    calendar = calendar_entry(event, cancelled=event.state == "cancelled" or event.starts_at is None, inside=True)
    context = context_of(event, note=note)
    told = set()
    taking = event.registrations.filter(cancelled_at=None).exclude(email="").select_related("person")
    for row in taking.order_by("pk"):
        told.add(row.email.lower())
        _send(row.person, row.email, kind, event, context, {} if row.is_waiting else calendar)
    for guest in event.invitations.filter(state__in=["sent", "accepted"]).select_related("person").order_by("pk"):
        if guest.email.lower() not in told:
            _send(guest.person, guest.email, kind, event, context, {})


def _send(person: Any, email: str, kind: str, event: Event, context: dict[str, Any], calendar: dict[str, Any]) -> None:
    if person is not None:
        notify([person], kind, subject=event, context=context, calendar=calendar)
    elif email:
        notify_address(email, kind, subject=event, context=context, calendar=calendar)

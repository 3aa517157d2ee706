"""Reads bookings: which a person may see, one of them with everything its page shows, its history."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from core import audit
from core.lookup import find
from core.models import AuditEntry
from core.permissions import container_ids
from facilities import sql
from facilities.models import Booking, Change, Facility
from facilities.permissions import booking_parties
from facilities.workflows import BOOKING
from workflow.machine import Move
from workflow.queries import subjects_lent_to


def bookings_visible_to(user: Any) -> QuerySet[Booking]:
    """One's own, those one takes part in, those of one's teams, and all of facilities whose calendar one sees in full.

    While it waits for their decision, also what stands with a stand-in or the member of a group. Newest first.
    """
    rows = Booking.objects.select_related("instrument__facility", "requester", "team", "organisation")
    if not user.is_authenticated or not user.is_active:
        return rows.none()
    if not (user.is_system or user.is_superuser):
        seen = involving(user)
        if facilities := facilities_seen_by(user):
            seen |= Q(instrument__facility__in=facilities)
        if lent := subjects_lent_to(user, Booking._meta.label_lower):
            seen |= Q(pk__in=lent)
        rows = rows.filter(seen)
    return rows.order_by("-created_at", "-id")


def bookings_of(user: Any) -> QuerySet[Booking]:
    """Those a person asked for, takes part in, or whose team they are on; newest first."""
    rows = Booking.objects.select_related("instrument__facility", "requester", "team", "organisation")
    return rows.filter(involving(user)).order_by("-created_at", "-id")


def lines_of(ids: Iterable[UUID]) -> list[tuple[Any, ...]]:
    """Bookings that are to be listed, found by a query that says who may see them, as values in the order of a line of
    the API; in the order of their identifiers."""
    return sql.rows(sql.LINES, {"bookings": list(ids)})


def involving(user: Any) -> Q:
    """The condition that a booking involves a person, of constants alone: then every part of it has an index, and one
    page of few among a million costs no more than one among a hundred."""
    [(teams, taking_part)] = sql.rows(sql.INVOLVED, {"user": user.pk})
    return Q(requester=user) | Q(team__in=teams) | Q(pk__in=taking_part)


def facilities_seen_by(user: Any) -> list[UUID]:
    """Facilities whose every booking a person sees; a list, so that it is a constant in the statement."""
    return container_ids(user, "facilities.view_private_calendar", Facility)


def find_booking(user: Any, key: str | UUID) -> Booking:
    """By identifier or reference (`B-000123`). Raises NotFound for one that is not there or not to be seen."""
    return find(bookings_visible_to(user), key, numbered="B-")


def booking_history(booking: Booking) -> QuerySet[AuditEntry]:
    """Who did what to a booking, when and why, oldest first."""
    return audit.history(booking)


def open_change(booking: Booking) -> Change | None:
    """The other time that is proposed for a booking now."""
    return booking.changes.filter(state="open").select_related("instrument__facility", "by").first()


def moves_open_to(user: Any, booking: Booking) -> list[Move]:
    """What a person may do with a booking now: the buttons of its page and the actions of the API."""
    return BOOKING.open_moves(booking.state, booking_parties(user, booking))

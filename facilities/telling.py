"""Who hears of a booking's moves, and what the message and the calendar entry say."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db.models import Q

from accounts.models import User
from accounts.queries import holders
from core.rows import insert
from facilities.models import Booking, Person, TeamMember
from notifications.commands import messages
from notifications.models import Message

ENDED = frozenset({"declined", "expired", "withdrawn", "cancelled", "no_show", "lost"})


def concerned(booking: Booking) -> list[User]:
    """The requester, those who take part, and the leads of the team, each once."""
    leads = TeamMember.objects.filter(team=booking.team_id, role=TeamMember.Role.LEAD)
    return list(
        User.objects.filter(
            Q(pk=booking.requester_id)
            | Q(pk__in=booking.people.values("user_id"))
            | Q(pk__in=leads.values("user_id") if booking.team_id else []),
            is_active=True,
        ).order_by("pk")
    )


def concerned_by_each(bookings: Iterable[Booking]) -> dict[UUID, set[UUID]]:
    """The identifiers of those concerned by each of several bookings, in two statements."""
    rows = list(bookings)
    found = {row.pk: {row.requester_id} if row.requester_id else set() for row in rows}
    for booking, user in Person.objects.filter(booking__in=found, user__is_active=True).values_list("booking", "user"):
        found[booking].add(user)
    leads: dict[UUID | None, set[UUID]] = {}
    teams = {row.team_id for row in rows if row.team_id}
    led = TeamMember.objects.filter(team__in=teams, role=TeamMember.Role.LEAD, user__is_active=True)
    for team, user in led.values_list("team", "user"):
        leads.setdefault(team, set()).add(user)
    return {row.pk: found[row.pk] | leads.get(row.team_id, set()) for row in rows}


def tell(booking: Booking, kind: str, *, by: Any, note: str = "", facility_too: bool = False, **more: Any) -> None:
    """Write the message of a move for everybody concerned; `facility_too` adds the facility's managers."""
    recipients = concerned(booking)
    if facility_too:
        known = {user.pk for user in recipients}
        managers = holders("facility_manager", booking.instrument.facility_id)
        recipients += [user for user in managers if user.pk not in known]
    insert(messages_of(booking, kind, [user.pk for user in recipients], by=by, note=note, **more))


def tell_together(bookings: Iterable[Booking], kind: str, *, by: Any, note: str = "", **more: Any) -> None:
    """One message to each person concerned by any of the bookings; it leads to the first and names all of theirs."""
    theirs: dict[UUID, list[Booking]] = {}
    for booking in bookings:
        for person in concerned(booking):
            theirs.setdefault(person.pk, []).append(booking)
    rows: list[Message] = []
    for recipient, own in theirs.items():
        context = context_of(own[0]) | {"by": by.name, "note": note, "all": ", ".join(map(str, own))} | more
        rows += messages([recipient], kind, subject=own[0], context=context)
    insert(rows)


def messages_of(
    booking: Booking,
    kind: str,
    recipients: Iterable[UUID],
    *,
    by: Any,
    note: str = "",
    leaving: bool = False,
    **more: Any,
) -> list[Message]:
    """The unsaved messages of a move. Those who are `leaving` the booking hear that it is off for them."""
    context = context_of(booking) | {"by": by.name, "note": note} | more
    calendar = calendar_of(booking, off=leaving)
    return messages(recipients, kind, subject=booking, context=context, calendar=calendar)


def notices_of(booking: Booking, kind: str, recipients: Iterable[UUID], *, by: Any, **more: Any) -> list[Message]:
    """The unsaved messages about a booking that stays as it is: no calendar entry goes with them."""
    context = context_of(booking) | {"by": by.name, "note": ""} | more
    return messages(recipients, kind, subject=booking, context=context)


def context_of(booking: Booking) -> dict[str, Any]:
    """Plain values for the words of a message."""
    instrument = booking.instrument
    return {
        "reference": booking.reference,
        "title": booking.title,
        "instrument": instrument.name,
        "facility": instrument.facility.name,
        "zone": instrument.facility.zone,
        "starts_at": booking.starts_at.isoformat(),
        "ends_at": booking.ends_at.isoformat(),
        "state": booking.state,
        "units": str(booking.units),
        "unit": booking.unit,
    }


def calendars_of(bookings: Iterable[Booking]) -> dict[str, Any] | None:
    """The calendar entries of several bookings, each with what it needs to be read alone; None where there is none."""
    entries = [entry | {"state": booking.state} for booking in bookings if (entry := calendar_of(booking))]
    return {"entries": entries} if entries else None


def calendar_of(booking: Booking, *, off: bool = False) -> dict[str, Any] | None:
    """The calendar entry: one identity for life, a higher SEQUENCE with every change (RFC 5546); none for a hold. It is
    cancelled with the booking, or where it is `off` for the reader."""
    if booking.state == "held":
        return None
    instrument = booking.instrument
    return {
        "uid": str(booking.pk),
        "sequence": booking.sequence,
        "method": "CANCEL" if off or booking.state in ENDED else "REQUEST",
        "starts_at": booking.starts_at.isoformat(),
        "ends_at": booking.ends_at.isoformat(),
        "zone": instrument.facility.zone,
        "summary": f"{booking.reference} · {instrument.name}",
        "location": instrument.facility.name,
    }

"""What private calendars hold: the bookings of a person or a team, the time of an instrument, as the owner sees it."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from hashlib import sha256
from typing import Any
from urllib.parse import urljoin
from uuid import UUID

from django.conf import settings
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from facilities.models import Booking, Instrument, Team, TeamMember
from facilities.queries.bookings import bookings_of, bookings_visible_to
from facilities.queries.calendar import calendar_events
from facilities.telling import ENDED
from notifications.feeds import Entry, Source

UNDECIDED = frozenset({"requested", "countered"})


def _entries(bookings: QuerySet[Booking], starts_at: datetime, ends_at: datetime) -> Iterator[Entry]:
    """Bookings of a period by start; a hold is not an appointment yet."""
    rows = bookings.filter(period__overlap=DateTimeTZRange(starts_at, ends_at)).exclude(state="held")
    for booking in rows.order_by("period", "id"):
        undecided = "TENTATIVE" if booking.state in UNDECIDED else "CONFIRMED"
        yield Entry(
            uid=str(booking.pk),
            sequence=booking.sequence,
            starts_at=booking.starts_at,
            ends_at=booking.ends_at,
            zone=booking.instrument.facility.zone,
            summary=" · ".join(part for part in (booking.reference, booking.instrument.name, booking.title) if part),
            location=booking.instrument.facility.name,
            stamp=booking.updated_at,
            status="CANCELLED" if booking.state in ENDED else undecided,
            link=urljoin(settings.PUBLIC_URL, f"/bookings/{booking.pk}/"),
        )


class OwnBookings:
    """Feed of a person: what they asked for, take part in, or their team has."""

    def title(self, owner: Any, target_id: UUID) -> str | None:
        return _("My bookings") if target_id == owner.pk else None

    def entries(self, owner: Any, target_id: UUID, starts_at: datetime, ends_at: datetime) -> Iterable[Entry]:
        return _entries(bookings_of(owner), starts_at, ends_at)


class InstrumentTime:
    """Feed of an instrument: bookings in full where the owner sees them, else only that it is taken; and blocks."""

    def title(self, owner: Any, target_id: UUID) -> str | None:
        instrument = Instrument.objects.filter(pk=target_id, archived_at=None).first()
        return instrument.name if instrument else None

    def entries(self, owner: Any, target_id: UUID, starts_at: datetime, ends_at: datetime) -> Iterable[Entry]:
        yield from _entries(bookings_visible_to(owner).filter(instrument=target_id), starts_at, ends_at)
        instrument = Instrument.objects.select_related("facility").get(pk=target_id)
        for event in calendar_events([target_id], starts_at, ends_at, owner):
            if event["kind"] == "booking" and event["id"] is None:
                yield self._taken(event, instrument)

    def _taken(self, event: dict[str, Any], instrument: Instrument) -> Entry:
        """Busy time of somebody else: nothing but that, under an identity that tells nothing."""
        starts_at, ends_at = (datetime.fromisoformat(event[name]) for name in ("starts_at", "ends_at"))
        identity = sha256(f"{instrument.pk} {starts_at} {ends_at}".encode()).hexdigest()[:32]
        return Entry(identity, starts_at, ends_at, instrument.facility.zone, _("Taken"), stamp=starts_at)


class TeamBookings:
    """Feed of a programme, which shares its identifier with its team: for those on the team."""

    def title(self, owner: Any, target_id: UUID) -> str | None:
        member = TeamMember.objects.filter(team=target_id, user=owner).exists()
        team = Team.objects.filter(pk=target_id).first()
        return team.title if team and member else None

    def entries(self, owner: Any, target_id: UUID, starts_at: datetime, ends_at: datetime) -> Iterable[Entry]:
        return _entries(bookings_visible_to(owner).filter(team=target_id), starts_at, ends_at)


SOURCES: dict[str, Source] = {"person": OwnBookings(), "instrument": InstrumentTime(), "program": TeamBookings()}

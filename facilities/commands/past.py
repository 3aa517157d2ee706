"""What another system has kept: a past booking as rows say it, and in memory what is taken around a batch of them."""

from bisect import bisect_left, insort
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from accounts.models import Organisation
from core.errors import Violation
from facilities.commands.claims import Place, Wanted, wanted_by
from facilities.lanes import peak
from facilities.models import Booking, Claim, Instrument, Team


@dataclass(frozen=True)
class PastBooking:
    """A booking that another system has kept, found again by `external_id`. Without a state it is completed once it
    has ended, approved before. Organisation and country are those at the time. Without an access category it has the
    usual one of its team.

    With `only_known` it changes a booking that was recorded before and makes no new one.
    """

    external_id: str
    instrument: Instrument
    starts_at: datetime
    ends_at: datetime
    title: str = ""
    purpose: str = ""
    state: str = ""
    mode: str = Instrument.Mode.ONSITE
    requester: Any = None
    team: Team | None = None
    organisation: Organisation | None = None
    organisation_label: str = ""
    country: str = ""
    people: tuple[Any, ...] = ()
    requested_at: datetime | None = None
    decided_at: datetime | None = None
    category: str = ""
    is_demo: bool = False
    only_known: bool = False


@dataclass(frozen=True, order=True)
class Span:
    """Claimed time; `label` says of what, `booking` by which."""

    lower: datetime
    upper: datetime
    label: str = field(default="", compare=False)
    booking: UUID | None = field(default=None, compare=False)


@dataclass(frozen=True)
class Outcome:
    """What became of one row: `created` or `updated` with its booking, `skipped` (known already), or `refused` and
    why. `against` are rules that a booking still to come breaks; it is recorded all the same."""

    status: str
    booking: Booking | None = None
    reason: str = ""
    against: tuple[Violation, ...] = ()


@dataclass
class Taken:
    """What is claimed of the instruments of a batch, in memory, by start; rows of the batch are added as they pass."""

    spans: dict[UUID, list[Span]] = field(default_factory=dict)

    @classmethod
    def around(cls, rows: Sequence[PastBooking], parts: dict[UUID, Any]) -> "Taken":
        """Loaded from the claims that the batch may meet, in one statement."""
        taken = cls()
        usable = [row for row in rows if not unusable(row)]
        if not usable:
            return taken
        period = (min(row.starts_at for row in usable), max(row.ends_at for row in usable))
        people = {person.pk for row in usable for person in row.people}
        resources = {*parts, *people, *(pk for each in parts.values() for pk, _capacity in each)}
        claims = Claim.objects.filter(resource__in=resources, period__overlap=period).select_related("booking")
        for each in claims.order_by("id"):
            label = _label(each.booking)
            taken._put(each.resource, Span(each.period.lower, each.period.upper, label, each.booking_id))
        return taken

    def collision(self, instrument: Instrument, wanted: Sequence[Wanted]) -> str:
        """A sentence on what is in the way of a booking; empty when nothing is."""
        for each in wanted:
            most = instrument.capacity if each.resource == instrument.pk else 1
            meeting = self._meeting(each, most)
            clipped = [Span(max(span.lower, each.lower), min(span.upper, each.upper)) for span in meeting]
            if peak(clipped) >= most:
                return _("It collides with %(what)s.") % {"what": meeting[0].label}
        return ""

    def add(self, booking: Booking, wanted: Sequence[Wanted]) -> None:
        for each in wanted:
            self._put(each.resource, Span(each.lower, each.upper, _label(booking), booking.pk))

    def without(self, booking: Booking) -> "Taken":
        """The same as if a booking claimed nothing, for one that is to have another time."""
        return Taken({pk: [span for span in spans if span.booking != booking.pk] for pk, spans in self.spans.items()})

    def _put(self, resource: UUID, span: Span) -> None:
        insort(self.spans.setdefault(resource, []), span)

    def _meeting(self, wanted: Wanted, most: int) -> list[Span]:
        spans = self.spans.get(wanted.resource, [])
        found = []
        for position in range(bisect_left(spans, Span(wanted.upper, wanted.upper)) - 1, -1, -1):
            if spans[position].upper > wanted.lower:
                found.append(spans[position])
            elif most == 1:  # they do not overlap, so none before this one reaches so far
                break
        return found


def unusable(row: PastBooking) -> str:
    """Why a row is no time at all; empty when it is."""
    if row.ends_at <= row.starts_at:
        return _("It ends before it starts.")
    if row.starts_at.tzinfo is None or row.ends_at.tzinfo is None:
        return _("Its instants have no time zone.")
    return ""


def wanted_of(row: PastBooking, parts: tuple[tuple[UUID, int], ...]) -> list[Wanted]:
    """History is claimed as it was, without set-up time, which is a policy."""
    people = tuple(person.pk for person in row.people) if row.mode == Instrument.Mode.ONSITE else ()
    place = Place(row.instrument, row.starts_at, row.ends_at, parts, people)
    return [replace(each, lower=row.starts_at) for each in wanted_by(place)]


def _label(booking: Booking) -> str:
    name = booking.title or booking.external_id or booking.reference
    return f"“{name}” ({booking.starts_at:%Y-%m-%d %H:%M} – {booking.ends_at:%Y-%m-%d %H:%M} UTC)"

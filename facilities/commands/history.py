"""Records what has happened already: past bookings and use, in bulk. Claims apply to history, policies do not."""

from bisect import bisect_left, insort
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils.translation import gettext as _

from accounts.models import Organisation
from core import audit, clock
from core.models import AuditEntry, new_id
from facilities import sql
from facilities.commands.claims import Place, Wanted, claim_exactly, claim_row, wanted_by
from facilities.commands.locks import lock_time
from facilities.lanes import peak
from facilities.models import Access, Booking, Claim, Instrument, Person, Team
from facilities.queries.facts import parts_of
from facilities.units import units_between
from facilities.workflows import CLAIMING


@dataclass(frozen=True)
class PastBooking:
    """A booking that another system has kept, found again by `external_id`. Without a state it is completed once it
    has ended, approved before. Organisation and country are those at the time."""

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
    is_demo: bool = False


@dataclass(frozen=True, order=True)
class Span:
    """Claimed time; `label` says of what."""

    lower: datetime
    upper: datetime
    label: str = field(default="", compare=False)


@dataclass(frozen=True)
class Outcome:
    """What became of one row: `created` with its booking, `skipped` (known already), or `refused` and why."""

    status: str
    booking: Booking | None = None
    reason: str = ""


@dataclass(frozen=True)
class PastSession:
    """Time of an instrument that was used; `units` by elapsed time unless the source says how many there were."""

    external_id: str
    instrument: Instrument
    starts_at: datetime
    ends_at: datetime
    units: Decimal | None = None
    booking: Booking | None = None
    team: Team | None = None
    person_label: str = ""
    organisation: Organisation | None = None
    country: str = ""
    mode: str = Instrument.Mode.ONSITE
    lost_units: Decimal = Decimal(0)
    lost_cause: str = ""
    note: str = ""
    is_demo: bool = False


@transaction.atomic
def record_past_bookings(rows: Sequence[PastBooking], *, by: Any, source: str) -> list[Outcome]:
    """Record a batch of past bookings of one source; an outcome for each row, in order.

    Idempotent by (source, external id). A row that ends before it starts, or whose time is claimed already (also by
    an earlier row), is refused with what it collides with, and does not stop the others.
    """
    instruments = {row.instrument.pk: row.instrument for row in rows}
    lock_time(instruments)
    stored = Booking.objects.filter(source=source, external_id__in=[row.external_id for row in rows])
    known = set(stored.values_list("external_id", flat=True))
    parts = {pk: parts_of(instrument) for pk, instrument in instruments.items()}
    taken = Taken.around(rows, parts)
    outcomes: list[Outcome] = []
    claims: list[tuple[Booking, list[Wanted]]] = []
    for row in rows:
        if row.external_id in known:
            outcomes.append(Outcome("skipped"))
            continue
        booking = _booking(row, by, source)
        wanted = _wanted(row, parts[row.instrument.pk]) if booking.state in CLAIMING else []
        if reason := _unusable(row) or taken.collision(row.instrument, wanted):
            outcomes.append(Outcome("refused", reason=reason))
            continue
        known.add(row.external_id)
        taken.add(booking, wanted)
        claims.append((booking, wanted))
        outcomes.append(Outcome("created", booking))
    _write(rows, outcomes, claims, by)
    return outcomes


@transaction.atomic
def record_sessions(rows: Iterable[PastSession], *, by: Any, source: str) -> int:
    """Record a batch of use of one source by COPY; how many were new. Idempotent by (source, external id)."""
    rows = list(rows)
    now = clock.now()
    with sql.cursor() as cursor:
        cursor.execute(sql.INCOMING_SESSIONS)
        with cursor.copy(sql.COPY_SESSIONS) as copy:
            for row in rows:
                copy.write_row(_session(row, source, now))
        created = Counter(pk for (pk,) in cursor.execute(sql.TAKE_SESSIONS).fetchall())
        cursor.execute(sql.FORGET_INCOMING)
    instruments = {row.instrument.pk: row.instrument for row in rows}
    AuditEntry.objects.bulk_create(
        audit.entry("record-sessions", instruments[pk], by=by, source=source, sessions=number)
        for pk, number in created.items()
    )
    return created.total()


@dataclass
class Taken:
    """What is claimed of the instruments of a batch, in memory, by start; rows of the batch are added as they pass."""

    spans: dict[UUID, list[Span]] = field(default_factory=dict)

    @classmethod
    def around(cls, rows: Sequence[PastBooking], parts: dict[UUID, Any]) -> "Taken":
        """Loaded from the claims that the batch may meet, in one statement."""
        taken = cls()
        usable = [row for row in rows if not _unusable(row)]
        if not usable:
            return taken
        period = (min(row.starts_at for row in usable), max(row.ends_at for row in usable))
        people = {person.pk for row in usable for person in row.people}
        resources = {*parts, *people, *(pk for each in parts.values() for pk, _capacity in each)}
        claims = Claim.objects.filter(resource__in=resources, period__overlap=period).select_related("booking")
        for each in claims.order_by("id"):
            taken._put(each.resource, Span(each.period.lower, each.period.upper, _label(each.booking)))
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
            self._put(each.resource, Span(each.lower, each.upper, _label(booking)))

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


def _unusable(row: PastBooking) -> str:
    if row.ends_at <= row.starts_at:
        return _("It ends before it starts.")
    if row.starts_at.tzinfo is None or row.ends_at.tzinfo is None:
        return _("Its instants have no time zone.")
    return ""


def _wanted(row: PastBooking, parts: tuple[tuple[UUID, int], ...]) -> list[Wanted]:
    """History is claimed as it was, without set-up time, which is a policy."""
    people = tuple(person.pk for person in row.people) if row.mode == Instrument.Mode.ONSITE else ()
    place = Place(row.instrument, row.starts_at, row.ends_at, parts, people)
    return [replace(each, lower=row.starts_at) for each in wanted_by(place)]


def _label(booking: Booking) -> str:
    name = booking.title or booking.external_id or booking.reference
    return f"“{name}” ({booking.starts_at:%Y-%m-%d %H:%M} – {booking.ends_at:%Y-%m-%d %H:%M} UTC)"


def _booking(row: PastBooking, by: Any, source: str) -> Booking:
    now = clock.now()
    organisation = row.organisation
    return Booking(
        created_at=row.requested_at or min(row.starts_at, now),
        instrument=row.instrument,
        period=DateTimeTZRange(row.starts_at, row.ends_at),
        state=row.state or ("completed" if row.ends_at <= now else "approved"),
        mode=row.mode,
        category=Access.PROGRAM if row.team is not None and row.team.kind == Team.Kind.PROGRAM else Access.GENERAL,
        title=row.title,
        purpose=row.purpose,
        requester=row.requester,
        team=row.team,
        organisation=organisation,
        organisation_label=row.organisation_label or (organisation.name if organisation else ""),
        country=row.country or (organisation.country if organisation else ""),
        unit=row.instrument.unit,
        units=units_between(row.starts_at, row.ends_at, row.instrument.unit_minutes),
        requested_at=row.requested_at,
        decided_at=row.decided_at,
        source=source,
        external_id=row.external_id,
        is_demo=row.is_demo,
        created_by=None if by.is_system else by,
    )


def _write(
    rows: Sequence[PastBooking], outcomes: list[Outcome], claims: list[tuple[Booking, list[Wanted]]], by: Any
) -> None:
    """Everything of a batch in four statements, except claims of instruments with lanes, which are packed singly."""
    bookings = [booking for booking, _wanted in claims]
    Booking.objects.bulk_create(bookings)
    Person.objects.bulk_create(
        Person(booking=outcome.booking, user=person, on_site=row.mode == Instrument.Mode.ONSITE)
        for row, outcome in zip(rows, outcomes, strict=True)
        if outcome.booking
        for person in row.people
    )
    Claim.objects.bulk_create(
        claim_row(booking, each) for booking, wanted in claims if booking.instrument.capacity == 1 for each in wanted
    )
    for booking, wanted in claims:
        if booking.instrument.capacity > 1:
            claim_exactly(booking, wanted)
    AuditEntry.objects.bulk_create(
        audit.entry("import", booking, by=by, to_state=booking.state, source=booking.source) for booking in bookings
    )


def _session(row: PastSession, source: str, now: datetime) -> tuple[Any, ...]:
    """The values of `sql.SESSION_COLUMNS`."""
    units = units_between(row.starts_at, row.ends_at, row.instrument.unit_minutes) if row.units is None else row.units
    return (
        new_id(),
        now,
        now,
        row.instrument.pk,
        row.booking.pk if row.booking else None,
        row.team.pk if row.team else None,
        row.person_label,
        row.organisation.pk if row.organisation else None,
        row.country,
        row.mode,
        row.starts_at,
        row.ends_at,
        row.instrument.unit,
        units,
        row.lost_units,
        row.lost_cause,
        row.note,
        source,
        row.external_id,
        row.is_demo,
    )

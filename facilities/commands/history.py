"""Records what has happened already: past bookings and use, in bulk. Claims apply to history, policies do not."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from accounts.models import Organisation
from core import audit, clock
from core.bulk import copy_rows
from core.models import AuditEntry, new_id
from core.rows import fetch
from facilities import sql
from facilities.commands.claims import Wanted, claim_exactly, claim_row
from facilities.commands.corrections import correct
from facilities.commands.locks import lock_time
from facilities.commands.past import Outcome, PastBooking, Taken, unusable, wanted_of
from facilities.models import Access, Booking, Instrument, Person, Team
from facilities.queries.facts import parts_of
from facilities.units import units_of_stay
from facilities.workflows import CLAIMING

__all__ = ["Outcome", "PastBooking", "PastSession", "record_past_bookings", "record_sessions"]


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

    Idempotent by (source, external id): a row that says the same again is skipped, one that says something else
    corrects the booking it made. A row that ends before it starts, or whose time is claimed already (also by an
    earlier row), is refused with what it collides with, and does not stop the others.
    """
    instruments = {row.instrument.pk: row.instrument for row in rows}
    stored = Booking.objects.filter(source=source, external_id__in=[row.external_id for row in rows])
    lock_time({*instruments, *stored.values_list("instrument_id", flat=True)})
    known = {booking.external_id: booking for booking in stored.select_related("instrument__facility")}
    parts = {pk: parts_of(instrument) for pk, instrument in instruments.items()}
    taken = Taken.around(rows, parts)
    outcomes: list[Outcome] = []
    claims: list[tuple[Booking, list[Wanted]]] = []
    made: set[str] = set()
    for row in rows:
        if row.external_id in made or (row.only_known and row.external_id not in known):
            outcomes.append(Outcome("skipped"))
            continue
        if row.external_id in known:
            outcomes.append(correct(known[row.external_id], row, taken, parts[row.instrument.pk], by=by))
            continue
        booking = _booking(row, by, source)
        wanted = wanted_of(row, parts[row.instrument.pk]) if booking.state in CLAIMING else []
        if reason := unusable(row) or taken.collision(row.instrument, wanted):
            outcomes.append(Outcome("refused", reason=reason))
            continue
        made.add(row.external_id)
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


def _booking(row: PastBooking, by: Any, source: str) -> Booking:
    now = clock.now()
    organisation = row.organisation
    return Booking(
        created_at=row.requested_at or min(row.starts_at, now),
        instrument=row.instrument,
        period=DateTimeTZRange(row.starts_at, row.ends_at),
        state=row.state or ("completed" if row.ends_at <= now else "approved"),
        mode=row.mode,
        category=row.category or _usual_category(row.team),
        title=row.title,
        purpose=row.purpose,
        requester=row.requester,
        team=row.team,
        organisation=organisation,
        organisation_label=row.organisation_label or (organisation.name if organisation else ""),
        country=row.country or (organisation.country if organisation else ""),
        unit=row.instrument.unit,
        units=units_of_stay(row.instrument, row.starts_at, row.ends_at),
        requested_at=row.requested_at,
        decided_at=row.decided_at,
        source=source,
        external_id=row.external_id,
        is_demo=row.is_demo,
        created_by=None if by.is_system else by,
    )


def _usual_category(team: Team | None) -> str:
    return Access.PROGRAM if team is not None and team.kind == Team.Kind.PROGRAM else Access.GENERAL


def _write(
    rows: Sequence[PastBooking], outcomes: list[Outcome], claims: list[tuple[Booking, list[Wanted]]], by: Any
) -> None:
    """Everything of a batch by COPY, except claims of instruments with lanes, which are packed singly."""
    bookings = [booking for booking, _wanted in claims]
    numbers = fetch(sql.NEXT_NUMBERS, {"many": len(bookings)})
    for booking, (number,) in zip(bookings, numbers, strict=True):
        booking.number = number
    copy_rows(bookings)
    copy_rows(
        [
            Person(booking=outcome.booking, user=person, on_site=row.mode == Instrument.Mode.ONSITE)
            for row, outcome in zip(rows, outcomes, strict=True)
            if outcome.status == "created"
            for person in row.people
        ]
    )
    copy_rows(
        [claim_row(booking, each) for booking, wanted in claims if booking.instrument.capacity == 1 for each in wanted]
    )
    for booking, wanted in claims:
        if booking.instrument.capacity > 1:
            claim_exactly(booking, wanted)
    copy_rows(
        [audit.entry("import", booking, by=by, to_state=booking.state, source=booking.source) for booking in bookings]
    )


def _session(row: PastSession, source: str, now: datetime) -> tuple[Any, ...]:
    """The values of `sql.SESSION_COLUMNS`."""
    units = units_of_stay(row.instrument, row.starts_at, row.ends_at) if row.units is None else row.units
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

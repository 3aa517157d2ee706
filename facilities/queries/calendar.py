"""The calendar of instruments as events: bookings and blocks, each with as much as its reader may see."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from facilities import sql
from facilities.models import Facility
from facilities.queries.bookings import facilities_seen_by
from facilities.workflows import LIVE


def calendar_events(
    instrument_ids: Iterable[UUID], starts_at: datetime, ends_at: datetime, user: Any
) -> list[dict[str, Any]]:
    """Bookings and blocks of instruments that touch a period, by start.

    `{id, kind, state, starts_at, ends_at, title, mine, instrument}`; of a booking the reader may not see only the busy
    time is told: `title` is None and `id` empty. A proposed other time is an event of state `proposed`. A block
    names its `facility` too; without an instrument it is of the whole facility.
    """
    import orjson

    events: list[dict[str, Any]] = orjson.loads(calendar_json(instrument_ids, starts_at, ends_at, user))
    return events


def calendar_json(instrument_ids: Iterable[UUID], starts_at: datetime, ends_at: datetime, user: Any) -> str:
    """The same as JSON text, made by PostgreSQL: Python never holds the rows."""
    signed_in = user.is_authenticated and user.is_active
    parameters = {
        "instruments": list(instrument_ids),
        "from": starts_at,
        "to": ends_at,
        "user": user.pk if signed_in else None,
        "facilities": facilities_seen_by(user) if signed_in else [],
        "everything": bool(signed_in and (user.is_system or user.is_superuser)),
    }
    events: str | None = sql.rows(sql.CALENDAR, parameters)[0][0]
    return f"[{events or ''}]"


# Live bookings near a stretch, found by their claims (which are indexed by time), and whether each lies wholly in the
# stored open calendar.
OPENNESS = """
    select booking.id, coalesce(open.periods @> booking.period, false)
    from facilities_instrument instrument
    join facilities_claim claim on claim.resource = instrument.id and claim.period && %(period)s::tstzrange
        and claim.change_id is null
    join facilities_booking booking on booking.id = claim.booking_id and booking.instrument_id = instrument.id
        and booking.period && %(period)s::tstzrange and booking.state = any(%(live)s::text[])
    left join facilities_opentime open on open.instrument_id = instrument.id
    where instrument.facility_id = %(facility)s::uuid
        and (%(instrument)s::uuid is null or instrument.id = %(instrument)s::uuid)
"""


def openness(facility: Facility, instrument: UUID | None, period: DateTimeTZRange) -> dict[UUID, bool]:
    """Live bookings of a facility, or of one instrument, that touch a period, and whether their time is open."""
    parameters = {"facility": facility.pk, "instrument": instrument, "period": period, "live": sorted(LIVE)}
    return dict(sql.rows(OPENNESS, parameters))


# Busy time from the claims alone: nothing of a booking is read but when it is. Set-up before it is not told.
BUSY = """
    select claim.resource, lower(taken), upper(taken)
    from facilities_claim claim
    join facilities_booking booking on booking.id = claim.booking_id
    left join facilities_change change on change.id = claim.change_id
    cross join lateral (values (claim.period * coalesce(change.period, booking.period))) used (taken)
    where claim.resource = any(%(instruments)s::uuid[]) and claim.period && %(period)s::tstzrange
        and not isempty(taken)
    order by claim.resource, taken, claim.lane
"""


def busy_stretches(
    instruments: Iterable[UUID], starts_at: datetime, ends_at: datetime
) -> dict[UUID, list[tuple[datetime, datetime]]]:
    """When places of each instrument are taken, one stretch for each place, by start; what anybody may know."""
    return _stretches(BUSY, instruments, starts_at, ends_at)


OPENED = """
    select open.instrument_id, lower(piece), upper(piece)
    from facilities_opentime open
    cross join lateral unnest(open.periods * tstzmultirange(%(period)s::tstzrange)) piece
    where open.instrument_id = any(%(instruments)s::uuid[])
    order by open.instrument_id, piece
"""


def open_stretches(
    instruments: Iterable[UUID], starts_at: datetime, ends_at: datetime
) -> dict[UUID, list[tuple[datetime, datetime]]]:
    """When each instrument is open to users within a period, by start: blocks and opening hours, not bookings."""
    return _stretches(OPENED, instruments, starts_at, ends_at)


def _stretches(
    statement: str, instruments: Iterable[UUID], starts_at: datetime, ends_at: datetime
) -> dict[UUID, list[tuple[datetime, datetime]]]:
    found: dict[UUID, list[tuple[datetime, datetime]]] = {}
    parameters = {"instruments": list(instruments), "period": DateTimeTZRange(starts_at, ends_at)}
    for pk, lower, upper in sql.rows(statement, parameters):
        found.setdefault(pk, []).append((lower, upper))
    return found

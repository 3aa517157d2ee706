"""How full an instrument is in the coming weeks: booked out of open hours."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from facilities import sql
from facilities.models import Instrument

# Overlaps of an instrument with several places are counted as many times as they run; capacity is in `open`.
LOAD = """
    select week.at,
        coalesce((
            select sum(extract(epoch from upper(piece) - lower(piece))) / 3600
            from facilities_opentime open
            cross join lateral unnest(open.periods * tstzmultirange(tstzrange(week.at, week.until))) piece
            where open.instrument_id = %(instrument)s::uuid
        ), 0) * %(capacity)s::int,
        coalesce((
            select sum(extract(epoch from
                least(upper(booking.period), week.until) - greatest(lower(booking.period), week.at))) / 3600
            from facilities_booking booking
            where booking.instrument_id = %(instrument)s::uuid and booking.state = any(%(states)s::text[])
                and booking.period && tstzrange(week.at, week.until)
        ), 0)
    from unnest(%(starts)s::timestamptz[], %(ends)s::timestamptz[]) week (at, until)
    order by week.at
"""
TAKEN = ["approved", "running", "completed", "closed"]


@dataclass(frozen=True)
class Week:
    """Hours of a week that are open for users, and hours of it that are taken."""

    starts_at: datetime
    open: Decimal
    booked: Decimal

    @property
    def share(self) -> Decimal | None:
        """Taken of open hours; None where nothing is open."""
        return self.booked / self.open if self.open else None


def load_of(instrument: Instrument, edges: Sequence[datetime]) -> list[Week]:
    """The stretches between consecutive `edges`, in one statement; requests that are not approved do not count."""
    parameters = {
        "instrument": instrument.pk,
        "capacity": instrument.capacity,
        "states": TAKEN,
        "starts": list(edges[:-1]),
        "ends": list(edges[1:]),
    }
    return [Week(*row) for row in sql.rows(LOAD, parameters)]

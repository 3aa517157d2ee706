"""Demand and utilisation that the next cycle of each instrument may expect, from its roll-ups by month."""

from calendar import monthrange
from collections import defaultdict
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from core import clock
from reports import metrics
from reports.datasets.frames import FACILITY, PLACES, asked, parties_by, read, records
from reports.parameters import Query

if TYPE_CHECKING:
    from pandas import DataFrame

YEARS = 4
"""As far back as the months are looked at."""
COLUMNS = [
    *("facility_id", "facility", "instrument_id", "instrument", "cycle", "first", "until", "method", "forecast_hours"),
    *("error_hours", "low", "high", "error_share", "planned_hours", "utilisation", "parties"),
]
# The next cycle, drafts too; where there is none, the six months after this one.
NEXT = """
select i.id, f.id::text, {facility}, i.code, coalesce(c.name, ''),
    coalesce((lower(c.period) at time zone f.zone)::date, %(month)s::date + interval '1 month')::date,
    coalesce((upper(c.period) at time zone f.zone)::date, %(month)s::date + interval '7 months')::date
from facilities_instrument i join facilities_facility f on f.id = i.facility_id
left join lateral (
    select c.name, c.period from facilities_cycle c
    where c.facility_id = f.id and lower(c.period) > %(now)s::timestamptz order by c.period limit 1
) c on true
where i.archived_at is null and i.unit <> 'node_hour' {places}
order by 3, 2, i.code, i.id
"""
MONTHS = """
select u.instrument_id, date_trunc('month', u.day)::date, sum(u.booked_user_seconds)::float8 / 3600
from reports_dailyuse u
where u.instrument_id = any(%(instruments)s::uuid[]) and u.day < %(month)s::date and u.day >= %(since)s::date
group by 1, 2
"""
PLANNED = """
select s.id, sum(u.user_seconds)::float8 / 3600
from unnest(%(instruments)s::uuid[], %(firsts)s::date[], %(untils)s::date[]) as s(id, first, until)
join reports_dailyuse u on u.instrument_id = s.id and u.day >= s.first and u.day < s.until
group by s.id
"""


def forecast(query: Query, *, count: bool) -> "DataFrame":
    """Booked hours inside user time that the next cycle may expect, the mean error of such forecasts in the past, and
    the share of the user hours that are planned for it. An instrument with less than half a year of use has no row.

    Months without use between the first and the last one are 0: they were reported.
    """
    now = clock.now()
    month = now.date().replace(day=1)
    places = read(NEXT.format(facility=FACILITY, places=PLACES), {**asked(query), "month": month, "now": now})
    instruments = [row[0] for row in places]
    used: dict[Any, dict[date, float]] = defaultdict(dict)
    since = month.replace(year=month.year - YEARS)
    for instrument, at, hours in read(MONTHS, {"instruments": instruments, "month": month, "since": since}):
        used[instrument][at] = hours
    spans = {"firsts": [row[5] for row in places], "untils": [row[6] for row in places]}
    planned = dict(read(PLANNED, {"instruments": instruments, **spans}))
    year = replace(query, since=month - timedelta(days=365), until=month)
    sizes = parties_by("i.id::text", year) if count else {}
    rows = [_line(place, used[place[0]], month, planned.get(place[0])) for place in places if used[place[0]]]
    return records([{**row, "parties": sizes.get(row["instrument_id"], 0)} for row in rows if row], COLUMNS)


def _line(place: tuple[Any, ...], used: dict[date, float], month: date, planned: float | None) -> dict[str, Any] | None:
    instrument, facility_id, facility, code, cycle, first, until = place
    series = [used.get(each, 0.0) for each in _months(min(used), month)]
    coming = _months(month, until)
    parts = [_part(each, first, until) for each in coming]
    skip = next(n for n, part in enumerate(parts) if part)
    found = metrics.forecast(series, skip, len(coming) - skip)
    if found is None:
        return None
    hours = sum(value * part for value, part in zip(found.values, parts[skip:], strict=True))
    return {
        "facility_id": facility_id,
        "facility": facility,
        "instrument_id": str(instrument),
        "instrument": code,
        "cycle": cycle,
        "first": first,
        "until": until,
        "method": found.method,
        "forecast_hours": hours,
        "error_hours": found.error,
        "low": max(0.0, hours - found.error),
        "high": hours + found.error,
        "error_share": metrics.ratio(found.error, hours),
        "planned_hours": planned,
        "utilisation": metrics.utilisation(hours, planned),
    }


def _months(first: date, until: date) -> list[date]:
    """The first days of the months from that of `first` up to the day before `until`."""
    found, at = [], first.replace(day=1)
    while at < until:
        found.append(at)
        at = (at + timedelta(days=32)).replace(day=1)
    return found


def _part(month: date, first: date, until: date) -> float:
    """What share of a month's days lies within [first, until)."""
    length = monthrange(month.year, month.month)[1]
    inside = (min(until, month + timedelta(days=length)) - max(first, month)).days
    return max(0, inside) / length

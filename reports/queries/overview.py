"""The handful of numbers that leadership reads first, each over a row of periods so that its course shows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext_lazy as _

from core import clock
from reports import metrics
from reports.commands.rollups import refresh_rollups
from reports.datasets.frames import EXPECTED
from reports.datasets.reliability import faults_in
from reports.figures import AVAILABILITY_TARGET
from reports.numbers import Goal
from reports.periods import Period
from reports.queries.targets import goals
from reports.sql import shares

USE = """
select coalesce(sum(u.user_seconds), 0)::float8, coalesce(sum(u.booked_user_seconds), 0)::float8,
    coalesce(sum(u.delivered_seconds), 0)::float8,
    coalesce(sum(u.sessions), 0)::bigint
from unnest(%(firsts)s::date[], %(untils)s::date[]) with ordinality as p(first, until, place)
left join (
    select u.* from facilities_instrument i join reports_dailyuse u on u.instrument_id = i.id
    where i.unit <> 'node_hour' and (%(facility)s::uuid is null or i.facility_id = %(facility)s::uuid)
        and u.day >= %(since)s::date and u.day < %(end)s::date
) u on u.day >= p.first and u.day < p.until
group by p.place order by p.place
"""

HOMES = f"""
select coalesce(sum(h.delivered_seconds) filter (where h.country <> h.host), 0)::float8,
    coalesce(sum(h.delivered_seconds), 0)::float8
from unnest(%(firsts)s::date[], %(untils)s::date[]) with ordinality as p(first, until, place)
left join lateral (
    select h.country, h.delivered_seconds, coalesce(nullif(i.country, ''), f.country) as host
    from facilities_instrument i join facilities_facility f on f.id = i.facility_id
    join {shares("p.first", "p.until")} h on h.instrument_id = i.id
    where i.unit <> 'node_hour' and h.country <> '' and f.country <> ''
        and (%(facility)s::uuid is null or f.id = %(facility)s::uuid)
) h on true
group by p.place order by p.place
"""

DECISIONS = """
select percentile_cont(0.5) within group (order by b.days), count(b.days)
from unnest(%(firsts)s::date[], %(untils)s::date[]) with ordinality as p(first, until, place)
left join (
    select b.decided_at, extract(epoch from b.decided_at - b.requested_at)::float8 / 86400 as days
    from facilities_booking b join facilities_instrument i on i.id = b.instrument_id
    where b.requested_at is not null and b.decided_at >= b.requested_at
        and (%(facility)s::uuid is null or i.facility_id = %(facility)s::uuid)
) b on b.decided_at >= p.first::timestamp at time zone 'UTC' and b.decided_at < p.until::timestamp at time zone 'UTC'
group by p.place order by p.place
"""

REPORTING = f"""
select count(distinct f.id), count(distinct f.id) filter (where exists (
    select 1 from reports_dailyuse u
    where u.instrument_id = i.id and u.day >= %(since)s::date and u.day < %(end)s::date and u.sessions > 0
))
from facilities_instrument i join facilities_facility f on f.id = i.facility_id
where i.archived_at is null and {EXPECTED} and (%(facility)s::uuid is null or f.id = %(facility)s::uuid)
"""


@dataclass(frozen=True)
class Number:
    """One number with its course, oldest first; `target` with the side that is good, and where the target is from."""

    key: str
    label: Any
    kind: str
    definition: Any
    report: str
    values: Sequence[float | None]
    target: float | None = None
    high_is_good: bool = True
    target_source: str = ""

    @property
    def value(self) -> float | None:
        return self.values[-1]

    @property
    def met(self) -> bool | None:
        """Whether the target is met; None without a target or a value."""
        if self.target is None or self.value is None:
            return None
        return self.value >= self.target if self.high_is_good else self.value <= self.target


@dataclass(frozen=True)
class Overview:
    """`reporting` of `expected` facilities recorded sessions in the last period."""

    as_of: datetime
    numbers: Sequence[Number]
    expected: int
    reporting: int


def overview(periods: Sequence[Period], facility: UUID | None = None) -> Overview:
    """The numbers over these periods, of all facilities or of one; the same sums as the reports that they lead to."""
    refresh_rollups()
    as_of = clock.now()
    asked = {
        "firsts": [period.first for period in periods],
        "untils": [period.until for period in periods],
        "since": min(period.first for period in periods),
        "end": max(period.until for period in periods),
        "facility": facility,
    }
    with connection.cursor() as cursor:
        use, homes, decisions = (_rows(cursor, statement, asked) for statement in (USE, HOMES, DECISIONS))
        last = {**asked, "since": periods[-1].first, "end": periods[-1].until}
        ((expected, reporting),) = _rows(cursor, REPORTING, last)
    held = goals(periods[-1].until - timedelta(days=1), facility=facility)
    availability, decision = held.get("K03", Goal(AVAILABILITY_TARGET, "APS")), held.get("K21", Goal(49, "ORNL"))
    numbers = (
        Number(
            "availability",
            _("Availability"),
            "share",
            _("User hours that were not lost to faults (K03)"),
            "availability",
            [faults and metrics.availability(*faults) for faults in faults_in(periods, facility)],
            target=availability.value,
            target_source=availability.source,
        ),
        Number(
            "utilisation",
            _("Use of user time"),
            "share",
            _("Booked hours inside user time, of user hours (K08)"),
            "utilisation",
            [metrics.utilisation(booked, user) for user, booked, _given, _n in use],
        ),
        Number(
            "delivered",
            _("Delivered"),
            "hours",
            _("Hours delivered in sessions; node-hours stand apart"),
            "delivered-time",
            [given / 3600 if sessions else None for _user, _booked, given, sessions in use],
        ),
        Number(
            "decision",
            _("Time to decision"),
            "days",
            _("Median from request to decision (K21)"),
            "decision-time",
            [median for median, _n in decisions],
            target=decision.value,
            high_is_good=False,
            target_source=decision.source,
        ),
        Number(
            "international",
            _("International share"),
            "share",
            _("Delivered hours of users from another country (K16)"),
            "flows",
            [metrics.ratio(abroad, known) for abroad, known in homes],
        ),
    )
    return Overview(as_of, numbers, expected, reporting)


def _rows(cursor: Any, statement: str, parameters: dict[str, Any]) -> list[tuple[Any, ...]]:
    cursor.execute(statement, parameters)
    return list(cursor.fetchall())

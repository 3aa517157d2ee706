"""What figures cost: roll-ups made anew and kept current, a year's usage and heat map, beside plain SQL on raw rows."""

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connection

from bench.client import Client, spread
from core import clock

Row = dict[str, Any]

RAW_HEAT = """
select b.instrument_id, date_trunc('week', lower(b.period)) as week,
    sum(extract(epoch from upper(b.period) - lower(b.period)))
from facilities_booking b
where b.state in ('approved', 'running', 'completed', 'closed') and b.period && tstzrange(%(since)s, %(until)s)
group by 1, 2
"""
RAW_USAGE = """
select date_trunc('month', s.starts_at), sum(s.units), count(*)
from facilities_session s
where s.instrument_id = %(instrument)s::uuid and s.starts_at >= %(since)s and s.starts_at < %(until)s
group by 1
"""
COMPLETED = "select count(*) from facilities_booking where state = 'completed'"
TOUCH = """
update facilities_booking set updated_at = now() where id in (
    select id from facilities_booking where state = 'completed' and number %% %(step)s::bigint = 0 limit %(some)s::int
)
"""


def figures(stage: Any) -> Iterator[Row]:
    """The roll-ups first, then what is read from them by leadership through HTTP."""
    yield from rollups(stage)
    yield from answers(stage)


def rollups(stage: Any) -> Iterator[Row]:
    """A rebuild of all of history, and bringing it up to date after some bookings changed."""
    from accounts.queries import system_user
    from reports.commands.rollups import check_rollups, rebuild_rollups, refresh_rollups

    system = system_user()
    seconds, job = timed(lambda: rebuild_rollups(by=system))
    note = f"{job.result['days']:,} days of instruments"
    rate = stage.facts.size / seconds
    yield {"measure": "rebuild all roll-ups", "p50": seconds, "unit": "s", "note": f"{note}, {rate:,.0f} bookings/s"}
    for some in (1, 1000):
        taken = []
        for _turn in range(5):
            with connection.cursor() as cursor:
                cursor.execute(COMPLETED)
                cursor.execute(TOUCH, {"step": max(1, cursor.fetchone()[0] // some), "some": some})
            seconds, days = timed(refresh_rollups)
            taken.append(seconds * 1000)
        yield {"measure": f"roll up after {some:,} changed", **spread(taken), "unit": "ms", "note": f"{days:,} days"}
    found = check_rollups(by=system, sample=100, seed=1).result
    wrong = len(found["differences"])
    yield {"measure": "sample of days against raw rows", "p50": wrong, "unit": "differ", "note": "of 100, aim 0"}


def answers(stage: Any) -> Iterator[Row]:
    """A year of one instrument and the heat map of all, as JSON with figure and checksum."""
    client = Client(stage.port, leader())
    until = clock.now().date()
    since = until - timedelta(days=365)
    year = f"from={since}&to={until}"
    asked = {
        "since": datetime(since.year, since.month, since.day, tzinfo=UTC),
        "until": datetime(until.year, until.month, until.day, tzinfo=UTC),
        "instrument": stage.facts.instruments[0],
    }
    for measure, path, aim, raw in (
        ("a year's usage of one instrument", f"usage?instrument={stage.facts.slugs[0]}&{year}", "8", RAW_USAGE),
        ("heat map of all for a year", f"utilisation?{year}", "30, also at 1M", RAW_HEAT),
        ("delivered time by facility, a year", f"delivered-time?{year}", "", None),
        ("flows, a year", f"flows?{year}", "", None),
        ("cooperation of all time", "cooperation", "", None),
        ("time to decision, a year", f"decision-time?{year}", "", None),
    ):
        path = f"/reports/{path}"
        for _turn in range(8):
            status, content, _milliseconds = client.get(path)
            if status != 200:
                raise RuntimeError(f"{path}: {status}: {content.decode()[:300]}")
        taken = [client.get(path)[2] for _turn in range(30)]
        plain = {"floor": spread(queries(raw, asked))["p50"], "note": "floor: SQL on raw rows"} if raw else {}
        yield {"measure": measure, **spread(taken), "unit": "ms", "aim": aim, **plain}


def queries(statement: str, parameters: dict[str, Any]) -> list[float]:
    taken = []
    for _turn in range(7):
        with connection.cursor() as cursor:
            seconds, _rows = timed(lambda cursor=cursor: (cursor.execute(statement, parameters), cursor.fetchall()))
        taken.append(seconds * 1000)
    return taken


def leader() -> str:
    """The token of somebody who reads all figures."""
    from accounts.commands import create_token, grant_role
    from accounts.models import User
    from accounts.queries import system_user
    from alliance.models import Alliance

    user = User.objects.filter(email="leader@bench.example").first()
    if user is None:
        user = User.objects.create_user("leader@bench.example", name="Leader")
        alliance = Alliance.objects.first() or Alliance.objects.create(slug="bench", name="Bench", acronym="B")
        grant_role(user, "leadership", alliance, by=system_user())
    return create_token(user, by=user)[1]


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    began = time.perf_counter()
    found = work()
    return time.perf_counter() - began, found

"""Every report over ten years with a given number of usage rows: cold, warm, beside the raw rows and DuckDB.

python -m bench --only usage --usage 100000,1000000,10000000
"""

import argparse
import json
import os
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import chain
from pathlib import Path
from typing import Any

import psycopg

from bench.client import Client, spread
from bench.imports import fresh_database, manage
from bench.server import children, serving

Row = dict[str, Any]
AIM = "p95 300"
MOST_MB = 1024
TIMES = 12
QUESTION = "&measure=delivered&by=centre&across=year"

# Three questions on the raw rows, in the words that PostgreSQL and DuckDB share. `host` is a facility.
RAW = {
    "use by month": "select date_trunc('month', starts_at), sum(units), count(*) from {rows} where {when} group by 1",
    "flows": "select country, host, sum(units), count(distinct team_id) from {rows} where {when} group by 1, 2",
    "use by centre": "select organisation_id, sum(units), count(distinct team_id) from {rows} where {when} group by 1",
}
ROWS = """(
    select s.starts_at at time zone 'UTC' as starts_at, s.units, s.country, s.team_id, s.organisation_id,
        i.facility_id as host
    from facilities_session s join facilities_instrument i on i.id = s.instrument_id
) usage_row"""
EXPORT = f"copy (select * from {ROWS}) to stdout (format csv, header)"
TOUCH = """
update facilities_session set updated_at = now() where id in (
    select id from facilities_session order by id desc limit %(some)s
)
"""


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("size", type=int)
    parser.add_argument("result", type=Path)
    parser.add_argument("--port", type=int, default=8140)
    given = parser.parse_args()
    from config import embedded

    os.environ["DATABASE_URL"] = fresh_database(f"bench_usage_{given.size}")
    import django

    django.setup()
    prepare(given.size)
    found = []
    for row in chain(
        rollups(given.size), answers(given.port, embedded.Server(Path(os.environ["YANQI_HOME"]))), floors(), history()
    ):
        found.append({"size": given.size, **row})
        print(f"  {row['measure']}: {row.get('p50', '')}", flush=True)
    given.result.write_text(json.dumps(found))


def prepare(size: int) -> None:
    from django.core.management import call_command

    from bench.history import fill

    call_command("migrate", verbosity=0, interactive=False)
    print(f"  writing {size:,} usage rows of ten years …", flush=True)
    fill(size)


def rollups(size: int) -> Iterator[Row]:
    """All of history anew, in a process of its own; then what one change and a thousand cost, and the nightly check."""
    from accounts.queries import system_user
    from reports.commands.rollups import check_rollups, refresh_rollups

    seconds, megabytes = manage("rebuild_rollups")
    note = f"{size / seconds:,.0f} usage rows/s, peak {megabytes:.0f} MB of {MOST_MB}"
    yield {"measure": "rebuild all roll-ups of ten years", "p50": seconds, "unit": "s", "note": note}
    for some in (1, 1000):
        written, refreshed = [], []
        for _turn in range(7):
            written.append(_timed(lambda some=some: _touch(some)))
            refreshed.append(_timed(refresh_rollups))
        plain = spread(_timed(lambda some=some: _touch(some, watched=False)) for _turn in range(7))["p50"]
        note = f"writing {some:,}: {spread(written)['p50']:.1f} ms, unwatched {plain:.1f}"
        yield {"measure": f"roll up after {some:,} usage rows changed", **spread(refreshed), "unit": "ms", "note": note}
    began = time.perf_counter()
    result = check_rollups(by=system_user(), sample=100, seed=1).result
    note = f"of 100 days, in {time.perf_counter() - began:.1f} s, aim 0"
    yield {"measure": "the nightly check", "p50": len(result["differences"]), "unit": "differ", "note": note}


def _touch(some: int, *, watched: bool = True) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(f"set session_replication_role = {'origin' if watched else 'replica'}")
        cursor.execute(TOUCH, {"some": some})
        cursor.execute("set session_replication_role = origin")


def answers(port: int, postgres: Any) -> Iterator[Row]:
    """Every report as leadership reads it: right after PostgreSQL and the web server were started, then again."""
    from django.db import connection

    from bench.figures import leader

    token = leader()
    connection.close()
    postgres.stop()
    postgres.ensure_running()
    with serving(port) as server:
        client = Client(port, token)
        cold = {path: _ask(client, path) for _name, path in asked()}
        for name, path in asked():
            warm = spread([_ask(client, path) for _turn in range(TIMES)])
            yield {"measure": name, **warm, "unit": "ms", "aim": AIM, "note": f"cold {cold[path]:.0f} ms"}
        peak = sum(_peak(pid) for pid in [server.pid, *children(server.pid)])
        yield {"measure": "peak memory of the web server", "p50": peak, "unit": "MB", "aim": f"{MOST_MB}"}


def asked() -> Iterator[tuple[str, str]]:
    """Every report over the last year, and over all ten years where time is what it is cut by."""
    from bench.history import DAYS
    from reports.registry import REPORTS

    until = datetime.now(UTC).date()
    for name, report in REPORTS.items():
        known = {each.name for each in report.parameters}
        for label, days in (("a year", 365), ("ten years", DAYS)):
            period = f"from={until - timedelta(days=days)}&to={until}" if "from" in known else ""
            by = QUESTION if name == "ask" else "&by=month" if name == "utilisation" and days == DAYS else ""
            if period or days == DAYS:
                yield f"{name}, {label if period else 'all time'}", f"/reports/{name}?{period}{by}"


def _ask(client: Client, path: str) -> float:
    status, content, milliseconds = client.get(path)
    if status != 200:
        raise RuntimeError(f"{path}: {status}: {content.decode()[:300]}")
    return milliseconds


def _peak(pid: int) -> float:
    """The most megabytes that a process ever held."""
    status = dict(line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines() if ":" in line)
    return int(status["VmHWM"].split()[0]) / 1024


def floors() -> Iterator[Row]:
    """The same questions asked of the raw rows: plain SQL, and DuckDB on the same rows in a file of its own."""
    import duckdb

    since = (datetime.now(UTC) - timedelta(days=365)).date()
    with psycopg.connect(os.environ["DATABASE_URL"]) as postgres, tempfile.TemporaryDirectory() as folder:
        rows = Path(folder) / "rows.csv"
        with rows.open("wb") as file, postgres.cursor().copy(EXPORT) as copied:
            for part in copied:
                file.write(part)
        duck = duckdb.connect(str(Path(folder) / "rows.duckdb"))
        duck.execute(f"create table usage_row as from read_csv('{rows}')")
        rows.unlink()
        for label, when in (("a year", f"starts_at >= '{since}'"), ("ten years", "true")):
            for name, statement in RAW.items():
                plain = statement.format(rows=ROWS, when=when)
                columns = statement.format(rows="usage_row", when=when)
                sql = spread(_timed(lambda plain=plain: postgres.execute(plain).fetchall()) for _turn in range(3))
                fast = spread(_timed(lambda text=columns: duck.execute(text).fetchall()) for _turn in range(5))
                note = f"DuckDB {fast['p50']:.1f} ms"
                yield {"measure": f"raw rows: {name}, {label}", **sql, "unit": "ms", "note": note}


def history() -> Iterator[Row]:
    """The numbers that leadership reads first, each over twelve quarters, without HTTP."""
    from reports.periods import quarter_of
    from reports.queries.overview import overview

    periods = [quarter_of(datetime.now(UTC).date())]
    while len(periods) < 12:
        periods.insert(0, periods[0].before)
    taken = [_timed(lambda: overview(periods)) for _turn in range(TIMES)]
    yield {"measure": "leadership's numbers over twelve quarters", **spread(taken), "unit": "ms", "aim": AIM}


def _timed(work: Any) -> float:
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000


if __name__ == "__main__":
    main()

"""Keep the roll-ups current, build them anew, check them against the raw rows."""

import random
from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import structlog
from django.db import connection, transaction

from core.commands import fail_job, finish_job, start_job
from core.models import Job
from core.rows import fetch, run
from reports import sql
from reports.models import TAKEN, DailyUse
from reports.queries.plain import use_of_day

Span = tuple[UUID, date, date]
"""An instrument and the days from the first up to, not including, the last."""

DAYS_AT_ONCE = 20_000
ONE_AT_A_TIME = 0x59414E51  # key of the advisory lock: two refreshes must not make the same day

logger = structlog.get_logger(__name__)


def refresh_rollups() -> int:
    """Make every day anew that changed since the last time; the number of days. Does nothing when nothing changed."""
    [(changed,)] = fetch(sql.ANY_DIRTY)
    if not changed:
        return 0
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s)", [ONE_AT_A_TIME])
        cursor.execute(sql.TAKE_DIRTY)
        spans = cursor.fetchall()
        cursor.executemany(sql.NOTE_ROLLED, spans)
        whole = [instrument for instrument, first, _until in spans if first is None]
        spans = [span for span in spans if span[0] not in whole] + extents(cursor, whole)
        return sum(make_spans(part) for part in parts_of(spans))


def rebuild_rollups(*, by: Any, progress: Callable[[int, int], None] | None = None) -> Job:
    """Make every day of every instrument anew from the raw rows; `progress` hears days done and days in all."""
    job = start_job("rebuild_rollups", by=by)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s)", [ONE_AT_A_TIME])
        cursor.execute(sql.TAKE_DIRTY)
        cursor.executemany(sql.NOTE_ROLLED, cursor.fetchall())
        cursor.execute("truncate reports_dailyuse, reports_dailyshare, reports_monthlyshare")
        spans, done = extents(cursor, None), 0
        total = sum((until - first).days for _instrument, first, until in spans)
        for part in parts_of(spans):
            done += make_spans(part)
            if progress:
                progress(done, total)
    with connection.cursor() as cursor:
        cursor.execute("analyze reports_dailyuse, reports_dailyshare, reports_monthlyshare")
    return finish_job(job, by=by, result={"days": done, "instruments": len(spans)})


def check_rollups(*, by: Any, sample: int = 200, seed: int | None = None) -> Job:
    """Recompute a sample of days from the raw rows in plain Python, and their months from the days; the job names every
    difference and fails on one."""
    refresh_rollups()
    job = start_job("check_rollups", by=by, total=sample)
    keys = list(DailyUse.objects.order_by("id").values_list("id", flat=True))
    chosen = random.Random(seed).sample(keys, min(sample, len(keys)))
    differences = [
        {"instrument": str(row.instrument_id), "day": row.day.isoformat(), "kept": kept, "raw": raw}
        for row in DailyUse.objects.filter(pk__in=chosen).order_by("instrument_id", "day")
        if (kept := _measures(row)) != (raw := use_of_day(row.instrument_id, row.day))
    ]
    differences += [
        {"instrument": str(instrument), "month": month.isoformat(), "kept": kept, "days": days}
        for instrument, month, days, kept in fetch(sql.STRAYED, {"days": chosen})
    ]
    result = {"checked": len(chosen), "differences": differences}
    if not differences:
        return finish_job(job, by=by, result=result)
    logger.error("rollups_differ", checked=len(chosen), differences=differences[:20])
    return fail_job(job, by=by, message=f"{len(differences)} differences in {len(chosen)} days", result=result)


def _measures(row: DailyUse) -> dict[str, int]:
    return {
        name: getattr(row, f"{name}_seconds") for name in ("user", "open", "booked", "booked_user", "delivered", "lost")
    }


def extents(cursor: Any, instruments: list[UUID] | None) -> list[Span]:
    if instruments == []:
        return []
    cursor.execute(sql.EXTENT, {"all": instruments is None, "instruments": instruments or []})
    return list(cursor.fetchall())


def parts_of(spans: Iterable[Span]) -> Iterator[list[Span]]:
    """Spans in handfuls of at most DAYS_AT_ONCE days, so that one statement never holds all of history."""
    part: list[Span] = []
    room = DAYS_AT_ONCE
    for instrument, first, until in spans:
        while first < until:
            end = min(until, first + timedelta(days=room))
            part.append((instrument, first, end))
            room -= (end - first).days
            first = end
            if not room:
                yield part
                part, room = [], DAYS_AT_ONCE
    if part:
        yield part


DAYS = (sql.FORGET_USE, sql.FORGET_SHARES, sql.MAKE_SHARES, sql.MAKE_USE)
MONTHS = (sql.MAKE_MONTHS,)


def make_spans(spans: list[Span], statements: tuple[str, ...] = DAYS + MONTHS) -> int:
    """Make the days of some spans anew, whole, and their months; how many days they are. Prepared: planning is a third
    of the processor time for one day, and one plan is as good for 20,000."""
    instruments, firsts, untils = zip(*spans, strict=True)
    parameters = {
        "instruments": list(instruments),
        "firsts": list(firsts),
        "untils": list(untils),
        "taken": list(TAKEN),
    }
    for statement in statements:
        run(statement, parameters)
    return sum((until - first).days for _instrument, first, until in spans)

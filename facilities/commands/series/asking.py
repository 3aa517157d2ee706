"""Asking for a series: every date judged as if the ones before it were booked, then all of them or what is possible."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core import audit
from core.errors import Invalid, Violation
from core.rows import insert
from facilities.announcing import series_messages
from facilities.commands.bookings.placing import lost_race
from facilities.commands.bookings.requesting import settled
from facilities.commands.bookings.together import (
    Judge,
    Placed,
    check_together,
    place_together,
    refused,
    with_alternatives,
)
from facilities.commands.series.routing import send_series
from facilities.models import Series, SeriesDate
from facilities.recurrence import Pattern, wall
from facilities.rules import BookingRequest

ALTERNATIVES = 1
"""Free slots told for each date that is not possible."""


@dataclass(frozen=True)
class SeriesRequest:
    """A booking's request, whose time is that of the first date, and how it repeats in the facility's local time."""

    request: BookingRequest
    rule: str
    excluded: frozenset[date] = frozenset()

    @property
    def pattern(self) -> Pattern:
        zone = self.request.instrument.facility.zone
        starts, ends = wall(self.request.starts_at, zone), wall(self.request.ends_at, zone)
        minutes = round((ends - starts).total_seconds() / 60)
        return Pattern(self.rule, starts, max(minutes, 1), zone, self.excluded)


@dataclass(frozen=True)
class PlannedDate:
    """A date of a series with what stands against it."""

    recurrence_id: datetime
    placed: Placed

    @property
    def ok(self) -> bool:
        return not self.placed.violations

    def as_dict(self) -> dict[str, Any]:
        return {"date": self.recurrence_id.isoformat(), "ok": self.ok, **self.placed.as_dict()}


@dataclass(frozen=True)
class SeriesCheck:
    """What would happen, date by date. `units` is what the possible dates cost."""

    dates: Sequence[PlannedDate]
    unit: str

    @property
    def ok(self) -> bool:
        return all(each.ok for each in self.dates)

    @property
    def units(self) -> Decimal:
        return sum((each.placed.units for each in self.dates if each.ok), Decimal(0))


def check_series(wish: SeriesRequest, *, by: Any) -> SeriesCheck:
    """Every date with all its violations and a free alternative, judged as asking would, without a lock.

    Raises Invalid and NotPermitted.
    """
    request = settled(wish.request, by)
    planned = _plan(wish.pattern, request, check_together, by=by)
    return SeriesCheck(_with_alternatives(planned), request.instrument.unit)


def request_series(
    wish: SeriesRequest, *, by: Any, on_conflict: str = Series.OnConflict.REFUSE, is_demo: bool = False
) -> Series:
    """Ask for every date of a series, all of them or, with `skip`, those that are possible; one route decides all.

    A skipped date is kept with its reasons. Raises Invalid (400), NotPermitted (403), SlotTaken (409) where only other
    bookings are in the way and RulesRefuse (422); `details["conflicts"]` says for each date what refuses it and what
    is free instead. Nothing is written then.
    """
    if on_conflict not in Series.OnConflict.values:
        message = _("Choose “refuse” or “skip”.")
        raise Invalid(message, [Violation("unknown_choice", message, field="on_conflict")])
    request = settled(wish.request, by)
    with lost_race(request), transaction.atomic():
        planned = _plan(wish.pattern, request, place_together, by=by)
        possible = [each for each in planned if each.ok]
        if len(possible) == len(planned) or (possible and on_conflict == Series.OnConflict.SKIP):
            planned = _with_alternatives(planned)
            return _write(wish, request, planned, by=by, on_conflict=on_conflict, is_demo=is_demo)
        transaction.set_rollback(True)
    raise _refusal([each for each in _with_alternatives(planned) if not each.ok], len(planned))


def _plan(pattern: Pattern, request: BookingRequest, judge: Judge, *, by: Any) -> list[PlannedDate]:
    dates = pattern.dates()
    requests = [
        replace(request, starts_at=starts_at, ends_at=ends_at) for starts_at, ends_at in map(pattern.period, dates)
    ]
    placed = judge(requests, by=by)
    return [PlannedDate(starts, one) for starts, one in zip(dates, placed, strict=True)]


def _with_alternatives(planned: Sequence[PlannedDate]) -> list[PlannedDate]:
    placed = with_alternatives([each.placed for each in planned], ALTERNATIVES)
    return [replace(each, placed=one) for each, one in zip(planned, placed, strict=True)]


def _refusal(conflicts: Sequence[PlannedDate], total: int) -> Exception:
    n = len(conflicts)
    message = ngettext(
        "%(n)d of %(total)d dates is not possible. Nothing was asked for.",
        "%(n)d of %(total)d dates are not possible. Nothing was asked for.",
        n,
    ) % {"n": n, "total": total}
    error = refused([each.placed for each in conflicts], message)
    error.details = {"conflicts": [each.as_dict() for each in conflicts]}
    return error


def _write(
    wish: SeriesRequest,
    request: BookingRequest,
    planned: Sequence[PlannedDate],
    *,
    by: Any,
    on_conflict: str,
    is_demo: bool,
) -> Series:
    """The series with its dates, one entry of the trail, one message to each person, one process on the route."""
    pattern = wish.pattern
    series = Series.objects.create(
        instrument=request.instrument,
        requester=by,
        team=request.team,
        title=request.title,
        purpose=request.purpose,
        rule=wish.rule.strip().removeprefix("RRULE:"),
        zone=pattern.zone,
        starts=pattern.starts,
        minutes=pattern.minutes,
        excluded=sorted(wish.excluded),
        on_conflict=on_conflict,
        is_demo=is_demo,
        created_by=by,
    )
    booked = [each.placed.booking for each in planned if each.placed.booking is not None]
    told = {person for each in planned for person in each.placed.told}
    skipped = [each.recurrence_id.isoformat() for each in planned if not each.ok]
    insert(
        [
            *(_date(series, each) for each in planned),
            audit.entry("request", series, by=by, dates=len(booked), skipped=skipped),
            *series_messages(series, "series_requested", sorted(told), booked, by=by),
        ]
    )
    send_series(series, booked, by=by)
    return series


def _date(series: Series, each: PlannedDate) -> SeriesDate:
    return SeriesDate(
        series=series,
        recurrence_id=each.recurrence_id,
        starts=each.recurrence_id,
        minutes=series.minutes,
        booking=each.placed.booking,
        reasons=[violation.as_dict() for violation in each.placed.violations],
        alternatives=list(each.placed.alternatives),
    )

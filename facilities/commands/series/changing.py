"""Changes of a series, for one date, for it and the following, or for all: another local time, cancelled, withdrawn."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core import audit, clock, times
from core.errors import Invalid, RulesRefuse, SlotTaken, Violation, WrongState
from core.rows import insert
from facilities.announcing import concerned_with_series, series_messages
from facilities.commands.bookings.changing import reschedule_booking
from facilities.commands.bookings.ending import end_booking
from facilities.commands.bookings.shifting import request_again
from facilities.commands.series.asking import ALTERNATIVES
from facilities.commands.series.deciding import lock_series
from facilities.commands.series.routing import send_series
from facilities.models import Series, SeriesDate
from facilities.permissions import booking_parties
from facilities.queries.availability import Slot
from facilities.queries.nearest import nearest_to_each
from facilities.queries.series import moving, waiting
from facilities.rules import OCCUPIED
from facilities.workflows import BOOKING, LIVE
from workflow import approvals

Refused = tuple[SeriesDate, SlotTaken | RulesRefuse]


class Scope(models.TextChoices):
    """How far a change of a series reaches."""

    ONE = "one", gettext_lazy("This date")
    FOLLOWING = "following", gettext_lazy("This and the following dates")
    ALL = "all", gettext_lazy("All dates to come")


def reschedule_series(
    series: Series,
    *,
    by: Any,
    scope: str,
    date: datetime,
    starts: datetime,
    minutes: int | None = None,
    note: str = "",
) -> Series:
    """Shift dates on the wall clock by as much as `date`, the name of one of them, shifts to the local time `starts`.

    One date moved alone becomes an exception and goes through the route by itself; exceptions and dates that have
    begun stay where they are when others move. All or nothing: raises as asking for time does, with the conflicts of
    each date in `details`, and Invalid, NotPermitted, WrongState.
    """
    with transaction.atomic():
        lock_series(series)
        chosen = _chosen(series, date)
        if scope == Scope.ONE:
            return _move_one(series, chosen, starts, minutes, by=by, note=note)
        shift = starts - chosen.starts
        dates = [each for each in _in_scope(series, scope, date) if not each.is_exception]
        together = any(each.booked.state == "requested" for each in dates)
        refused: list[Refused] = []
        for each in sorted(dates, key=lambda row: row.starts, reverse=shift > timedelta(0)):
            each.starts, each.minutes = each.starts + shift, minutes or each.minutes
            alone = together and each.booked.state != "requested"
            refused += _move(series, each, by=by, note=note, alone=alone)
        if not refused:
            SeriesDate.objects.bulk_update(dates, ["starts", "minutes"])
            _decide_again(series, together, by=by, note=note)
            _record(series, "reschedule", "series_moved", dates, by=by, note=note, scope=scope, to=starts.isoformat())
            return series
        transaction.set_rollback(True)
    raise _conflicts(series, refused, dates)


def cancel_series(series: Series, *, by: Any, scope: str, date: datetime | None = None, note: str) -> Series:
    """End the dates to come: approved ones are cancelled, undecided ones withdrawn, or declined by the facility.

    Raises NotPermitted, Invalid (no reason, no such date), WrongState when there is nothing to end.
    """
    return _end(series, "cancel", ("withdraw", "decline", "cancel"), by=by, scope=scope, date=date, note=note)


def withdraw_series(
    series: Series, *, by: Any, scope: str = Scope.ALL, date: datetime | None = None, note: str
) -> Series:
    """The requester takes back the dates that are not decided yet. Raises as `cancel_series`."""
    return _end(series, "withdraw", ("withdraw",), by=by, scope=scope, date=date, note=note)


@transaction.atomic
def _end(
    series: Series, verb: str, moves: Sequence[str], *, by: Any, scope: str, date: datetime | None, note: str
) -> Series:
    lock_series(series)
    dates = _in_scope(series, scope, date)
    ended = []
    for each in dates:
        parties = booking_parties(by, each.booked)
        offered = [move.name for move in BOOKING.open_moves(each.booked.state, parties) if move.name in moves]
        if offered:
            end_booking(each.booked, offered[0], by=by, parties=parties, note=note, kind="", told=False)
            ended.append(each)
    if not ended:
        raise WrongState(_("None of these dates can be ended by you any more."))
    _record(series, verb, "series_ended", ended, by=by, note=note, scope=scope)
    return series


def _move_one(
    series: Series, chosen: SeriesDate, starts: datetime, minutes: int | None, *, by: Any, note: str
) -> Series:
    starts_at, ends_at = series.pattern.period(starts, minutes or chosen.minutes)
    reschedule_booking(chosen.booked, by=by, starts_at=starts_at, ends_at=ends_at, note=note)
    audit.record("reschedule", series, by=by, note=note, scope=Scope.ONE, date=str(chosen), to=starts.isoformat())
    return series


def _move(series: Series, each: SeriesDate, *, by: Any, note: str, alone: bool) -> list[Refused]:
    starts_at, ends_at = series.pattern.period(each.starts, each.minutes)
    try:
        each.booking = reschedule_booking(
            each.booked, by=by, starts_at=starts_at, ends_at=ends_at, note=note, alone=alone, searched=False
        )
    except (SlotTaken, RulesRefuse) as refusal:
        return [(each, refusal)]
    except WrongState as refusal:
        date = times.short_moment(each.booked.starts_at, series.instrument.facility.zone)
        message = _("%(date)s: %(reason)s")
        raise WrongState(message % {"date": date, "reason": refusal}, code=refusal.code) from refusal
    return []


def _decide_again(series: Series, together: bool, *, by: Any, note: str) -> None:
    """The route decides about the other times, all in one task."""
    approvals.stop(series, by=by, note=note)
    purpose, bookings = ("request", waiting(series)) if together else ("reschedule", moving(series))
    if bookings:
        send_series(series, bookings, by=by, purpose=purpose)


def _chosen(series: Series, date: datetime) -> SeriesDate:
    found = series.dates.filter(recurrence_id=date, booking__isnull=False).select_related(*_WITH).first()
    if found is None:
        message = _("The series has no such date. Name it by its first local start, e.g. 2027-03-29T10:00.")
        raise Invalid(message, [Violation("unknown_date", message, field="date")])
    found.series = series
    return found


def _in_scope(series: Series, scope: str, date: datetime | None) -> list[SeriesDate]:
    """The dates to come that a change reaches, in order. Raises Invalid, WrongState when there is none."""
    if scope not in Scope.values:
        message = _("Choose one of: %(offered)s.") % {"offered": ", ".join(Scope.values)}
        raise Invalid(message, [Violation("unknown_choice", message, field="scope")])
    rows = series.dates.filter(booking__state__in=LIVE, booking__period__startswith__gt=clock.now())
    if scope != Scope.ALL:
        chosen = _chosen(series, date) if date is not None else None
        if chosen is None:
            message = _("Name the date that is meant.")
            raise Invalid(message, [Violation("required", message, field="date")])
        rows = rows.filter(recurrence_id=date) if scope == Scope.ONE else rows.filter(recurrence_id__gte=date)
    dates = list(rows.select_related(*_WITH).order_by("recurrence_id"))
    if not dates:
        raise WrongState(_("None of these dates is still to come."))
    for each in dates:
        each.series = series
    return dates


_WITH = ("booking__instrument__facility", "booking__requester", "booking__team")


def _conflicts(series: Series, refused: Sequence[Refused], dates: Sequence[SeriesDate]) -> Exception:
    """What refuses each date, with a time that is free instead; looked for at once, when all is undone."""
    n, total = len(refused), len(dates)
    wrong = {each.pk for each, _refusal in refused}
    periods = {each.pk: series.pattern.period(each.starts, each.minutes) for each in dates}
    taken = [Slot(each.booked.instrument, *periods[each.pk]) for each in dates if each.pk not in wrong]
    moved = [request_again(each.booked, *periods[each.pk], None) for each, _refusal in refused]
    told = nearest_to_each(moved, ALTERNATIVES, taken=taken, bookings=[each.booked for each, _refusal in refused])
    message = ngettext(
        "%(n)d of %(total)d dates cannot move there. All stay where they are.",
        "%(n)d of %(total)d dates cannot move there. All stay where they are.",
        n,
    ) % {"n": n, "total": total}
    violations = [violation for _date, refusal in refused for violation in refusal.violations]
    lost = all(violation.rule in OCCUPIED for violation in violations)
    error = (SlotTaken if lost else RulesRefuse)(message, violations)
    error.details = {
        "conflicts": [
            {
                "date": each.recurrence_id.isoformat(),
                "violations": [violation.as_dict() for violation in refusal.violations],
                "alternatives": alternatives,
            }
            for (each, refusal), alternatives in zip(refused, told, strict=True)
        ]
    }
    return error


def _record(
    series: Series, verb: str, kind: str, dates: Sequence[SeriesDate], *, by: Any, note: str, **data: Any
) -> None:
    bookings = [each.booked for each in dates]
    told = [person.pk for person in concerned_with_series(series)]
    names = [str(each) for each in dates]
    insert(
        [
            audit.entry(verb, series, by=by, note=note, dates=names, **data),
            *series_messages(series, kind, told, bookings, by=by, note=note),
        ]
    )

"""Sends the bookings of a series through one approval route: one task in the inbox decides them all."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import ngettext

from core.rows import insert
from facilities.commands.bookings.routing import go_on_if_approved, route_facts, route_of, working_hours
from facilities.commands.series import deciding
from facilities.models import Booking, Series
from workflow import approvals
from workflow.models import Process


def send_series(series: Series, bookings: Sequence[Booking], *, by: Any, purpose: str = "request") -> Process:
    """Start the route of the place for all these bookings at once; its conditions see their units together."""
    first = bookings[0]
    units = sum((booking.units for booking in bookings), Decimal(0))
    rows = approvals.prepare(
        series,
        route=route_of(first.instrument),
        title=summary(series),
        facts=route_facts(first, units),
        working_hours=working_hours(first.instrument.facility),
        purpose=purpose,
        excluded=[series.requester_id],
        latest=min(booking.starts_at for booking in bookings),
    )
    insert([rows.process, *rows.tasks])
    act = deciding.move_series if purpose == "reschedule" else deciding.approve_series
    go_on_if_approved(rows.process, series, act)
    return rows.process


def summary(series: Series) -> str:
    """The line of a series in an inbox: `S-000123 · Powder diffractometer · Joint laboratory · 26 dates`."""
    who = series.team.title if series.team else series.requester.name
    n = series.dates.exclude(booking=None).count()
    dates = ngettext("%(n)d date", "%(n)d dates", n) % {"n": n}
    return " · ".join([series.reference, series.instrument.name, who, dates])

"""Reads series: which a person may see, and one of them with its dates."""

from typing import Any
from uuid import UUID

from django.db.models import Count, Min, Q, QuerySet

from core import clock
from core.lookup import find
from facilities import sql
from facilities.models import Booking, Series, SeriesDate
from facilities.queries.bookings import facilities_seen_by
from facilities.workflows import CLAIMING
from workflow.models import Process
from workflow.queries import subjects_lent_to


def series_visible_to(user: Any) -> QuerySet[Series]:
    """One's own, those one takes part in, those of one's teams, and all of facilities whose calendar one sees in full;
    while it waits for them, also what a stand-in or the member of a group decides. Newest first."""
    rows = Series.objects.select_related("instrument__facility", "requester", "team")
    if not user.is_authenticated or not user.is_active:
        return rows.none()
    if not (user.is_system or user.is_superuser):
        [(teams, _taking_part)] = sql.rows(sql.INVOLVED, {"user": user.pk})
        seen = Q(requester=user) | Q(team__in=teams) | Q(instrument__facility__in=facilities_seen_by(user))
        seen |= Q(pk__in=SeriesDate.objects.filter(booking__people__user=user).values("series_id"))
        if lent := subjects_lent_to(user, Series._meta.label_lower):
            seen |= Q(pk__in=lent)
        rows = rows.filter(seen)
    return rows.order_by("-created_at", "-id")


def series_asked_by(user: Any) -> QuerySet[Series]:
    """Those a person asked for and those of the person's teams; newest first."""
    [(teams, _taking_part)] = sql.rows(sql.INVOLVED, {"user": user.pk})
    return series_visible_to(user).filter(Q(requester=user) | Q(team__in=teams))


def with_dates(rows: QuerySet[Series]) -> QuerySet[Any]:
    """Series with how many dates they have (`total`), how many of them wait for a decision (`asked`), and when the next
    live one begins (`next_at`, None where none is to come)."""
    at = "dates__booking__period__startswith"
    to_come = Q(dates__booking__state__in=CLAIMING, **{f"{at}__gt": clock.now()})
    return rows.annotate(
        total=Count("dates"),
        asked=Count("dates", filter=Q(dates__booking__state="requested")),
        next_at=Min(at, filter=to_come),
    )


def find_series(user: Any, key: str | UUID) -> Series:
    """By identifier or reference (`S-000123`). Raises NotFound for one that is not there or not to be seen."""
    return find(series_visible_to(user), key, numbered="S-")


def dates_of(series: Series) -> list[SeriesDate]:
    """Every date with its booking, in the order of the rule."""
    rows = list(series.dates.select_related("booking__instrument__facility").order_by("recurrence_id"))
    for row in rows:
        row.series = series
    return rows


def series_of(booking_id: UUID) -> Series | None:
    """The series a booking is a date of."""
    return Series.objects.filter(dates__booking=booking_id).first()


def waiting(series: Series) -> list[Booking]:
    """Bookings that the route of the series decides: requested, and not gone through a route of their own."""
    return list(_bookings(series).filter(state="requested").exclude(_alone()))


def moving(series: Series) -> list[Booking]:
    """Approved bookings whose other time the route of the series decides."""
    return list(_bookings(series).filter(state="approved", changes__state="open").exclude(_alone()))


def _bookings(series: Series) -> QuerySet[Booking]:
    rows = Booking.objects.filter(series_date__series=series)
    return rows.select_related("instrument__facility", "requester", "team").order_by("period", "pk")


def _alone() -> Q:
    running = Process.objects.filter(subject_type=Booking._meta.label_lower, state=Process.State.RUNNING)
    return Q(pk__in=running.values("subject_id"))

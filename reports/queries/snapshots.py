"""Snapshots that a person may see, and how the live figure differs from one, with what came in since."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from facilities.models import Booking, Session
from reports.models import Snapshot
from reports.permissions import reader_of
from reports.queries.answers import answer, plain
from reports.queries.behind import Line, bookings_during, bookings_gone, line_of, rows_behind, sessions_during
from reports.registry import REPORTS, report_named


def snapshots_visible_to(user: Any) -> QuerySet[Snapshot]:
    """One's own, and for those who read all figures all that would be the same for them; newest first.

    What is made for each reader without the proposals they must not hear about stays with whom it was made for.
    """
    if not user.is_authenticated:
        return Snapshot.objects.none()
    own = Q(by_id=user.pk)
    if not reader_of(user).reads_all:
        return Snapshot.objects.filter(own)
    return Snapshot.objects.filter(own | ~Q(report__in=[report.name for report in REPORTS.values() if report.judged]))


MOST_LATE = 50
"""As many late rows as are listed; the number says how many there are."""
OF_BOOKINGS = {"bookings", "ended", "attended", "sessions", "losses", "proprietary"}
"""What reports of these rows count can stop counting when a booking ends another way."""


@dataclass(frozen=True)
class Late:
    """A row that came in since (`new`), was `changed`, or counts no longer (`gone`)."""

    what: str
    line: Line


@dataclass(frozen=True)
class Difference:
    """Rows of the snapshot and of today that are not the same, and the events that were recorded since."""

    before: list[dict[str, Any]]
    now: list[dict[str, Any]]
    sessions_since: int
    bookings_since: int
    late: list[Late]
    late_count: int

    @property
    def same(self) -> bool:
        return not (self.before or self.now)

    def as_dict(self) -> dict[str, Any]:
        return {
            "same": self.same,
            "before": self.before,
            "now": self.now,
            "sessions_since": self.sessions_since,
            "bookings_since": self.bookings_since,
            "late_count": self.late_count,
        }


def difference(snapshot: Snapshot, *, user: Any) -> Difference:
    """What the question of a snapshot answers today, where it is not what the snapshot says, and why."""
    return since(snapshot.report, snapshot.parameters, snapshot.payload["rows"], snapshot.as_of, user=user)


def since(name: str, values: dict[str, str], then: list[dict[str, Any]], as_of: datetime, *, user: Any) -> Difference:
    """What a question answers today where it is not what was answered `then`, and the rows that explain it: those
    behind the figure, as far as the reader may see them, that came in, changed or stopped counting since."""
    report, query = report_named(name).asked(values, always=True)
    live = plain(answer(name, values, user=user).table)
    came = rows_behind(report, values, user=user).filter(updated_at__gt=as_of)
    gone = bookings_gone(query, user) if report.behind in OF_BOOKINGS else Booking.objects.none()
    gone = gone.filter(updated_at__gt=as_of)
    late = [Late("new" if row.created_at > as_of else "changed", line_of(row)) for row in came[:MOST_LATE]]
    late += [Late("gone", line_of(row)) for row in gone[: MOST_LATE - len(late)]]
    return Difference(
        before=[row for row in then if row not in live],
        now=[row for row in live if row not in then],
        sessions_since=Session.objects.filter(sessions_during(query), updated_at__gt=as_of).count(),
        bookings_since=Booking.objects.filter(bookings_during(query), updated_at__gt=as_of).count(),
        late=late,
        late_count=came.count() + gone.count(),
    )

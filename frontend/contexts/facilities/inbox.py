"""F1: the requests that wait for a decider, colliding and overdue ones first."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core import clock, times
from core.names import local
from core.permissions import containers
from facilities.models import Booking, Change, Facility, Series, SeriesDate
from facilities.queries.inbox import Flags, flags_of, open_change, with_details, worst
from facilities.workflows import LIVE
from frontend.forms.facilities.decisions import InboxForm
from frontend.paging import Page, paged_list
from frontend.written import home_of
from workflow.models import Task
from workflow.queries import open_tasks_for

BOOKING = Booking._meta.label_lower
SERIES = Series._meta.label_lower


@dataclass(frozen=True)
class InboxRow:
    """A request that waits, with what stands against it."""

    task: Task
    booking: Booking
    change: Change | None
    flags: Flags
    series: UUID | None = None
    """The series that is decided as one; `booking` is its next date then."""

    @property
    def href(self) -> str:
        return reverse("series", args=[self.series]) if self.series else reverse("request", args=[self.booking.pk])

    @property
    def bulk(self) -> bool:
        """Whether it may be approved from the list: clean, and not many dates at once."""
        return self.flags.clean and self.series is None

    @property
    def zone(self) -> str:
        return self.booking.instrument.facility.zone

    @property
    def starts_at(self) -> datetime:
        return self.change.period.lower if self.change else self.booking.starts_at

    @property
    def ends_at(self) -> datetime:
        return self.change.period.upper if self.change else self.booking.ends_at

    @property
    def title(self) -> str:
        return self.booking.title or self.booking.purpose or self.booking.reference

    @property
    def asked_at(self) -> datetime:
        return self.booking.requested_at or self.booking.created_at

    @property
    def who(self) -> str:
        return ", ".join(part for part in (local(self.booking.requester, "name"), home_of(self.booking)) if part)

    @property
    def overdue(self) -> bool:
        return self.task.due_at is not None and self.task.due_at < clock.now()

    @property
    def warnings(self) -> list[str]:
        """What a decider should look at, in a few words each."""
        found = []
        if self.flags.untrained:
            n = self.flags.untrained
            found.append(ngettext("%(n)d training missing", "%(n)d trainings missing", n) % {"n": n})
        if self.flags.unpaid:
            found.append(_("No allocation"))
        return found


@dataclass(frozen=True)
class InboxPage:
    """F1. `total` counts what the filters let through, `waiting` everything that waits for this person."""

    form: InboxForm
    paging: Page
    total: int
    waiting: int
    colliding: int
    overdue: int
    clean: int
    week: list[Booking]
    manages: bool

    @property
    def rows(self) -> list[InboxRow]:
        return self.paging.rows


def waiting_for(user: Any) -> list[InboxRow]:
    """Everything that waits for a person: colliding first, then what is due first, then what was asked first."""
    tasks = list(open_tasks_for(user).filter(subject_type=BOOKING).select_related("process"))
    ids = [task.subject_id for task in tasks]
    bookings = {row.pk: row for row in with_details(Booking.objects.filter(pk__in=ids))}
    flags = flags_of(ids)
    rows = [
        InboxRow(task, booking, open_change(booking), flags.get(booking.pk, Flags()))
        for task in tasks
        if (booking := bookings.get(task.subject_id))
    ]
    rows += _series_waiting_for(user)
    late = datetime.max.replace(tzinfo=times.zone_of("UTC"))
    return sorted(
        rows, key=lambda row: (not row.flags.collides, row.task.due_at or late, row.asked_at, row.booking.number)
    )


def _series_waiting_for(user: Any) -> list[InboxRow]:
    """A row for each series, at its next date, with what stands against any of its dates."""
    tasks = list(open_tasks_for(user).filter(subject_type=SERIES).select_related("process"))
    dates = SeriesDate.objects.filter(series__in=[task.subject_id for task in tasks], booking__state__in=LIVE)
    of_series: dict[UUID, list[UUID]] = {}
    for series, date in dates.order_by("starts").values_list("series", "booking"):
        of_series.setdefault(series, []).append(date)
    flags = flags_of(pk for ids in of_series.values() for pk in ids)
    firsts = with_details(Booking.objects.filter(pk__in=[ids[0] for ids in of_series.values()]))
    known = {row.pk: row for row in firsts}
    return [
        InboxRow(task, booking, open_change(booking), worst([flags[pk] for pk in ids if pk in flags]), task.subject_id)
        for task in tasks
        if (ids := of_series.get(task.subject_id)) and (booking := known.get(ids[0]))
    ]


def inbox_page(form: InboxForm, user: Any, asked: QueryDict) -> InboxPage:
    """The rows that the filters let through, a page of them."""
    waiting = waiting_for(user)
    form.offer(row.booking.instrument for row in waiting)
    rows = form.let_through(waiting)
    page = paged_list(rows, asked, lambda row: row.task.pk)
    facilities = managed_facilities(user)
    return InboxPage(
        form=form,
        paging=page,
        total=len(rows),
        waiting=len(waiting),
        colliding=sum(row.flags.collides for row in waiting),
        overdue=sum(row.overdue for row in waiting),
        clean=sum(row.bulk for row in page.rows),
        week=this_week(facilities, clock.now()),
        manages=bool(facilities),
    )


def managed_facilities(user: Any) -> list[Facility]:
    """Facilities whose requests a person decides, by name."""
    return list(containers(user, "facilities.decide_bookings", Facility.objects.order_by("name", "id")))


def this_week(facilities: list[Facility], now: datetime, limit: int = 8) -> list[Booking]:
    """What runs or starts within seven days at these facilities."""
    running = Booking.objects.filter(
        instrument__facility__in=facilities,
        state__in=["approved", "running"],
        period__overlap=(now, now + timedelta(days=7)),
    )
    return list(running.select_related("instrument__facility", "requester").order_by("period", "id")[:limit])

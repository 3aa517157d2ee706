"""Pages of a series: its dates before it is asked for, and the series with the state of each date."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from core import audit, clock
from core.models import AuditEntry
from facilities.commands.series import SeriesCheck, SeriesRequest
from facilities.models import Series, SeriesDate
from facilities.permissions import booking_parties
from facilities.queries.series import dates_of
from facilities.workflows import BOOKING, LIVE
from frontend.contexts.facilities.instruments import would_decide
from frontend.contexts.facilities.offers import Offer, offers
from frontend.forms.facilities.bookings import SeriesForm
from frontend.forms.facilities.requests import RequestForm
from frontend.forms.facilities.series import rule_in_words
from frontend.history import Entry
from frontend.paging import Page, paged
from workflow.models import Task
from workflow.queries import Expected, open_tasks_for, who_decides

MOVES = ("reschedule", "withdraw", "cancel")


@dataclass(frozen=True)
class DateRow:
    """A date with what stands against it and what is free instead."""

    starts_at: datetime
    ends_at: datetime
    reasons: list[str]
    free: list[Offer]
    date: SeriesDate | None = None


@dataclass(frozen=True)
class SeriesCheckPage:
    """Every date once more, before anything is sent; `hidden` carries the answers on."""

    wish: SeriesRequest
    rows: list[DateRow]
    units: Decimal
    possible: int
    hidden: list[tuple[str, str]]
    deciders: list[Expected]

    @property
    def instrument(self) -> Any:
        return self.wish.request.instrument

    @property
    def zone(self) -> str:
        return self.instrument.facility.zone

    @property
    def refused(self) -> int:
        return len(self.rows) - self.possible


def series_check_page(form: RequestForm, wish: SeriesRequest, check: SeriesCheck) -> SeriesCheckPage:
    """What a valid form that repeats would ask for, date by date."""
    data: Any = form.data
    request = wish.request
    rows = []
    for each in check.dates:
        at = each.placed.request
        reasons = [str(violation.message) for violation in each.placed.violations]
        rows.append(DateRow(at.starts_at, at.ends_at, reasons, offers(each.placed.alternatives, at.starts_at)))
    return SeriesCheckPage(
        wish=wish,
        rows=rows,
        units=check.units,
        possible=sum(each.ok for each in check.dates),
        hidden=[(name, value) for name in form.fields for value in data.getlist(name)],
        deciders=would_decide(request.instrument, {"units": check.units, "mode": request.mode}, request.starts_at),
    )


@dataclass(frozen=True)
class SeriesPage:
    """A series with its dates. `task` is the reader's own decision, None where somebody else decides."""

    series: Series
    rows: list[DateRow]
    repeats: str
    waits_for: list[dict[str, Any]]
    task: Task | None
    moves: list[tuple[str, str]]
    may_decline: bool
    history: list[Entry]

    @property
    def zone(self) -> str:
        return self.series.zone

    @property
    def title(self) -> str:
        return self.series.title or self.series.reference

    @property
    def booked(self) -> int:
        return sum(row.date is not None and row.date.booking is not None for row in self.rows)

    @property
    def skipped(self) -> int:
        return len(self.rows) - self.booked


def series_page(series: Series, user: Any) -> SeriesPage:
    """The page for one who may see the series."""
    dates = dates_of(series)
    live = to_come(dates)
    parties = booking_parties(user, live[0].booking) if live and live[0].booking else frozenset()
    offered = {move.name for each in live if each.booking for move in BOOKING.open_moves(each.booking.state, parties)}
    labels = {"reschedule": _("Move dates"), "withdraw": _("Withdraw dates"), "cancel": _("Cancel dates")}
    return SeriesPage(
        series=series,
        rows=[_row(each) for each in dates],
        repeats=rule_in_words(series),
        waits_for=who_decides(series),
        task=open_tasks_for(user).filter(subject_type=Series._meta.label_lower, subject_id=series.pk).first(),
        moves=[(reverse("series_move", args=[series.pk, name]), labels[name]) for name in MOVES if name in offered],
        may_decline="decline" in offered and "decider" in parties,
        history=[_entry(each, series) for each in reversed(list(audit.history(series)))],
    )


def to_come(dates: list[SeriesDate]) -> list[SeriesDate]:
    """Those that still can be changed."""
    now = clock.now()
    return [each for each in dates if each.booking and each.booking.state in LIVE and each.booking.starts_at > now]


def _row(each: SeriesDate) -> DateRow:
    lower, upper = each.series.pattern.period(each.starts, each.minutes)
    if each.booking is not None:
        return DateRow(each.booking.starts_at, each.booking.ends_at, [], [], each)
    return DateRow(lower, upper, [reason["message"] for reason in each.reasons], offers(each.alternatives, lower), each)


def _entry(entry: AuditEntry, series: Series) -> Entry:
    words = {
        "request": _("Requested"),
        "approve": _("Approved"),
        "decline": _("Declined"),
        "reschedule": _("Another time asked for"),
        "move": _("Moved to the new time"),
        "keep": _("Another time was not granted"),
        "cancel": _("Dates cancelled"),
        "withdraw": _("Dates withdrawn"),
        "agree": _("A step agreed"),
        "escalate": _("Overdue, others are asked too"),
    }
    return Entry(words.get(entry.verb, entry.verb), entry.actor_name, entry.at, series.zone, entry.note)


@dataclass(frozen=True)
class SeriesLine:
    """A line of the list: how a series repeats, how many dates it has, and when the next one is."""

    series: Series
    repeats: str

    @property
    def zone(self) -> str:
        return self.series.instrument.facility.zone


@dataclass(frozen=True)
class SeriesList:
    """A page of the series that a person sees and that the filters leave, the latest first."""

    form: SeriesForm
    rows: list[SeriesLine]
    paging: Page


def series_list(form: SeriesForm, user: Any, asked: QueryDict) -> SeriesList:
    page = paged(form.filtered(user), asked)
    return SeriesList(form, [SeriesLine(row, rule_in_words(row)) for row in page.rows], page)

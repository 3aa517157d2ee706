"""Downtime: whom a fault would touch, and the page of one with what it took and what can still be done."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from core.permissions import allowed
from facilities.models import Booking, Correction, Downtime, Facility, Loss, Waiting
from facilities.queries.bookings import bookings_visible_to
from facilities.queries.downtime import counts_as_planned, touched_by
from facilities.telling import concerned_by_each
from frontend.forms.facilities.downtimes import CorrectionForm, FaultForm, UntilForm


@dataclass(frozen=True)
class Touched:
    """A booking that a downtime meets, and how many people hear of it."""

    booking: Booking
    people: int


@dataclass(frozen=True)
class FaultPage:
    """The form of a fault. `touched` is None before it was looked at."""

    facility: Facility
    form: FaultForm
    touched: list[Touched] | None = None
    people: int = 0
    starts_at: datetime | None = None
    ends_at: datetime | None = None

    @property
    def zone(self) -> str:
        return self.facility.zone


def fault_page(facility: Facility, form: FaultForm, *, look: bool = False) -> FaultPage:
    if not look:
        return FaultPage(facility, form)
    period = form.period()
    rows = touched_by(facility, form.chosen, period)
    told = concerned_by_each(rows)
    touched = [Touched(row, len(told[row.pk])) for row in rows]
    return FaultPage(facility, form, touched, len(set().union(*told.values())), period.lower, period.upper)


@dataclass(frozen=True)
class Taken:
    """A stretch that a booking lost, and its place on the list for compensation."""

    loss: Loss
    place: Waiting | None


@dataclass(frozen=True)
class DowntimePage:
    """One downtime."""

    downtime: Downtime
    touched: list[Booking]
    taken: list[Taken]
    corrections: list[Correction]
    counts_as_planned: bool
    runs: bool
    manages: bool
    decides: bool
    end: UntilForm
    extend: UntilForm
    correct: CorrectionForm

    @property
    def zone(self) -> str:
        return self.downtime.facility.zone

    @property
    def lasts(self) -> bool:
        return self.downtime.ended_at is None


def downtime_page(downtime: Downtime, user: Any, **bound: Any) -> DowntimePage:
    """For one who may see it; of bookings only those that the reader may see. `bound` are forms with their errors."""
    seen = bookings_visible_to(user)
    losses = downtime.losses.filter(booking__in=seen).select_related("booking__instrument", "booking__requester")
    places = {row.makes_up_for_id: row for row in Waiting.objects.filter(makes_up_for__losses__downtime=downtime)}
    lasting = downtime.ended_at is None
    touched = touched_by(downtime.facility, downtime.instrument, downtime.period) if lasting else []
    known = set(seen.filter(pk__in=[row.pk for row in touched]).values_list("pk", flat=True))
    forms: dict[str, Any] = {
        "end": UntilForm(downtime=downtime, auto_id="end_%s"),
        "extend": UntilForm(downtime=downtime, past=False, auto_id="extend_%s"),
        "correct": CorrectionForm(downtime=downtime, auto_id="correct_%s"),
    }
    facility = downtime.facility
    return DowntimePage(
        downtime=downtime,
        touched=[row for row in touched if row.pk in known],
        taken=[Taken(loss, places.get(loss.booking_id)) for loss in losses.order_by("period", "id")],
        corrections=list(downtime.corrections.select_related("by")),
        counts_as_planned=counts_as_planned(downtime),
        runs=allowed(user, "facilities.run_sessions", facility),
        manages=allowed(user, "facilities.manage_calendar", facility),
        decides=allowed(user, "facilities.decide_bookings", facility),
        **(forms | bound),
    )

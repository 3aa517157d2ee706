"""Planning pages: the cycles of a facility, one cycle with its hours, shares and quotas, and opening hours."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from core import clock, names, times
from core.permissions import containers
from facilities.models import Block, Cycle, Facility, Instrument, OpeningException
from facilities.queries.hours import different_days, hours_of_week
from facilities.queries.planning import InstrumentPlan, Share, cycle_plan, shares_of
from facilities.shifts import shifts_of
from frontend.contexts.facilities.calendars import instruments_of
from frontend.contexts.facilities.touched import TouchedList
from frontend.forms.facilities.planning import (
    CycleForm,
    ExceptionForm,
    FileForm,
    HoursForm,
    QuotaForm,
    SharesForm,
    ShiftsForm,
    stretch_text,
)


@dataclass(frozen=True)
class CyclesPage:
    """The cycles of a facility, the newest first, and what can be added."""

    facility: Facility
    facilities: list[Facility]
    cycles: list[Cycle]
    form: CycleForm
    file_form: FileForm
    refused: list[tuple[int, str]]
    counts: dict[str, Any] | None

    @property
    def zone(self) -> str:
        return self.facility.zone


def kept_facilities(user: Any) -> list[Facility]:
    """Facilities whose calendar a person keeps."""
    rows = containers(user, "facilities.manage_calendar", Facility.objects.filter(archived_at=None))
    return list(rows.order_by("name", "id"))


def cycles_page(
    facility: Facility,
    facilities: list[Facility],
    form: CycleForm | None = None,
    file_form: FileForm | None = None,
    refused: list[tuple[int, str]] | None = None,
    counts: dict[str, Any] | None = None,
) -> CyclesPage:
    cycles = list(facility.cycles.order_by("-period", "-id"))
    return CyclesPage(
        facility=facility,
        facilities=facilities,
        cycles=cycles,
        form=form or CycleForm(facility=facility, initial=_next(facility, cycles)),
        file_form=file_form or FileForm(),
        refused=refused or [],
        counts=counts,
    )


def _next(facility: Facility, cycles: list[Cycle]) -> dict[str, datetime]:
    """A cycle as long as the last one, right after it."""
    zone = times.zone_of(facility.zone)
    if not cycles:
        start = clock.now().astimezone(zone).replace(hour=8, minute=0, second=0, microsecond=0, tzinfo=None)
        return {"starts_at": start, "ends_at": start + timedelta(weeks=26)}
    last = [each.astimezone(zone).replace(tzinfo=None) for each in (cycles[0].period.lower, cycles[0].period.upper)]
    return {"starts_at": last[1], "ends_at": last[1] + (last[1] - last[0])}


@dataclass(frozen=True)
class PlanLine:
    """An instrument's hours in the columns of the table."""

    plan: InstrumentPlan
    hours: list[Decimal | None]
    units: str


@dataclass(frozen=True)
class ShareLine:
    """A category's share beside the two fields of its quota."""

    share: Share
    fields: tuple[Any, Any]
    tone: str
    words: str


@dataclass(frozen=True)
class CyclePage:
    """One cycle as it is planned."""

    cycle: Cycle
    kinds: list[str]
    lines: list[PlanLine]
    shares: list[ShareLine]
    user_hours: Decimal
    filters: SharesForm
    form: QuotaForm

    @property
    def zone(self) -> str:
        return self.cycle.facility.zone


def cycle_page(cycle: Cycle, asked: Any, form: QuotaForm | None = None) -> CyclePage:
    """Hours by kind of block, and shares of all instruments or of the one that the address names."""
    plans = cycle_plan(cycle)
    present = [kind for kind in Block.Kind if any(plan.hours.get(kind) for plan in plans)]
    filters = SharesForm(asked, instruments=[plan.instrument for plan in plans])
    wanted = asked.get("instrument", "")
    counted = [plan for plan in plans if plan.instrument.slug == wanted] or plans
    quotas = form or QuotaForm(cycle=cycle)
    return CyclePage(
        cycle=cycle,
        kinds=[str(kind.label) for kind in present],
        lines=[
            PlanLine(
                plan,
                [plan.hours.get(kind, Decimal(0)) for kind in present],
                names.units(plan.user_units, plan.instrument.unit),
            )
            for plan in plans
        ],
        shares=[_line(share, quotas) for share in shares_of(counted, cycle)],
        user_hours=sum((plan.user_hours * plan.places for plan in counted), Decimal(0)),
        filters=filters,
        form=quotas,
    )


def _line(share: Share, form: QuotaForm) -> ShareLine:
    quota, tone, words = share.quota, "", ""
    if share.standing == "above" and quota is not None and share.share is not None:
        over = names.percent(share.share - Decimal(quota.most) / 100, 1)
        tone, words = "bad", _("%(share)s above the most") % {"share": over}
    elif share.standing == "below" and quota is not None and share.share is not None:
        short = names.percent(Decimal(quota.least) / 100 - share.share, 1)
        tone, words = "warn", _("%(share)s still to give") % {"share": short}
    elif share.standing:
        tone, words = "ok", _("Within its quota")
    return ShareLine(share, form.pair(share.category), tone, words)


@dataclass(frozen=True)
class Different:
    """A day with other hours, in words."""

    exception: OpeningException
    hours: str


@dataclass(frozen=True)
class HoursPage:
    """Opening hours of a facility or of one instrument. `follows`: it has none of its own."""

    facility: Facility
    instrument: Instrument | None
    instruments: list[Instrument]
    form: HoursForm
    exception_form: ExceptionForm
    shifts_form: ShiftsForm
    exceptions: list[Different]
    follows: bool
    shifts: list[str]
    touched: TouchedList | None = None


def hours_page(
    facility: Facility,
    instrument: Instrument | None,
    form: HoursForm | None = None,
    exception_form: ExceptionForm | None = None,
    shifts_form: ShiftsForm | None = None,
    touched: TouchedList | None = None,
) -> HoursPage:
    """The forms, filled with what holds now or with what was sent; `touched` are the bookings of a change that was
    sent."""
    hours = list(hours_of_week(facility, instrument))
    today = clock.now().astimezone(times.zone_of(facility.zone)).date()
    written = ", ".join(f"{each:%H:%M}" for each in facility.shifts)
    return HoursPage(
        facility=facility,
        instrument=instrument,
        instruments=instruments_of(facility),
        form=form or HoursForm(hours=hours),
        exception_form=exception_form or ExceptionForm(),
        shifts_form=shifts_form or ShiftsForm(initial={"shifts": written}),
        exceptions=[
            Different(row, stretch_text(row.opens, row.closes) if row.opens and row.closes else _("Closed"))
            for row in different_days(facility, instrument)
        ],
        follows=instrument is not None and not hours,
        shifts=[
            f"{shift.label}, {times.clock_time(shift.starts_at, facility.zone)}"
            for shift in shifts_of(today, facility.zone, facility.shifts)
        ],
        touched=touched,
    )

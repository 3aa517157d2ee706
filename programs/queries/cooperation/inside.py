"""What only the people of a programme and the offices see: facility time and its use, bookings, history."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import F, QuerySet, Sum

from core import audit
from core.models import AuditEntry
from facilities.models import Allocation, Booking, Instrument, Session, TeamMember
from facilities.queries.bookings import bookings_visible_to
from programs.models import Entitlement, Program


@dataclass(frozen=True)
class TimeRow:
    """One line of facility time: what was wanted, and once approved what of it is used, held and left."""

    entitlement: Entitlement | None
    allocation: Allocation | None
    instrument: Instrument
    cycle: str
    unit: str
    wanted: Decimal | None

    @property
    def granted(self) -> Decimal | None:
        return self.allocation.granted if self.allocation else None


def facility_time(program: Program) -> list[TimeRow]:
    """Every line that is wanted, and every allocation that its team has otherwise, by facility and instrument."""
    rows = [
        TimeRow(
            entitlement=row,
            allocation=row.allocation,
            instrument=row.instrument,
            cycle=row.cycle.name if row.cycle else "",
            unit=row.instrument.unit,
            wanted=row.units,
        )
        for row in program.entitlements.select_related("instrument__facility", "cycle", "allocation")
    ]
    earned = {row.allocation.pk for row in rows if row.allocation}
    others = Allocation.objects.filter(team_id=program.team_id).exclude(pk__in=earned)
    rows += [
        TimeRow(None, row, row.instrument, row.cycle.name if row.cycle else "", row.unit, None)
        for row in others.select_related("instrument__facility", "cycle")
    ]
    return sorted(rows, key=lambda row: (row.instrument.facility.name, row.instrument.code, row.cycle))


def bookings_of_program(user: Any, program: Program) -> QuerySet[Booking]:
    """The programme's bookings that a person may see, the latest first."""
    rows = bookings_visible_to(user).filter(team_id=program.team_id)
    return rows.order_by("-period__startswith", "-id")


def team_of(program: Program) -> QuerySet[TeamMember]:
    """Who books on the programme's account, leads first, then by name."""
    return program.team.members.select_related("user").order_by("role", "user__name", "id")


def hours_used(program: Program) -> Decimal:
    """Delivered instrument hours of the programme's sessions: units times the minutes of a unit, by 60.

    Node-hours are another kind of hour and left out.
    """
    sessions = Session.objects.filter(team_id=program.team_id).exclude(unit=Instrument.Unit.NODE_HOUR)
    minutes = sessions.aggregate(sum=Sum(F("units") * F("instrument__unit_minutes")))["sum"]
    return (Decimal(minutes or 0) / 60).quantize(Decimal("0.1"))


def history_of(program: Program) -> QuerySet[AuditEntry]:
    """Who did what, when and why, oldest first."""
    return audit.history(program)

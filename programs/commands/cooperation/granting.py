"""Turns the facility time a programme wants into allocations: all of it, or fewer units with the reason."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from core import names
from core.errors import Invalid, Violation
from facilities.commands.allocations import grant_allocation
from programs.models import Entitlement, Program


@dataclass(frozen=True)
class Grant:
    """What leadership gives for one line of wanted time: at most the units wanted, fewer with a reason, 0 for none."""

    units: Decimal
    note: str = ""


Grants = Mapping[UUID, Grant]
"""By entitlement; a line that is not named gets what it wants."""


def grant_time(program: Program, grants: Grants, *, by: Any) -> list[Entitlement]:
    """Allocate every line of a locked programme that has no allocation yet; the lines that got less than wanted.

    Raises Invalid with every line that cannot be granted so, before anything is allocated.
    """
    wanted = program.entitlements.select_related("instrument__facility", "cycle").filter(allocation=None)
    rows = list(wanted.order_by("instrument_id", "id"))
    if violations := _violations(rows, grants):
        raise Invalid(_("Please correct what is marked."), violations)
    for row in rows:
        given = grants.get(row.pk, Grant(row.units))
        row.granted, row.granted_note = given.units, given.note.strip()
        if given.units:
            row.allocation = _allocate(program, row, by=by)
        row.save(update_fields=["granted", "granted_note", "allocation", "updated_at"])
    return [row for row in rows if row.granted is not None and row.granted < row.units]


def _violations(rows: list[Entitlement], grants: Grants) -> list[Violation]:
    known = {row.pk: row for row in rows}
    found = []
    for pk, given in grants.items():
        field, row = f"grants.{pk}", known.get(pk)
        if row is None:
            message = _("This line of facility time is not wanted any more.")
            found.append(Violation("grant_unknown", message, field))
        elif not 0 <= given.units <= row.units:
            message = _("Grant between nothing and the %(units)s that are wanted at %(instrument)s.") % {
                "units": names.units(row.units, row.instrument.unit),
                "instrument": row.instrument.code,
            }
            found.append(Violation("grant_units", message, field))
        elif given.units < row.units and not given.note.strip():
            message = _("Give a reason: the other side reads it.")
            found.append(Violation("reason_required", message, field))
    return found


def _allocate(program: Program, row: Entitlement, *, by: Any) -> Any:
    """In its cycle where it names one, else from the first to the last day of the programme, in the facility's zone."""
    assert row.granted is not None
    zone = ZoneInfo(row.instrument.facility.zone)
    if row.cycle is not None:
        valid_from, valid_until = row.cycle.period.lower, row.cycle.period.upper
    else:
        assert program.starts_on is not None
        assert program.ends_on is not None
        valid_from = datetime.combine(program.starts_on, time.min, zone)
        valid_until = datetime.combine(program.ends_on + timedelta(days=1), time.min, zone)
    return grant_allocation(
        program.team,
        row.instrument,
        row.granted,
        cycle=row.cycle,
        valid_from=valid_from,
        valid_until=valid_until,
        by=by,
        note=program.number,
    )

"""Allocations and their ledger: the row is locked, its sums follow the entries, and no balance is ever negative."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit
from core.errors import Invalid, Violation
from facilities.commands import ledger
from facilities.commands.locks import lock_allocations
from facilities.models import Access, Allocation, Cycle, Instrument, LedgerEntry, Team


@transaction.atomic
def grant_allocation(
    team: Team,
    instrument: Instrument,
    units: Decimal,
    *,
    cycle: Cycle | None,
    valid_from: datetime,
    valid_until: datetime,
    by: Any,
    note: str = "",
    category: str = Access.PROGRAM,
    conditions: str = "",
) -> Allocation:
    """Give a team units of an instrument, in its unit; a second grant in the same cycle adds to the first.

    `conditions` of safety hold for every booking of the time, those of a second grant beside those of the first. The
    caller has permitted it: a programme's approval, or the facility's own office. Raises Invalid.
    """
    violations = []
    if units <= 0:
        violations.append(Violation("units_positive", _("Grant more than zero units."), "units"))
    if valid_until <= valid_from:
        violations.append(Violation("ends_before_start", _("An allocation ends after it begins."), "valid_until"))
    if cycle is not None and cycle.facility_id != instrument.facility_id:
        violations.append(Violation("foreign_cycle", _("Choose a cycle of the instrument's own facility."), "cycle"))
    if violations:
        raise Invalid(_("Please correct what is marked."), violations)
    opened = open_allocation(
        team, instrument, cycle=cycle, valid_from=valid_from, valid_until=valid_until, by=by, category=category
    )
    allocation = lock_allocations(opened.pk)[opened.pk]
    allocation.valid_from = min(allocation.valid_from, valid_from)
    allocation.valid_until = max(allocation.valid_until, valid_until)
    allocation.save(update_fields=["valid_from", "valid_until", "updated_at"])
    add_conditions(allocation, conditions)
    ledger.post(allocation, LedgerEntry.Kind.GRANTED, units, by=by, note=note)
    audit.record("grant", allocation, by=by, note=note, units=str(units), unit=allocation.unit)
    return allocation


def add_conditions(allocation: Allocation, conditions: str) -> None:
    """Safety conditions that hold from now on for every booking of a locked allocation, beside those it has."""
    if conditions and conditions not in allocation.conditions:
        allocation.conditions = f"{allocation.conditions}\n\n{conditions}".strip()
        allocation.save(update_fields=["conditions", "updated_at"])


def open_allocation(
    team: Team,
    instrument: Instrument,
    *,
    cycle: Cycle | None,
    valid_from: datetime,
    valid_until: datetime,
    by: Any,
    category: str = Access.PROGRAM,
) -> Allocation:
    """The team's allocation of an instrument in a cycle, an empty one where there is none; not locked.

    The team's row is, so that two who open the same one at once get one. Part of the caller's transaction.
    """
    Team.objects.select_for_update().get(pk=team.pk)
    allocation, _made = Allocation.objects.get_or_create(
        team=team,
        instrument=instrument,
        cycle=cycle,
        defaults={
            "unit": instrument.unit,
            "category": category,
            "valid_from": valid_from,
            "valid_until": valid_until,
            "created_by": None if by.is_system else by,
        },
    )
    return allocation


@transaction.atomic
def return_units(allocation: Allocation, units: Decimal, *, by: Any, note: str = "") -> Allocation:
    """A team gives units back to the facility, at most what is left. The caller has permitted it. Raises Invalid."""
    allocation = lock_allocations(allocation.pk)[allocation.pk]
    if not 0 < units <= allocation.left:
        message = _("Give back between nothing and the %(left)s that are left.") % {"left": allocation.left.normalize()}
        raise Invalid(message, [Violation("units_left", message, "units")])
    ledger.post(allocation, LedgerEntry.Kind.RETURNED, units, by=by, note=note)
    audit.record("return", allocation, by=by, note=note, units=str(units), unit=allocation.unit)
    return allocation


@transaction.atomic
def extend_allocation(allocation: Allocation, until: datetime, *, by: Any, note: str = "") -> Allocation:
    """Let the units be used for longer. The caller has permitted it. Raises Invalid unless that is later."""
    allocation = lock_allocations(allocation.pk)[allocation.pk]
    if until <= allocation.valid_until:
        message = _("Choose a day after the one until which it is valid.")
        raise Invalid(message, [Violation("not_later", message, "valid_until")])
    allocation.valid_until = until
    allocation.save(update_fields=["valid_until", "updated_at"])
    audit.record("extend", allocation, by=by, note=note, valid_until=until.isoformat())
    return allocation


@transaction.atomic
def hold_back(allocation: Allocation, why: str, *, by: Any) -> Allocation:
    """Nothing may be asked of an account for now, because of `why`; empty lifts that. The caller has permitted it.

    Time that is booked already stays booked. Again: nothing happens.
    """
    allocation = lock_allocations(allocation.pk)[allocation.pk]
    if allocation.on_hold != why[:300]:
        allocation.on_hold = why[:300]
        allocation.save(update_fields=["on_hold", "updated_at"])
        audit.record("hold-back" if why else "release", allocation, by=by, note=why)
    return allocation

"""What becomes of an allocation: the facility adds to it, a team gives back or moves units, a cycle carries over, and
what is left expires with it."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from accounts.queries import system_user
from core import audit, clock, names
from core.errors import Invalid, NotPermitted, Violation
from facilities.commands import ledger
from facilities.commands.allocations import add_conditions, grant_allocation, open_allocation, return_units
from facilities.commands.locks import lock_allocations
from facilities.models import Access, Allocation, Cycle, Instrument, LedgerEntry, Team
from facilities.permissions import manages_accounts, may_spend
from facilities.units import THOUSANDTH, exchangeable

Kind = LedgerEntry.Kind


@transaction.atomic
def give_time(
    team: Team,
    instrument: Instrument,
    units: Decimal,
    *,
    by: Any,
    note: str,
    category: str,
    cycle: Cycle | None = None,
    valid_from: datetime | None = None,
    valid_until: datetime | None = None,
) -> Allocation:
    """The facility gives a team time of an instrument, for a cycle or between two instants, and says why.

    What the team has there for that time already gets more, in the category that it has. Raises NotPermitted, and
    Invalid with every violation.
    """
    if not manages_accounts(by, instrument.facility):
        raise NotPermitted(_("Units are given by the facility."))
    found = _not_positive(units) + _without_reason(note)
    if not team.is_active:
        found.append(Violation("inactive_team", _("This team asks for no time any more."), "team"))
    if category not in Access.values:
        found.append(Violation("unknown_category", _("Choose an access category."), "category"))
    known = Allocation.objects.filter(team=team, instrument=instrument, cycle=cycle).first()
    if known is not None and known.category != category:
        message = _("The team has time there already as “%(category)s”. Give more of that.")
        found.append(Violation("category", message % {"category": known.get_category_display()}, "category"))
    starts_at = valid_from or (cycle.period.lower if cycle else None)
    ends_at = valid_until or (cycle.period.upper if cycle else None)
    if starts_at is None or ends_at is None:
        message = _("Choose a cycle, or a first and a last day.")
        raise Invalid(message, [*found, Violation("no_time", message, "valid_from")])
    _require(found)
    return grant_allocation(
        team,
        instrument,
        units,
        cycle=cycle,
        valid_from=starts_at,
        valid_until=ends_at,
        by=by,
        note=note,
        category=category,
    )


@transaction.atomic
def add_units(allocation: Allocation, units: Decimal, *, by: Any, note: str) -> Allocation:
    """The facility gives a team more of an instrument, and says why. Raises NotPermitted and Invalid."""
    allocation = lock_allocations(allocation.pk)[allocation.pk]
    _require_manager(by, allocation)
    _require(_not_positive(units) + _without_reason(note))
    ledger.post(allocation, Kind.GRANTED, units, by=by, note=note)
    audit.record("grant", allocation, by=by, note=note, units=str(units), unit=allocation.unit)
    return allocation


@transaction.atomic
def give_units_back(allocation: Allocation, units: Decimal, *, by: Any, note: str) -> Allocation:
    """A lead of the team, or the facility, returns units that are left, and says why. Raises as `return_units`."""
    if not may_spend(by, allocation):
        raise NotPermitted(_("Units are given back by a lead of the team, or by the facility."))
    _require(_without_reason(note))
    return return_units(allocation, units, by=by, note=note)


@dataclass(frozen=True)
class Transfer:
    """Two allocations after units went from one to the other; `arrived` are in the unit of the target."""

    source: Allocation
    target: Allocation
    arrived: Decimal


@transaction.atomic
def transfer_units(source: Allocation, target: Allocation, units: Decimal, *, by: Any, note: str) -> Transfer:
    """Move units (of the source) that are left to another allocation of the same team, such as another leg.

    A lead of the team or the facility lets go of them; the facility whose time it becomes must give it. Time is
    converted by the length of both instruments' units; node-hours and sample slots only go to their own kind. Both
    rows are locked in primary-key order. Raises NotPermitted, and Invalid with every violation.
    """
    accounts = lock_allocations(source.pk, target.pk)
    source, target = accounts[source.pk], accounts[target.pk]
    if not may_spend(by, source):
        raise NotPermitted(_("Units are moved by a lead of the team, or by the facility."))
    _require_manager(by, target)
    return _carry(source, target, units, by=by, note=note)


@transaction.atomic
def carry_units(source: Allocation, target: Allocation, units: Decimal, *, by: Any, note: str) -> Transfer:
    """The same where the caller has permitted it: both facilities agreed. Raises Invalid with every violation."""
    accounts = lock_allocations(source.pk, target.pk)
    return _carry(accounts[source.pk], accounts[target.pk], units, by=by, note=note)


@transaction.atomic
def roll_over(allocation: Allocation, cycle: Cycle, *, by: Any, note: str, units: Decimal | None = None) -> Transfer:
    """The facility carries what is left, or some of it, over to a later cycle, where the same team may use it.

    Raises NotPermitted, and Invalid with every violation. A cycle that the team has units in already gets more.
    """
    _require_manager(by, allocation)
    target = open_allocation(
        allocation.team,
        allocation.instrument,
        cycle=cycle,
        valid_from=cycle.period.lower,
        valid_until=cycle.period.upper,
        category=allocation.category,
        by=by,
    )
    accounts = lock_allocations(allocation.pk, target.pk)
    source, target = accounts[allocation.pk], accounts[target.pk]
    wanted = source.left if units is None else units
    _require(_not_positive(wanted) + _without_reason(note) + _beyond(wanted, source) + _not_later(cycle, source))
    _move(source, target, wanted, wanted, by=by, note=note)
    return Transfer(source, target, wanted)


def expire_unused(now: datetime | None = None) -> int:
    """What is left of allocations whose time is over expires; how many there were. Safe to run twice and late.

    Units that come back later, from a session that was shorter than booked, expire with the next run.
    """
    moment = now or clock.now()
    over = Allocation.objects.filter(valid_until__lte=moment, granted__gt=F("held") + F("used")).order_by("pk")
    return sum(_expire(pk, moment) for pk in over.values_list("pk", flat=True))


@transaction.atomic
def _expire(pk: UUID, moment: datetime) -> bool:
    allocation = lock_allocations(pk)[pk]
    left = allocation.left
    if allocation.valid_until > moment or not left:
        return False
    ledger.post(allocation, Kind.EXPIRED, left, by=system_user())
    audit.record("expire", allocation, by=system_user(), units=str(left), unit=allocation.unit)
    return True


def converted(units: Decimal, source: Instrument, target: Instrument) -> Decimal:
    """Units of one instrument as units of another, by the minutes in each, to three decimals and never more."""
    if source.unit_minutes == target.unit_minutes:
        return units
    return (units * source.unit_minutes / target.unit_minutes).quantize(THOUSANDTH, "ROUND_DOWN")


def _carry(source: Allocation, target: Allocation, units: Decimal, *, by: Any, note: str) -> Transfer:
    """Both rows are locked."""
    _require(_not_positive(units) + _without_reason(note) + _beyond(units, source) + _not_between(source, target))
    arrived = converted(units, source.instrument, target.instrument)
    _move(source, target, units, arrived, by=by, note=note)
    return Transfer(source, target, arrived)


def _move(source: Allocation, target: Allocation, units: Decimal, arrived: Decimal, *, by: Any, note: str) -> None:
    ledger.post(source, Kind.SENT, units, by=by, note=note, counterpart=target)
    ledger.post(target, Kind.RECEIVED, arrived, by=by, note=note, counterpart=source)
    add_conditions(target, source.conditions)
    told = {"units": str(units), "unit": source.unit, "arrived": str(arrived), "arrived_unit": target.unit}
    audit.record("send", source, by=by, note=note, to=str(target.pk), **told)
    audit.record("receive", target, by=by, note=note, origin=str(source.pk), **told)


def _require_manager(by: Any, allocation: Allocation) -> None:
    if not manages_accounts(by, allocation.instrument.facility):
        raise NotPermitted(
            _("Time of %(facility)s is given by its managers. Ask one of them.")
            % {"facility": allocation.instrument.facility.name}
        )


def _require(violations: list[Violation]) -> None:
    if violations:
        raise Invalid(_("Please correct what is marked."), violations)


def _not_positive(units: Decimal) -> list[Violation]:
    if units > 0 and units == units.quantize(THOUSANDTH):
        return []
    return [Violation("units_positive", _("Give more than nothing, with at most three decimals."), "units")]


def _without_reason(note: str) -> list[Violation]:
    return [] if note.strip() else [Violation("reason_required", _("Say why: it stays on the account."), "note")]


def _beyond(units: Decimal, source: Allocation) -> list[Violation]:
    if units <= source.left:
        return []
    message = _("Only %(left)s are left.") % {"left": names.units(source.left, source.unit)}
    return [Violation("units_left", message, "units")]


def _not_between(source: Allocation, target: Allocation) -> list[Violation]:
    found = []
    if source.pk == target.pk:
        found.append(Violation("same_account", _("Choose another allocation."), "target"))
    if source.team_id != target.team_id:
        found.append(Violation("other_team", _("Units stay with the team that they were given to."), "target"))
    if target.valid_until <= clock.now():
        found.append(Violation("over_already", _("That allocation is over: nobody could use them there."), "target"))
    if not exchangeable(source.unit, target.unit):
        message = _("%(source)s cannot become %(target)s.")
        words = {"source": names.unit_name(source.unit), "target": names.unit_name(target.unit)}
        found.append(Violation("units_never_mix", message % words, "target"))
    return found


def _not_later(cycle: Cycle, source: Allocation) -> list[Violation]:
    found = []
    if cycle.facility_id != source.instrument.facility_id:
        found.append(Violation("foreign_cycle", _("Choose a cycle of the instrument's own facility."), "cycle"))
    if cycle.period.upper <= max(source.valid_until, clock.now()):
        found.append(Violation("cycle_not_later", _("Choose a cycle that lasts longer than this allocation."), "cycle"))
    return found

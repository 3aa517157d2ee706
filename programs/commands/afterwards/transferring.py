"""A leg moves to another instrument: the PI or the office asks, both facilities agree, its units go along."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.queries import holders, system_user
from core import audit, clock
from core.errors import Invalid, NotPermitted, RulesRefuse, Violation, WrongState
from facilities.commands.allocations import open_allocation
from facilities.commands.balances import carry_units
from facilities.models import Facility, Instrument
from programs.commands.afterwards.settling import locked_leg
from programs.commands.proposals.telling import team_of, tell_about
from programs.commands.rounds.applying import SYSTEM
from programs.models import Leg, Transfer
from programs.permissions.proposals import leg_parties
from programs.queries.transfers import instruments_for, transfer_parties
from programs.workflows.proposals import LEG
from workflow.commands import advance, permitted_move

GIVERS = ("facility_manager", "user_office")
"""Roles that are told of a transfer that touches their facility."""


@transaction.atomic
def ask_transfer(leg: Leg, target: Instrument, *, by: Any, reason: str) -> Transfer:
    """Ask that all that is left of a leg moves to another instrument. Whoever gives time at one of them has agreed
    for it by asking. Raises NotPermitted, WrongState, Invalid, and RulesRefuse with all that stands against it.
    """
    leg = locked_leg(leg.pk)
    if not leg_parties(by, leg) & {"pi", "office"}:
        raise NotPermitted(_("A part is moved by the PI or by the call's office."))
    permitted_move(LEG, "transfer", leg.state, SYSTEM, reason)
    if leg.transfers.filter(ended_at=None).exists():
        raise WrongState(_("It is on its way to another instrument already."))
    if found := _against(leg, target):
        raise RulesRefuse(_("This part cannot move there."), found)
    assert leg.allocation is not None
    transfer = Transfer.objects.create(
        leg=leg, source=leg.instrument, target=target, units=leg.allocation.left, reason=reason.strip(), by=by
    )
    audit.record("ask-transfer", leg, by=by, note=reason, target=target.slug, units=str(transfer.units))
    _tell(transfer, "transfer_asked", [*_givers(transfer.source.facility), *_givers(target.facility)], by=by)
    parties = transfer_parties(by, transfer)
    return _agreed(transfer, parties, by=by) if parties & {"source", "target"} else transfer


@transaction.atomic
def agree_transfer(transfer: Transfer, *, by: Any) -> Transfer:
    """Agree for a facility; with the second agreement the units move and the leg stands at the other instrument.

    Again: a replay. Raises NotPermitted, WrongState, RulesRefuse where something stands against it by now.
    """
    transfer = _locked(transfer.pk)
    parties = transfer_parties(by, transfer)
    if not parties & {"source", "target"}:
        raise NotPermitted(_("Those who give the time of one of the two facilities agree."))
    if transfer.ended_at is not None and transfer.refused_by_id is None:
        return transfer
    _require_open(transfer)
    return _agreed(transfer, parties, by=by)


@transaction.atomic
def refuse_transfer(transfer: Transfer, *, by: Any, note: str) -> Transfer:
    """A facility says no, or who asked takes it back; the leg stays. Raises NotPermitted, WrongState, Invalid."""
    transfer = _locked(transfer.pk)
    if not transfer_parties(by, transfer):
        raise NotPermitted(_("The two facilities, the PI and the office say whether it moves."))
    _require_open(transfer)
    if not note.strip():
        message = _("Give a reason: the other side reads it.")
        raise Invalid(message, [Violation("reason_required", message, "note")], code="reason_required")
    transfer.refused_by, transfer.note, transfer.ended_at = by, note.strip(), clock.now()
    transfer.save()
    audit.record("refuse-transfer", transfer.leg, by=by, note=note)
    _tell(transfer, "transfer_ended", _everyone(transfer), by=by, note=note)
    return transfer


def _agreed(transfer: Transfer, parties: frozenset[str], *, by: Any) -> Transfer:
    if "source" in parties:
        transfer.source_agreed_by = transfer.source_agreed_by or by
    if "target" in parties:
        transfer.target_agreed_by = transfer.target_agreed_by or by
    transfer.save()
    audit.record("agree-transfer", transfer.leg, by=by)
    if transfer.source_agreed_by and transfer.target_agreed_by:
        _move(transfer, by=by)
    return transfer


def _move(transfer: Transfer, *, by: Any) -> None:
    leg, system = transfer.leg, system_user()
    if found := _against(leg, transfer.target):
        raise RulesRefuse(_("This part cannot move there."), found)
    account = leg.allocation
    assert account is not None
    opened = open_allocation(
        account.team,
        transfer.target,
        cycle=None,
        valid_from=account.valid_from,
        valid_until=account.valid_until,
        by=system,
        category=account.category,
    )
    moved = carry_units(account, opened, account.left, by=system, note=transfer.reason)
    leg.allocation, leg.instrument, leg.granted = moved.target, transfer.target, moved.arrived
    also = ["allocation", "instrument", "granted"]
    advance(leg, LEG, "transfer", by=system, parties=SYSTEM, note=transfer.reason, also=also, agreed_by=str(by.pk))
    transfer.ended_at = clock.now()
    transfer.save(update_fields=["ended_at", "updated_at"])
    _tell(transfer, "transfer_ended", _everyone(transfer), by=by)


def _against(leg: Leg, target: Instrument) -> list[Violation]:
    found = []
    account = leg.allocation
    if account is None or account.left <= 0:
        found.append(Violation("units_left", _("Nothing is left of it."), "leg"))
    elif account.held or account.used:
        message = _("Time is booked or used already. Only a part that has not begun moves.")
        found.append(Violation("not_begun", message, "leg"))
    if target not in instruments_for(leg):
        message = _("Choose another bookable instrument in the same mode, with units that can be exchanged.")
        found.append(Violation("no_place", message, "target"))
    return found


def _require_open(transfer: Transfer) -> None:
    if transfer.ended_at is not None:
        raise WrongState(_("This is settled already."))


def _locked(pk: UUID) -> Transfer:
    """The transfer, locked after its leg and proposal."""
    leg = locked_leg(Transfer.objects.values_list("leg_id", flat=True).get(pk=pk))
    rows = Transfer.objects.select_for_update(of=("self",)).select_related("source__facility", "target__facility", "by")
    transfer = rows.get(pk=pk)
    transfer.leg = leg
    return transfer


def _givers(facility: Facility) -> list[User]:
    return [person for role in GIVERS for person in holders(role, facility.pk)]


def _everyone(transfer: Transfer) -> list[User]:
    return [
        *team_of(transfer.leg.proposal),
        *_givers(transfer.source.facility),
        *_givers(transfer.target.facility),
    ]


def _tell(transfer: Transfer, kind: str, people: Iterable[User], *, by: Any, note: str = "") -> None:
    facts = {
        "part": str(transfer.leg.position),
        "instrument": transfer.source.name,
        "target": transfer.target.name,
        "refused": transfer.refused_by_id is not None,
        "note": note or transfer.reason,
    }
    tell_about(transfer, people, kind, transfer.leg.proposal, by=by, facts=facts)

"""The reserve list moves up into units that came free, in its order."""

from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit, names
from core.errors import NotPermitted, RulesRefuse, Violation, WrongState
from programs.commands.afterwards.settling import legs_of, locked_proposal, settle
from programs.commands.rounds.applying import give
from programs.models import Call, Leg, Line, Proposal
from programs.permissions.proposals import proposal_parties
from programs.queries.rounds.problem import category_of
from programs.queries.standing import free_units, next_before


@transaction.atomic
def promote_from_reserve(proposal: Proposal, *, by: Any, note: str = "") -> Proposal:
    """Give a proposal on the reserve list the units that came free, to all its waiting required legs or none.

    Places on the list are kept: nobody is passed over whose least amount would fit (R-30). Raises NotPermitted,
    WrongState, and RulesRefuse with every leg that finds no room or is not the next.
    """
    call = Call.objects.select_for_update().get(pk=proposal.call_id)
    proposal = locked_proposal(proposal.pk)
    if not proposal_parties(by, proposal) & {"office", "management"}:
        raise NotPermitted(_("The reserve list is worked through by those who run or decide the call."))
    legs = list(legs_of(proposal).filter(state="reserve"))
    if call.state != "notified" or not legs:
        raise WrongState(_("It is not on a reserve list."))
    free = {leg.pk: free_units(call, leg.instrument) for leg in legs}
    found = [_no_room(leg, free[leg.pk]) for leg in legs if leg.required and free[leg.pk] < leg.least_units]
    found += [_passed_over(leg, other) for leg in legs if (other := next_before(leg, free[leg.pk])) is not None]
    if found:
        raise RulesRefuse(_("The reserve list cannot move up like this."), found)
    offers = {row.instrument_id: row for row in call.offers.select_related("cycle")}
    for leg in legs:
        units = min(leg.units, free[leg.pk])
        if units >= leg.least_units:
            line = Line(
                leg=leg,
                instrument=leg.instrument,
                verdict=Line.Verdict.ALLOCATED,
                units=units,
                priority=Leg.Priority.B,
                category=category_of(proposal),
            )
            leg.why, leg.reason = {"code": "came_free"}, ""
            give(leg, line, offers.get(leg.instrument_id), by=by)
    audit.record("promote", proposal, by=by, note=note)
    settle(proposal, by=by)
    return proposal


def _no_room(leg: Leg, free: Decimal) -> Violation:
    message = _("%(instrument)s: only %(left)s are free.") % {
        "instrument": leg.instrument.code,
        "left": names.units(max(free, Decimal(0)), leg.instrument.unit),
    }
    return Violation("units_free", message, "legs")


def _passed_over(leg: Leg, other: Leg) -> Violation:
    message = _("%(instrument)s: %(proposal)s waits before it and would fit.") % {
        "instrument": leg.instrument.code,
        "proposal": other.proposal.reference,
    }
    return Violation("in_order", message, "legs", source="R-30")

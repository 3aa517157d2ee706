"""A leg is given up, or its time is over: units go back, what depends on it waits until the office resumes it."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.queries import system_user
from core.errors import RulesRefuse, Violation
from facilities.commands.allocations import hold_back, return_units
from programs.commands.afterwards.settling import locked_leg, settle
from programs.commands.proposals.telling import office_of, team_of, tell
from programs.commands.rounds.applying import SYSTEM
from programs.models import Leg
from programs.permissions.proposals import leg_parties
from programs.queries.following import EXPIRING, dependants_of, live_bookings
from programs.workflows.proposals import LEG
from workflow.commands import advance, permitted_move


@transaction.atomic
def cancel_leg(leg: Leg, *, by: Any, note: str) -> Leg:
    """The PI or the office gives a leg up; what is left goes back to the facility, and its dependants wait (R-12).

    Raises NotPermitted, WrongState, Invalid without a reason, and RulesRefuse while time is booked on it: that has its
    own terms of cancelling.
    """
    leg = locked_leg(leg.pk)
    parties = leg_parties(by, leg)
    if leg.state == "cancelled" and parties & {"pi", "office"}:
        return leg
    permitted_move(LEG, "cancel", leg.state, parties, note)
    if booked := list(live_bookings(leg)):
        found = [
            Violation("time_is_booked", _("Cancel %(booking)s first.") % {"booking": row.reference}, "legs")
            for row in booked
        ]
        raise RulesRefuse(_("Time is booked on this part."), found)
    return end_leg(leg, by=by, parties=parties, note=note)


@transaction.atomic
def resume_leg(leg: Leg, *, by: Any, note: str = "") -> Leg:
    """The office lets a leg on hold go on. Raises NotPermitted, WrongState."""
    leg = locked_leg(leg.pk)
    advance(leg, LEG, "resume", by=by, parties=leg_parties(by, leg), note=note)
    if leg.allocation is not None:
        hold_back(leg.allocation, "", by=system_user())
    tell(team_of(leg.proposal), "leg_moved", leg.proposal, by=by, note=note, **told(leg))
    return leg


def end_leg(leg: Leg, *, by: Any, parties: Iterable[str], note: str) -> Leg:
    """Cancel a locked leg on whose account nothing is booked; its dependants are put on hold, everyone is told."""
    others = Leg.objects.filter(allocation=leg.allocation_id).exclude(pk=leg.pk).exclude(state__in=LEG.final)
    account = leg.allocation
    if account is not None:
        account.refresh_from_db()
        units = min(account.left, leg.granted or account.left) if others.exists() else account.left
        if units > 0:
            return_units(account, units, by=system_user(), note=leg.proposal.reference)
    leg.why, leg.reason = {}, note.strip()
    advance(leg, LEG, "cancel", by=by, parties=parties, note=note, also=["why", "reason"])
    people = [*team_of(leg.proposal), *office_of(leg.proposal.call)]
    tell(people, "leg_moved", leg.proposal, by=by, note=note, **told(leg))
    for dependant in dependants_of(leg).select_for_update(of=("self",)):
        _hold(dependant, leg, by=by)
    if leg.proposal.state in EXPIRING:
        settle(leg.proposal, by=by)
    return leg


def _hold(leg: Leg, cause: Leg, *, by: Any) -> None:
    leg.proposal = cause.proposal
    why = _("It depends on part %(position)d, which was cancelled.") % {"position": cause.position}
    advance(leg, LEG, "put-on-hold", by=system_user(), parties=SYSTEM, note=why)
    if leg.allocation is not None:
        hold_back(leg.allocation, why, by=system_user())
    people = [*team_of(leg.proposal), *office_of(leg.proposal.call)]
    tell(people, "leg_moved", leg.proposal, by=by, note=why, **told(leg))


def told(leg: Leg) -> dict[str, str]:
    """A leg as a message names it; `state` is translated for its reader."""
    return {"part": str(leg.position), "instrument": leg.instrument.name, "state": leg.state}

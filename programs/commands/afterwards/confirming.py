"""The PI takes the time that was given; what nobody confirmed goes back to the reserve list."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.queries import system_user
from core import clock
from facilities.commands.allocations import return_units
from programs.commands.afterwards.settling import locked_leg, settle
from programs.commands.rounds.applying import SYSTEM
from programs.models import Leg
from programs.permissions.proposals import leg_parties
from programs.queries.standing import last_place
from programs.workflows.proposals import LEG
from workflow.commands import advance


@transaction.atomic
def confirm_leg(leg: Leg, *, by: Any) -> Leg:
    """The PI takes the time that was given (R-22). Again: a replay. Raises NotPermitted, WrongState."""
    leg = locked_leg(leg.pk)
    parties = leg_parties(by, leg)
    if leg.confirmed_at is not None and "pi" in parties:
        return leg
    leg.confirmed_at = clock.now()
    advance(leg, LEG, "confirm", by=by, parties=parties, also=["confirmed_at"])
    return leg


def take_back_unconfirmed(now: datetime | None = None) -> int:
    """Time that nobody confirmed in time goes to the end of the reserve list, its units back to the facility; how many.

    Safe to run twice and late. Time that is booked already counts as confirmed.
    """
    moment = now or clock.now()
    due = Leg.objects.filter(state="allocated", confirmed_at=None, confirm_by__lte=moment).order_by("pk")
    return sum(_take_back(pk, moment) for pk in due.values_list("pk", flat=True))


@transaction.atomic
def _take_back(pk: UUID, moment: datetime) -> bool:
    leg = locked_leg(pk)
    account = leg.allocation
    if leg.state != "allocated" or leg.confirmed_at or not leg.confirm_by or leg.confirm_by > moment or account is None:
        return False
    account.refresh_from_db()
    if account.held or account.used:
        leg.confirmed_at = moment
        leg.save(update_fields=["confirmed_at", "updated_at"])
        return False
    why = _("It was not confirmed in time.")
    return_units(account, account.left, by=system_user(), note=leg.proposal.reference)
    leg.granted, leg.allocation, leg.priority = None, None, Leg.Priority.RESERVE
    leg.why, leg.reason = {"code": "unconfirmed"}, ""
    leg.rank = last_place(leg) + 1
    also = ["granted", "allocation", "priority", "why", "reason", "rank"]
    advance(leg, LEG, "fall-back", by=system_user(), parties=SYSTEM, note=why, also=also)
    settle(leg.proposal, by=system_user())
    return True

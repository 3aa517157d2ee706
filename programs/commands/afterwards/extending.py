"""More time to use what was given, once; and the clock that ends proposals, with warnings before."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from dateutil.relativedelta import relativedelta
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.queries import system_user
from core import clock
from core.errors import RulesRefuse, Violation
from facilities.commands.allocations import extend_allocation
from notifications.rendering import language_of
from programs.commands.afterwards.ending import end_leg, told
from programs.commands.afterwards.settling import locked_leg, locked_proposal
from programs.commands.proposals.telling import leads_of, team_of, tell
from programs.commands.rounds.applying import SYSTEM
from programs.models import Leg, Proposal
from programs.permissions.proposals import leg_parties
from programs.queries.following import EXPIRING, OPEN, expiring, live_bookings
from programs.rules.outcomes import reminder_due
from programs.workflows.proposals import LEG, PROPOSAL
from workflow.commands import advance, permitted_move


@transaction.atomic
def extend_leg(leg: Leg, *, by: Any, note: str) -> Leg:
    """The office gives LEG_EXTENSION_MONTHS more to use the time, once (R-18).

    Raises NotPermitted, WrongState, Invalid without a reason, RulesRefuse the second time.
    """
    leg = locked_leg(leg.pk)
    parties = leg_parties(by, leg)
    permitted_move(LEG, "extend", leg.state, parties, note)
    account = leg.allocation
    if leg.extended_at is not None or account is None:
        message = _("It was given more time already: that is done once.")
        raise RulesRefuse(message, [Violation("extended_once", message, "legs", source="R-18")])
    until = account.valid_until + relativedelta(months=settings.LEG_EXTENSION_MONTHS)
    extend_allocation(account, until, by=system_user(), note=note)
    leg.valid_until, leg.extended_at = until, clock.now()
    advance(leg, LEG, "extend", by=by, parties=parties, note=note, also=["valid_until", "extended_at"])
    tell(
        team_of(leg.proposal),
        "leg_extended",
        leg.proposal,
        by=by,
        note=note,
        until=_day(until, leg.proposal),
        **told(leg),
    )
    return leg


def expires_at(proposal: Proposal) -> datetime | None:
    """PROPOSAL_MONTHS calendar months after its result was announced (R-19)."""
    return proposal.notified_at and proposal.notified_at + relativedelta(months=settings.PROPOSAL_MONTHS)


def expire_proposals(now: datetime | None = None) -> int:
    """End what has expired and warn of what will; how many ended. Safe to run twice and late.

    A proposal that still has time booked ends when that is over.
    """
    moment = now or clock.now()
    warned = expiring(moment - relativedelta(months=settings.PROPOSAL_MONTHS) + timedelta(days=max(_days())))
    ended = 0
    for pk in list(warned.values_list("pk", flat=True)):
        ended += _expire_or_warn(pk, moment)
    return ended


@transaction.atomic
def _expire_or_warn(pk: UUID, moment: datetime) -> bool:
    proposal = locked_proposal(pk)
    ends = expires_at(proposal)
    if proposal.state not in EXPIRING or ends is None:
        return False
    if ends > moment:
        _warn(proposal, ends, moment)
        return False
    legs = list(proposal.legs.select_for_update(of=("self",)).select_related("instrument", "allocation"))
    if any(live_bookings(leg).exists() for leg in legs):
        return False
    with override(language_of(proposal.pi)):
        why = _("Its time was over %(months)d months after the result.") % {"months": settings.PROPOSAL_MONTHS}
    advance(proposal, PROPOSAL, "expire", by=system_user(), parties=SYSTEM, note=why)
    for leg in legs:
        if leg.state in OPEN:
            leg.proposal = proposal
            end_leg(leg, by=system_user(), parties=SYSTEM, note=why)
    return True


def _warn(proposal: Proposal, ends: datetime, moment: datetime) -> None:
    before = [-days for days in _days()]
    day = reminder_due(ends.date(), moment.date(), before, [-each for each in proposal.expiry_warned])
    if day is None:
        return
    proposal.expiry_warned = [*proposal.expiry_warned, -day]
    proposal.save(update_fields=["expiry_warned", "updated_at"])
    tell(leads_of(proposal), "proposal_expires", proposal, by=system_user(), until=_day(ends, proposal))


def _day(at: datetime, proposal: Proposal) -> str:
    return at.astimezone(ZoneInfo(proposal.call.zone)).date().isoformat()


def _days() -> tuple[int, ...]:
    return tuple(settings.PROPOSAL_EXPIRY_WARNINGS)

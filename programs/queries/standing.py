"""What came after the results of a call: units that are free again, who waits for them, what waits for an answer."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Exists, Max, OuterRef, QuerySet, Sum

from core import clock
from core.lookup import find
from facilities.models import Instrument
from programs.models import Appeal, Call, Leg, Proposal, ProposalMember
from programs.permissions.calls import DECIDE, calls_of
from programs.permissions.proposals import LEADING, proposal_parties

HOLDING = ("allocated", "scheduled", "on_hold", "done", "lost")
"""States of a leg whose units are not free for others."""
SEES_APPEALS = frozenset({"member", "office", "management", "system"})


def find_leg_of(proposal: Proposal, key: str | UUID) -> Leg:
    """A leg of a proposal that its reader sees. Raises NotFound."""
    return find(legs_standing(proposal), key)


def legs_standing(proposal: Proposal) -> QuerySet[Leg]:
    """The legs of a proposal as they stand, in order."""
    return _with_details(proposal.legs.all()).order_by("position", "id")


def free_units(call: Call, instrument: Instrument) -> Decimal:
    """What the call offers of an instrument, less what its legs hold."""
    offered = call.offers.filter(instrument=instrument).aggregate(sum=Sum("units"))["sum"] or Decimal(0)
    held = Leg.objects.filter(proposal__call=call, instrument=instrument, state__in=HOLDING)
    return Decimal(offered) - (held.aggregate(sum=Sum("granted"))["sum"] or Decimal(0))


def waiting_beside(leg: Leg) -> QuerySet[Leg]:
    """Other proposals' legs on the reserve list of the same instrument in the same call."""
    others = Leg.objects.filter(proposal__call=leg.proposal.call_id, instrument=leg.instrument, state="reserve")
    return others.exclude(proposal=leg.proposal_id).select_related("proposal")


def next_before(leg: Leg, free: Decimal) -> Leg | None:
    """Who waits before this leg and would fit into what is free (R-30)."""
    return waiting_beside(leg).filter(rank__lt=leg.rank or 0, least_units__lte=free).order_by("rank", "id").first()


def last_place(leg: Leg) -> int:
    return int(waiting_beside(leg).aggregate(last=Max("rank"))["last"] or 0)


@dataclass(frozen=True)
class Waiting:
    """The reserve list of one instrument in a call, the first first, and what is free for it."""

    instrument: Instrument
    free: Decimal
    legs: list[Leg]


def reserve_list(call: Call) -> list[Waiting]:
    """Who waits at which instrument, by facility and code."""
    rows = Leg.objects.filter(proposal__call=call, state="reserve")
    rows = rows.select_related("instrument__facility", "proposal__organisation", "proposal__pi")
    grouped: dict[Instrument, list[Leg]] = {}
    for leg in rows.order_by("instrument__facility__name", "instrument__code", "rank", "id"):
        grouped.setdefault(leg.instrument, []).append(leg)
    return [Waiting(instrument, free_units(call, instrument), legs) for instrument, legs in grouped.items()]


def unconfirmed(call: Call) -> QuerySet[Leg]:
    """Time that was given and that nobody has confirmed yet, the first to fall back first."""
    rows = Leg.objects.filter(proposal__call=call, state="allocated", confirmed_at=None, confirm_by__isnull=False)
    return rows.select_related("instrument__facility", "proposal__pi").order_by("confirm_by", "id")


def legs_to_confirm(user: Any) -> QuerySet[Leg]:
    """Time that waits for a person's own confirmation as PI or co-PI, the first to fall back first."""
    led = ProposalMember.objects.filter(proposal=OuterRef("proposal_id"), person=user, state="joined", role__in=LEADING)
    rows = Leg.objects.filter(Exists(led), state="allocated", confirmed_at=None, confirm_by__isnull=False)
    return rows.select_related("instrument__facility", "proposal").order_by("confirm_by", "id")


def legs_to_use(user: Any) -> list[Leg]:
    """Time on site that was given to a person's proposals and has no booking yet, the first to end first."""
    mine = ProposalMember.objects.filter(proposal=OuterRef("proposal_id"), person=user, state="joined")
    rows = Leg.objects.filter(Exists(mine), state="allocated", mode=Instrument.Mode.ONSITE, valid_until__gt=clock.now())
    rows = rows.select_related("instrument__facility", "proposal").prefetch_related("instrument__required_trainings")
    return list(rows.order_by("valid_until", "id"))


def appeals_of(user: Any, proposal: Proposal) -> QuerySet[Appeal]:
    """Appeals of a proposal, the latest first: for its team and those who run or decide the call, nobody else."""
    if not proposal_parties(user, proposal) & SEES_APPEALS:
        return Appeal.objects.none()
    return proposal.appeals.select_related("by", "answered_by").order_by("-created_at", "-id")


def appeals_to_answer(user: Any) -> QuerySet[Appeal]:
    """Open appeals in calls that a person decides, the oldest first; none of a proposal they are on the team of."""
    own = ProposalMember.objects.filter(proposal=OuterRef("proposal_id"), person=user).exclude(state="declined")
    deciding = Call.objects.filter(calls_of(user, DECIDE)).order_by().values("pk")
    rows = Appeal.objects.filter(~Exists(own), answered_at=None, proposal__call__in=deciding)
    return rows.select_related("proposal__call", "by").order_by("created_at", "id")


def open_appeals(calls: Iterable[Call]) -> QuerySet[Appeal]:
    rows = Appeal.objects.filter(answered_at=None, proposal__call__in=calls)
    return rows.select_related("proposal", "by").order_by("created_at", "id")


def _with_details(rows: QuerySet[Leg]) -> QuerySet[Leg]:
    return rows.select_related(
        "instrument__facility", "preferred", "allocation__team", "proposal__call", "proposal__team"
    )

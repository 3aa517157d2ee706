"""What instrument and safety staff have to look at, and what they said last."""

from typing import Any
from uuid import UUID

from django.db.models import OuterRef, Q, QuerySet, Subquery

from core import permissions
from core.lookup import find
from facilities.models import Facility
from programs.models import Feasibility, Leg, Proposal, SafetyReview
from programs.permissions.proposals import STAFF, proposals_visible_to

JUDGED_IN = ("feasibility", "review")
"""States of a proposal in which its legs are looked at; safety may follow while the reviewers work."""


def legs_visible_to(user: Any) -> QuerySet[Leg]:
    """The legs of the proposals that a person may see."""
    seen = proposals_visible_to(user).order_by().values("pk")
    legs = Leg.objects.filter(proposal__in=seen).select_related(
        "proposal__call", "proposal__pi", "proposal__organisation", "instrument__facility", "preferred"
    )
    return legs.prefetch_related("alternates").order_by("-created_at", "-id")


def find_leg(user: Any, key: str | UUID) -> Leg:
    """Raises NotFound for a leg that is not there or not to be seen."""
    return find(legs_visible_to(user), key)


def legs_to_judge(user: Any) -> QuerySet[Leg]:
    """What waits for a person: feasibility of legs at their facilities nobody has looked at, safety of those without
    a word on it. Not of proposals they are on the team of."""
    at = {party: permissions.container_ids(user, right, Facility) for party, right in STAFF.items()}
    said = SafetyReview.objects.filter(leg=OuterRef("pk")).order_by("-created_at", "-id")
    legs = legs_visible_to(user).annotate(said=Subquery(said.values("result")[:1]))
    waiting = Q(instrument__facility__in=at["feasibility"], state="requested", proposal__state="feasibility")
    unsaid = Q(instrument__facility__in=at["safety"], said=None, proposal__state__in=JUDGED_IN)
    return legs.filter(waiting | unsaid).exclude(proposal__members__person=user)


def refused_for_safety(proposal: Proposal) -> set[UUID]:
    """The legs of which safety staff said last that they must not be."""
    said = SafetyReview.objects.filter(leg__proposal=proposal).order_by("created_at", "id")
    latest = dict(said.values_list("leg_id", "result"))
    return {leg for leg, result in latest.items() if result == SafetyReview.Result.REFUSED}


def latest_feasibility(leg: Leg) -> Feasibility | None:
    """What was said last of the instrument at which the leg stands now."""
    rows = leg.feasibility.filter(instrument=leg.instrument_id).select_related("by", "instrument")
    return rows.prefetch_related("offers").order_by("-created_at", "-id").first()


def latest_safety(leg: Leg) -> SafetyReview | None:
    return leg.safety_reviews.select_related("by").order_by("-created_at", "-id").first()

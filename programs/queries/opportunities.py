"""Reads offers of places and applications for them: in public, one's own, and those of an office or a centre."""

from typing import Any
from uuid import UUID

from django.db.models import Count, F, Q, QuerySet

from alliance.models import Alliance
from core import clock
from core.fulltext import Words, terms
from core.lookup import find
from programs.models import Candidacy, Opportunity
from programs.permissions.opportunities import (
    PUBLIC,
    candidacies_visible_to,
    candidacy_parties,
    opportunities_visible_to,
    opportunity_parties,
)
from programs.workflows.opportunities import CANDIDACY, OPPORTUNITY
from workflow.machine import Move

TEXTS = ("title", "title_zh", "text", "text_zh", "eligibility", "eligibility_zh", "host__name", "host__name_local")


def opportunities_listed(
    user: Any,
    alliance: Alliance | None = None,
    *,
    kind: str = "",
    country: str = "",
    search: str = "",
    when: str = "",
) -> QuerySet[Opportunity]:
    """What a person may read, the nearest deadline first.

    `when` is `open` (takes applications now), `coming` (published, opens later) or `over`.
    """
    rows = opportunities_visible_to(user).select_related("program", "program__alliance", "host", "training")
    if alliance is not None:
        rows = rows.filter(program__alliance=alliance)
    if kind:
        rows = rows.filter(kind=kind)
    if country:
        rows = rows.filter(host__country=country)
    for term in terms(search):
        rows = rows.alias(search=Words(*TEXTS)).filter(search__holds=term)
    now = clock.now()
    held = {
        "open": Q(state="published", opens_at__lte=now, closes_at__gte=now),
        "coming": Q(state="published", opens_at__gt=now),
        "over": Q(state="finished") | Q(state="published", closes_at__lt=now),
    }
    return rows.filter(held[when]) if when in held else rows


def opportunities_public(alliance: Alliance | None) -> QuerySet[Opportunity]:
    """Published offers of an alliance, the latest published first: what its feed tells."""
    rows = Opportunity.objects.filter(program__alliance=alliance, state__in=PUBLIC, published_at__lte=clock.now())
    return rows.select_related("program", "host").order_by("-published_at", "-id")


def find_opportunity(user: Any, key: str | UUID) -> Opportunity:
    """By id or slug. Raises NotFound for one that is not there or not to be seen."""
    return find(opportunities_listed(user), key)


def takes_applications(opportunity: Opportunity) -> bool:
    """Whether people may apply now; the deadline is inclusive (R-01)."""
    return opportunity.state == "published" and opportunity.opens_at <= clock.now() <= opportunity.closes_at


def opportunity_moves(user: Any, opportunity: Opportunity) -> list[Move]:
    """What a person may do with an offer now."""
    return OPPORTUNITY.open_moves(opportunity.state, opportunity_parties(user, opportunity))


def candidacies_listed(
    user: Any, opportunity: Opportunity | None = None, *, state: str = "", mine: bool = False
) -> QuerySet[Candidacy]:
    """Applications that a person may read: of one offer by rank, else the newest first."""
    rows = candidacies_visible_to(user).select_related(
        "opportunity__program__alliance", "opportunity__host", "person", "centre", "stay", "enrolment"
    )
    if mine:
        rows = rows.filter(person=user)
    if state:
        rows = rows.filter(state=state)
    if opportunity is None:
        return rows
    return rows.filter(opportunity=opportunity).order_by(F("rank").asc(nulls_last=True), "submitted_at", "id")


def find_candidacy(user: Any, key: str | UUID) -> Candidacy:
    """Raises NotFound for one that is not there or not to be seen."""
    return find(candidacies_listed(user), key)


def candidacy_moves(user: Any, candidacy: Candidacy) -> list[Move]:
    """What a person may do with an application now; a nomination that was made is not offered again."""
    moves = CANDIDACY.open_moves(candidacy.state, candidacy_parties(user, candidacy))
    done = candidacy.nominated_at is not None or not candidacy.opportunity.nomination_needed
    return [move for move in moves if move.name != "nominate" or not done]


def places_of(opportunity: Opportunity) -> dict[str, int]:
    """How many places there are, are offered, and are accepted. For its office."""
    return {
        "places": opportunity.places,
        **opportunity.candidacies.aggregate(
            offered=Count("pk", filter=Q(state="offered")), accepted=Count("pk", filter=Q(state="accepted"))
        ),
    }


def candidacies_waiting_for(user: Any) -> list[Candidacy]:
    """What waits for a person's own act: to finish a draft in its window, to answer a place, to nominate."""
    now = clock.now()
    mine = Q(person=user, state="offered") | Q(
        person=user, state="draft", opportunity__state="published", opportunity__closes_at__gte=now
    )
    asked = Q(state="submitted", nominated_at=None, opportunity__nomination_needed=True) & ~Q(person=user)
    rows = candidacies_listed(user).filter(mine | asked)
    return [row for row in rows if row.person_id == user.pk or "centre" in candidacy_parties(user, row)]

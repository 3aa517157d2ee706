"""Panels, and reviews in any state, as plain rows: for tests of what is read from them."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.backends.postgresql.psycopg_any import DateRange

from accounts.models import User
from core import clock
from programs.models import Assessment, Call, Criterion, Panel, PanelMember, Proposal, Review, Score, ScoreScale
from tests.programs.asking import a_scale
from tests.world import World


def a_panel(world: World, call: Call, *members: User, chair: User | None = None, **fields: Any) -> Panel:
    """Of the alliance, attached to the call, with its members for a year around today."""
    given = {"alliance": world.alliance, "name": "Materials", "scale": a_scale(), **fields}
    panel = Panel.objects.create(**given)
    panel.calls.add(call)
    for person in members:
        seat(panel, person)
    if chair is not None:
        seat(panel, chair, role="chair")
    return panel


def seat(panel: Panel, person: User, **fields: Any) -> PanelMember:
    today = clock.now().date()
    term = DateRange(today - timedelta(days=180), today + timedelta(days=180))
    return PanelMember.objects.create(**{"panel": panel, "person": person, "term": term, **fields})


def criteria(call: Call, **weights: int) -> dict[str, Criterion]:
    """The criteria of a call by slug; one called `overall` unless weights are given."""
    return {
        slug: Criterion.objects.get_or_create(
            call=call, slug=slug, defaults={"name": slug.capitalize(), "weight": weight, "position": position}
        )[0]
        for position, (slug, weight) in enumerate((weights or {"overall": 1}).items(), start=1)
    }


def before(panel: Panel, proposal: Proposal) -> Assessment:
    row, made = Assessment.objects.get_or_create(panel=panel, proposal=proposal)
    if made:
        row.legs.set(proposal.legs.all())
    return row


def a_review(assessment: Assessment, reviewer: User, score: Any = None, **fields: Any) -> Review:
    """Submitted with this score (a number, or one for each criterion); only asked for without one."""
    if score is not None:
        fields = {"state": "submitted", "submitted_at": clock.now(), **fields}
    review = Review.objects.create(assessment=assessment, reviewer=reviewer, **fields)
    if score is not None:
        scale: ScoreScale = assessment.panel.scale
        values = score if isinstance(score, dict) else {"overall": score}
        named = criteria(assessment.proposal.call, **dict.fromkeys(values, 1))
        for slug, value in values.items():
            Score.objects.create(
                review=review,
                criterion=named[slug],
                value=Decimal(str(value)),
                lowest=scale.lowest,
                highest=scale.highest,
            )
    return review


def long_ago() -> date:
    return date(2020, 1, 1)

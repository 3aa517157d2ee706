"""A call in allocation, brought there by the commands that people use: feasible legs, reviews in, a round proposed."""

from datetime import datetime, timedelta
from decimal import Decimal

from config.demo.people import People
from core import clock
from programs.commands import calls, reviews, rounds
from programs.commands.feasibility import Judgement, judge_feasibility, judge_safety
from programs.models import Call, Criterion, Leg, Panel, Review


def make_round(call: Call, people: People, *, now: datetime) -> None:
    """Its manager reads the round that the solver proposed, with the reason of each line, before results are due."""
    manager, operator = people.named["manager"], people.named["operator"]
    panel = Panel.objects.filter(facility=call.facility).order_by("name").first()
    if panel is None:
        return
    with clock.standing_at(now - timedelta(days=45)):
        for leg in Leg.objects.filter(proposal__call=call).order_by("proposal__number", "position"):
            judge_feasibility(leg, Judgement("feasible", leg.units), by=operator)
            judge_safety(leg, by=operator, result="yellow", conditions="Cells are opened under argon.")
    with clock.standing_at(now - timedelta(days=40)):
        reviews.attach_panel(panel, call, by=manager)
        call = calls.start_review(call, by=manager)
        reviews.forward_all(call, "review", by=manager)
        reviews.assign_reviewers(call, by=manager)
    with clock.standing_at(now - timedelta(days=14)):
        _review(call)
        reviews.forward_all(call, "panel", by=manager)
    with clock.standing_at(now - timedelta(days=2)):
        call = calls.start_allocation(call, by=manager)
        rounds.propose_round(call, by=manager, limits={"reserve": 100})


def _review(call: Call) -> None:
    """Every review is in, with scores that differ from one to the next."""
    asked = Review.objects.filter(assessment__proposal__call=call).select_related("reviewer", "assessment")
    slugs = list(Criterion.objects.filter(call=call).values_list("slug", flat=True))
    for place, review in enumerate(asked.order_by("assessment__proposal__number", "id")):
        scores = {slug: Decimal(10 + (7 * place + 3 * step) % 25) / 10 for step, slug in enumerate(slugs)}
        written = reviews.Written(scores, "The plan holds for two years.", "The first visit decides about the others.")
        reviews.submit_review(review, written, by=review.reviewer)

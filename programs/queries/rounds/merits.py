"""The merit and place by which a round gives time to each leg: those of the panel before which it is."""

from collections import defaultdict
from dataclasses import dataclass
from uuid import UUID

from programs.models import Call, Leg
from programs.queries.merit import Line, ranking
from programs.rules import merit

NEUTRAL = 50.0
"""The mean of the normalised scale (R-08): the merit of everything in a call that asks for no reviews."""


@dataclass(frozen=True)
class Merit:
    """High is good; `rank` is the place in the call after R-11, 1 is the best."""

    value: float
    rank: int


def merits_of(call: Call) -> dict[UUID, Merit]:
    """By leg. A leg that no panel scored is absent: it waits for its reviews. Panels are not mixed (R-09)."""
    legs = Leg.objects.filter(proposal__call=call).select_related("instrument", "proposal")
    if not call.reviews_wanted:
        ordered = legs.order_by("proposal__submitted_at", "proposal__number", "position")
        places = {pk: place for place, pk in enumerate(dict.fromkeys(leg.proposal_id for leg in ordered), start=1)}
        return {leg.pk: Merit(NEUTRAL, places[leg.proposal_id]) for leg in ordered}
    before: dict[UUID, list[Line]] = defaultdict(list)
    for line in ranking(call).lines:
        if line.rank is not None:
            before[line.proposal.pk].append(line)
    own = _legs_named([line for lines in before.values() for line in lines])
    return {leg.pk: _merit(leg, before[leg.proposal_id], own) for leg in legs if before[leg.proposal_id]}


def _legs_named(lines: list[Line]) -> dict[UUID, set[UUID]]:
    found: dict[UUID, set[UUID]] = defaultdict(set)
    through = Leg.assessments.through.objects.filter(assessment__in=[line.assessment.pk for line in lines])
    for assessment, leg in through.values_list("assessment_id", "leg_id"):
        found[assessment].add(leg)
    return found


def _merit(leg: Leg, lines: list[Line], own: dict[UUID, set[UUID]]) -> Merit:
    """Of the panel that names the leg, else the one of its facility, else the best place of the proposal."""
    line = min(
        lines,
        key=lambda each: (
            leg.pk not in own[each.assessment.pk],
            each.panel.facility_id != leg.instrument.facility_id,
            each.rank,
        ),
    )
    assert line.rank is not None
    return Merit(line.merit if line.merit is not None else _share(line), line.rank)


def _share(line: Line) -> float:
    """Of a panel too small to be normalised, the place on its own scale, from 0 to 100."""
    scale = line.panel.scale
    best: merit.Best = "high" if scale.best == scale.Best.HIGH else "low"
    counted = line.counted if line.counted is not None else 0.0
    return 100 * merit.share_of_scale(counted, float(scale.lowest), float(scale.highest), best)

"""The ranking of a call: every proposal before every panel, with its native and its normalised place.

`ranking` is for those who compute (the allocation); people are shown `ranking_visible_to`, which is computed from what
they may see alone, so that nothing of a proposal they are in conflict with is in any figure.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Literal
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from core.rows import fetch
from facilities.models import Facility
from programs.models import Assessment, Call, Leg, Offer, Panel, Proposal, ProposalMember, Review, Score
from programs.rules import merit
from programs.rules.sensitivity import PanelScores, stays_in
from programs.workflows.proposals import DECIDED, GRANTED

RANKED = DECIDED | {"review", "panel"}
"""States of proposals that stand in the ranking."""


@dataclass(frozen=True)
class Settings:
    """How a call computes merit: the part `merit` of its settings, by default as in the rules' sources."""

    calibrate: str = "auto"
    ageing: Decimal = merit.AGEING
    most_ageing: Decimal = merit.MOST_AGEING
    least: int = merit.LEAST_PROPOSALS

    @classmethod
    def of(cls, call: Call) -> "Settings":
        given = call.settings.get("merit", {})
        return cls(
            calibrate=str(given.get("calibrate", cls.calibrate)),
            ageing=Decimal(str(given.get("ageing", cls.ageing))),
            most_ageing=Decimal(str(given.get("most_ageing", cls.most_ageing))),
            least=int(given.get("least_proposals", cls.least)),
        )


@dataclass(frozen=True)
class Line:
    """A proposal before a panel. Empty figures are None, never zero.

    `native` is the plain mean of the finished reviews on the panel's scale, or the score the panel `set`; `counted`
    what is normalised: reviewers calibrated, ageing added. `merit` is M = 50 + 10 z, None where `why` says that the
    panel is not normalised. `native_rank` is the place within the panel, `rank` the place in the call.
    `stays_in` is the share of resampled reviewers with which it is above the cut.
    """

    assessment: Assessment
    finished: int
    outstanding: int
    native: float | None
    set: bool
    counted: float | None
    missed: int
    z: float | None
    merit: float | None
    why: str
    native_rank: int | None
    rank: int | None
    stays_in: float | None = None

    @property
    def proposal(self) -> Proposal:
        return self.assessment.proposal

    @property
    def panel(self) -> Panel:
        return self.assessment.panel

    @property
    def shown(self) -> dict[str, Any]:
        """The line under the names of the API and the file."""
        return {
            "rank": self.rank,
            "assessment": str(self.assessment.pk),
            "proposal": str(self.proposal.pk),
            "reference": self.proposal.reference,
            "title": self.proposal.title,
            "panel": self.panel.name,
            "native": self.native,
            "native_rank": self.native_rank,
            "set_by_panel": self.set,
            "counted": self.counted,
            "missed_cycles": self.missed,
            "z": self.z,
            "merit": self.merit,
            "merit_nsls": None if self.z is None else merit.nsls_form(self.z),
            "not_normalised": self.why,
            "finished": self.finished,
            "outstanding": self.outstanding,
            "stays_in": self.stays_in,
        }


@dataclass(frozen=True)
class Ranking:
    """The lines by their place, those without a score last. `cut` is how many are in if time goes by this order."""

    lines: tuple[Line, ...]
    cut: int


def ranking(call: Call) -> Ranking:
    """The ranking of everything before the call's panels; for commands, not for people."""
    return rank(call, assessments_of(call))


def assessments_of(call: Call) -> QuerySet[Assessment]:
    """Everything of a call that is before a panel."""
    found = Assessment.objects.filter(proposal__call=call, proposal__state__in=RANKED)
    return found.select_related("proposal__organisation", "panel__scale").order_by("panel_id", "proposal__number", "id")


def rank(call: Call, assessments: Iterable[Assessment], *, cut: int | None = None) -> Ranking:
    """The ranking of these assessments, computed from nothing else. `cut`: how many are in, found from the units on
    offer unless given."""
    rows = list(assessments)
    how = Settings.of(call)
    given = reviews_given([row.pk for row in rows])
    missed = cycles_missed([row.proposal_id for row in rows])
    counts = _counts([row.pk for row in rows])
    by_panel: dict[UUID, list[Assessment]] = defaultdict(list)
    for row in rows:
        by_panel[row.panel_id].append(row)
    lines: list[Line] = []
    panels: list[PanelScores] = []
    for members in by_panel.values():
        of_panel, scores = _panel(members, given, missed, counts, how)
        lines += of_panel
        panels.append(scores)
    ordered = _ordered(lines)
    places = _places(call, ordered) if cut is None else cut
    shares = stays_in(panels, places, least=how.least)
    return Ranking(
        tuple(replace(line, rank=place, stays_in=shares.get(line.assessment.pk)) for place, line in ordered), places
    )


def reviews_given(assessments: Iterable[UUID]) -> dict[UUID, list[merit.Given]]:
    """The finished reviews that score something, by assessment: each the weighted mean of its criteria."""
    found: dict[UUID, tuple[UUID, UUID, dict[str, Decimal], dict[str, Decimal]]] = {}
    scores = (
        Score.objects.filter(review__assessment__in=list(assessments), review__state="submitted")
        .order_by("review__submitted_at", "review_id", "id")
        .values_list(
            "review_id", "review__assessment_id", "review__reviewer_id", "criterion__slug", "value", "criterion__weight"
        )
    )
    for review, assessment, reviewer, criterion, value, weight in scores.iterator():
        given = found.setdefault(review, (assessment, reviewer, {}, {}))
        given[2][criterion], given[3][criterion] = value, weight
    by_assessment: dict[UUID, list[merit.Given]] = defaultdict(list)
    for assessment, reviewer, values, weights in found.values():
        total = merit.weighted_mean(values, weights)
        if total is not None:
            by_assessment[assessment].append(merit.Given(reviewer, assessment, float(total)))
    return by_assessment


MISSED = """
with recursive earlier(start, proposal, state) as (
    select link.from_proposal_id, before.id, before.state
    from programs_proposal_previous link join programs_proposal before on before.id = link.to_proposal_id
    where link.from_proposal_id = any(%(proposals)s::uuid[])
    union
    select earlier.start, before.id, before.state
    from earlier
    join programs_proposal_previous link on link.from_proposal_id = earlier.proposal
    join programs_proposal before on before.id = link.to_proposal_id
    where earlier.state <> all(%(granted)s::text[])
)
select start, count(*) from earlier where state = any(%(missed)s::text[]) group by start
"""


def cycles_missed(proposals: Iterable[UUID]) -> dict[UUID, int]:
    """How many predecessors of each proposal got nothing since one last did (R-10)."""
    asked = {"proposals": list(proposals), "granted": sorted(GRANTED), "missed": sorted(DECIDED - GRANTED)}
    return dict(fetch(MISSED, asked))


def _counts(assessments: Iterable[UUID]) -> Counter[tuple[UUID, str]]:
    rows = Review.objects.filter(assessment__in=list(assessments)).order_by().values_list("assessment_id", "state")
    return Counter(rows)


def _panel(
    rows: list[Assessment],
    given: Mapping[UUID, list[merit.Given]],
    missed: Mapping[UUID, int],
    counts: Mapping[tuple[UUID, str], int],
    how: Settings,
) -> tuple[list[Line], PanelScores]:
    scale = rows[0].panel.scale
    best: merit.Best = "high" if scale.best == scale.Best.HIGH else "low"
    native = merit.proposal_means(each for row in rows for each in given.get(row.pk, ()))
    fixed = {row.pk: float(row.final_score) for row in rows if row.final_score is not None}
    mode: Literal["auto", "on", "off"] = "on" if how.calibrate == "on" else "off" if how.calibrate == "off" else "auto"
    calibrated = merit.calibrated([each for row in rows for each in given.get(row.pk, ())], mode=mode)
    means = merit.proposal_means(calibrated) | fixed
    bonus = {row.pk: missed.get(row.proposal_id, 0) for row in rows if row.pk in means}
    counted = {
        key: value if key in fixed else merit.aged(value, bonus[key], best, each=how.ageing, most=how.most_ageing)
        for key, value in means.items()
    }
    turned = merit.normalised(counted, best, least=how.least)
    shown = native | fixed
    sign = -1 if best == "high" else 1
    places = _competition({key: sign * value for key, value in shown.items()})
    lines = [
        Line(
            assessment=row,
            finished=counts.get((row.pk, "submitted"), 0),
            outstanding=counts.get((row.pk, "asked"), 0) + counts.get((row.pk, "accepted"), 0),
            native=shown.get(row.pk),
            set=row.pk in fixed,
            counted=counted.get(row.pk),
            missed=missed.get(row.proposal_id, 0),
            z=turned.z.get(row.pk),
            merit=merit.shown(turned.z[row.pk]) if row.pk in turned.z else None,
            why=turned.why,
            native_rank=places.get(row.pk),
            rank=None,
        )
        for row in rows
    ]
    points = {key: float(merit.ageing(times, each=how.ageing, most=how.most_ageing)) for key, times in bonus.items()}
    return lines, PanelScores(calibrated, best, points, fixed)


def _competition(keys: Mapping[UUID, float]) -> dict[UUID, int]:
    """Places from the smallest key on; equals share one (1, 2, 2, 4)."""
    ordered = sorted(keys.values())
    first = {value: place for place, value in reversed(list(enumerate(ordered, start=1)))}
    return {key: first[value] for key, value in keys.items()}


def _ordered(lines: list[Line]) -> list[tuple[int | None, Line]]:
    scored = {line.assessment.pk: line for line in lines if line.counted is not None}
    fresh, alone = _first_time(scored.values()), _no_equivalent(scored.values())
    order = merit.ranked(_contender(line, fresh, alone) for line in scored.values())
    placed: list[tuple[int | None, Line]] = [(place, scored[row.proposal]) for place, row in enumerate(order, start=1)]
    rest = sorted((line for line in lines if line.counted is None), key=lambda line: line.proposal.number)
    return placed + [(None, line) for line in rest]


def _contender(line: Line, fresh: set[UUID], alone: set[UUID]) -> merit.Contender:
    scale = line.panel.scale
    within = 0.0
    if line.z is None and line.counted is not None:
        best: merit.Best = "high" if scale.best == scale.Best.HIGH else "low"
        within = merit.share_of_scale(line.counted, float(scale.lowest), float(scale.highest), best)
    return merit.Contender(
        proposal=line.assessment.pk,
        merit=merit.shown(line.z),
        within=within,
        first_time=line.proposal.pk in fresh,
        no_equivalent=line.proposal.pk in alone,
        submitted_at=line.proposal.submitted_at,
        number=line.proposal.number,
    )


def _first_time(lines: Iterable[Line]) -> set[UUID]:
    """Proposals of which nobody on the team was on one that got time before."""
    keys = {line.proposal.pk for line in lines}
    earlier = ProposalMember.objects.filter(
        person=OuterRef("person"), state="joined", proposal__state__in=GRANTED
    ).exclude(proposal=OuterRef("proposal"))
    known = ProposalMember.objects.filter(Exists(earlier), proposal__in=keys, state="joined", person__isnull=False)
    return keys - set(known.values_list("proposal_id", flat=True))


def _no_equivalent(lines: Iterable[Line]) -> set[UUID]:
    """Proposals led from a country in which no facility of the kinds they ask for is in operation."""
    proposals = {line.proposal.pk: line.proposal.organisation.country for line in lines}
    wanted = Leg.objects.filter(proposal__in=proposals).values_list("proposal_id", "instrument__facility__kind")
    there = set(
        Facility.objects.filter(status=Facility.Status.OPERATION, archived_at=None).values_list("country", "kind")
    )
    kinds: dict[UUID, set[str]] = defaultdict(set)
    for proposal, kind in wanted:
        kinds[proposal].add(kind)
    return {
        proposal
        for proposal, country in proposals.items()
        if country and not any((country, kind) in there for kind in kinds[proposal])
    }


def _places(call: Call, ordered: Iterable[tuple[int | None, Line]]) -> int:
    """How many lines are in if the units on offer are given away strictly by this order, whole legs only."""
    left = dict(Offer.objects.filter(call=call).values_list("instrument_id", "units"))
    if not left:
        return 0
    rows = [line for place, line in ordered if place is not None]
    wanted: dict[UUID, list[tuple[UUID, Decimal]]] = defaultdict(list)
    legs = Leg.objects.filter(proposal__in={line.proposal.pk for line in rows}, required=True)
    for proposal, instrument, units in legs.values_list("proposal_id", "instrument_id", "units"):
        wanted[proposal].append((instrument, units))
    places = 0
    for line in rows:
        asked = wanted.pop(line.proposal.pk, [])
        if all(left.get(instrument, Decimal(0)) >= units for instrument, units in asked):
            places += 1
            for instrument, units in asked:
                left[instrument] -= units
    return places

"""From scores to an order: weighted means, calibrated reviewers, comparable panels, ageing, tie-breaks.

Scales differ in direction; everything here turns them first, so that a higher figure is always the better one, except
`native`, which stays as the panel wrote it. Standard deviations are those of a population (divided by n).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from math import sqrt
from typing import Literal
from uuid import UUID

LEAST_SCORES = 3
"""A reviewer is calibrated from so many scores on (R-08b)."""
LEAST_PROPOSALS = 5
"""A panel is normalised from so many scored proposals on (R-08; n is our judgement)."""
MIDDLE, SPREAD = 50.0, 10.0
"""Merit is shown as M = 50 + 10 z (R-08)."""
AGEING, MOST_AGEING = Decimal("0.2"), Decimal(2)
"""Native points for each cycle missed, and at most (R-10, after the APS)."""
DECIMALS = 9
"""Merits that agree to so many places are equal: the tie-breaks decide, not the rounding of a sum."""
Best = Literal["high", "low"]


@dataclass(frozen=True)
class Given:
    """A finished review: the reviewer's weighted mean of one proposal, on the panel's scale."""

    reviewer: UUID
    proposal: UUID
    value: float


@dataclass(frozen=True)
class Normalised:
    """The merit of a panel's proposals. `z` is empty, and `why` says so, where they cannot be compared with others."""

    z: Mapping[UUID, float]
    mean: float | None
    deviation: float | None
    why: Literal["", "too_few", "all_equal"] = ""


def weighted_mean(scores: Mapping[str, Decimal], weights: Mapping[str, Decimal]) -> Fraction | None:
    """Σ w·s / Σ w over the criteria that were scored; one that does not apply is left out, and no scores are None.

    5 and 3 with weights 2 and 1 give 13/3. Exact, so that equal scores stay equal.
    """
    total = sum((Fraction(weights[name]) for name in scores), Fraction(0))
    if not total:
        return None
    return sum((Fraction(weights[name]) * Fraction(value) for name, value in scores.items()), Fraction(0)) / total


def calibrated(given: Sequence[Given], *, mode: Literal["auto", "on", "off"] = "auto") -> list[Given]:
    """R-08b: each score becomes μ + σ·z, its z within its reviewer, μ and σ those of all scores of the panel.

    A reviewer whose scores are all equal says nothing about the differences and contributes μ. `auto` calibrates a
    panel in which every reviewer has at least LEAST_SCORES scores; `on` calibrates those who have as many and leaves
    the others as they are. z within the reviewer as in Lord and Novick, Statistical theories of mental test scores
    (1968), linear equating.
    """
    by_reviewer: dict[UUID, list[float]] = {}
    for each in given:
        by_reviewer.setdefault(each.reviewer, []).append(each.value)
    enough = {reviewer for reviewer, values in by_reviewer.items() if len(values) >= LEAST_SCORES}
    if mode == "off" or not enough or (mode == "auto" and len(enough) < len(by_reviewer)):
        return list(given)
    middle, spread = _moments([each.value for each in given])
    own = {reviewer: _moments(by_reviewer[reviewer]) for reviewer in enough}
    return [_equated(each, own[each.reviewer], middle, spread) if each.reviewer in own else each for each in given]


def _equated(each: Given, own: tuple[float, float], middle: float, spread: float) -> Given:
    z = (each.value - own[0]) / own[1] if own[1] else 0.0
    return Given(each.reviewer, each.proposal, middle + spread * z)


def proposal_means(given: Iterable[Given]) -> dict[UUID, float]:
    """The mean over the finished reviews of each proposal; one without any is not there."""
    values: dict[UUID, list[float]] = {}
    for each in given:
        values.setdefault(each.proposal, []).append(each.value)
    return {proposal: sum(each) / len(each) for proposal, each in values.items()}


def ageing(missed: int, *, each: Decimal = AGEING, most: Decimal = MOST_AGEING) -> Decimal:
    """R-10: native points in favour of a proposal that missed so many cycles since it last got time."""
    return min(each * max(missed, 0), most)


def aged(native: float, missed: int, best: Best, *, each: Decimal = AGEING, most: Decimal = MOST_AGEING) -> float:
    """The native mean, moved towards the good end of its scale by ageing."""
    bonus = float(ageing(missed, each=each, most=most))
    return native + bonus if best == "high" else native - bonus


def normalised(means: Mapping[UUID, float], best: Best, *, least: int = LEAST_PROPOSALS) -> Normalised:
    """R-08: z = (s - μ)/σ within the panel, its sign turned so that high is good.

    Fewer than `least` proposals, or all with the same mean, are not normalised: nothing is invented, and `why` says so.
    """
    if len(means) < least:
        return Normalised({}, None, None, "too_few")
    middle, spread = _moments(list(means.values()))
    if not spread:
        return Normalised({}, middle, 0.0, "all_equal")
    sign = 1 if best == "high" else -1
    return Normalised({proposal: sign * (value - middle) / spread for proposal, value in means.items()}, middle, spread)


def shown(z: float | None) -> float:
    """M = 50 + 10 z; where a panel is not normalised, the middle that all panels share."""
    return MIDDLE if z is None else MIDDLE + SPREAD * z


def nsls_form(z: float) -> float:
    """The same merit in the form of NSLS-II, mean 2.5 and deviation 0.5, in which low is best (R-08)."""
    return 2.5 - 0.5 * z


@dataclass(frozen=True)
class Contender:
    """What the order looks at. `merit` is M; `within` orders those whose panel is not normalised: the share of the
    scale that their native mean reaches, 1 at its good end; 0 for the others."""

    proposal: UUID
    merit: float
    within: float = 0.0
    first_time: bool = False
    no_equivalent: bool = False
    submitted_at: datetime | None = None
    number: int = 0


def share_of_scale(native: float, lowest: float, highest: float, best: Best) -> float:
    """Where a native mean lies on its scale: 1 at the good end, 0 at the other."""
    share = (native - lowest) / (highest - lowest)
    return share if best == "high" else 1 - share


def ranked(contenders: Iterable[Contender]) -> list[Contender]:
    """R-11: by merit; among equals, first-time users or a country without an equivalent facility come first (as in
    Horizon 2020), then who submitted earlier, then the lower number: a total order, the same every time."""
    return sorted(
        contenders,
        key=lambda row: (
            -round(row.merit, DECIMALS),
            -round(row.within, DECIMALS),
            not (row.first_time or row.no_equivalent),
            row.submitted_at.timestamp() if row.submitted_at else float("inf"),
            row.number,
        ),
    )


def _moments(values: Sequence[float]) -> tuple[float, float]:
    """Mean and population deviation; a deviation that is only the rounding of equal values is zero."""
    if min(values) == max(values):
        return values[0], 0.0
    middle = sum(values) / len(values)
    spread = sqrt(sum((value - middle) ** 2 for value in values) / len(values))
    return middle, spread if spread > abs(middle) * 1e-12 else 0.0

"""How sure a place in the ranking is: how often a proposal stays above the cut when the reviewers are drawn anew."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from programs.rules.merit import LEAST_PROPOSALS, Best, Given

DRAWS, SEED = 400, 20191017


@dataclass(frozen=True)
class PanelScores:
    """A panel's calibrated reviews. `bonus` are native points of ageing, `fixed` scores that the panel set itself."""

    given: Sequence[Given]
    best: Best
    bonus: Mapping[UUID, float] = field(default_factory=dict)
    fixed: Mapping[UUID, float] = field(default_factory=dict)


def stays_in(
    panels: Sequence[PanelScores], cut: int, *, draws: int = DRAWS, seed: int = SEED, least: int = LEAST_PROPOSALS
) -> dict[UUID, float]:
    """The share of `draws` in which each proposal is among the best `cut`, merit computed anew in each.

    Each draw gives every reviewer a weight from the exponential distribution: the Bayesian bootstrap (Rubin, Annals of
    Statistics 9, 1981, 130), in which no proposal ever loses all of its reviews. The seed is fixed: the same scores
    give the same shares.
    """
    import numpy as np

    random = np.random.default_rng(seed)
    names: list[UUID] = []
    merits = []
    for panel in panels:
        proposals = list(dict.fromkeys([*(each.proposal for each in panel.given), *panel.fixed]))
        if not proposals:
            continue
        place = {proposal: index for index, proposal in enumerate(proposals)}
        columns = {
            reviewer: index for index, reviewer in enumerate(dict.fromkeys(each.reviewer for each in panel.given))
        }
        weights = random.exponential(size=(draws, max(len(columns), 1)))
        above = np.zeros((draws, len(proposals)))
        below = np.zeros((draws, len(proposals)))
        for each in panel.given:
            weight = weights[:, columns[each.reviewer]]
            above[:, place[each.proposal]] += weight * each.value
            below[:, place[each.proposal]] += weight
        means = np.divide(above, below, out=np.zeros_like(above), where=below > 0)
        sign = 1.0 if panel.best == "high" else -1.0
        for proposal, points in panel.bonus.items():
            if proposal in place:
                means[:, place[proposal]] += sign * points
        for proposal, score in panel.fixed.items():
            means[:, place[proposal]] = score
        spread = means.std(axis=1, keepdims=True)
        middle = means.mean(axis=1, keepdims=True)
        comparable = spread > np.abs(middle) * 1e-12 if len(proposals) >= least else np.zeros_like(spread, dtype=bool)
        z = np.divide(means - middle, spread, out=np.zeros_like(means), where=comparable)
        names += proposals
        merits.append(sign * z)
    if not names:
        return {}
    order = np.argsort(-np.concatenate(merits, axis=1), axis=1, kind="stable")[:, : max(cut, 0)]
    counts = np.bincount(order.ravel(), minlength=len(names))
    return {name: float(count) / draws for name, count in zip(names, counts, strict=True)}

"""Merit of 4,419 real scores, and 600 proposals given to 60 reviewers: the rules alone, without a database.

python -m bench.reviewing     (part of make bench; the scores are skipped with a word where the data is not there)
"""

import argparse
import os
import random
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
DATA = Path(os.environ.get("YANQI_SHARED_DATA") or ROOT.parent / "shared" / "data")
SCORES = "reviews_iclr2017_2018/review_scores.csv.gz"
REVIEWERS, PROPOSALS, WANTED, MOST, PANELS = 60, 600, 3, 36, 4
Row = dict[str, Any]


def scores() -> Iterator[Row]:
    """Calibration, normalisation, order and sensitivity of the conference's scores, as one panel."""
    from programs.imports.reviews import Scored, recognised
    from programs.rules import merit
    from programs.rules.sensitivity import PanelScores, stays_in

    source = recognised(DATA / SCORES)
    given = [
        merit.Given(row.reviewer, row.proposal, float(row.score))
        for row in source.rows()
        if isinstance(row, Scored) and row.score is not None
    ]
    began = time.perf_counter()
    calibrated = merit.calibrated(given, mode="on")
    found = merit.normalised(merit.proposal_means(calibrated), "high")
    order = merit.ranked(merit.Contender(key, merit.shown(z)) for key, z in found.z.items())
    ranked = time.perf_counter() - began
    shares = stays_in([PanelScores(calibrated, "high")], len(order) // 3)
    total = time.perf_counter() - began
    unsure = sum(0.05 < share < 0.95 for share in shares.values())
    yield {"what": f"ranking {len(given):,} scores", "seconds": round(ranked, 3), "note": f"{len(order):,} proposals"}
    yield {"what": "sensitivity, 400 draws", "seconds": round(total - ranked, 3), "note": f"{unsure} near the cut"}


def assignment() -> Iterator[Row]:
    """Three reviews for each proposal, one of them internal, a tenth of all pairs in conflict."""
    from programs.rules.assignment import Judge, Problem, Task, assign

    chance = random.Random(20191017)
    people = [f"r{number}" for number in range(REVIEWERS)]
    tasks = [Task(f"p{number}", number % PANELS, WANTED, 1) for number in range(PROPOSALS)]
    judges = [Judge(key, number % PANELS, MOST) for number, key in enumerate(people)]
    pairs = [(judge.key, task.key) for judge in judges for task in tasks if judge.panel == task.panel]
    problem = Problem(
        tasks,
        judges,
        fit={pair: chance.choice((1, 17, 33, 49, 65, 97)) for pair in pairs},
        barred=frozenset(pair for pair in pairs if chance.random() < 0.1),
        internal=frozenset(pair for pair in pairs if chance.random() < 0.25),
    )
    began = time.perf_counter()
    found = assign(problem)
    took = time.perf_counter() - began
    gap = (found.bound - found.objective) / abs(found.objective)
    yield {
        "what": f"assigning {PROPOSALS} proposals to {REVIEWERS} reviewers",
        "seconds": round(took, 2),
        "note": f"{len(found.new):,} asked, {len(found.lacking)} lacking, {gap:.2%} from the bound",
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.parse_args()
    sys.path[:0] = [str(ROOT), str(ROOT / "platform")]
    os.environ.setdefault("DATABASE_URL", "postgresql:///unused")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django

    django.setup()
    if (DATA / SCORES).exists():
        rows = [*scores(), *assignment()]
    else:
        print("The scores of the conferences are not here: only the assignment is measured.")
        rows = list(assignment())
    for row in rows:
        print(f"{row['what']:<48} {row['seconds']:>8} s   {row['note']}")


if __name__ == "__main__":
    main()

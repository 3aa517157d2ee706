"""How long the solver shares out a call's time, and how far it may be from the best there is.

python -m bench.allocation     (part of make bench; needs no database)
"""

import argparse
import json
import random
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from programs.rules.allocation import Limit, Place, Problem, Wish, reasons
from programs.solving.allocation import solve_allocation

SEED = 7
PROPOSALS, INSTRUMENTS = 600, 100
QUOTAS = {"general": (50, 100), "program": (0, 35), "discretionary": (0, 15), "proprietary": (0, 15)}
STEP, MINUTES = 3000, 1440  # three shifts of eight hours


def synthetic() -> Problem:
    """600 proposals with about 1,200 legs on 100 instruments, three times more asked for than there is, quotas."""
    chance = random.Random(SEED)
    merits = sorted((round(chance.gauss(50, 10), 2) for _ in range(PROPOSALS)), reverse=True)
    wishes = []
    categories: dict[str, list[Wish]] = {name: [] for name in QUOTAS}
    for number, merit in enumerate(merits):
        category = chance.choices(list(QUOTAS), [55, 25, 10, 10])[0]
        for leg, place in enumerate(chance.sample(range(INSTRUMENTS), chance.choice([1, 2, 2, 3]))):
            most = chance.randint(2, 6)
            at = Place(f"i{place}", STEP, MINUTES, chance.randint(1, most), most)
            required = leg == 0 or chance.random() < 0.7
            wish = Wish(f"w{number}-{leg}", f"p{number}", number + 1, max(1.0, merit), (at,), required)
            wishes.append(wish)
            categories[category].append(wish)
    offers = {f"i{number}": chance.choice([30, 45, 60]) * 1000 for number in range(INSTRUMENTS)}
    total = sum(units * MINUTES // STEP for units in offers.values())
    limits = [
        Limit("offer", name, members([w for w in wishes if w.places[0].instrument == name]), units)
        for name, units in offers.items()
    ]
    for name, (least, most) in QUOTAS.items():
        limits.append(Limit("category", name, members(categories[name]), total * most // 100, total * least // 100))
    return Problem(tuple(wishes), tuple(limits))


def members(wishes: list[Wish]) -> frozenset[tuple[str, str]]:
    return frozenset((wish.key, wish.places[0].instrument) for wish in wishes)


def measure() -> Iterator[dict[str, Any]]:
    problem = synthetic()
    began = time.perf_counter()
    solution = solve_allocation(problem)
    solved = time.perf_counter()
    reasons(problem, solution.given)
    note = f"{len(problem.wishes):,} legs, {INSTRUMENTS} instruments; {len(solution.given)} given; {solution.solver}"
    yield {"measure": "allocate a call", "p50": solved - began, "unit": "s", "aim": "30", "note": note}
    yield {
        "measure": "gap to the bound",
        "p50": 100 * solution.gap,
        "unit": "%",
        "aim": "1",
        "note": "of merit × hours",
    }
    explained = 1000 * (time.perf_counter() - solved)
    yield {"measure": "a reason for every leg", "p50": explained, "unit": "ms", "aim": "", "note": ""}


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench.allocation", description=__doc__.splitlines()[0])
    parser.add_argument("result", type=Path, nargs="?")
    given = parser.parse_args()
    found = []
    for row in measure():
        found.append(row)
        print(f"  {row['measure']}: {row['p50']:,.2f} {row['unit']}", flush=True)
    if given.result:
        given.result.write_text(json.dumps(found))


if __name__ == "__main__":
    main()

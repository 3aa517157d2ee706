"""Runs the measures at each size in a process and a database of its own, prints a table and keeps it as JSON.

make bench
make bench ARGS="--sizes 10000,100000,1000000"
make bench ARGS="--only create,race"
make bench ARGS="--only technique --sizes 10000,100000,1000000"
make bench ARGS="--only imports"
make bench ARGS="--only usage --usage 100000,1000000,10000000"
make bench ARGS="--only real --copies 26"
"""

import argparse
import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

from bench.table import print_growth, print_table

ROOT = Path(__file__).resolve().parents[1]
ON_INSTRUMENTS = {
    "50": ("create", "throughput", "reads", "figures", "several", "timeline", "race", "recompute", "rush", "memory"),
    "300": ("technique",),
}
"""Which measures run on how many instruments, each number with databases of its own."""


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench", description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", default="100000", help="numbers of bookings, separated by commas (100000)")
    parser.add_argument("--usage", default="100000", help="numbers of usage rows, separated by commas (100000)")
    parser.add_argument("--copies", default="1", help="of the grid's log, which `real` imports (1)")
    parser.add_argument("--only", default="", help="names of measures, separated by commas (all)")
    parser.add_argument("--port", type=int, default=int(os.environ.get("PORT", "8140")))
    given = parser.parse_args()
    home = Path(os.environ.get("YANQI_HOME", ROOT / "var")) / "bench"
    (home / "run").mkdir(parents=True, exist_ok=True)
    found: list[dict[str, object]] = []
    only = [name for name in given.only.split(",") if name]
    part = home / "part.json"
    runs = [
        ["bench.run", size, instruments, str(part), "--port", str(given.port), "--measures", ",".join(chosen)]
        for instruments, measures in ON_INSTRUMENTS.items()
        for size in given.sizes.split(",")
        if (chosen := [name for name in measures if not only or name in only])
    ]
    if not only or "usage" in only:
        runs += [["bench.usage", size, str(part), "--port", str(given.port)] for size in given.usage.split(",")]
    if not only or "real" in only:
        runs.append(["bench.real", str(part), "--copies", given.copies])
    if not only or "public" in only:
        runs.append(["bench.public", str(part), "--port", str(given.port)])
    runs += [[f"bench.{name}", str(part)] for name in ("allocation", "imports") if not only or name in only]
    for run in runs:
        subprocess.run([sys.executable, "-m", *run], check=True, cwd=ROOT, env=environment(home))
        found += json.loads(part.read_text())
        part.unlink()
    print_table(found)
    print_growth(found)
    kept = home / f"{datetime.now(UTC):%Y%m%d-%H%M%S}.json"
    kept.write_text(json.dumps(found, indent=1))
    print(f"\nKept in {kept.relative_to(ROOT) if kept.is_relative_to(ROOT) else kept}")


def environment(home: Path) -> dict[str, str]:
    """As in production: DEBUG is off; run-time state of the benchmark lies apart from that of `make run`."""
    return {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([str(ROOT / "platform"), str(ROOT)]),
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "YANQI_HOME": str(home),
        "DEBUG": "0",
        "SECRET_KEY": "only-for-measuring-" * 4,
        "ALLOWED_HOSTS": "127.0.0.1,localhost",
        "PUBLIC_URL": "http://localhost",
        "LOG_LEVEL": "WARNING",
    }


if __name__ == "__main__":
    main()

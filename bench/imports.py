"""Rows a second and peak memory of the importers on real data, and the search box over what they brought.

python -m bench.imports     (part of make bench; skipped with a word where the data is not there)
"""

import argparse
import csv
import gzip
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from bench.client import spread

ROOT = Path(__file__).resolve().parents[1]
DATA = Path(os.environ.get("YANQI_SHARED_DATA") or ROOT.parent / "shared" / "data")
NAME = "bench_imports"
AIM_MB = 400
IMPORTS = (
    ("import_ror", "ror_organisations/ror_organisations_large.csv.gz", ()),
    ("import_techniques", "panet_techniques/PaNET.csv", ()),
    ("import_facilities", "light_sources/light_source_facilities.csv", ()),
    ("import_facilities", "neutron_instruments/neutron_muon_instruments.csv", ()),
    ("import_swf", "lcg_grid_2005/LCG.swf.gz", ("--facility", "lcg")),
)
MEASURED = {"import_ror", "import_swf"}
TYPED = ("max planck", "university", "cern", "synchroton", "oxfrod", "univercity", "北京", "esrf")
Row = dict[str, Any]


def fresh_database(name: str = NAME) -> str:
    """The address of an empty database on the embedded server."""
    from config import embedded

    home = Path(os.environ["YANQI_HOME"])
    with psycopg.connect(embedded.database_url(home, "postgres"), autocommit=True) as server:
        server.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name)))
    return embedded.database_url(home, name)


def manage(*words: str) -> tuple[float, float]:
    """Seconds and peak megabytes of a management command, from start to end of its process."""
    began = time.perf_counter()
    command = [sys.executable, "manage.py", *words]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL)
    _pid, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{' '.join(words)} ended with {process.returncode}")
    return time.perf_counter() - began, usage.ru_maxrss / 1024


def floor(path: Path, url: str) -> float:
    """Rows a second when the same lines go by COPY into a table without index, constraint or history."""
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file)) if path.name.endswith(".csv.gz") else [[line] for line in file if line[0] != ";"]
    with psycopg.connect(url) as connection, connection.cursor() as cursor:
        width = max(map(len, rows))
        cursor.execute(f"create table plain ({', '.join(f'c{number} text' for number in range(width))})")
        began = time.perf_counter()
        with cursor.copy("copy plain from stdin") as copy:
            for row in rows:
                copy.write_row([*row, *[""] * (width - len(row))])
        taken = time.perf_counter() - began
        connection.rollback()
    return len(rows) / taken


def measure() -> Iterator[Row]:
    url = fresh_database()
    os.environ["DATABASE_URL"] = url
    manage("migrate", "--verbosity", "0")
    for command, file, options in IMPORTS:
        path = DATA / file
        seconds, megabytes = manage(command, str(path), *options)
        if command not in MEASURED:
            continue
        with psycopg.connect(url) as connection:
            last = connection.execute(
                "select result->>'read' from core_job order by started_at desc limit 1"
            ).fetchone()
        rows = int(last[0])
        note = f"{rows:,} rows in {seconds:.0f} s, peak {megabytes:.0f} MB of {AIM_MB}"
        yield {"measure": command, "p50": rows / seconds, "unit": "rows/s", "floor": floor(path, url), "note": note}
    yield from searches()


def searches(times: int = 15) -> Iterator[Row]:
    """The box over 51,370 organisations and the catalogue, without HTTP."""
    import django

    django.setup()
    from facilities.queries.search import search

    for typed in TYPED:
        search(typed)
        taken = []
        for _number in range(times):
            began = time.perf_counter()
            found = len(search(typed))
            taken.append((time.perf_counter() - began) * 1000)
        note = f"{found} found among 51,370 organisations and the catalogue"
        yield {"measure": f"search “{typed}”", **spread(taken), "unit": "ms", "aim": "20", "note": note}


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench.imports", description=__doc__.splitlines()[0])
    parser.add_argument("result", type=Path, nargs="?")
    given = parser.parse_args()
    found = []
    if not DATA.is_dir():
        print(f"imports: not measured, there is no data in {DATA}; set YANQI_SHARED_DATA")
    for row in measure() if DATA.is_dir() else ():
        found.append(row)
        print(f"  {row['measure']}: {row['p50']:,.1f} {row['unit']}", flush=True)
    if given.result:
        given.result.write_text(json.dumps(found))


if __name__ == "__main__":
    main()

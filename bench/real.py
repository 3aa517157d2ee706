"""Real input in one instance: a grid's log with its shifted copies, programmes of the EU, bookings of a neutron source.

make bench ARGS="--only real --copies 26"     (skipped with a word where the data is not there)

Each total is held against the source's own: the difference is to be zero. Imports are to stay under 400 MB.
"""

import argparse
import csv
import gzip
import json
import os
import re
import tempfile
from collections import Counter
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Any

from bench.imports import AIM_MB, DATA, fresh_database, manage

NAME = "bench_real"
LOG, SITES = "lcg_grid_2005/LCG.swf.gz", "lcg_grid_2005/sites.csv"
PARTICIPATIONS = "cordis_programmes/h2020_participations_all.csv.gz"
BOOKINGS = "ansto_bookings/ansto_instrument_bookings.csv"
COLUMNS = (
    *("start_date=starts_at", "end_date=ends_at", "instrument=instrument", "title=title"),
    *("institution=organisation", "proposal=proposal", "record_id=external_id"),
)
SHIFT = 11 * 86400
"""Seconds from one copy of the log to the next: as long as the log is."""

Row = dict[str, Any]


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench.real", description=__doc__.splitlines()[0])
    parser.add_argument("result", type=Path, nargs="?")
    parser.add_argument(
        "--copies", type=int, default=1, help="so many shifted copies of the log (1; 26 are 4.9 M jobs)"
    )
    given = parser.parse_args()
    found = []
    if not DATA.is_dir():
        print(f"real: not measured, there is no data in {DATA}; set YANQI_SHARED_DATA")
    else:
        os.environ["DATABASE_URL"] = fresh_database(NAME)
        manage("migrate", "--verbosity", "0")
        for row in chain(imports(given.copies), totals(given.copies)):
            found.append(row)
            print(f"  {row['measure']}: {row['p50']:,.1f} {row['unit']} {row.get('note', '')}", flush=True)
    if given.result:
        given.result.write_text(json.dumps(found))


def imports(copies: int) -> Iterator[Row]:
    """One file after the other, each in a process of its own."""
    place = ("--inclusive", "--zone", "Australia/Sydney", "--facility", "ansto", "--create-instruments")
    yield imported("import_facilities", DATA / "neutron_instruments/neutron_muon_instruments.csv")
    yield imported("import_bookings", DATA / BOOKINGS, "--map", *COLUMNS, *place)
    yield imported("import_cordis", DATA / PARTICIPATIONS)
    with tempfile.TemporaryDirectory() as folder:
        for number in range(copies + 1):
            log = shifted(DATA / LOG, number, Path(folder)) if number else DATA / LOG
            yield imported("import_swf", log, "--facility", "lcg")
            if number:
                log.unlink()
    seconds, megabytes = manage("rebuild_rollups")
    yield {"measure": "rebuild_rollups", "p50": seconds, "unit": "s", "note": f"peak {megabytes:.0f} MB"}


def imported(command: str, path: Path, *options: str) -> Row:
    seconds, megabytes = manage(command, str(path), *options)
    note = f"{seconds:.0f} s, peak {megabytes:.0f} MB of {AIM_MB}"
    return {"measure": f"{command} {path.name}", "p50": megabytes, "unit": "MB", "aim": str(AIM_MB), "note": note}


def shifted(log: Path, number: int, folder: Path) -> Path:
    """A copy of a log that begins so many shifts later; its jobs are the same."""
    copy = folder / f"copy-{number}.swf.gz"
    with gzip.open(log, "rt", encoding="utf-8") as source, gzip.open(copy, "wt", compresslevel=1) as target:
        for line in source:
            if line.startswith(";"):
                line = re.sub(
                    r"(UnixStartTime:\s*)(\d+)", lambda found: f"{found[1]}{int(found[2]) + number * SHIFT}", line
                )
            target.write(line)
    return copy


def totals(copies: int) -> Iterator[Row]:
    """What the reports say beside what the files say, counted here."""
    import django

    django.setup()
    from facilities.models import Booking
    from programs.models import Partner, Program

    yield from grid(copies + 1)
    with gzip.open(DATA / PARTICIPATIONS, "rt", encoding="utf-8", newline="") as file:
        pairs = {(row["rcn"], row["pic"]) for row in csv.DictReader(file)}
    yield differ(
        "programmes of the EU", Program.objects.filter(source="cordis").count(), len({rcn for rcn, _ in pairs})
    )
    yield differ("participations", Partner.objects.filter(program__source="cordis").count(), len(pairs))
    with (DATA / BOOKINGS).open(encoding="utf-8", newline="") as file:
        bookings = sum(1 for _row in csv.DictReader(file))
    kept = Booking.objects.filter(instrument__facility__slug="ansto").exclude(source="")
    yield differ("bookings of the neutron source", kept.count(), bookings)


def grid(times: int) -> Iterator[Row]:
    """Jobs and processor hours of every site, from the report and from the log's own table of sites."""
    from accounts.queries import system_user
    from facilities.models import Instrument
    from reports.queries.answers import answer

    with (DATA / SITES).open(encoding="utf-8", newline="") as file:
        sites = {row["site"]: (int(row["jobs"]), int(row["cpu_seconds"])) for row in csv.DictReader(file)}
    asked = {"from": "2005-01-01", "to": "2008-01-01", "facility": "lcg", "by": "instrument"}
    names = {str(each.pk): each.name for each in Instrument.objects.filter(facility__slug="lcg")}
    rows = answer("usage", asked, user=system_user()).rows
    jobs = Counter({names[row["key"]]: row["sessions"] for row in rows})
    hours = {names[row["key"]]: row["delivered_hours"] for row in rows}
    wrong = [site for site, (count, _seconds) in sites.items() if jobs[site] != times * count]
    yield differ("jobs of the grid", jobs.total(), times * sum(count for count, _seconds in sites.values()))
    yield {"measure": "sites whose jobs differ", "p50": len(wrong), "unit": "of 170", "aim": "0"}
    most = max(abs(hours.get(site, 0) - times * seconds / 3600) for site, (_count, seconds) in sites.items())
    note = "each job to the second, by day"
    yield {"measure": "largest difference of a site's hours", "p50": most, "unit": "hours", "aim": "0", "note": note}


def differ(measure: str, kept: int, source: int) -> Row:
    return {"measure": measure, "p50": kept - source, "unit": "differ", "aim": "0", "note": f"{kept:,} of {source:,}"}


if __name__ == "__main__":
    main()

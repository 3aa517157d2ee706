"""`manage.py import_facilities FILE`: facilities and instruments from one of the known tables."""

from argparse import ArgumentParser
from collections import Counter
from typing import Any

from django.core.management.base import CommandError

from accounts.queries import system_user
from core.console import DataCommand
from core.errors import DomainError
from core.progress import ImportRun
from core.zones import normal_zone
from facilities.commands.catalogue import import_entry
from facilities.imports.catalogues import catalogue
from facilities.imports.techniques import Vocabulary


class Command(DataCommand):
    help = "Brings in facilities and their instruments; the kind of table is known by its header. Run again to update."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", help="CSV of neutron instruments, light sources, observatories or beamlines")
        parser.add_argument("--zone", default="", help="time zone of facilities for which none follows from their row")

    def handle(self, *args: Any, file: str, zone: str, **options: Any) -> None:
        if zone and not normal_zone(zone):
            raise CommandError(f"“{zone}” is not a time zone.")
        rows = catalogue(file, zone)
        by = system_user()
        vocabulary = Vocabulary()
        facilities: Counter[str] = Counter()
        with ImportRun("import_facilities", rows.table.path, by=by, total=rows.table.total, stdout=self.stdout) as run:
            for line, entry, problem in rows:
                run.read()
                if entry is None:
                    run.refused(line.number, line.cells, problem)
                    continue
                techniques = vocabulary.terms(entry.techniques)
                try:
                    outcome = import_entry(entry, techniques, by=by, source=rows.source)
                except DomainError as error:
                    reasons = "; ".join(violation.message for violation in error.violations) or str(error)
                    run.refused(line.number, line.cells, reasons)
                    continue
                facilities[outcome.facility] += outcome.facility_is_new
                {"created": run.created, "updated": run.updated}.get(outcome.what, lambda: run.skipped("unchanged"))()
        self.stdout.write(f"  facilities: {len(facilities)}, of which new: {sum(facilities.values())}")
        for label, count in vocabulary.unknown.most_common():
            self.stdout.write(f"  no such technique here: {label} ({count})")

"""`manage.py import_bookings FILE --map COLUMN=FIELD …`: bookings that another system has kept, as history."""

from argparse import ArgumentParser
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

from django.core.management.base import CommandError

from accounts.queries import system_user
from core.console import DataCommand
from core.errors import DomainError
from core.progress import ImportRun
from core.tables import read_table
from core.zones import normal_zone
from facilities.commands.importing import Names, record_drafts
from facilities.imports.bookings import FIELDS, Reading, mapping
from facilities.queries.catalogue import find_facility, find_instrument

BATCH = 500


class Command(DataCommand):
    help = "Brings in past bookings from a table. Policies such as notice do not apply to them, claims do."

    def add_arguments(self, parser: ArgumentParser) -> None:
        fields = ", ".join(f"{name} ({meaning})" for name, meaning in FIELDS.items())
        parser.add_argument("file", help="CSV, may be gzipped")
        parser.add_argument(
            "--map", nargs="+", action="extend", required=True, metavar="COLUMN=FIELD", help=f"fields: {fields}"
        )
        parser.add_argument("--facility", metavar="SLUG", help="where the instruments named in the table are")
        parser.add_argument("--instrument", metavar="SLUG", help="for rows that name no instrument")
        parser.add_argument("--create-instruments", action="store_true", help="make those that are missing there")
        parser.add_argument("--zone", help="zone of instants without one; the facility's if not given")
        parser.add_argument("--inclusive", action="store_true", help="a last day is occupied whole")
        parser.add_argument("--date-format", default="", help="as in strptime, e.g. %%d/%%m/%%Y; ISO 8601 if not given")
        parser.add_argument(
            "--by-number", action="store_true", help="external_id names one booking: a row that changed corrects it"
        )
        parser.add_argument("--source", default="bookings", help="name of the system the bookings come from")

    def handle(self, *args: Any, **options: Any) -> None:
        table = read_table(options["file"])
        columns = mapping(options["map"], table)
        try:
            facility = find_facility(options["facility"]) if options["facility"] else None
            instrument = find_instrument(options["instrument"]) if options["instrument"] else None
        except DomainError as error:
            raise CommandError(f"There is no such facility or instrument here. {error}") from error
        place = instrument.facility if instrument else facility
        zone = normal_zone(options["zone"] or (place.zone if place else ""))
        if not zone:
            raise CommandError("Give the zone of the table's dates with --zone, e.g. --zone Australia/Sydney.")
        if "instrument" not in columns and instrument is None:
            raise CommandError("Map a column to instrument, or name one with --instrument.")
        by = system_user()
        names = Names(by, options["source"], facility, instrument, options["create_instruments"])
        if options["by_number"] and "external_id" not in columns:
            raise CommandError("With --by-number, map a column to external_id.")
        reading = Reading(columns, ZoneInfo(zone), options["inclusive"], options["date_format"], options["by_number"])
        drafts = reading.drafts(table)
        with ImportRun("import_bookings", table.path, by=by, total=table.total, stdout=self.stdout) as run:
            seen: dict[str, int] = {}
            while batch := list(islice(drafts, BATCH)):
                self._record(batch, names, run, seen)
        for made in names.made:
            self.stdout.write(f"  made instrument {made.slug}")

    def _record(self, batch: list[Any], names: Names, run: ImportRun, seen: dict[str, int]) -> None:
        run.read(len(batch))
        taken = []
        for line, draft, problem in batch:
            if draft is None:
                run.refused(line.number, line.cells, problem)
                continue
            first = seen.setdefault(draft.key(draft.instrument), line.number)
            if first != line.number:
                run.refused(line.number, line.cells, f"says the same as row {first}")
            else:
                taken.append((line, draft))
        outcomes = record_drafts([draft for _line, draft in taken], names)
        for (line, _draft), outcome in zip(taken, outcomes, strict=True):
            for violation in outcome.against:
                run.remark(line.number, f"{violation.message} ({violation.source})")
            if outcome.status == "created":
                run.created()
            elif outcome.status == "updated":
                run.updated()
            elif outcome.status == "skipped":
                run.skipped("known already")
            else:
                run.refused(line.number, line.cells, outcome.reason)

"""`manage.py import_calendar FILE --facility SLUG`: operating cycles and blocks from CSV or iCalendar."""

from argparse import ArgumentParser
from typing import Any
from zoneinfo import ZoneInfo

from django.core.management.base import CommandError

from accounts.queries import system_user
from core.console import DataCommand
from core.errors import NotFound
from core.progress import ImportRun
from core.zones import normal_zone
from facilities.commands.calendar.importing import import_calendar
from facilities.imports.cycles import read_calendar
from facilities.models import Block
from facilities.queries.catalogue import find_facility


class Command(DataCommand):
    help = "Brings in operating cycles (columns cycle, begin, end) and blocks (a column kind as well, or .ics events)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", help="CSV or iCalendar, may be gzipped")
        parser.add_argument("--facility", required=True, metavar="SLUG", help="whose calendar it is")
        parser.add_argument("--cycle", default="", metavar="NAME", help="only rows of this cycle")
        parser.add_argument("--kind", default="", choices=Block.Kind.values, help="of rows that say none: cycles too")
        parser.add_argument("--zone", help="zone of times without one; the facility's if not given")

    def handle(self, *args: Any, file: str, facility: str, cycle: str, kind: str, **options: Any) -> None:
        try:
            place = find_facility(facility)
        except NotFound as error:
            raise CommandError(f"There is no facility “{facility}”.") from error
        zone = normal_zone(options["zone"] or place.zone)
        if not zone:
            raise CommandError(f"“{options['zone']}” is not a time zone.")
        planned = read_calendar(file, ZoneInfo(zone))
        by = system_user()
        with ImportRun("import_calendar", planned.path, by=by, total=planned.total, stdout=self.stdout) as run:
            import_calendar(planned, place, run, by=by, kind=kind, cycle=cycle)

"""`manage.py import_ical FILE --instrument SLUG`: the events of a calendar as bookings of an instrument."""

from argparse import ArgumentParser
from datetime import timedelta
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

from django.core.management.base import CommandError

from accounts.queries import system_user
from core import clock
from core.console import DataCommand
from core.errors import NotFound
from core.progress import ImportRun
from core.zones import normal_zone
from facilities.commands.importing import Names, record_drafts
from facilities.imports.calendars import agenda
from facilities.queries.catalogue import find_instrument

BATCH = 500
YEAR = timedelta(days=366)


class Command(DataCommand):
    help = "Brings in the events of an iCalendar file; each date of a recurring event, at most a year ahead."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", help="iCalendar file (.ics), may be gzipped")
        parser.add_argument("--instrument", required=True, metavar="SLUG", help="whose time the events take")
        parser.add_argument("--zone", help="zone of days and of times without one; the facility's if not given")

    def handle(self, *args: Any, file: str, instrument: str, zone: str | None, **options: Any) -> None:
        try:
            place = find_instrument(instrument)
        except NotFound as error:
            raise CommandError(f"There is no instrument “{instrument}”.") from error
        known = normal_zone(zone or place.facility.zone)
        if not known:
            raise CommandError(f"“{zone}” is not a time zone.")
        calendar = agenda(file, ZoneInfo(known), clock.now() + YEAR)
        by = system_user()
        names = Names(by, f"ical:{place.slug}"[:60], instrument=place)
        with ImportRun("import_ical", calendar.path, by=by, total=calendar.total, stdout=self.stdout) as run:
            dates = calendar.drafts()
            while batch := list(islice(dates, BATCH)):
                run.read(len(batch))
                taken = []
                for line, draft, refused, skipped in batch:
                    if draft:
                        taken.append((line, draft))
                    elif refused:
                        run.refused(line.number, line.cells, refused)
                    else:
                        run.skipped(skipped)
                outcomes = record_drafts([draft for _line, draft in taken], names)
                for (line, draft), outcome in zip(taken, outcomes, strict=True):
                    if outcome.status == "created":
                        run.created()
                    elif outcome.status == "updated":
                        run.updated()
                    elif outcome.status == "skipped":
                        run.skipped("cancelled" if draft.only_known else "known already")
                    else:
                        run.refused(line.number, {**line.cells, "date": draft.starts_at.isoformat()}, outcome.reason)

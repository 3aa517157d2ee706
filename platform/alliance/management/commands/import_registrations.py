"""`manage.py import_registrations FILE --event SLUG`: the list of those who registered for an event elsewhere."""

from pathlib import Path
from typing import Any, TextIO, cast

from django.core.management.base import CommandError, CommandParser

from accounts.queries import system_user
from alliance.commands.events.importing import KIND, import_registrations
from alliance.imports.registrations import recognised
from alliance.models import Event
from core.console import DataCommand
from core.progress import ImportRun


class Command(DataCommand):
    help = (
        "Import a registration list (CSV, XLSX, XLS or ODS) into an event: a row for each person with name, and as "
        "known e-mail, organisation, country, mode (on site, online), attended (yes, no), minutes."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="FILE", help="CSV, CSV.GZ, XLSX, XLS or ODS")
        parser.add_argument("--event", required=True, metavar="SLUG")

    def handle(self, *args: Any, **options: Any) -> None:
        found = recognised(Path(options["file"]))
        event = Event.objects.filter(slug=options["event"]).select_related("alliance").first()
        if event is None:
            raise CommandError(f"There is no event “{options['event']}”.")
        by, out = system_user(), cast(TextIO, self.stdout)
        with ImportRun(KIND, found.table.path, by=by, total=found.table.total, stdout=out) as run:
            import_registrations(event, found, by=by, run=run)

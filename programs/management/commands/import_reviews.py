"""`manage.py import_reviews FILE --call SLUG`: scores that were given elsewhere, before a panel of a call."""

from pathlib import Path
from typing import Any, TextIO, cast

from django.core.management.base import CommandError, CommandParser

from accounts.queries import system_user
from core.console import DataCommand
from core.progress import ImportRun
from programs.commands.reviews import importing
from programs.imports.reviews import Refused, Scored, recognised
from programs.models import Call

BATCH = 500
GAP = "the reviewer gave no score"


class Command(DataCommand):
    help = (
        "Import reviewers' scores into a call: a row for each reviewer and proposal. The columns of two published sets "
        "are known; others are mapped. The file may be compressed with gzip."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="FILE", help="CSV or CSV.GZ")
        parser.add_argument("--call", required=True, metavar="SLUG")
        parser.add_argument("--panel", default="Imported", metavar="NAME", help="the panel that the scores are before")
        parser.add_argument("--scale", default="", metavar="LOWEST:HIGHEST:STEP:BEST", help="for example 1:5:0.1:high")
        parser.add_argument(
            "--map", action="append", default=[], metavar="COLUMN=FIELD", help="proposal, reviewer, score or title"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        source = recognised(Path(options["file"]), options["map"], options["scale"])
        call = Call.objects.filter(slug=options["call"]).first()
        if call is None:
            raise CommandError(f"There is no call “{options['call']}”.")
        by = system_user()
        out = cast(TextIO, self.stdout)
        with ImportRun("import_reviews", source.table.path, by=by, total=source.table.total, stdout=out) as run:
            panel = importing.panel_for_import(call, source.scale, by=by, name=options["panel"])
            batch: list[Scored] = []

            def record() -> None:
                counts = importing.record_reviews(batch, call, panel, by=by)
                run.created(counts["created"])
                run.updated(counts["updated"])
                run.skipped("unchanged", counts["unchanged"])
                batch.clear()

            for row in source.rows():
                run.read()
                if isinstance(row, Refused):
                    run.refused(row.line.number, row.line.cells, row.why)
                elif row.score is None:
                    run.skipped(GAP)
                else:
                    batch.append(row)
                    if len(batch) >= BATCH:
                        record()
            record()

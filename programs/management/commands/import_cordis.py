"""`manage.py import_cordis PROJECTS PARTICIPATIONS`: joint programmes with their partners from CORDIS files."""

from pathlib import Path
from typing import Any, TextIO, cast

from django.core.management.base import CommandError, CommandParser

from accounts.queries import system_user
from core.console import DataCommand
from core.progress import ImportRun
from core.tables import Line
from programs.commands.cooperation import importing
from programs.imports import cordis

BATCH = 2000  # rows of the source in one transaction


class Command(DataCommand):
    help = (
        "Import programmes and partners from CORDIS. Give a file of projects and a file of participations, in any "
        "order; participations alone are enough, “-” stands for no file. Files may be compressed with gzip."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("files", nargs="+", metavar="FILE", help="CSV or CSV.GZ; known by its header")

    def handle(self, *args: Any, **options: Any) -> None:
        paths = list(dict.fromkeys(Path(name) for name in options["files"] if name != "-"))
        sources = [cordis.recognised(path) for path in paths]
        if not any(source.has_partners for source in sources):
            raise CommandError("There is no file of participations among these: a programme needs its partners.")
        by = system_user()
        with ImportRun("import_cordis", paths[-1], by=by, stdout=cast(TextIO, self.stdout)) as run:

            def refuse(line: Line, why: str) -> None:
                run.read()
                run.refused(line.number, line.cells, why)

            gathered = cordis.gather(sources, importing.known_pics(), refuse)
            run.total = run.counts["read"] + sum(one.rows for one in gathered.programmes.values())
            organisations, created = importing.record_organisations(gathered.organisations, by=by)
            themes = importing.record_themes(gathered.programmes.values())
            for batch in cordis.batches(gathered.programmes.values(), BATCH):
                recorded = importing.record_programs(batch, organisations, by=by, themes=themes)
                run.read(sum(one.rows for one in batch))
                run.created(recorded.created)
                run.updated(recorded.updated)
                for why, count in recorded.skipped.items():
                    run.skipped(why, count)
        countries = {row.country for row in gathered.organisations.values() if row.country}
        self.stdout.write(
            f"  {len(gathered.programmes):,} programmes, {len(set(organisations.values())):,} organisations "
            f"({created:,} new) in {len(countries):,} countries"
        )

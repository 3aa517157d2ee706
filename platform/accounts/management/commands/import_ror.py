"""`manage.py import_ror FILE`: organisations of the Research Organization Registry."""

from argparse import ArgumentParser
from itertools import islice
from typing import Any

from accounts.commands import relate_organisations, upsert_organisations
from accounts.imports import relation_table, ror_rows, ror_table
from accounts.queries import system_user
from core.console import DataCommand
from core.progress import ImportRun
from core.tables import Table

SOURCE = "ror"
BATCH = 2000


class Command(DataCommand):
    help = "Brings in organisations from a table of the Research Organization Registry (ROR); run again to update."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", help="CSV, may be gzipped: ror_id, name, types, country_code, status, …")
        parser.add_argument("--relationships", metavar="FILE", help="CSV: ror_id, relation, related_ror_id")

    def handle(self, *args: Any, file: str, relationships: str | None, **options: Any) -> None:
        organisations = ror_table(file)
        relations = relation_table(relationships) if relationships else None
        self._organisations(organisations)
        if relations:
            self._relations(relations)

    def _organisations(self, table: Table) -> None:
        by = system_user()
        with ImportRun("import_ror", table.path, by=by, total=table.total, stdout=self.stdout) as run:
            lines = ror_rows(table)
            while batch := list(islice(lines, BATCH)):
                run.read(len(batch))
                for line, _row, problem in batch:
                    if problem:
                        run.refused(line.number, line.cells, problem)
                rows = [row.columns() for _line, row, _problem in batch if row]
                outcome = upsert_organisations(rows, by=by, source=SOURCE)
                run.created(outcome.created)
                run.updated(outcome.changed)
                run.skipped("unchanged", len(rows) - outcome.created - outcome.changed)

    def _relations(self, table: Table) -> None:
        by = system_user()
        parents: dict[str, str] = {}
        successors: dict[str, str] = {}
        with ImportRun("import_ror relationships", table.path, by=by, total=table.total, stdout=self.stdout) as run:
            for line in table:
                run.read()
                kept = {"parent": parents, "successor": successors}.get(line.cells.get("relation", ""))
                if line.problem:
                    run.refused(line.number, line.cells, line.problem)
                elif kept is None:
                    run.skipped("neither parent nor successor")
                elif line.cells["ror_id"] in kept:
                    run.skipped("a second parent or successor")
                else:
                    kept[line.cells["ror_id"]] = line.cells["related_ror_id"]
            changed = relate_organisations(parents, successors, by=by, source=SOURCE)
            run.updated(changed)
            run.skipped("known already, or one of the two is not here", len(parents) + len(successors) - changed)

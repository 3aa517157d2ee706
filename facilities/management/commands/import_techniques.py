"""`manage.py import_techniques FILE`: the technique vocabulary PaNET."""

from argparse import ArgumentParser
from typing import Any

from accounts.queries import system_user
from core.console import DataCommand
from core.progress import ImportRun
from facilities.commands.catalogue import save_techniques
from facilities.imports.panet import Term, hierarchy, panet_table, panet_terms
from facilities.models import Technique


class Command(DataCommand):
    help = "Brings in techniques from PaNET.csv and works out which are narrower than which; run again to update."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", help="PaNET.csv as published, or a flat table of it; may be gzipped")

    def handle(self, *args: Any, file: str, **options: Any) -> None:
        table = panet_table(file)
        by = system_user()
        with ImportRun("import_techniques", table.path, by=by, stdout=self.stdout) as run:
            terms: list[Term] = []
            for line, term, problem in panet_terms(table):
                run.read()
                if term is None:
                    run.refused(line.number, line.cells, problem)
                else:
                    terms.append(term)
            broader, unknown = hierarchy(terms)
            rows = {term.code: _row(term) for term in reversed(terms)}
            created, changed = save_techniques(rows.values(), broader, by=by)
            run.created(created)
            run.updated(changed)
            run.skipped("unchanged", len(rows) - created - changed)
            run.skipped("a second row of a term", len(terms) - len(rows))
        for expression in dict.fromkeys(unknown):
            self.stdout.write(f"  says nothing here: {expression}")


def _row(term: Term) -> Technique:
    return Technique(code=term.code, label=term.label, alt_labels=term.alt_labels, definition=term.definition.strip())

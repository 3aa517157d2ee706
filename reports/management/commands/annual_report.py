"""`manage.py annual_report YEAR`: make the annual report of the alliance or of a facility here and now."""

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from accounts.queries import person_known_as, system_user
from core.console import DataCommand
from core.errors import DomainError
from core.lookup import find
from core.models import Job
from facilities.models import Facility
from reports.annual.chapters import KEYS
from reports.commands.annual import make_annual_report, start_annual_report
from reports.models import AnnualReport
from reports.queries.annual import LOCALES


class Command(DataCommand):
    help = "Make the annual report of the alliance or of a facility: PDF and workbook, kept with their checksums."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("year", type=int)
        parser.add_argument("--locale", default="en", choices=list(LOCALES))
        parser.add_argument("--facility", default="", metavar="SLUG", help="without it: the alliance")
        parser.add_argument("--chapters", default="", metavar="A,B", help=f"of {', '.join(KEYS)}; without it: all")
        parser.add_argument("--public", action="store_true", help="the edition for everybody, without small cells")
        parser.add_argument("--by", default="", metavar="EMAIL", help="in whose name; without it: the system's")
        parser.add_argument("--out", default="", metavar="FOLDER", help="also write both files there")

    def handle(self, *args: Any, **options: Any) -> None:
        by = person_known_as(options["by"]) if options["by"] else system_user()
        if by is None:
            raise CommandError(f"Nobody is known as {options['by']}.")
        try:
            job = start_annual_report(
                options["year"],
                by=by,
                locale=options["locale"],
                facility=find(Facility.objects.all(), options["facility"]) if options["facility"] else None,
                chapters=[key for key in options["chapters"].split(",") if key],
                public=options["public"],
            )
            done = make_annual_report(job.pk, say=self._show)
        except DomainError as refused:
            raise CommandError("\n".join([refused.message, *(each.message for each in refused.violations)])) from None
        if done.state == Job.State.FAILED:
            raise CommandError(done.message)
        made = AnnualReport.objects.get(pk=done.result["annual_report"])
        for suffix, file, checksum in (("pdf", made.pdf, made.pdf_sha256), ("xlsx", made.xlsx, made.xlsx_sha256)):
            place = file.name
            if options["out"]:
                folder = Path(options["out"])
                folder.mkdir(parents=True, exist_ok=True)
                place = str(folder / made.file_name(suffix))
                with file.open("rb") as kept:
                    Path(place).write_bytes(kept.read())
            self.stdout.write(f"{place}  sha256 {checksum}")

    def _show(self, done: int, total: int) -> None:
        if sys.stdout.isatty():
            self.stdout.write(f"{done} of {total} steps", ending="\r" if done < total else "\n")
            self.stdout.flush()

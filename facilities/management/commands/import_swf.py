"""`manage.py import_swf FILE --facility SLUG`: the jobs of a computing facility as use of its sites."""

from argparse import ArgumentParser
from datetime import UTC, datetime
from itertools import islice
from typing import Any

from django.core.management.base import CommandError

from accounts.models import User
from accounts.queries import system_user
from core.console import DataCommand
from core.progress import ImportRun
from core.zones import normal_zone
from facilities.commands.catalogue import create_facility
from facilities.commands.workloads import Places, record_jobs
from facilities.imports.swf import Workload, workload
from facilities.models import Facility

BATCH = 5000


class Command(DataCommand):
    help = "Brings in a log in the Standard Workload Format: each job a session at its site, groups as virtual teams."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", help="log in the Standard Workload Format, may be gzipped")
        parser.add_argument("--facility", required=True, metavar="SLUG", help="made from the log's header if not here")
        parser.add_argument("--zone", default="", help="its zone, if it has to be made and the log names none")
        parser.add_argument("--since", metavar="DAY", help="leave out jobs that began before this day (UTC)")
        parser.add_argument("--limit", type=int, metavar="N", help="stop after N jobs")

    def handle(self, *args: Any, **options: Any) -> None:
        log = workload(options["file"])
        since = self._day(options["since"])
        limit: int | None = options["limit"]
        if limit is not None and limit < 1:
            raise CommandError("--limit is a number of jobs, at least 1.")
        by = system_user()
        facility = self._facility(log, options["facility"], options["zone"], by)
        places = Places(facility, log, by, f"swf:{facility.slug}"[:60])
        jobs = islice(log.jobs(), limit)
        total = min(log.total, limit or log.total)
        with ImportRun("import_swf", log.path, by=by, total=total, stdout=self.stdout) as run:
            while batch := list(islice(jobs, BATCH)):
                run.read(len(batch))
                taken = []
                for line, job, problem in batch:
                    if job is None:
                        run.refused(line.number, line.cells, problem)
                    elif since and job.starts_at < since:
                        run.skipped(f"began before {since:%Y-%m-%d}")
                    else:
                        taken.append(job)
                created = record_jobs(taken, places) if taken else 0
                run.created(created)
                run.skipped("known already", len(taken) - created)

    def _day(self, given: str | None) -> datetime | None:
        try:
            return datetime.fromisoformat(given).replace(tzinfo=UTC) if given else None
        except ValueError as error:
            raise CommandError(f"“{given}” is not a day; write it as 2005-11-20.") from error

    def _facility(self, log: Workload, slug: str, zone: str, by: User) -> Facility:
        """The facility, or a new one that says what the log's header says."""
        if found := Facility.objects.filter(slug=slug, archived_at=None).first():
            return found
        zone = normal_zone(zone or log.header.get("TimeZoneString", ""))
        if not zone:
            raise CommandError(f"There is no facility “{slug}” and the log names no time zone; give one with --zone.")
        says = [log.header.get(name, "") for name in ("Computer", "Acknowledge", "Information")]
        made = create_facility(
            by=by,
            slug=slug,
            name=log.header.get("Installation") or slug,
            kind=Facility.Kind.HPC,
            zone=zone,
            description=" · ".join(filter(None, says)),
            source="swf",
        )
        self.stdout.write(f"made facility {made.slug}: {made.name}, {made.zone}")
        return made

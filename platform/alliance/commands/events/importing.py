"""Brings a registration list: found again by address, so that a second run creates nothing; places hold here too."""

from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TextIO
from uuid import UUID

from django.core.files import File
from django.core.files.storage import default_storage
from django.core.management.base import OutputWrapper
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.queries import actor_of
from alliance.commands.events.locking import locked_for
from alliance.imports.registrations import Refused, Registrant, RegistrationList, recognised
from alliance.models import Event, Registration
from alliance.permissions.events import organises
from alliance.rules.events import places
from core import audit, clock
from core.commands import fail_job, start_job
from core.errors import NotPermitted
from core.jobs import enqueue
from core.models import Job
from core.progress import ImportRun
from core.search import fold
from core.tables import WrongFile

KIND = "import_registrations"
SOURCE = "import"
BATCH = 200
CHANGED = ("name", "organisation_name", "country", "attended", "attended_minutes")


def import_registrations(
    event: Event, found: RegistrationList, *, by: Any, run: ImportRun, say: Callable[[int], Any] = lambda done: None
) -> None:
    """Write a whole list in batches; what `run` counts is what happened. Raises NotPermitted."""
    if not organises(by, event):
        raise NotPermitted(_("Only those who organise the events of the alliance may do this."))
    batch: list[tuple[int, Registrant]] = []

    def record() -> None:
        for outcome, (number, _row) in zip(record_batch(event, [row for _n, row in batch], by=by), batch, strict=True):
            if outcome == "unchanged":
                run.skipped("unchanged")
            elif outcome == "updated":
                run.updated()
            else:
                run.created()
                if outcome == "waiting":
                    run.remark(number, _("all places are taken: on the waiting list"))
        batch.clear()
        say(run.counts["read"])

    for line, row in found.rows():
        run.read()
        if isinstance(row, Refused):
            run.refused(line.number, line.cells, row.why)
            continue
        batch.append((line.number, row))
        if len(batch) >= BATCH:
            record()
    record()


@transaction.atomic
def record_batch(event: Event, batch: Sequence[Registrant], *, by: Any) -> list[str]:
    """For each person `created`, `waiting` (all places are taken), `updated` or `unchanged`. No mail goes out.

    A row without a way to take part is on site, or online at an event that is online only. Who registered
    themselves keeps what they said; the list adds whether they came.
    """
    event = locked_for(event, by)
    known = {_key(row): row for row in event.registrations.filter(cancelled_at=None).order_by("pk")}
    accounts = {
        user.email.lower(): user
        for user in User.objects.filter(email__in=[row.email.lower() for row in batch], is_active=True, is_system=False)
    }
    taken = Counter(row.mode for row in known.values() if not row.is_waiting)
    new, changed, outcomes, now = [], [], [], clock.now()
    for given in batch:
        row = known.get(given.key)
        if row is not None:
            is_changed = _update(row, given)
            changed += [row] if is_changed else []
            outcomes.append("updated" if is_changed else "unchanged")
            continue
        mode = given.mode or (Registration.Mode.ONLINE if event.mode == Event.Mode.ONLINE else Registration.Mode.ONSITE)
        most = places(event, mode)
        waits = most is not None and taken[mode] >= most
        taken[mode] += not waits
        row = Registration(
            event=event, person=accounts.get(given.email.lower()), name=given.name, email=given.email,
            organisation_name=given.organisation, country=given.country, mode=mode, is_waiting=waits,
            attended=None if waits else given.attended, attended_minutes=None if waits else given.minutes,
            source=SOURCE, created_at=now,
        )  # fmt: skip
        known[given.key] = row
        new.append(row)
        outcomes.append("waiting" if waits else "created")
    Registration.objects.bulk_create(new)
    Registration.objects.bulk_update(changed, [*CHANGED, "version", "updated_at"])
    audit.record_many("import", Registration, [row.pk for row in (*new, *changed)], by=by, source=KIND)
    return outcomes


def _key(row: Registration) -> str:
    return row.email.lower() or f"{fold(row.name)}|{fold(row.organisation_name)}|{row.country}"


def _update(row: Registration, given: Registrant) -> bool:
    """Whether the list says something new; an empty cell says nothing."""
    said: dict[str, Any] = {"attended": given.attended, "attended_minutes": given.minutes} if not row.is_waiting else {}
    if row.source == SOURCE:
        said |= {"name": given.name, "organisation_name": given.organisation, "country": given.country}
    new = {name: value for name, value in said.items() if value not in (None, "") and getattr(row, name) != value}
    for name, value in new.items():
        setattr(row, name, value)
    row.version += bool(new)
    row.updated_at = clock.now()
    return bool(new)


def start_import(event: Event, upload: File, *, by: Any) -> Job:
    """Keep an uploaded list and let a worker bring it; its job shows how far it is. Raises NotPermitted, WrongFile."""
    if not organises(by, event):
        raise NotPermitted(_("Only those who organise the events of the alliance may do this."))
    name = default_storage.save(f"imports/{event.pk}{Path(upload.name or '').suffix[:6]}", upload)
    try:
        total = recognised(Path(default_storage.path(name))).table.total
    except WrongFile:
        default_storage.delete(name)
        raise
    with transaction.atomic():
        job = start_job(KIND, by=by, total=total, about={"event": str(event.pk), "file": name})
        enqueue("alliance.import_registrations", job=job.pk)
    return job


def run_import(job_id: UUID, *, out: TextIO | OutputWrapper) -> Job:
    """Do the work of such a job and drop its file. Ended already: nothing happens."""
    job = Job.objects.get(pk=job_id)
    if job.state != Job.State.RUNNING:
        return job
    by, event, name = actor_of(job.started_by_id), Event.objects.get(pk=job.result["event"]), job.result["file"]
    try:
        found = recognised(Path(default_storage.path(name)))
        with ImportRun(KIND, found.table.path, by=by, total=found.table.total, stdout=out, job=job) as run:
            import_registrations(event, found, by=by, run=run)
    except (WrongFile, NotPermitted) as error:
        fail_job(job, by=by, message=str(error), result=job.result)
    default_storage.delete(name)
    job.refresh_from_db()
    return job

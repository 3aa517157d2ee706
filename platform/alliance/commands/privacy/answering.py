"""Answers requests about data: makes the archive of everything kept about a person, or forgets them when it is time."""

import json
import zipfile
from collections.abc import Iterable
from datetime import timedelta
from io import TextIOWrapper
from tempfile import TemporaryFile
from typing import IO, Any
from uuid import UUID

from django.core.files import File
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.queries import system_user
from alliance.commands.privacy.forgetting import forget, hindrances
from alliance.models import DataRequest
from alliance.queries.privacy import account_of, acts_of, files_of, rows_about
from alliance.workflows.privacy import DATA_REQUEST
from core import audit, clock
from notifications.commands import notify
from notifications.rendering import language_of
from workflow.commands import advance

COPY_DAYS = 14
"""A copy can be fetched for so long; then it is deleted, for it holds everything."""


def answer_due() -> int:
    """Answer every request whose time has come, each in its own transaction; how many."""
    due = DataRequest.objects.filter(state="identity_verified", not_before__lte=clock.now())
    return sum(answer(pk) for pk in due.order_by("created_at", "id").values_list("pk", flat=True))


@transaction.atomic
def answer(pk: UUID) -> bool:
    """Answer one request; whether it was still to be answered. What hinders it meanwhile puts it off."""
    rows = DataRequest.objects.select_for_update(skip_locked=True, of=("self",)).select_related("person")
    row = rows.filter(pk=pk, state="identity_verified", not_before__lte=clock.now()).first()
    if row is None:
        return False
    system = system_user()
    if row.kind == DataRequest.Kind.ERASURE and (reasons := hindrances(row.person)):
        return _put_off(row, reasons, by=system)
    advance(row, DATA_REQUEST, "start", by=system, parties={"system"})
    row.answered_at = clock.now()
    if row.kind == DataRequest.Kind.EXPORT:
        row.file_until = clock.now() + timedelta(days=COPY_DAYS)
        with TemporaryFile() as file:
            write_archive(row.person, file)
            file.seek(0)
            row.file.save(f"{row.pk}.zip", File(file), save=False)
        notify([row.person], "data_copy_ready", subject=row, context={"days": COPY_DAYS})
    else:
        forget(row.person, by=system)
    advance(row, DATA_REQUEST, "answer", by=system, parties={"system"}, also=["answered_at", "file", "file_until"])
    return True


def _put_off(row: DataRequest, reasons: list[str], *, by: Any) -> bool:
    row.not_before = clock.now() + timedelta(days=1)
    row.version += 1
    row.save(update_fields=["not_before", "version", "updated_at"])
    audit.record("put-off", row, by=by, note=" ".join(reasons))
    return False


def write_archive(person: User, file: IO[bytes]) -> None:
    """A ZIP: what it holds in words, the account, one JSON line per row about the person by table, acts, files."""
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        with translation.override(language_of(person)):
            archive.writestr("README.txt", _contents() + "\n")
        archive.writestr("account.json", json.dumps(account_of(person), ensure_ascii=False, indent=1))
        _lines(archive, "rows.jsonl", ({"table": table, **row} for table, row in rows_about(person)))
        _lines(archive, "acts.jsonl", acts_of(person))
        for path, attached in files_of(person):
            with attached.open("rb") as source, archive.open(f"files/{path}", "w") as target:
                for chunk in iter(lambda: source.read(1 << 16), b""):
                    target.write(chunk)


def _lines(archive: zipfile.ZipFile, name: str, rows: Iterable[dict[str, Any]]) -> None:
    with archive.open(name, "w", force_zip64=True) as raw, TextIOWrapper(raw, encoding="utf-8") as out:
        for row in rows:
            out.write(json.dumps(row, ensure_ascii=False) + "\n")


def _contents() -> str:
    return _(
        "Everything that is kept about you here.\n"
        "account.json: your account. rows.jsonl: every row that is about you, with its table, one a line.\n"
        "acts.jsonl: what you did to rows about something else, and the trail of your acts, with instants in UTC.\n"
        "files: what you handed in. Secrets such as passwords and tokens are kept as fingerprints only and left out."
    )


def purge_copies() -> int:
    """Delete the copies that were there long enough; how many."""
    old = DataRequest.objects.filter(file_until__lte=clock.now()).exclude(file="")
    count = 0
    for row in old:
        row.file.delete(save=False)
        row.file, row.file_until = "", None
        row.save(update_fields=["file", "file_until", "updated_at"])
        count += 1
    return count

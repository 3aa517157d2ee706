"""Drafts of versions: their text or file, and the moves that an editor makes with them."""

from typing import Any

from django.conf import settings
from django.core.files import File
from django.db import transaction
from django.db.models import Max
from django.utils import translation
from django.utils.translation import gettext as _

from alliance.commands.documents.locking import locked_document, locked_version
from alliance.models import Document, DocumentVersion, Meeting, Motion
from alliance.permissions.documents import PUBLISH, version_parties
from alliance.permissions.governance import RUN
from alliance.workflows.documents import VERSION
from core import audit, clock
from core.errors import Invalid, RulesRefuse, Violation
from core.extraction import words_of
from core.files import described
from core.lookup import free_slug
from core.permissions import require
from workflow.commands import advance, permitted_move

BATCH = 20
HELD = ("tabled", "open", "closed")
"""States of a motion that hold the version it is about."""


@transaction.atomic
def draft_version(
    document: Document,
    *,
    by: Any,
    text: str = "",
    file: File | None = None,
    language: str = "en",
    note: str = "",
    number: int | None = None,
) -> DocumentVersion:
    """A new version as a draft: the next one, or with `number` another language of one that is not decided yet.

    Raises NotPermitted, Invalid (language, file, number), RulesRefuse where that version is decided.
    """
    document = locked_document(document)
    require(by, PUBLISH, document.alliance)
    versions = list(DocumentVersion.objects.filter(document=document).order_by("-number", "id"))
    latest = versions[0].number if versions else 0
    wanted = latest + 1 if number is None else number
    _check_number(versions, wanted, latest, language)
    before = next((row for row in versions if row.number < wanted and row.language == language), None)
    row = DocumentVersion(
        document=document, number=wanted, language=_known(language), note=note, text=text, supersedes=before,
        created_by=None if by.is_system else by,
    )  # fmt: skip
    _attach(row, file)
    row.save()
    audit.record("draft", row, by=by, to_state=row.state, number=row.number, language=language, sha256=row.sha256)
    return row


@transaction.atomic
def edit_version(
    version: DocumentVersion, *, by: Any, text: str, note: str = "", file: File | None = None, drop_file: bool = False
) -> DocumentVersion:
    """Change the text of a draft, give it another file or none. Raises NotPermitted, WrongState, Invalid."""
    row = locked_version(version)
    require(by, PUBLISH, row.document.alliance)
    permitted_move(VERSION, "propose", row.state, {"editor"})
    row.text, row.note = text, note
    if drop_file and file is None:
        row.file, row.name, row.mime, row.size, row.sha256, row.words, row.read_at = "", "", "", None, "", "", None
    _attach(row, file)
    row.version += 1
    row.save()
    audit.record("edit", row, by=by, sha256=row.sha256)
    return row


@transaction.atomic
def move_version(version: DocumentVersion, move: str, *, by: Any, note: str = "") -> DocumentVersion:
    """`propose`, `revise` or `withdraw`. Raises NotPermitted, WrongState, Invalid without a reason, RulesRefuse.

    What is proposed has a text or a file; what a motion is about is not taken back.
    """
    row = locked_version(version)
    permitted_move(VERSION, move, row.state, version_parties(by, row), note)
    if violations := _refusals(row, move):
        raise RulesRefuse(violations[0].message, violations)
    advance(row, VERSION, move, by=by, parties=version_parties(by, row), note=note)
    return row


@transaction.atomic
def minutes_document(meeting: Meeting, text: str, *, by: Any) -> DocumentVersion:
    """The minutes of a meeting as a draft for its body; the same draft again while it is one, else a new version.

    Raises NotPermitted.
    """
    body = meeting.body
    require(by, RUN, body.alliance)
    known = DocumentVersion.objects.filter(minutes_of=meeting).select_related("document").first()
    if known is None:
        titles = {}
        for language in ("en", "zh-hans"):
            with translation.override(language):
                title = meeting.title_zh if language == "zh-hans" and meeting.title_zh else meeting.title
                titles[language] = _("Minutes: %(meeting)s") % {"meeting": title}
        document = Document(
            alliance=body.alliance, kind=Document.Kind.MINUTES, title=titles["en"][:200],
            title_zh=titles["zh-hans"][:200], access=Document.Access.BODY, body=body, event=meeting.event,
            needs_resolution=False, created_by=None if by.is_system else by,
        )  # fmt: skip
        document.slug = free_slug(Document.objects.filter(alliance=body.alliance), f"minutes-{meeting.title}")
        document.save()
        audit.record("create", document, by=by)
    else:
        document = locked_document(known.document)
        latest = DocumentVersion.objects.select_for_update().filter(document=document).order_by("-number").first()
        if latest is not None and latest.state == "draft":
            latest.text = text
            latest.version += 1
            latest.save(update_fields=["text", "version", "updated_at"])
            audit.record("edit", latest, by=by)
            return latest
    number = (document.versions.aggregate(latest=Max("number"))["latest"] or 0) + 1
    row = DocumentVersion.objects.create(document=document, number=number, text=text, supersedes=known)
    audit.record("draft", row, by=by, to_state=row.state, number=number)
    return row


def read_files_due() -> int:
    """Read the words of files that nobody has read yet, so that the search finds them; how many. Safe to run twice."""
    due = DocumentVersion.objects.filter(read_at=None, file__gt="").order_by("id").values_list("pk", flat=True)
    return sum(_read(pk) for pk in list(due[:BATCH]))


@transaction.atomic
def _read(pk: Any) -> bool:
    rows = DocumentVersion.objects.select_for_update(skip_locked=True).defer("search")
    row = rows.filter(pk=pk, read_at=None).first()
    if row is None or not row.file:
        return False
    with row.file.open("rb") as file:
        row.words = words_of(file, row.mime)
    row.read_at = clock.now()
    row.save(update_fields=["words", "read_at", "updated_at"])
    return True


def _attach(row: DocumentVersion, file: File | None) -> None:
    if file is None:
        return
    known = described(file, most_megabytes=settings.DOCUMENT_MEGABYTES)
    row.name, row.mime, row.size, row.sha256 = known.name, known.mime, known.size, known.sha256
    row.words, row.read_at = "", None
    row.file.save(str(row.pk), file, save=False)


def _known(language: str) -> str:
    if language not in dict(settings.LANGUAGES):
        message = _("There is no language “%(code)s” here.") % {"code": language}
        raise Invalid(message, [Violation("language", message, "language")])
    return language


def _check_number(versions: list[DocumentVersion], wanted: int, latest: int, language: str) -> None:
    """A number is the next one, or that of a version that is not decided and has not this language yet."""
    same = [row for row in versions if row.number == wanted]
    if not same and wanted != latest + 1:
        message = _("The next version is number %(number)d.") % {"number": latest + 1}
        raise Invalid(message, [Violation("number", message, "number")])
    if any(row.state not in ("draft", "proposed") for row in same):
        message = _("Version %(number)d is decided; a new language of it would be a new version.")
        raise RulesRefuse(message % {"number": wanted}, [Violation("decided", message % {"number": wanted}, "number")])
    if any(row.language == language for row in same):
        message = _("Version %(number)d has a text in this language already.") % {"number": wanted}
        raise RulesRefuse(message, [Violation("language_once", message, "language")])


def _refusals(row: DocumentVersion, move: str) -> list[Violation]:
    found = []
    if move == "propose" and not (row.text.strip() or row.file):
        found.append(Violation("empty", _("Give the version a text or a file before you propose it."), "text"))
    if move in ("revise", "withdraw") and Motion.objects.filter(version_of_document=row, state__in=HELD).exists():
        found.append(Violation("motion", _("A motion about this version is tabled; withdraw the motion first.")))
    return found

"""What a file really is: found from its first bytes, for a name proves nothing; and how it is handed out."""

import codecs
import hashlib
import io
from dataclasses import dataclass
from typing import Any

from django.core.files import File
from django.http import FileResponse
from django.utils.translation import gettext as _

from core.anonymous import without_names
from core.errors import Invalid, Violation

MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"%PDF-", "application/pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"PK\x03\x04", "application/zip"),
)
TEXT = "text/plain"
UNKNOWN = "application/octet-stream"
SUFFIXES: dict[str, frozenset[str]] = {
    "application/pdf": frozenset({"pdf"}),
    "image/png": frozenset({"png"}),
    "image/jpeg": frozenset({"jpg", "jpeg"}),
    "application/zip": frozenset({"zip", "docx", "xlsx", "odt", "ods"}),
    TEXT: frozenset({"txt", "csv", "cif", "md", "xyz", "pdb"}),
}
"""The endings of a name that fit each kind of content. Anything else is not taken: it may be a program."""
HEAD = 4096
MEGABYTE = 1_000_000


@dataclass(frozen=True)
class Described:
    """A file that is taken: its bare name, media type, size in bytes and SHA-256 in hexadecimal."""

    name: str
    mime: str
    size: int
    sha256: str


def described(file: File, *, most_megabytes: int) -> Described:
    """What a file is, by its content; it is at its start again afterwards.

    Raises Invalid, with everything that is wrong, for one that is empty, too large or of no kind that is taken.
    """
    name = (file.name or "file").replace("\\", "/").rpartition("/")[2][-200:]
    head = file.read(HEAD)
    if violations := _refusals(name, file.size, head, most_megabytes):
        raise Invalid(_("The file was not taken."), violations)
    digest = hashlib.sha256(head)
    for chunk in iter(lambda: file.read(1 << 16), b""):
        digest.update(chunk)
    file.seek(0)
    return Described(name, kind_of(head), file.size, digest.hexdigest())


def taken(file: File, *, most_megabytes: int) -> Described:
    """As `described`, and refused where the ending of its name does not fit its content. Raises Invalid."""
    kept = described(file, most_megabytes=most_megabytes)
    if not is_what_it_says(kept.name, kept.mime):
        message = _("The ending of “%(name)s” does not fit its content.") % {"name": kept.name}
        raise Invalid(message, [Violation("file_kind", message, "file")])
    return kept


def download(row: Any, name: str = "", *, nameless: bool = False) -> FileResponse:
    """The `file` of a row under its `name`, which browsers save and never show, whatever is in it; `nameless` without
    the hidden fields that say who made it."""
    held = row.file.open("rb")
    if nameless:
        with held as whole:
            held = io.BytesIO(without_names(whole.read(), row.mime))
    answer = FileResponse(held, as_attachment=True, filename=name or row.name, content_type="application/octet-stream")
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "sandbox"
    return answer


def kind_of(head: bytes) -> str:
    """The media type of a file that begins with `head` (at least HEAD bytes of it, or all)."""
    for magic, mime in MAGIC:
        if head.startswith(magic):
            return mime
    return TEXT if _is_text(head) else UNKNOWN


def suffix_of(name: str) -> str:
    return name.rpartition(".")[2].lower() if "." in name else ""


def is_what_it_says(name: str, mime: str) -> bool:
    """Whether the ending of a file's name fits its content."""
    return suffix_of(name) in SUFFIXES.get(mime, frozenset())


def _is_text(head: bytes) -> bool:
    """UTF-8 without control characters; a sign cut in two at the end does not count against it."""
    try:
        text = codecs.getincrementaldecoder("utf-8")().decode(head, final=False)
    except UnicodeDecodeError:
        return False
    return all(sign >= " " or sign in "\t\n\r\f" for sign in text)


def _refusals(name: str, size: int, head: bytes, most: int) -> list[Violation]:
    found = []
    if not size:
        found.append(Violation("file_empty", _("“%(name)s” is empty.") % {"name": name}, "file"))
    if size > most * MEGABYTE:
        message = _("“%(name)s” is larger than %(most)d MB.")
        found.append(Violation("file_too_large", message % {"name": name, "most": most}, "file"))
    if kind_of(head) not in SUFFIXES:
        offered = ", ".join(sorted(suffix for suffixes in SUFFIXES.values() for suffix in suffixes))
        message = _("“%(name)s” is of no kind that is taken. Give one of: %(offered)s.")
        found.append(Violation("file_kind", message % {"name": name, "offered": offered}, "file"))
    elif suffix_of(name) == "":
        found.append(Violation("file_name", _("Give the file a name with an ending, such as .pdf."), "file"))
    return found

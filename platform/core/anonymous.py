"""Files without the hidden fields that say who made them: authors, companies, comments' names, a camera's owner."""

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator

from django.utils.translation import gettext as _
from pypdf import PageObject, PdfWriter
from pypdf.errors import PyPdfError
from pypdf.generic import DictionaryObject

from core.errors import RulesRefuse, Violation

MOST_UNPACKED = 500_000_000
"""Bytes of an archive that are unpacked at most."""

OF_PDF = ("/Metadata", "/PieceInfo", "/LastModified")
OF_ARCHIVE = {
    "docProps/core.xml": (
        b'<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"/>'
    ),
    "docProps/app.xml": (
        b'<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"/>'
    ),
    "docProps/custom.xml": (
        b'<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"/>'
    ),
    "meta.xml": b'<office:document-meta xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"/>',
}
WHO_CHANGED = re.compile(rb'(\bw:(?:author|initials)=")[^"]*"|(<dc:creator>|<meta:creator-initials>)[^<]*')
OF_PNG = {b"tEXt", b"zTXt", b"iTXt", b"eXIf", b"tIME"}
OF_JPEG = {0xE1, 0xED, 0xFE}
"""Segments of EXIF and XMP, of Photoshop, and comments."""


def without_names(content: bytes, mime: str) -> bytes:
    """The same document without its metadata; what its pages say is the author's own affair. Raises RulesRefuse for one
    that cannot be opened, which is then handed out to nobody who must not know whose it is."""
    clean = CLEANERS.get(mime)
    if clean is None:
        return content
    try:
        return clean(content)
    except (
        PyPdfError,
        zipfile.BadZipFile,
        zlib.error,
        struct.error,
        ValueError,
        KeyError,
        NotImplementedError,
    ) as error:
        message = _(
            "This file cannot be opened, so its hidden fields may say whose it is. The office has to ask for it."
        )
        raise RulesRefuse(message, [Violation("names_hidden", message)]) from error


def _pdf(content: bytes) -> bytes:
    writer = PdfWriter(clone_from=io.BytesIO(content))
    writer.metadata = None
    _forget(writer.root_object)
    for page in writer.pages:
        _forget(page)
        for thing in _things_on(page):
            _forget(thing)
    writer.compress_identical_objects(remove_duplicates=False, remove_unreferenced=True)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def _forget(thing: DictionaryObject) -> None:
    for name in OF_PDF:
        thing.pop(name, None)


def _things_on(page: PageObject) -> Iterator[DictionaryObject]:
    """The images of a page, and its notes, whose titles are the names of those who wrote them."""
    for each in page.get("/Annots") or ():
        note = each.get_object()
        if note.get("/Subtype") != "/Widget":
            note.pop("/T", None)
        yield note
    pictures = _inside(_inside(page, "/Resources"), "/XObject")
    for each in pictures.values():
        yield each.get_object()


def _inside(thing: DictionaryObject, name: str) -> DictionaryObject:
    """The dictionary of that name; empty where there is none."""
    held = thing.get(name)
    found = held.get_object() if held is not None else None
    return found if isinstance(found, DictionaryObject) else DictionaryObject()


def _archive(content: bytes) -> bytes:
    """Documents of word processors and spreadsheets, and plain archives, whose own comment goes."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        if sum(each.file_size for each in source.infolist()) > MOST_UNPACKED:
            raise ValueError("too large to unpack")
        for each in source.infolist():
            kept = zipfile.ZipInfo(each.filename)
            kept.compress_type = each.compress_type
            if each.filename in OF_ARCHIVE:
                target.writestr(kept, OF_ARCHIVE[each.filename])
            else:
                held = source.read(each)
                if each.filename.endswith(".xml"):
                    held = WHO_CHANGED.sub(lambda found: _emptied(found), held)
                target.writestr(kept, held)
    return out.getvalue()


def _emptied(found: "re.Match[bytes]") -> bytes:
    return found[1] + b'"' if found[1] else found[2]


def _png(content: bytes) -> bytes:
    kept, at = [content[:8]], 8
    while at < len(content):
        length, kind = struct.unpack_from(">I4s", content, at)
        if at + length + 12 > len(content):
            raise ValueError("a part ends after the file")
        if kind not in OF_PNG:
            kept.append(content[at : at + length + 12])
        at += length + 12
    return b"".join(kept)


def _jpeg(content: bytes) -> bytes:
    kept, at = [content[:2]], 2
    while at < len(content):
        lead, marker, length = struct.unpack_from(">BBH", content, at)
        if lead != 0xFF:
            raise ValueError("no segment begins here")
        if marker == 0xDA:  # the picture itself begins
            kept.append(content[at:])
            break
        if marker not in OF_JPEG:
            kept.append(content[at : at + length + 2])
        at += length + 2
    return b"".join(kept)


CLEANERS: dict[str, Callable[[bytes], bytes]] = {
    "application/pdf": _pdf,
    "application/zip": _archive,
    "image/png": _png,
    "image/jpeg": _jpeg,
}

"""Files handed out to those who must not know whose they are."""

import io
import struct
import zipfile
import zlib

import pytest
from pypdf import PdfReader, PdfWriter
from pypdf.annotations import Text
from pypdf.generic import NameObject, StreamObject, TextStringObject

from core.anonymous import without_names
from core.errors import RulesRefuse


def a_pdf() -> bytes:
    writer = PdfWriter()
    writer.add_blank_page(100, 100)
    note = Text(rect=(10, 10, 20, 20), text="Check this.")
    note[NameObject("/T")] = TextStringObject("Ana")
    writer.add_annotation(0, note)
    writer.add_metadata({"/Author": "Ana of Centre B", "/Title": "Ana's ions"})
    xmp = StreamObject()
    xmp.set_data(b"<x:xmpmeta>Ana of Centre B</x:xmpmeta>")
    writer.root_object[NameObject("/Metadata")] = writer._add_object(xmp)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def test_a_pdf_loses_author_title_xmp_and_the_names_of_its_notes_and_keeps_its_pages():
    before = a_pdf()
    assert b"Ana" in before
    after = without_names(before, "application/pdf")
    assert b"Ana" not in after
    read = PdfReader(io.BytesIO(after))
    assert len(read.pages) == 1
    assert read.metadata is None or read.metadata.author is None
    assert read.pages[0]["/Annots"][0].get_object()["/Contents"] == "Check this."


def test_a_document_loses_its_creator_and_who_changed_what_and_keeps_its_text():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as target:
        target.writestr("docProps/core.xml", "<cp><dc:creator>Ana</dc:creator></cp>")
        target.writestr("word/document.xml", '<w:ins w:author="Ana" w:id="1">ions</w:ins>')
        target.writestr("word/comments.xml", '<w:comment w:initials="Ana">?</w:comment>')
    with zipfile.ZipFile(io.BytesIO(without_names(out.getvalue(), "application/zip"))) as after:
        held = {name: after.read(name) for name in after.namelist()}
    assert held["word/document.xml"] == b'<w:ins w:author="" w:id="1">ions</w:ins>'
    assert not [name for name, content in held.items() if b"Ana" in content]


def test_pictures_lose_their_comments_and_keep_the_rest():
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head, end = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", bytes(13)), chunk(b"IEND", b"")
    assert without_names(head + chunk(b"tEXt", b"Author\0Ana") + end, "image/png") == head + end
    table, scan = b"\xff\xdb\x00\x04ab", b"\xff\xda\x00\x02" + bytes(9) + b"\xff\xd9"
    exif = b"\xff\xe1\x00\x05Ana"
    assert without_names(b"\xff\xd8" + exif + table + scan, "image/jpeg") == b"\xff\xd8" + table + scan


@pytest.mark.parametrize("mime", ["application/pdf", "application/zip", "image/png", "image/jpeg"])
def test_what_cannot_be_opened_is_not_handed_out(mime):
    with pytest.raises(RulesRefuse):
        without_names(b"%PDF-1.7 of Ana, or so it says", mime)


def test_plain_text_stays_as_it_is():
    assert without_names(b"all of it", "text/plain") == b"all of it"

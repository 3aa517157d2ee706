"""The words of a file, for the search: of PDF, of word processors' documents and of plain text; of others none."""

import zipfile
from io import BytesIO
from typing import IO
from xml.etree import ElementTree

from pypdf import PdfReader
from pypdf.errors import PyPdfError

from core.files import TEXT

MOST_LETTERS = 300_000  # of a file are kept: some 100 pages; an index of words has its limits
MOST_PAGES = 400
LARGEST_PART = 40_000_000  # bytes of an unpacked document; a small archive may hide a large one
PARTS = {
    "word/document.xml": "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}",
    "content.xml": "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}",
}
"""Where DOCX and ODT keep their text, and the namespace of their paragraphs."""
UNREADABLE = (PyPdfError, zipfile.BadZipFile, ElementTree.ParseError, ValueError, KeyError, TypeError, RecursionError)


def words_of(file: IO[bytes], mime: str) -> str:
    """The text of a file of a media type that `core.files` knows; empty where it has none or cannot be read."""
    try:
        text = _READERS[mime](file.read()) if mime in _READERS else ""
    except UNREADABLE:
        return ""
    return text.replace("\0", "")[:MOST_LETTERS]


def _of_pdf(content: bytes) -> str:
    pages, letters = [], 0
    for page in PdfReader(BytesIO(content)).pages[:MOST_PAGES]:
        pages.append(page.extract_text())
        letters += len(pages[-1])
        if letters > MOST_LETTERS:
            break
    return "\n".join(pages)


def _of_archive(content: bytes) -> str:
    with zipfile.ZipFile(BytesIO(content)) as archive:
        for name, space in PARTS.items():
            if name in archive.namelist() and archive.getinfo(name).file_size <= LARGEST_PART:
                return _paragraphs(archive.read(name), space)
    return ""


def _paragraphs(content: bytes, space: str) -> str:
    """One line for each paragraph. A document type with entities of its own is refused: nobody needs one here."""
    if b"<!ENTITY" in content:
        return ""
    root = ElementTree.fromstring(content)
    return "\n".join("".join(paragraph.itertext()) for paragraph in root.iter(f"{space}p"))


_READERS = {
    "application/pdf": _of_pdf,
    "application/zip": _of_archive,
    TEXT: lambda content: content.decode("utf-8", errors="replace"),
}

"""Reads publications from BibTeX, RIS and CSL-JSON; what kind of file it is, is found from its content."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

import rispy
from django.utils.translation import gettext as _
from pybtex.database import BibliographyData, parse_string
from pybtex.exceptions import PybtexError
from pybtex.richtext import Text

from core.errors import Invalid, Violation
from programs.commands.outcomes.publications import Author, Entry

KINDS = {
    "article": "article", "article-journal": "article", "jour": "article", "inproceedings": "proceedings",
    "conference": "proceedings", "paper-conference": "proceedings", "conf": "proceedings", "cpaper": "proceedings",
    "inbook": "chapter", "incollection": "chapter", "book": "chapter", "chapter": "chapter", "chap": "chapter",
    "phdthesis": "thesis", "mastersthesis": "thesis", "thesis": "thesis", "thes": "thesis", "dataset": "dataset",
    "data": "dataset",
}  # fmt: skip
"""The types of BibTeX, RIS and CSL as ours; the others are `other`."""
LONGEST = 2_000_000


def entries_of(content: bytes) -> list[Entry]:
    """Every entry of a file. Raises Invalid for a file of another kind, too long or empty; metadata are checked when
    they are added, so an entry may still lack something."""
    text = content.decode("utf-8-sig", errors="replace").strip()
    if len(content) > LONGEST:
        raise _unreadable(_("The file is too large: send at most two megabytes."))
    try:
        if text.startswith(("[", "{")):
            found = list(_csl(json.loads(text)))
        elif re.match(r"TY  ?-", text):
            found = [_ris(row) for row in rispy.loads(text)]
        elif re.search(r"@\w+\s*\{", text):
            found = list(_bibtex(parse_string(text, "bibtex")))
        else:
            raise _unreadable(_("This is neither BibTeX, RIS nor CSL-JSON."))
    except (ValueError, PybtexError, OSError) as error:
        raise _unreadable(_("The file cannot be read: %(why)s") % {"why": str(error)[:200]}) from error
    if not found:
        raise _unreadable(_("There is no publication in this file."))
    return found


def _unreadable(message: str) -> Invalid:
    return Invalid(message, [Violation("file_unreadable", message, "file")])


def _bibtex(data: BibliographyData) -> Iterator[Entry]:
    for row in data.entries.values():
        fields = row.fields
        names = [
            " ".join([*p.first_names, *p.middle_names, *p.prelast_names, *p.last_names])
            for p in row.persons.get("author", [])
        ]
        yield Entry(
            doi=str(fields.get("doi", "")),
            title=_plain(fields.get("title", "")),
            year=_year(fields.get("year", fields.get("date", ""))),
            kind=KINDS.get(row.type.lower(), "other"),
            container=_plain(fields.get("journal", fields.get("booktitle", fields.get("publisher", "")))),
            authors=tuple(Author(_plain(name)) for name in names),
        )


def _ris(row: Mapping[str, Any]) -> Entry:
    names = row.get("authors", row.get("first_authors", []))
    return Entry(
        doi=str(row.get("doi", "")),
        title=str(row.get("title", row.get("primary_title", ""))),
        year=_year(row.get("year", row.get("publication_year", ""))),
        kind=KINDS.get(str(row.get("type_of_reference", "")).lower(), "other"),
        container=str(row.get("journal_name", row.get("secondary_title", row.get("publisher", "")))),
        authors=tuple(Author(str(name)) for name in names),
    )


def _csl(data: Any) -> Iterator[Entry]:
    for row in data if isinstance(data, list) else [data]:
        if not isinstance(row, dict):
            raise ValueError(_("an entry is not an object"))
        parts = row.get("issued", {}).get("date-parts", [[""]]) if isinstance(row.get("issued"), dict) else [[""]]
        title = row.get("title", "")
        yield Entry(
            doi=str(row.get("DOI", "")),
            title=str(title[0] if isinstance(title, list) and title else title),
            year=_year(parts[0][0] if parts and parts[0] else ""),
            kind=KINDS.get(str(row.get("type", "")).lower(), "other"),
            container=str(row.get("container-title", row.get("publisher", "")) or ""),
            authors=tuple(_csl_author(each) for each in row.get("author", []) if isinstance(each, dict)),
        )


def _csl_author(row: Mapping[str, Any]) -> Author:
    name = " ".join(str(row[key]) for key in ("given", "family") if row.get(key)) or str(row.get("literal", ""))
    return Author(name, str(row.get("ORCID", "")))


def _plain(text: Any) -> str:
    """What LaTeX would print: accents read, braces gone."""
    return str(Text.from_latex(str(text))).strip()


def _year(value: Any) -> int:
    found = re.search(r"\b(\d{4})\b", str(value))
    return int(found[1]) if found else 0

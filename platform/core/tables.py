"""Reads the files that importers get: CSV and other text, gzipped or not, in a stream; a wrong file is refused at once.

Reading happens twice: once through the whole file, which finds out that it is complete, is text and how long it is,
before anything is written; then row by row. A row that cannot be read is given with its problem and stops nothing.
"""

import csv
import gzip
import io
import re
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from django.core.management.base import CommandError
from django.utils.translation import gettext as _

BLOCK = 1 << 20
LONGEST_CELL = 1 << 20
DELIMITERS = ",;\t|"
NOT_TEXT = b"\x00"
UNDECODED = re.compile("[\udc80-\udcff]")  # what `surrogateescape` makes of bytes that are no text


class WrongFile(CommandError):
    """The file is not what the importer reads; one sentence says why. A management command ends with status 1."""


@dataclass(frozen=True)
class Line:
    """One row of a table: its line in the file, its cells by column, and why it cannot be read, if so."""

    number: int
    cells: dict[str, str]
    problem: str = ""


@dataclass(frozen=True)
class Table:
    """A file with a header. `total` counts its lines after the header, an upper bound of its rows."""

    path: Path
    columns: tuple[str, ...]
    total: int
    delimiter: str = field(default=",", repr=False)

    def __iter__(self) -> Iterator[Line]:
        """Every row that is not empty, its cells stripped; bytes that are not UTF-8 are a problem of their row only."""
        with open_text(self.path) as file:
            reader = csv.reader(file, delimiter=self.delimiter)
            next(reader)
            while True:
                problem = ""
                try:
                    row = next(reader)
                except StopIteration:
                    return
                except csv.Error as error:
                    yield Line(reader.line_num, {}, _("cannot be read: %(why)s") % {"why": error})
                    continue
                if not any(cell.strip() for cell in row):
                    continue
                if len(row) != len(self.columns):
                    given = {"cells": len(row), "columns": len(self.columns)}
                    problem = _("cells: %(cells)d, columns of the header: %(columns)d") % given
                cells = dict(zip(self.columns, (cell.strip() for cell in row), strict=False))
                yield Line(reader.line_num, cells, problem or _unreadable(row))


def _unreadable(row: Sequence[str]) -> str:
    text = "".join(row)
    if "\0" in text:
        return _("holds a NUL character")
    if UNDECODED.search(text):
        return _("is not UTF-8 text")
    return ""


def open_text(path: Path) -> IO[str]:
    """The text of a file, unpacked where it is gzipped; a byte order mark is dropped."""
    return io.TextIOWrapper(_open(path), encoding="utf-8-sig", errors="surrogateescape", newline="")


def _open(path: Path) -> gzip.GzipFile | io.BufferedReader:
    with path.open("rb") as file:
        packed = file.read(2) == b"\x1f\x8b"
    return gzip.GzipFile(path) if packed else path.open("rb")


def count_lines(path: Path) -> int:
    """The number of lines of a whole, readable text file. Raises WrongFile."""
    name = {"file": path.name}
    if path.is_dir():
        raise WrongFile(_("“%(file)s” is a folder; give one of its files.") % name)
    if not path.exists():
        raise WrongFile(_("There is no file “%(path)s”.") % {"path": path})
    lines, size, last = 0, 0, b"\n"
    try:
        with _open(path) as file:
            while block := file.read(BLOCK):
                if size == 0:
                    _require_text(block, path)
                lines, size, last = lines + block.count(b"\n"), size + len(block), block[-1:]
    except PermissionError as error:
        raise WrongFile(_("“%(file)s” may not be read by this account.") % name) from error
    except (OSError, EOFError, zlib.error) as error:
        raise WrongFile(_("“%(file)s” is damaged or incomplete: fetch it again.") % name) from error
    if size == 0:
        raise WrongFile(_("“%(file)s” is empty.") % name)
    return lines + (last != b"\n")


def _require_text(block: bytes, path: Path) -> None:
    if NOT_TEXT in block:
        raise WrongFile(_("“%(file)s” is not a text file.") % {"file": path.name})
    try:
        block[: block.rfind(b"\n") + 1 or len(block)].decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = block.count(b"\n", 0, error.start) + 1
        message = _("“%(file)s” is not UTF-8 text (line %(line)d); save it as UTF-8.")
        raise WrongFile(message % {"file": path.name, "line": line}) from error


def read_table(path: Path | str, needs: Iterable[str] = ()) -> Table:
    """A CSV file (comma, semicolon, tab or bar) that has the columns `needs`; of columns of the same name the second is
    called `name 2` and so on. Raises WrongFile.
    """
    path = Path(path)
    csv.field_size_limit(LONGEST_CELL)
    lines = count_lines(path)
    with open_text(path) as file:
        first = file.readline().rstrip("\r\n")
    delimiter = max(DELIMITERS, key=lambda sign: (first.count(sign), -DELIMITERS.index(sign)))
    columns = distinct(name.strip() for name in next(csv.reader([first], delimiter=delimiter), []))
    missing = [name for name in needs if name not in columns]
    if missing:
        raise WrongFile(
            _("“%(file)s” is another kind of file: it has no column %(missing)s. Its columns are: %(columns)s.")
            % {"file": path.name, "missing": ", ".join(missing), "columns": shown(columns)}
        )
    return Table(path, columns, lines - 1, delimiter)


def distinct(names: Iterable[str]) -> tuple[str, ...]:
    """Column names, of those of the same name the second called `name 2` and so on."""
    seen: Counter[str] = Counter()
    found = []
    for name in names:
        seen[name] += 1
        found.append(name if seen[name] == 1 else f"{name} {seen[name]}")
    return tuple(found)


def shown(columns: Sequence[str]) -> str:
    """Column names in a message; only the first of many, each cut short."""
    names = ", ".join(name[:30] or "–" for name in columns[:12])
    return f"{names}, …" if len(columns) > 12 else names

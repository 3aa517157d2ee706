"""Reads the first sheet of a spreadsheet (XLSX, XLS, ODS) as a table, row by row like a CSV file."""

import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from core.tables import Line, Table, WrongFile, distinct, read_table

LARGEST = 200 << 20
"""Bytes that a spreadsheet may unpack to: a small file can hold a very large one."""
PACKED, OLD = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"


@dataclass(frozen=True)
class Sheet(Table):
    """A sheet with a header in its first row that is not empty."""

    cells: list[list[Any]] = field(default_factory=list, repr=False)
    header: int = 0

    def __iter__(self) -> Iterator[Line]:
        for number, row in enumerate(self.cells[self.header + 1 :], start=self.header + 2):
            texts = [_text(cell) for cell in row]
            if any(texts):
                yield Line(number, dict(zip(self.columns, texts, strict=False)))


def read_sheet(path: Path | str) -> Table:
    """A spreadsheet, or a CSV file as `read_table` has it; found by its content. Raises WrongFile."""
    path = Path(path)
    head = _head(path)
    if not head.startswith((PACKED, OLD)):
        return read_table(path)
    from python_calamine import CalamineError, CalamineWorkbook

    name = {"file": path.name}
    try:
        if head.startswith(PACKED):
            with zipfile.ZipFile(path) as packed:
                if sum(each.file_size for each in packed.infolist()) > LARGEST:
                    raise WrongFile(_("“%(file)s” is too large.") % name)
        cells: list[list[Any]] = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()
    except (CalamineError, zipfile.BadZipFile, OSError) as error:
        raise WrongFile(_("“%(file)s” is damaged or no spreadsheet.") % name) from error
    header = next((n for n, row in enumerate(cells) if any(_text(cell) for cell in row)), None)
    if header is None:
        raise WrongFile(_("“%(file)s” is empty.") % name)
    columns = distinct(_text(cell) for cell in cells[header])
    return Sheet(path, columns, len(cells) - header - 1, cells=cells, header=header)


def _head(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(4)
    except OSError:
        return b""


def _text(cell: Any) -> str:
    """A cell as somebody would have typed it into a CSV file."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, datetime | date | time):
        return cell.isoformat()
    if isinstance(cell, timedelta):
        return str(int(cell.total_seconds() // 60))
    return str(cell).strip()

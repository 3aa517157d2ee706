"""Reads a registration list: one row a person, columns by their usual names in English or Chinese."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pycountry
from babel import Locale
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from accounts.identifiers import country_codes
from core.search import fold
from core.sheets import read_sheet
from core.tables import Line, Table, WrongFile, shown

COLUMNS: dict[str, tuple[str, ...]] = {
    "name": ("name", "full name", "participant", "姓名"),
    "email": ("email", "e mail", "e mail address", "email address", "邮箱", "电子邮箱", "电子邮件"),
    "organisation": ("organisation", "organization", "affiliation", "institution", "单位", "机构"),
    "country": ("country", "country code", "country or region", "国家", "国家或地区", "国家 地区"),
    "mode": ("mode", "participation", "参会方式", "方式"),
    "attended": ("attended", "present", "出席", "是否出席"),
    "minutes": ("minutes", "attended minutes", "分钟", "出席分钟"),
}
MODES = {
    **dict.fromkeys(("onsite", "on site", "in person", "offline", "线下", "现场"), "onsite"),
    **dict.fromkeys(("online", "remote", "virtual", "线上"), "online"),
    "": "",
}
ANSWERS: dict[str, bool | None] = {
    "": None,
    "yes": True,
    "y": True,
    "1": True,
    "true": True,
    "是": True,
} | dict.fromkeys(("no", "n", "0", "false", "否"), False)
OTHER_NAMES = {
    "britain": "GB", "great britain": "GB", "uk": "GB", "england": "GB", "scotland": "GB", "wales": "GB", "usa": "US",
    "south korea": "KR", "korea": "KR", "holland": "NL", "the netherlands": "NL", "kosovo": "XK", "英国": "GB",
}  # fmt: skip
MOST_MINUTES = 100_000


@dataclass(frozen=True)
class Registrant:
    """One person of the list; `key` finds the row again: the address, else name, organisation and country."""

    name: str
    email: str
    organisation: str
    country: str
    mode: str
    attended: bool | None
    minutes: int | None

    @property
    def key(self) -> str:
        return self.email.lower() or f"{fold(self.name)}|{fold(self.organisation)}|{self.country}"


@dataclass(frozen=True)
class Refused:
    """A row that cannot be taken, with every reason."""

    line: Line
    why: str


@dataclass(frozen=True)
class RegistrationList:
    """A list whose columns are recognised; `columns` says which column of the file holds what."""

    table: Table
    columns: dict[str, str]

    def rows(self) -> Iterator[tuple[Line, Registrant | Refused]]:
        """Each row as a person or refused; a person who is there twice is refused the second time."""
        seen: dict[str, int] = {}
        for line in self.table:
            if line.problem:
                yield line, Refused(line, line.problem)
                continue
            row = self._read(line)
            if isinstance(row, Registrant):
                if row.key in seen:
                    row = Refused(line, _("is in line %(line)d already") % {"line": seen[row.key]})
                else:
                    seen[row.key] = line.number
            yield line, row

    def _read(self, line: Line) -> Registrant | Refused:
        cells = {field: line.cells.get(self.columns.get(field, ""), "") for field in COLUMNS}
        problems = []
        name, email, country = cells["name"], cells["email"], country_code(cells["country"])
        if not name:
            problems.append(_("has no name"))
        elif len(name) > 200:
            problems.append(_("has a name of more than 200 characters"))
        if email and not _is_address(email):
            problems.append(_("“%(text)s” is no e-mail address") % {"text": email[:60]})
        if cells["country"] and not country:
            problems.append(_("“%(text)s” is not a country") % {"text": cells["country"][:60]})
        mode = MODES.get(fold(cells["mode"]))
        if mode is None:
            problems.append(_("“%(text)s” is neither on site nor online") % {"text": cells["mode"][:60]})
        minutes, said = cells["minutes"], cells["attended"].lower()
        if said not in ANSWERS:
            problems.append(_("“%(text)s” is neither yes nor no") % {"text": cells["attended"][:60]})
        if minutes and not (minutes.isascii() and minutes.isdigit() and int(minutes) <= MOST_MINUTES):
            problems.append(_("“%(text)s” is no number of minutes") % {"text": minutes[:60]})
        if problems:
            return Refused(line, "; ".join(problems))
        length = int(minutes) if minutes else None
        attended = True if ANSWERS[said] is None and length else ANSWERS[said]
        home, minutes_there = cells["organisation"][:400], length if attended else None
        return Registrant(name, email, home, country, mode or "", attended, minutes_there)


def recognised(path: Path) -> RegistrationList:
    """A CSV file or spreadsheet with a column of names. Raises WrongFile."""
    table = read_sheet(path)
    folded = {fold(column): column for column in reversed(table.columns)}
    columns = {field: folded[name] for field, names in COLUMNS.items() for name in names[::-1] if name in folded}
    if "name" not in columns:
        raise WrongFile(
            _("“%(file)s” has no column “name”. Its columns are: %(columns)s.")
            % {"file": path.name, "columns": shown(table.columns)}
        )
    return RegistrationList(table, columns)


def country_code(text: str) -> str:
    """The code of a country by its code of two or three letters or its name in English or Chinese; else empty."""
    if text.upper() in country_codes():
        return text.upper()
    return _countries().get(fold(text), "")


@cache
def _countries() -> dict[str, str]:
    known: dict[str, str] = {}
    for language in ("en", "zh_Hans"):
        names = Locale.parse(language).territories
        known |= {fold(name): code for code, name in names.items() if code in country_codes()}
    for row in pycountry.countries:
        for name in (row.alpha_3, row.name, getattr(row, "official_name", ""), getattr(row, "common_name", "")):
            known |= {fold(name): row.alpha_2} if name else {}
    return known | OTHER_NAMES


def _is_address(text: str) -> bool:
    try:
        validate_email(text)
    except ValidationError:
        return False
    return len(text) <= 254

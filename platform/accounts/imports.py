"""Reads the Research Organization Registry's tables of organisations and of how they are related."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from accounts.identifiers import country_codes, normal_ror
from accounts.models import Organisation
from core.tables import Line, Table, read_table

ORGANISATION_COLUMNS = ("ror_id", "name", "types", "country_code", "status")
RELATION_COLUMNS = ("ror_id", "relation", "related_ror_id")

KINDS = {
    "education": Organisation.Kind.UNIVERSITY,
    "facility": Organisation.Kind.RESEARCH_INSTITUTION,
    "government": Organisation.Kind.GOVERNMENT,
    "company": Organisation.Kind.COMPANY,
}
"""ROR's types as ours, the first that applies; hospitals, archives, charities and mere funders are “other”."""


@dataclass(frozen=True)
class RorRow:
    """An organisation as the registry has it. `name` is the English name, `name_local` the own one where it differs."""

    ror_id: str
    name: str
    name_local: str
    acronym: str
    kind: str
    status: str
    country: str
    city: str
    latitude: float | None
    longitude: float | None
    website: str

    def columns(self) -> dict[str, Any]:
        return dict(vars(self))


def ror_table(path: Path | str) -> Table:
    """The organisations file. Raises WrongFile."""
    return read_table(path, ORGANISATION_COLUMNS)


def relation_table(path: Path | str) -> Table:
    """The relationships file. Raises WrongFile."""
    return read_table(path, RELATION_COLUMNS)


def ror_rows(table: Table) -> Iterator[tuple[Line, RorRow | None, str]]:
    """Every line as an organisation, or None and why not."""
    for line in table:
        problems = [line.problem] if line.problem else list(_problems(line.cells))
        yield line, None if problems else _row(line.cells), "; ".join(problems)


def _problems(cells: dict[str, str]) -> Iterator[str]:
    try:
        normal_ror(cells["ror_id"])
    except ValueError:
        yield _("“%(value)s” is not a ROR id") % {"value": cells["ror_id"]}
    if not cells["name"]:
        yield _("there is no name")
    if len(cells["name"]) > 400:
        yield _("the name is longer than 400 characters")
    if cells["country_code"] not in country_codes():
        yield _("“%(value)s” is not a country") % {"value": cells["country_code"]}
    if cells["status"] not in Organisation.Status.values:
        yield _("“%(value)s” is not a status") % {"value": cells["status"]}
    for column, most in (("lat", 90), ("lng", 180)):
        value = cells.get(column, "")
        try:
            within = value == "" or abs(float(value)) <= most
        except ValueError:
            within = False
        if not within:
            yield _("“%(value)s” is not a coordinate") % {"value": value}


def _row(cells: dict[str, str]) -> RorRow:
    types = cells["types"].split(";")
    kind = next((kind for name, kind in KINDS.items() if name in types), Organisation.Kind.OTHER)
    english = (cells.get("name_en") or cells["name"])[:400]
    website = cells.get("website", "")
    return RorRow(
        ror_id=normal_ror(cells["ror_id"]),
        name=english,
        name_local=cells["name"] if cells["name"] != english else "",
        acronym=_acronyms(cells.get("acronym", "")),
        kind=kind,
        status=cells["status"],
        country=cells["country_code"],
        city=cells.get("city", "")[:120],
        latitude=_number(cells.get("lat", "")),
        longitude=_number(cells.get("lng", "")),
        website=website if len(website) <= 500 and website.startswith(("http://", "https://")) else "",
    )


def _acronyms(given: str) -> str:
    kept = ""
    for acronym in given.split(";"):
        longer = f"{kept}; {acronym.strip()}" if kept else acronym.strip()
        if len(longer) <= 60:
            kept = longer
    return kept


def _number(given: str) -> float | None:
    return float(given) if given else None

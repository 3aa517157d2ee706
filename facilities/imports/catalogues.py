"""Reads tables of facilities and instruments; which kind of table it is shows in its header.

| table | a row is | its columns |
|---|---|---|
| neutron and muon instruments | an instrument | facility, instrument, beamline, techniques, country…, timezone… |
| light sources | a facility | acronym, name, type, country, active, website, postal_address |
| observatories | a facility | key, name, latitude, longitude, timezone, aliases |
| beamlines | an instrument of a facility that is here | facility, beamline, name, purpose, status |
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from core.tables import Line, Table, WrongFile, read_table
from core.zones import country_of, normal_zone, zone_near
from facilities.imports.places import country_code, zone_at
from facilities.models import Facility, Instrument

DAY = 24 * 60


@dataclass(frozen=True)
class Entry:
    """What a row says of a facility and, where it is about one, of an instrument.

    Without columns of its own the facility must be here already, and be one of `facility_kinds`. `techniques` are
    labels as given.
    """

    facility: str
    facility_columns: dict[str, Any] = field(default_factory=dict)
    facility_kinds: tuple[str, ...] = ()
    instrument: str = ""
    instrument_columns: dict[str, Any] = field(default_factory=dict)
    techniques: tuple[str, ...] = ()


class Problem(Exception):
    """Why a row cannot be taken."""


@dataclass(frozen=True)
class Catalogue:
    """A table of one of the kinds. `source` names it, so that a row is found again."""

    source: str
    table: Table
    read: Callable[[dict[str, str], str], Entry]
    zone: str = ""

    def __iter__(self) -> Iterator[tuple[Line, Entry | None, str]]:
        """Every row as an entry, or None and why not."""
        for line in self.table:
            if line.problem:
                yield line, None, line.problem
                continue
            try:
                yield line, self.read(line.cells, self.zone), ""
            except Problem as problem:
                yield line, None, str(problem)


def catalogue(path: Path | str, zone: str = "") -> Catalogue:
    """The file as one of the known kinds; `zone` is for rows from which none follows. Raises WrongFile."""
    table = read_table(path)
    for source, (needs, read) in KINDS.items():
        if set(needs) <= set(table.columns):
            return Catalogue(source, table, read, zone)
    kinds = "; ".join(", ".join(needs) for needs, _read in KINDS.values())
    raise WrongFile(
        _("“%(file)s” is no table of facilities that is known here. It needs the columns of one of these: %(kinds)s.")
        % {"file": table.path.name, "kinds": kinds}
    )


NEUTRON_FACILITIES = {
    "ANSTO": "Australian Centre for Neutron Scattering",
    "HFIR": "High Flux Isotope Reactor",
    "HZB": "BER II at Helmholtz-Zentrum Berlin",
    "ILL": "Institut Laue-Langevin",
    "ISIS": "ISIS Neutron and Muon Source",
    "LENS": "Low Energy Neutron Source",
    "LLB": "Laboratoire Léon Brillouin",
    "MLZ": "Heinz Maier-Leibnitz Zentrum",
    "NCNR": "NIST Center for Neutron Research",
    "SINQ": "Swiss Spallation Neutron Source",
    "SNS": "Spallation Neutron Source",
    "SmuS": "Swiss Muon Source",
}


def _neutron(cells: dict[str, str], zone: str) -> Entry:
    acronym = _required(cells, "facility")
    country = _country(next((cells[name] for name in cells if name.startswith("country")), ""))
    given = next((cells[name] for name in cells if name.startswith("timezone")), "")
    facility = {
        "acronym": acronym,
        "name": NEUTRON_FACILITIES.get(acronym, acronym),
        "kind": Facility.Kind.NEUTRON,
        "country": country,
        "zone": _zone(given, zone),
    }
    instrument = {
        "name": _required(cells, "instrument"),
        "description": _("Beamline %(name)s") % {"name": cells["beamline"]} if cells.get("beamline") else "",
        **_by_the_day(14),
    }
    techniques = tuple(label.strip() for label in cells["techniques"].split(";") if label.strip())
    return Entry(
        acronym,
        facility,
        instrument=cells["instrument"],
        instrument_columns=instrument,
        techniques=techniques,
    )


def _light_source(cells: dict[str, str], zone: str) -> Entry:
    acronym = _required(cells, "acronym")
    country = _country(cells["country"])
    lasers = "laser" in cells["type"].lower()
    address = re.sub(r"[\s,]*,\s*", ", ", cells.get("postal_address", "")).strip(", ")
    return Entry(
        acronym,
        {
            "acronym": acronym,
            "name": cells["name"] or acronym,
            "kind": Facility.Kind.FEL if lasers else Facility.Kind.SYNCHROTRON,
            "status": Facility.Status.CLOSED if cells["active"].lower() == "false" else Facility.Status.OPERATION,
            "country": country,
            "zone": _zone(zone_at(country, address), zone),
            "website": _website(cells.get("website", "")),
            "description": address,
        },
    )


NEIGHBOURS_ZONE = {"spm": "MX", "tona": "MX", "NOvA": "US", "IceCube": "AQ", "SNO+": "CA", "HALO": "CA"}
"""Observatories that keep (or are given) another country's time."""


def _observatory(cells: dict[str, str], zone: str) -> Entry:
    key = _required(cells, "key")
    latitude, longitude = _coordinates(cells["latitude"], cells["longitude"])
    normal = normal_zone(cells["timezone"])
    if not country_of(normal):
        normal = zone_near(latitude, longitude) or normal
    aliases = [alias.strip() for alias in cells.get("aliases", "").split(";") if alias.strip()]
    spoken = next((alias for alias in aliases if " " in alias), cells["name"])
    return Entry(
        key,
        {
            "acronym": next((name for name in [*aliases, key] if re.fullmatch(r"[A-Z][A-Z0-9+]{1,7}", name)), ""),
            "name": (spoken if cells["name"] == cells["name"].lower() else cells["name"]) or key,
            "kind": Facility.Kind.TELESCOPE,
            "country": NEIGHBOURS_ZONE.get(key) or country_of(normal),
            "zone": _zone(normal, zone),
            "latitude": latitude,
            "longitude": longitude,
        },
    )


def _beamline(cells: dict[str, str], zone: str) -> Entry:
    energy = cells.get("energy_range_keV") and f"{cells['energy_range_keV']} keV"
    running = re.search(r"operational|optimi[sz]ation|expert users", cells["status"], re.IGNORECASE)
    instrument = {
        "name": cells["name"] or cells["beamline"],
        "description": ". ".join(filter(None, (cells["purpose"], energy))),
        "is_bookable": bool(running),
    }
    return Entry(
        _required(cells, "facility"),
        facility_kinds=(Facility.Kind.SYNCHROTRON, Facility.Kind.FEL),
        instrument=_required(cells, "beamline"),
        instrument_columns=instrument,
        techniques=("x-ray absorption spectroscopy",),
    )


KINDS: dict[str, tuple[tuple[str, ...], Callable[[dict[str, str], str], Entry]]] = {
    "neutron_instruments": (("facility", "instrument", "techniques"), _neutron),
    "light_sources": (("acronym", "name", "type", "country", "active"), _light_source),
    "observatory_sites": (("key", "name", "latitude", "longitude", "timezone"), _observatory),
    "xas_beamlines": (("facility", "beamline", "name", "purpose", "status"), _beamline),
}
"""Source → the columns it is known by and how a row of it is read."""


def _by_the_day(longest: int) -> dict[str, Any]:
    """Neutron instruments are counted, and booked, in whole days."""
    return {
        "unit": Instrument.Unit.DAY,
        "unit_minutes": DAY,
        "granularity_minutes": DAY,
        "min_minutes": DAY,
        "max_minutes": longest * DAY,
    }


def _required(cells: dict[str, str], column: str) -> str:
    if not cells[column]:
        raise Problem(_("%(column)s is empty") % {"column": column})
    return cells[column]


def _country(given: str) -> str:
    code = country_code(given)
    if not code:
        raise Problem(_("“%(value)s” is not a country") % {"value": given})
    return code


def _zone(found: str, otherwise: str) -> str:
    zone = normal_zone(found) or normal_zone(otherwise)
    if not zone:
        raise Problem(_("no time zone follows from the row; give one with --zone"))
    return zone


def _coordinates(latitude: str, longitude: str) -> tuple[float, float]:
    try:
        north, east = float(latitude), (float(longitude) + 180) % 360 - 180
    except ValueError as error:
        raise Problem(_("“%(value)s” is not a coordinate") % {"value": f"{latitude}, {longitude}"}) from error
    if abs(north) > 90:
        raise Problem(_("“%(value)s” is not a coordinate") % {"value": latitude})
    return north, round(east, 6)


def _website(given: str) -> str:
    return given if given.startswith(("http://", "https://")) and " " not in given else ""

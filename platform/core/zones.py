"""Time zones as facts of the IANA database: old names as present ones, the country of a zone, a country's zone."""

import math
import re
from functools import cache
from importlib.resources import files
from zoneinfo import available_timezones

NEAR_KM = 500
EARTH_KM = 6371.0

COMMON = {"CN": "Asia/Shanghai", "DE": "Europe/Berlin", "ES": "Europe/Madrid", "NZ": "Pacific/Auckland"}
"""Where a country has several zones but nearly everybody lives in one of them."""


@cache
def _places() -> dict[str, tuple[str, float, float]]:
    """Zone → country, latitude and longitude of its principal place, from zone.tab."""
    found = {}
    for line in (files("tzdata") / "zoneinfo" / "zone.tab").read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            country, place, zone = line.split("\t")[:3]
            latitude, longitude = re.findall(r"[+-]\d+", place)
            found[zone] = country, _degrees(latitude, 2), _degrees(longitude, 3)
    return found


def _degrees(text: str, width: int) -> float:
    sign, digits = (-1 if text[0] == "-" else 1), text[1:]
    degrees, minutes, seconds = digits[:width], digits[width : width + 2], digits[width + 2 :] or "0"
    return sign * (int(degrees) + int(minutes) / 60 + int(seconds) / 3600)


@cache
def _links() -> dict[str, str]:
    """Old or other names of zones, from tzdata.zi."""
    lines = (files("tzdata") / "zoneinfo" / "tzdata.zi").read_text("utf-8").splitlines()
    return {alias: target for kind, target, alias in (line.split() for line in lines if line.startswith("L ")) if kind}


@cache
def _names() -> dict[str, str]:
    return {zone.casefold(): zone for zone in available_timezones()}


def normal_zone(name: str) -> str:
    """The present name of a zone: `US/Hawaii` is Pacific/Honolulu. Empty when there is no such zone.

    A name that the database lists for a country stays, although the database may link it (Europe/Amsterdam).
    """
    known = _names().get(name.strip().casefold(), "")
    return known if known in _places() else _links().get(known, known)


def country_of(zone: str) -> str:
    """The country a zone lies in; empty for UTC and the like."""
    return _places()[zone][0] if zone in _places() else ""


def zone_of_country(country: str) -> str:
    """The zone of a country that has one, or that nearly all of it keeps; else empty."""
    zones = [zone for zone, place in _places().items() if place[0] == country]
    return zones[0] if len(zones) == 1 else COMMON.get(country, "")


def zone_near(latitude: float, longitude: float) -> str:
    """The zone whose principal place is nearest, if that is within 500 km; else empty."""
    distance, zone = min((_km(latitude, longitude, *place[1:]), zone) for zone, place in _places().items())
    return zone if distance <= NEAR_KM else ""


def _km(lat1: float, lon1: float, lat2: float, lon2: float) -> float:
    a, b, span = math.radians(lat1), math.radians(lat2), math.radians(lon2 - lon1)
    cosine = math.sin(a) * math.sin(b) + math.cos(a) * math.cos(b) * math.cos(span)
    return EARTH_KM * math.acos(max(-1.0, min(1.0, cosine)))

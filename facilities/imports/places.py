"""Countries and zones from the free spelling of addresses; a few facts of our own, and nothing guessed beyond them."""

import re
from functools import cache

import pycountry

from core.zones import zone_of_country

COUNTRIES = {
    "usa": "US", "uk": "GB", "england": "GB", "scotland": "GB", "korea": "KR", "south korea": "KR", "russia": "RU",
    "iran": "IR", "taiwan": "TW", "the netherlands": "NL", "turkey": "TR", "czech republic": "CZ", "p. r. china": "CN",
    "vietnam": "VN", "bolivia": "BO", "venezuela": "VE", "tanzania": "TZ",
}  # fmt: skip

PLACES = {
    "AU": [
        (r"\bVic\b|Clayton|Melbourne", "Australia/Melbourne"),
        (r"NSW|Sydney|Lucas Heights", "Australia/Sydney"),
        (r"\bQLD|Brisbane", "Australia/Brisbane"),
    ],
    "BR": [(r"Campinas|S[aã]o Paulo|\bSP\b|Rio de Janeiro", "America/Sao_Paulo")],
    "CA": [
        (r"Saskatoon|\bSK\b", "America/Regina"),
        (r"\bON\b|Ontario|Toronto|Ottawa", "America/Toronto"),
        (r"\bBC\b|Vancouver", "America/Vancouver"),
    ],
    "RU": [
        (r"Mosc?[ko]o?w|Moskva|Dubna|Zelenograd|Protvino|Gatchina|Petersburg", "Europe/Moscow"),
        (r"Novosibirsk", "Asia/Novosibirsk"),
    ],
    "US": [
        (r"\b(CA|WA|OR|NV)\b[ .,]*\d{5}|California", "America/Los_Angeles"),
        (r"\b(CO|NM|UT|WY|MT)\b[ .,]*\d{5}", "America/Denver"),
        (r"\bAZ\b[ .,]*\d{5}", "America/Phoenix"),
        (r"\b(IL|LA|WI|MN|TX|MO|IA|AL|MS|AR|OK)\b[ .,]*\d{5}|Nashville", "America/Chicago"),
        (
            r"\b(NY|NJ|MA|CT|PA|MD|VA|NC|SC|GA|FL|DC|OH)\b[ .,]*\d{5}|Gaithersburg|Virginia|North Carolina",
            "America/New_York",
        ),
    ],
}
"""Where a country has several zones: what in an address tells them apart."""


@cache
def country_code(name: str) -> str:
    """ISO 3166-1 alpha-2 from a code, a name or a usual short form; empty when it is none."""
    text = name.strip()
    if known := COUNTRIES.get(text.casefold()):
        return known
    try:
        return str(pycountry.countries.lookup(text).alpha_2)
    except LookupError:
        return ""


def zone_at(country: str, address: str) -> str:
    """The zone of a place in a country; empty where it does not follow from the two."""
    found = (zone for pattern, zone in PLACES.get(country, []) if re.search(pattern, address))
    return next(found, "") or zone_of_country(country)

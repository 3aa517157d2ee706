"""Checks of identifiers from outside: ORCID, ROR, country codes, languages, time zones; all offline."""

import re
from functools import cache
from zoneinfo import available_timezones

import pycountry
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from core.names import LANGUAGES

CROCKFORD = "0123456789abcdefghjkmnpqrstvwxyz"


def orcid_check_digit(digits: str) -> str:
    """The last character for the first 15 digits of an ORCID (ISO 7064 MOD 11-2)."""
    total = 0
    for digit in digits:
        total = (total + int(digit)) * 2
    rest = (12 - total % 11) % 11
    return "X" if rest == 10 else str(rest)


def normal_orcid(value: str) -> str:
    """`0000-0002-1825-0097` from that, from an orcid.org address, or from 16 bare characters. Raises ValueError."""
    bare = re.sub(r"^https?://orcid\.org/", "", value.strip(), flags=re.IGNORECASE).replace("-", "").upper()
    if not re.fullmatch(r"\d{15}[\dX]", bare) or orcid_check_digit(bare[:15]) != bare[15]:
        raise ValueError(value)
    return "-".join(bare[i : i + 4] for i in range(0, 16, 4))


def validate_orcid(value: str) -> None:
    try:
        well_formed = normal_orcid(value) == value
    except ValueError:
        well_formed = False
    if not well_formed:
        raise ValidationError(_("This is not an ORCID: its last character does not match the others."), code="orcid")


def normal_ror(value: str) -> str:
    """The nine characters of a ROR id, from them or from a ror.org address. Raises ValueError.

    The last two digits are a checksum, 98 - (n * 100 mod 97), over the six characters read in Crockford's base 32
    (https://ror.readme.io/docs/ror-identifier-pattern).
    """
    bare = re.sub(r"^https?://ror\.org/", "", value.strip(), flags=re.IGNORECASE).lower()
    if not re.fullmatch(r"0[a-hj-km-np-tv-z0-9]{6}\d{2}", bare):
        raise ValueError(value)
    number = 0
    for character in bare[:7]:
        number = number * 32 + CROCKFORD.index(character)
    if 98 - (number * 100) % 97 != int(bare[7:]):
        raise ValueError(value)
    return bare


def validate_ror(value: str) -> None:
    try:
        normal_ror(value)
    except ValueError:
        raise ValidationError(_("This is not a ROR identifier."), code="ror") from None


@cache
def country_codes() -> frozenset[str]:
    """ISO 3166-1 alpha-2 codes, `NA` is Namibia; and XK, left to users by the standard, which ROR gives Kosovo."""
    return frozenset(country.alpha_2 for country in pycountry.countries) | {"XK"}


def validate_country(value: str) -> None:
    if value not in country_codes():
        raise ValidationError(_("This is not a country code of ISO 3166-1."), code="country")


@cache
def zones() -> frozenset[str]:
    return frozenset(available_timezones())


def validate_zone(value: str) -> None:
    if value not in zones():
        raise ValidationError(_("This is not a time zone name of the IANA database."), code="zone")


def validate_language(value: str) -> None:
    if value not in LANGUAGES:
        raise ValidationError(_("This is not a language code of the list (ISO 639-1)."), code="language")

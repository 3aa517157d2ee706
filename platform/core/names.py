"""Units, countries, numbers and rows in words, in the reader's language."""

import re
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Any

from babel.numbers import format_decimal
from django.utils.functional import Promise, lazy
from django.utils.translation import get_language, ngettext, override
from django.utils.translation import gettext_lazy as _

from core.times import babel_locale, current_locale

UNITS: dict[str, Callable[[int], str]] = {
    "shift": lambda n: ngettext("%(n)s shift", "%(n)s shifts", n),
    "hour": lambda n: ngettext("%(n)s hour", "%(n)s hours", n),
    "day": lambda n: ngettext("%(n)s day", "%(n)s days", n),
    "night": lambda n: ngettext("%(n)s night", "%(n)s nights", n),
    "node_hour": lambda n: ngettext("%(n)s node-hour", "%(n)s node-hours", n),
    "sample": lambda n: ngettext("%(n)s sample slot", "%(n)s sample slots", n),
}
UNIT_NAMES: dict[str, Promise] = {
    "shift": _("shifts"),
    "hour": _("hours"),
    "day": _("days"),
    "night": _("nights"),
    "node_hour": _("node-hours"),
    "sample": _("sample slots"),
}


def _language(code: str) -> str:
    return str(current_locale().languages.get(code, code))


LANGUAGES: dict[str, str] = {
    code: lazy(_language, str)(code)
    for code in (
        "ar", "cs", "da", "de", "el", "en", "es", "fa", "fi", "fr", "he", "hi", "hu", "it", "ja", "kk", "ko", "nl",
        "no", "pl", "pt", "ro", "ru", "sk", "sv", "th", "tr", "uk", "vi", "zh",
    )
}  # fmt: skip
"""Languages that people work in, by ISO 639-1 code; the names are those of the reader's language."""


def plain(value: Decimal) -> Decimal:
    """A number without the zeros that its column adds, and never with an exponent: 90, 0.1."""
    return Decimal(f"{value.normalize():f}")


def number(value: Any, decimals: int = 2) -> str:
    """A number with grouped thousands and at most so many decimals, none where they are zero; `–` for none."""
    if value is None:
        return "–"
    value = Decimal(value) if isinstance(value, str) else value
    return format_decimal(value, "#,##0" + ("." + "#" * decimals if decimals else ""), locale=current_locale())


def percent(share: Any, decimals: int = 0) -> str:
    """A share of one as `83 %`, `97.9 %`; `n/a` where there is nothing to divide by."""
    if share is None:
        return str(_("n/a"))
    digits = "0" + ("." + "0" * decimals if decimals else "")
    share = Decimal(share.numerator) / share.denominator if isinstance(share, Fraction) else Decimal(str(share))
    return f"{format_decimal(share * 100, '#,##' + digits, locale=current_locale())} %"


def units(amount: Any, unit: str) -> str:
    """An amount with its unit: `6 shifts`, `1 hour`, `12,000 node-hours`. Raises KeyError for an unknown unit."""
    plural = 1 if Decimal(str(amount)) == 1 else 2
    return UNITS[unit](plural) % {"n": number(amount)}


def unit_name(unit: str) -> str:
    """The unit alone, as a column's head: `shifts`, `node-hours`. Raises KeyError for an unknown unit."""
    return str(UNIT_NAMES[unit])


def country(code: str) -> str:
    """A country's name in the reader's language from its ISO 3166-1 alpha-2 code, or the code."""
    return country_in(code, current_locale().language)


@lru_cache(maxsize=1024)
def country_in(code: str, language: str) -> str:
    locale = babel_locale("zh-hans" if language == "zh" else language)
    return str(locale.territories.get(code.upper(), code))


def in_english(label: Any) -> str:
    """A label as the catalogues know it, for a message that is put into its reader's language later."""
    with override(None):
        return str(label)


HAN = re.compile("[\u4e00-\u9fff]")
KANA = re.compile("[\u3040-\u30ff]")


def local(row: Any, field: str) -> str:
    """For a Chinese reader `name_zh`, or `name_local` where that is Chinese; else `name`. Nothing of no row."""
    if not row:
        return ""
    said: str = getattr(row, field)
    if not (get_language() or "").startswith("zh"):
        return said
    own = getattr(row, f"{field}_local", "")
    return getattr(row, f"{field}_zh", "") or (own if _is_chinese(own) else said)


def names_of(row: Any) -> tuple[str, str]:
    """The name of an organisation or facility for the reader and the one beside it, which may be empty.

    A Chinese reader gets a name in Chinese script where the row has one; everybody else the Latin one first.
    """
    if _is_chinese(row.name_local) and (get_language() or "").startswith("zh"):
        return row.name_local, row.name
    return row.name, row.name_local


def _is_chinese(text: str) -> bool:
    return bool(HAN.search(text) and not KANA.search(text))

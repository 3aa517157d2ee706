"""The portfolio of cooperation programmes: tables of how many there are, each number leading to the list behind it."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from core import names
from core.names import local
from programs.models import Program
from programs.queries.cooperation.portfolio import portfolio


@dataclass(frozen=True)
class Row:
    """So many programmes of one kind, theme or country, and the address of their list."""

    label: str
    number: int
    url: str


@dataclass(frozen=True)
class Table:
    """One way to count the portfolio; `note` says what is counted more than once."""

    key: str
    title: str
    note: str
    rows: list[Row]


@dataclass(frozen=True)
class PortfolioPage:
    total: int
    tables: list[Table]
    crumbs: list[dict[str, str]]


def portfolio_page() -> PortfolioPage:
    found = portfolio()
    kinds = [(key, str(Program.Kind(key).label), n) for key, n in found.kinds.items()]
    themes = [(theme.slug, local(theme, "name"), n) for theme, n in found.themes]
    countries = [(code, names.country(code), n) for code, n in found.countries.items()]
    several = _("A programme with several counts for each, and once in the total.")
    return PortfolioPage(
        found.total,
        [
            _table("kind", _("By type"), "", kinds),
            _table("theme", _("By theme"), several, themes),
            _table("country", _("By country of a partner"), several, countries),
        ],
        [{"label": _("Cooperation Program"), "url": reverse("cooperation")}, {"label": _("Portfolio"), "url": ""}],
    )


def _table(key: str, title: str, note: str, rows: list[tuple[str, str, int]]) -> Table:
    at = reverse("cooperation")
    return Table(key, title, note, [Row(label, n, f"{at}?{urlencode({key: value})}") for value, label, n in rows])

"""The portfolio of cooperation programmes: how many there are, and how those stand that the reader sees inside; each
number leads to the list behind it."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from core import names
from core.names import local
from frontend.status import WORDS
from programs.models import Program
from programs.queries.cooperation.portfolio import portfolio
from programs.queries.cooperation.standing import LIGHTS, Sums, standings_summed


@dataclass(frozen=True)
class Light:
    """So many running programmes stand so; the address of their list."""

    light: str
    number: int
    url: str

    @property
    def word(self) -> str:
        return str(WORDS[self.light])


@dataclass(frozen=True)
class Row:
    """So many programmes of one kind, theme or country, and the address of their list; their lights and the share of
    their milestones' weight that was reached, for a reader who sees some of them inside."""

    label: str
    number: int
    url: str
    lights: list[Light]
    earned: float | None


@dataclass(frozen=True)
class Table:
    """One way to count the portfolio; `note` says what is counted more than once."""

    key: str
    title: str
    note: str
    rows: list[Row]


@dataclass(frozen=True)
class PortfolioPage:
    """`stands` where the reader sees running programmes inside: how all of them stand."""

    total: int
    stands: Row | None
    tables: list[Table]
    crumbs: list[dict[str, str]]


def portfolio_page(user: Any) -> PortfolioPage:
    found, stand = portfolio(), standings_summed(user)
    kinds = [(key, str(Program.Kind(key).label), n) for key, n in found.kinds.items()]
    themes = [(theme.slug, local(theme, "name"), n) for theme, n in found.themes]
    countries = [(code, names.country(code), n) for code, n in found.countries.items()]
    several = _("A programme with several counts for each, and once in the total.")
    running = sum(stand.total.lights.values())
    return PortfolioPage(
        found.total,
        _row(_("All running"), running, {"state": "running"}, stand.total) if running else None,
        [
            _table("kind", _("By type"), "", kinds, stand.kinds),
            _table("theme", _("By theme"), several, themes, stand.themes),
            _table("country", _("By country of a partner"), several, countries, stand.countries),
        ],
        [{"label": _("Cooperation Program"), "url": reverse("cooperation")}, {"label": _("Portfolio"), "url": ""}],
    )


def _table(key: str, title: str, note: str, rows: list[tuple[str, str, int]], stand: dict[str, Sums]) -> Table:
    return Table(key, title, note, [_row(label, n, {key: value}, stand.get(value)) for value, label, n in rows])


def _row(label: str, number: int, asked: dict[str, str], sums: Sums | None) -> Row:
    inside = reverse("programs")
    lights = [
        Light(light, sums.lights.get(light, 0) if sums else 0, f"{inside}?{urlencode({**asked, 'light': light})}")
        for light in LIGHTS
    ]
    return Row(label, number, f"{reverse('cooperation')}?{urlencode(asked)}", lights, sums.earned if sums else None)

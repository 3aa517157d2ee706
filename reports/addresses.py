"""Which pages of figures can be saved as a view, told by the names of their addresses, and the answers on each."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from django.urls import Resolver404, resolve

from core.errors import NotFound
from reports.periods import period_named
from reports.queries.answers import Answer, answer
from reports.queries.boards import board, days_of

Values = dict[str, str]
Answers = Callable[[Mapping[str, Any], Values, Any], list[Answer]]
"""What stands in the path, what stands in the query, and the reader → the answers on the page, in their order."""

PASSING = frozenset({"after", "before", "present"})
"""Of a query, what is about the moment and not about the view: the page of a list, the form of a page."""
PERIOD = frozenset({"period", "from", "to"})


def of_report(path: Mapping[str, Any], values: Values, user: Any) -> list[Answer]:
    return [answer(path["name"], values, user=user)]


def of_standing(*shown: tuple[str, Values]) -> Answers:
    """The answers of a page that always shows the same reports, each with what is fixed of it."""

    def answers(path: Mapping[str, Any], values: Values, user: Any) -> list[Answer]:
        asked = asked_of(values)
        return [answer(name, {**asked, **fixed}, user=user) for name, fixed in shown]

    return answers


def asked_of(values: Values) -> Values:
    """What the filters of a page ask of its reports: a period by name becomes its days, a centre its facility."""
    asked = {name: value for name, value in values.items() if value}
    if "from" not in asked and "to" not in asked:
        asked |= days_of(period_named(asked.pop("period", "")))
    if centre := asked.pop("centre", ""):
        asked["facility"] = centre
    return asked


def of_dashboard(path: Mapping[str, Any], values: Values, user: Any) -> list[Answer]:
    return list(board(path["name"], values, user=user).answers)


PAGES: dict[str, Answers] = {
    "report": of_report,
    "dashboard": of_dashboard,
    "overview": of_standing(("utilisation", {"of": "facility"}), ("flows", {})),
    "facility_use": of_standing(("delivered-time", {}), ("utilisation", {"of": "instrument"}), ("losses", {})),
    "flows": of_standing(("flows", {}), ("cooperation", {})),
}
"""Name of an address → the answers that stand there. Who adds a page of figures registers it here."""


@dataclass(frozen=True)
class Address:
    """A page of figures: its path, what is asked of it, and how its answers are made for a reader."""

    path: str
    values: Values
    kwargs: Mapping[str, Any]
    page: str

    @property
    def query(self) -> str:
        return urlencode(self.values)

    def answers(self, user: Any) -> list[Answer]:
        """As `user` sees them now. Raises what the page itself would: NotFound, NotPermitted, Invalid."""
        return PAGES[self.page](self.kwargs, self.values, user)


def read_address(text: str, *, moving: bool = False) -> Address:
    """An address of this site as a page of figures; `moving` leaves its period out, so that it is always the latest.

    Raises NotFound for any other page, and for another site.
    """
    parts = urlsplit(text)
    if parts.scheme or parts.netloc or not parts.path.startswith("/"):
        raise NotFound
    try:
        match = resolve(parts.path)
    except Resolver404:
        raise NotFound from None
    if match.url_name not in PAGES:
        raise NotFound
    left_out = PASSING | (PERIOD if moving else frozenset())
    values = {name: value for name, value in parse_qsl(parts.query) if name not in left_out}
    return Address(parts.path, values, match.kwargs, match.url_name)

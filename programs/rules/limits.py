"""The limits of an allocation round as people set them: per cent and units, with what is wrong with a set of them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _

from core.errors import Invalid, Violation
from facilities.models import Access


@dataclass(frozen=True)
class Limits:
    """What a round is solved with. Per cent are of all the time on offer, units those of the instrument.

    `units` by instrument identifier replace what the call offers; `categories` replace the quotas of every cycle;
    `partners` by slug of the leading organisation; `outsiders` is the most for teams with a majority from countries
    without a member (R-14). `balances` lets what a centre gave to others beyond what it got raise its share.
    `certain` and `reserve` as in `rules.allocation.Bands`; a merit below `least_merit` is refused.
    """

    units: Mapping[str, Decimal] = field(default_factory=dict)
    categories: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    partners: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    outsiders: int | None = None
    balances: bool = False
    certain: int = 90
    reserve: int = 30
    least_merit: Decimal | None = None

    def as_dict(self) -> dict[str, Any]:
        return {
            "units": {key: str(value) for key, value in self.units.items()},
            "categories": {key: list(value) for key, value in self.categories.items()},
            "partners": {key: list(value) for key, value in self.partners.items()},
            "outsiders": self.outsiders,
            "balances": self.balances,
            "certain": self.certain,
            "reserve": self.reserve,
            "least_merit": None if self.least_merit is None else str(self.least_merit),
        }


def limits_from(given: Mapping[str, Any]) -> Limits:
    """Read limits as JSON has them. Raises Invalid with everything that is wrong: unknown names, bounds turned round,
    least shares that are more than the whole (R-17)."""
    found = [
        Violation("limit_unknown", _("There is no limit “%(name)s”.") % {"name": name}, name)
        for name in sorted(given.keys() - Limits.__dataclass_fields__.keys())
    ]
    units = {key: _number(value, "units", found) for key, value in given.get("units", {}).items()}
    categories = _bounds(given.get("categories", {}), "categories", found)
    found += [
        Violation("category_unknown", _("There is no category “%(name)s”.") % {"name": name}, "categories")
        for name in sorted(categories.keys() - set(Access.values))
    ]
    least = given.get("least_merit")
    limits = Limits(
        units=units,
        categories=categories,
        partners=_bounds(given.get("partners", {}), "partners", found),
        outsiders=_percent(given.get("outsiders"), "outsiders", found),
        balances=bool(given.get("balances", False)),
        certain=_percent(given.get("certain", 90), "certain", found) or 0,
        reserve=_percent(given.get("reserve", 30), "reserve", found) or 0,
        least_merit=None if least in (None, "") else _number(least, "least_merit", found),
    )
    if found:
        raise Invalid(_("Please correct what is marked."), found)
    return limits


def _number(value: Any, name: str, found: list[Violation]) -> Decimal:
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite() or number < 0 or number >= 10**11:
        found.append(Violation("not_a_number", _("Give a number from zero on."), name))
        return Decimal(0)
    return number


def _percent(value: Any, name: str, found: list[Violation]) -> int | None:
    if value in (None, ""):
        return None
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= 100:
        found.append(Violation("not_a_share", _("Give whole per cent from 0 to 100."), name))
        return None
    return value


def _bounds(given: Any, name: str, found: list[Violation]) -> dict[str, tuple[int, int]]:
    result: dict[str, tuple[int, int]] = {}
    for key, pair in given.items() if isinstance(given, Mapping) else ():
        least, most = pair if isinstance(pair, list | tuple) and len(pair) == 2 else (1, 0)
        sound = isinstance(least, int) and isinstance(most, int) and 0 <= least <= most <= 100
        if not sound:
            message = _("%(key)s: give the least and the most in per cent, the least first.") % {"key": key}
            found.append(Violation("not_bounds", message, name))
        else:
            result[str(key)] = (least, most)
    if sum(least for least, _most in result.values()) > 100:
        message = _("The least shares add up to more than everything.")
        found.append(Violation("more_than_all", message, name, source="R-17"))
    return result

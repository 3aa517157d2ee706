"""When a step is asked and when a route approves by itself: conditions as plain data, all of which must hold."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.reading import number

LISTS: dict[str, Any] = {
    "mode": gettext_lazy("Mode"),
    "purpose": gettext_lazy("Purpose"),
    "safety": gettext_lazy("Safety class"),
}
CHOICES: dict[str, dict[str, Any]] = {
    "purpose": {
        "program": gettext_lazy("Joint programme"),
        "proposal": gettext_lazy("Proposal"),
        "virtual_organisation": gettext_lazy("Virtual organisation"),
        "group": gettext_lazy("Group"),
    },
    "mode": {
        "onsite": gettext_lazy("On site"),
        "remote": gettext_lazy("Remote"),
        "mail_in": gettext_lazy("Mail-in"),
    },
    "safety": {
        "green": gettext_lazy("Green"),
        "yellow": gettext_lazy("Yellow"),
        "red": gettext_lazy("Red"),
    },
}
NAMES = ("always", "units_above", "units_up_to", *LISTS)


@dataclass(frozen=True)
class Condition:
    """Units in (above, up_to], and by list the words of which the fact must be one; None where nothing is asked."""

    above: Decimal | None = None
    up_to: Decimal | None = None
    words: Mapping[str, frozenset[str]] = field(default_factory=dict)

    @classmethod
    def read(cls, data: Mapping[str, Any]) -> "Condition":
        """From JSON such as {"units_above": 6, "mode": ["onsite"]}; {} and {"always": true} ask nothing.

        Raises ValueError with one sentence on an unknown name or a value that cannot be read.
        """
        if unknown := set(data) - set(NAMES):
            raise ValueError(_("There is no condition “%(name)s”.") % {"name": sorted(unknown)[0]})
        words = {}
        for name in LISTS:
            if name not in data:
                continue
            words[name] = frozenset([data[name]] if isinstance(data[name], str) else map(str, data[name]))
            if strange := words[name] - CHOICES[name].keys():
                known = ", ".join(CHOICES[name])
                raise ValueError(_("“%(word)s” is not one of: %(known)s.") % {"word": min(strange), "known": known})
        return cls(_number(data, "units_above"), _number(data, "units_up_to"), words)

    def holds(self, facts: Mapping[str, Any]) -> bool:
        """Whether every part holds for these facts; a fact that is not known satisfies nothing."""
        if self.above is not None or self.up_to is not None:
            if facts.get("units") is None:
                return False
            units = Decimal(str(facts["units"]))
            if (self.above is not None and units <= self.above) or (self.up_to is not None and units > self.up_to):
                return False
        return all(facts.get(name) in wanted for name, wanted in self.words.items())

    @property
    def never(self) -> bool:
        """Whether no facts at all satisfy it."""
        empty = self.up_to is not None and self.up_to <= max(self.above or Decimal(0), Decimal(0))
        return empty or not all(self.words.values())

    def covers(self, other: "Condition") -> bool:
        """Whether it holds wherever `other` does."""
        units = (self.above is None or (other.above is not None and other.above >= self.above)) and (
            self.up_to is None or (other.up_to is not None and other.up_to <= self.up_to)
        )
        return units and all(name in other.words and other.words[name] <= mine for name, mine in self.words.items())


def holds(data: Mapping[str, Any], facts: Mapping[str, Any]) -> bool:
    """Whether a stored condition holds for the facts of a process."""
    return Condition.read(data).holds(facts)


def describe(data: Mapping[str, Any]) -> str:
    """A stored condition in words for people, e.g. “more than 6 units, Mode: On site”; empty when it asks nothing."""
    condition = Condition.read(data)
    parts = []
    if condition.above is not None:
        parts.append(_("more than %(units)s units") % {"units": _plain(condition.above)})
    if condition.up_to is not None:
        parts.append(_("up to %(units)s units") % {"units": _plain(condition.up_to)})
    for name, wanted in sorted(condition.words.items()):
        labels = [str(CHOICES[name][word]) for word in sorted(wanted)]
        parts.append(f"{LISTS[name]}: {', '.join(labels)}")
    return ", ".join(parts)


def _plain(number: Decimal) -> str:
    return f"{number.normalize():f}"


def _number(data: Mapping[str, Any], name: str) -> Decimal | None:
    if data.get(name) is None:
        return None
    found = number(data[name])
    if found is None or found < 0:
        raise ValueError(_("“%(value)s” is not a number of units.") % {"value": data[name]})
    return found

"""The parameters of a policy: declared once with its rule; form, API and validation come from the declaration."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal

from django.utils.functional import Promise
from django.utils.translation import gettext as _

Label = str | Promise


@dataclass(frozen=True)
class Parameter:
    """A number, one of some options, or several of them (where the default is a list).

    `unit` says what a number counts; `least` and `most` are its limits, `step` its smallest difference. `when_empty`
    are the words for no option at all, where that is allowed; `said` is how an option reads within a sentence, where
    its label in small letters does not do. `offered` gives the options that a facility has, where they are its own.
    """

    name: str
    label: Label
    default: Any
    unit: Label = ""
    hint: Label = ""
    options: Mapping[str, Label] = field(default_factory=dict)
    said: Mapping[str, Label] = field(default_factory=dict)
    least: float = 0
    most: float = 100_000
    step: float = 1
    when_empty: Label = ""
    offered: Callable[[Any], Mapping[str, Label]] | None = None

    @property
    def kind(self) -> Literal["number", "choice", "choices", "name"]:
        if self.offered is not None:
            return "name"
        if not self.options:
            return "number"
        return "choices" if isinstance(self.default, list) else "choice"

    def read(self, value: Any, facility: Any = None) -> Any:
        """The value as it is stored at a facility. Raises ValueError with a sentence that says what to give."""
        if self.offered is not None:
            return self._name(value, self.offered(facility))
        if self.kind == "number":
            return self._number(value)
        if self.kind == "choice":
            return self._option(value)
        if not isinstance(value, list | tuple):
            raise ValueError(_("Give a list of: %(offered)s.") % {"offered": ", ".join(self.options)})
        chosen = {self._option(each) for each in value}
        if not chosen and not self.when_empty:
            raise ValueError(_("Choose at least one."))
        return [option for option in self.options if option in chosen]

    def words(self, value: Any) -> str:
        """The value in a sentence."""
        if self.kind == "name":
            return str(value)
        if self.kind == "number":
            return f"{Decimal(str(value)).normalize():f}"
        chosen = value if self.kind == "choices" else [value]
        words = (self.said.get(each) or str(self.options.get(each, each)).lower() for each in chosen)
        return ", ".join(map(str, words)) or str(self.when_empty)

    def _number(self, value: Any) -> Any:
        try:
            number = Decimal(str(value))
            right = (
                not isinstance(value, bool)
                and self.least <= number <= self.most
                and not number % Decimal(str(self.step))
            )
        except ArithmeticError:
            right = False
        if not right:
            raise ValueError(
                _("Give a number from %(least)g to %(most)g.") % {"least": self.least, "most": self.most}
                if self.step == 1
                else _("Give a number from %(least)g to %(most)g, in steps of %(step)g.")
                % {"least": self.least, "most": self.most, "step": self.step}
            )
        return int(number) if number == number.to_integral_value() else float(number)

    def _name(self, value: Any, offered: Mapping[str, Label]) -> str:
        if not offered:
            raise ValueError(_("The facility has none yet."))
        if str(value) not in offered:
            raise ValueError(_("Choose one of: %(offered)s.") % {"offered": ", ".join(offered)})
        return str(value)

    def _option(self, value: Any) -> str:
        if str(value) not in self.options:
            raise ValueError(_("Choose one of: %(offered)s.") % {"offered": ", ".join(self.options)})
        return str(value)

"""How a rule is written down: a function from a request and the facts to the sentences with which it refuses."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from core import times
from core.errors import Violation
from facilities.rules.facts import BookingRequest, Facts
from facilities.rules.parameters import Label, Parameter
from facilities.rules.standing import Look, Standing

Sentences = Callable[[BookingRequest, Facts], Iterator[str]]
PolicySentences = Callable[[BookingRequest, Facts, Standing], Iterator[str]]
Looks = Callable[[BookingRequest, Facts, Standing], Look | None]


@dataclass(frozen=True)
class Rule:
    """A rule that holds everywhere. `source` is where it comes from (`R-21` of the domain description, or what an
    instrument's page says); `at_asking` says that it is about the moment of asking: a request in time stays so."""

    name: str
    refusals: Sentences
    source: str
    field: str
    overridable: bool
    at_asking: bool = False

    def violations(self, request: BookingRequest, facts: Facts) -> Iterator[Violation]:
        for sentence in self.refusals(request, facts):
            yield _violation(self.name, sentence, self.field, facts, overridable=self.overridable, source=self.source)


@dataclass(frozen=True)
class PolicyRule:
    """A rule that holds where a manager's policy says so, with that policy's parameters, source and override right.

    `label` names it and `summary` is a sentence with the parameters in words; `looks` says which other bookings it
    counts, if it does. `source` is what a new policy proposes.
    """

    name: str
    refusals: PolicySentences
    source: str
    field: str
    label: Label
    summary: Label
    parameters: tuple[Parameter, ...]
    looks: Looks | None = None
    at_asking: bool = False
    overridable: bool = True

    def violations(self, request: BookingRequest, facts: Facts) -> Iterator[Violation]:
        for policy in facts.policies:
            if policy.rule == self.name:
                for sentence in self.refusals(request, facts, policy):
                    yield _violation(
                        self.name, sentence, self.field, facts, overridable=policy.overridable, source=policy.source
                    )

    @property
    def defaults(self) -> dict[str, Any]:
        return {each.name: each.default for each in self.parameters}

    def described(self, values: Mapping[str, Any]) -> str:
        """What a policy of this rule says, in a sentence."""
        given = self.defaults | dict(values)
        words = {each.name: each.words(given[each.name]) for each in self.parameters}
        words = {name: word % words if "%(" in word else word for name, word in words.items()}
        return capfirst(str(self.summary) % words)


def _violation(name: str, sentence: str, field: str, facts: Facts, *, overridable: bool, source: str) -> Violation:
    by = _("The manager of %(facility)s, with a reason") % {"facility": facts.instrument.facility}
    return Violation(name, sentence, field, overridable, source, by if overridable else "")


RULES: dict[str, Rule | PolicyRule] = {}

NO_ROOM = frozenset({"slot_free", "setup_time", "cooling_time"})
"""Rules that only the bookings of others at the instrument break: who asks may wait for it."""

OCCUPIED = NO_ROOM | {"equipment_free", "one_place_at_a_time"}
"""Rules that only other people's bookings break: a request that is otherwise right lost a race (409, not 422)."""


def rule(
    *, source: str, field: str, overridable: bool = False, at_asking: bool = False
) -> Callable[[Sentences], Sentences]:
    """Register a function as the rule of its name; it yields one sentence for each way in which it is broken."""

    def register(function: Sentences) -> Sentences:
        _register(Rule(function.__name__, function, source, field, overridable, at_asking))
        return function

    return register


def policy(
    *,
    source: str,
    field: str,
    label: Label,
    summary: Label,
    parameters: tuple[Parameter, ...],
    looks: Looks | None = None,
    at_asking: bool = False,
) -> Callable[[PolicySentences], PolicySentences]:
    """The same for a rule that holds by a manager's policy: the function gets that policy too."""

    def register(function: PolicySentences) -> PolicySentences:
        name = function.__name__
        _register(PolicyRule(name, function, source, field, label, summary, parameters, looks, at_asking))
        return function

    return register


def _register(one: Rule | PolicyRule) -> None:
    if one.name in RULES:
        raise ValueError(f"two rules are called {one.name}")
    RULES[one.name] = one


def policy_rules() -> dict[str, PolicyRule]:
    """The rules of which a manager can make policies, by name, in the order in which they are declared."""
    return {name: each for name, each in RULES.items() if isinstance(each, PolicyRule)}


def violations_of(request: BookingRequest, facts: Facts) -> list[Violation]:
    """Every violation of every rule, in the order in which the rules are declared; overrides are not looked at."""
    return [violation for each in RULES.values() for violation in each.violations(request, facts)]


def shown(instant: datetime, facts: Facts) -> str:
    """An instant in a sentence, on the wall clock of the facility, with its zone."""
    return times.moment(instant, facts.instrument.facility.zone)


def lasting(minutes: int) -> str:
    """A length in a sentence: `8 h`, `90 min`."""
    return f"{minutes // 60} h" if minutes % 60 == 0 else f"{minutes} min"

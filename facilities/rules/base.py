"""How a rule is written down: a function from a request and the facts to the sentences with which it refuses."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.formats import date_format

from core.errors import Violation
from facilities.rules.facts import BookingRequest, Facts

Sentences = Callable[[BookingRequest, Facts], Iterator[str]]


@dataclass(frozen=True)
class Rule:
    """`source` is where the rule comes from (`R-21` of the domain description, or what an instrument's page says)."""

    name: str
    refusals: Sentences
    source: str
    field: str
    overridable: bool

    def violations(self, request: BookingRequest, facts: Facts) -> Iterator[Violation]:
        for sentence in self.refusals(request, facts):
            yield Violation(self.name, sentence, self.field, self.overridable, self.source)


RULES: dict[str, Rule] = {}

OCCUPIED = frozenset({"slot_free", "setup_time", "cooling_time", "equipment_free", "one_place_at_a_time"})
"""Rules that only other people's bookings break: a request that is otherwise right lost a race (409, not 422)."""


def rule(*, source: str, field: str, overridable: bool = False) -> Callable[[Sentences], Sentences]:
    """Register a function as the rule of its name; it yields one sentence for each way in which it is broken."""

    def register(function: Sentences) -> Sentences:
        if function.__name__ in RULES:
            raise ValueError(f"two rules are called {function.__name__}")
        RULES[function.__name__] = Rule(function.__name__, function, source, field, overridable)
        return function

    return register


def violations_of(request: BookingRequest, facts: Facts) -> list[Violation]:
    """Every violation of every rule, in the order in which the rules are declared; overrides are not looked at."""
    return [violation for each in RULES.values() for violation in each.violations(request, facts)]


def shown(instant: datetime, facts: Facts) -> str:
    """An instant in a sentence, on the wall clock of the facility."""
    local = instant.astimezone(ZoneInfo(facts.instrument.facility.zone))
    return date_format(local, "D j M Y, H:i")


def lasting(minutes: int) -> str:
    """A length in a sentence: `8 h`, `90 min`."""
    return f"{minutes // 60} h" if minutes % 60 == 0 else f"{minutes} min"

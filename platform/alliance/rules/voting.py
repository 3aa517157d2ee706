"""Counts a vote: quorum and majority in whole numbers, never floats, so that an exact two thirds is two thirds."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

SHARES = {"simple": (1, 2), "absolute": (1, 2), "two_thirds": (2, 3), "three_quarters": (3, 4)}
"""The share of its base that a majority asks for; the first two want more than it, the others at least it."""


@dataclass(frozen=True)
class Rule:
    """By what a motion is decided. The defaults are those of R-41 where an alliance sets nothing else.

    threshold: simple (more for than against), absolute (more than half of the base), two_thirds and three_quarters (at
    least that share of the base), unanimous, consensus (nobody against). base: cast, present, all. Abstentions are no
    votes cast unless `abstentions_count`. The quorum is a fraction of the voting members or of all members.
    """

    threshold: str = "simple"
    base: str = "cast"
    abstentions_count: bool = False
    abstention_breaks_unanimity: bool = False
    quorum_numerator: int = 1
    quorum_denominator: int = 2
    quorum_base: str = "voting"
    proxies_max: int = 0
    is_secret: bool = False
    is_electronic: bool = True

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_dict(cls, kept: Mapping[str, Any]) -> "Rule":
        """From a snapshot, which may hold more than the rule."""
        return cls(**{field.name: kept[field.name] for field in fields(cls) if field.name in kept})


DEFAULTS: dict[str, Rule] = {
    "charter_adopt": Rule(threshold="unanimous"),
    "charter_amend": Rule(threshold="two_thirds"),
    "admit": Rule(),
    "exclude": Rule(threshold="three_quarters"),
}
"""Rules by kind of motion while an alliance has set none (R-41); every other kind has `Rule()`."""


@dataclass(frozen=True)
class Count:
    """What there is to count: votes by choice, members present, members that may vote, members of the alliance."""

    votes_for: int
    against: int
    abstain: int
    present: int
    voters: int
    members: int

    @property
    def voted(self) -> int:
        return self.votes_for + self.against + self.abstain


@dataclass(frozen=True)
class Fraction:
    """`have` of `base`, and whether that is enough: at least (or more than) `numerator`/`denominator` of it."""

    have: int
    base: int
    numerator: int
    denominator: int
    at_least: bool
    needed: int
    met: bool


@dataclass(frozen=True)
class Sheet:
    """The result: the quorum, the majority (None where the rule asks for no share) and the outcome."""

    quorum: Fraction
    majority: Fraction | None
    outcome: str

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def quorum_met(present: int, base: int, numerator: int, denominator: int) -> bool:
    """Whether `present` is at least numerator/denominator of `base`; of nobody there is no quorum."""
    return base > 0 and present * denominator >= numerator * base


def quorum_needed(base: int, numerator: int, denominator: int) -> int:
    """The smallest number that makes the quorum."""
    return -(-numerator * base // denominator)


def base_of(rule: Rule, count: Count) -> int:
    """What the share of those in favour is taken of."""
    if rule.base == "present":
        return count.present
    if rule.base == "all":
        return count.voters
    return count.voted if rule.abstentions_count else count.votes_for + count.against


def decide(rule: Rule, count: Count) -> Sheet:
    """The result of a vote: carried, lost or inquorate."""
    quorum = _quorum(rule, count)
    majority = _majority(rule, count)
    if not quorum.met:
        return Sheet(quorum, majority, "inquorate")
    carried = majority.met if majority else _agreed(rule, count)
    return Sheet(quorum, majority, "carried" if carried else "lost")


def _quorum(rule: Rule, count: Count) -> Fraction:
    base = count.members if rule.quorum_base == "members" else count.voters
    numerator, denominator = rule.quorum_numerator, rule.quorum_denominator
    met = quorum_met(count.present, base, numerator, denominator)
    needed = quorum_needed(base, numerator, denominator)
    return Fraction(count.present, base, numerator, denominator, True, needed, met)


def _majority(rule: Rule, count: Count) -> Fraction | None:
    if rule.threshold not in SHARES:
        return None
    numerator, denominator = SHARES[rule.threshold]
    base = count.votes_for + count.against if rule.threshold == "simple" else base_of(rule, count)
    at_least = rule.threshold not in {"simple", "absolute"}
    needed = quorum_needed(base, numerator, denominator) if at_least else numerator * base // denominator + 1
    needed = max(needed, 1)
    return Fraction(count.votes_for, base, numerator, denominator, at_least, needed, count.votes_for >= needed)


def _agreed(rule: Rule, count: Count) -> bool:
    """Unanimity and consensus: nobody against; unanimity wants somebody for, and of a wider base nobody silent."""
    if count.against:
        return False
    if rule.threshold == "consensus":
        return True
    if not count.votes_for or (rule.abstention_breaks_unanimity and count.abstain):
        return False
    return rule.base == "cast" or count.voted >= base_of(rule, count)

"""Rules of eligibility that a call may apply: named, with parameters, each saying which facts it used."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from facilities.rules.parameters import Label, Parameter

INTERNATIONAL = "international_organization"
PASSED, FAILED, NOT_APPLICABLE = "passed", "failed", "not_applicable"


@dataclass(frozen=True)
class PersonFacts:
    """One of the team: where they work (never their nationality), and the class of membership that place has."""

    country: str
    organisation: str
    membership: str = ""
    """Class of membership in the call's alliance; empty for none."""


@dataclass(frozen=True)
class LegFacts:
    """One leg, what its call offers at its instrument, and what others of the same kind ask for there."""

    key: Any
    name: str
    country: str
    host_kind: str
    remote: bool
    countries: frozenset[str]
    """Those of the instrument and its alternates."""
    unit: str
    units: Decimal
    offered: Decimal | None
    by_non_members: Decimal
    """Units that other proposals with a majority from outside the member countries ask for."""
    by_group: Decimal
    """Units that the same principal investigator asks for here in other proposals of the call."""


@dataclass(frozen=True)
class Facts:
    """All that the rules of eligibility look at. The first of the team is its leader."""

    team: Sequence[PersonFacts]
    legs: Sequence[LegFacts]
    member_countries: frozenset[str]
    overdue: Sequence[str]
    answers: Mapping[str, Any]
    lacking_consent: Sequence[str]


@dataclass(frozen=True)
class Finding:
    """What a rule says, of one leg or of the whole, in words, with the figures it used."""

    result: str
    message: str
    facts: Mapping[str, Any]
    leg: Any = None


Judge = Callable[[Facts, Mapping[str, Any]], Iterator[Finding]]


@dataclass(frozen=True)
class EligibilityRule:
    """`label` names it, `summary` says it with its parameters in words; `source` is what a call proposes."""

    name: str
    label: Label
    summary: Label
    source: str
    judge: Judge
    parameters: tuple[Parameter, ...] = ()

    def read(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """The parameters as they are stored, absent ones as their defaults. Raises ValueError with a sentence."""
        return {each.name: each.read(given.get(each.name, each.default)) for each in self.parameters}

    def said(self, given: Mapping[str, Any]) -> str:
        """The rule in a sentence, with its parameters."""
        values = self.read(given)
        return str(self.summary) % {each.name: each.words(values[each.name]) for each in self.parameters}

    def findings(self, facts: Facts, given: Mapping[str, Any]) -> list[Finding]:
        return [*self.judge(facts, self.read(given))]


def transnational(facts: Facts, given: Mapping[str, Any]) -> Iterator[Finding]:
    """The leader and more than a share of the team work outside the country of the leg's facility. Integers only."""
    leader = facts.team[0]
    for leg in facts.legs:
        abroad = sum(person.country != leg.country for person in facts.team)
        used = {
            "facility_country": leg.country,
            "leader_country": leader.country,
            "abroad": abroad,
            "team": len(facts.team),
        }
        if leg.host_kind == INTERNATIONAL and "international" in given["except"]:
            message = _("%(leg)s belongs to an international organisation.") % {"leg": leg.name}
            yield Finding(NOT_APPLICABLE, message, used, leg.key)
        elif leg.remote and len(leg.countries) > 1 and "remote" in given["except"]:
            message = _("%(leg)s: remote access to instruments in several countries.") % {"leg": leg.name}
            yield Finding(NOT_APPLICABLE, message, used | {"countries": sorted(leg.countries)}, leg.key)
        else:
            words = {"leg": leg.name, "abroad": abroad, "team": len(facts.team)}
            if leader.country == leg.country:
                message = _("%(leg)s: the leader works in the facility's own country.") % words
                yield Finding(FAILED, message, used, leg.key)
            elif abroad * 100 <= given["share"] * len(facts.team):
                message = _("%(leg)s: %(abroad)d of %(team)d work outside the facility's country; more are needed.")
                yield Finding(FAILED, message % words, used, leg.key)
            else:
                message = _("%(leg)s: %(abroad)d of %(team)d work outside the facility's country.") % words
                yield Finding(PASSED, message, used, leg.key)


def member_class(facts: Facts, given: Mapping[str, Any]) -> Iterator[Finding]:
    """The leader's organisation holds a membership of one of some classes."""
    leader = facts.team[0]
    used = {"organisation": leader.organisation, "membership": leader.membership}
    words = {"name": leader.organisation}
    if leader.membership in given["classes"]:
        yield Finding(PASSED, _("%(name)s is a member of the alliance.") % words, used)
    else:
        yield Finding(FAILED, _("%(name)s holds no membership that this call asks for.") % words, used)


def _outside(facts: Facts) -> int:
    return sum(person.country not in facts.member_countries for person in facts.team)


def is_non_member(team_countries: Sequence[str], member_countries: frozenset[str]) -> bool:
    """Whether more than half of a team works in countries without a member."""
    outside = sum(country not in member_countries for country in team_countries)
    return outside * 2 > len(team_countries)


def non_member_quota(facts: Facts, given: Mapping[str, Any]) -> Iterator[Finding]:
    """Proposals with a majority from outside the member countries get at most a share of what is on offer.

    Each instrument by itself, for units never mix.
    """
    outside = _outside(facts)
    if not is_non_member([person.country for person in facts.team], facts.member_countries):
        message = _("%(outside)d of %(team)d work outside the member countries.")
        used: dict[str, Any] = {"outside": outside, "team": len(facts.team)}
        yield Finding(NOT_APPLICABLE, message % used, used)
        return
    for leg in facts.legs:
        used = {
            "outside": outside,
            "team": len(facts.team),
            "asked_by_non_members": str(leg.by_non_members + leg.units),
            "offered": str(leg.offered or 0),
        }
        within = (leg.by_non_members + leg.units) * 100 <= given["share"] * (leg.offered or 0)
        message = _("%(leg)s: teams from outside the member countries ask for %(asked)s of %(offered)s units.") % {
            "leg": leg.name,
            "asked": f"{(leg.by_non_members + leg.units).normalize():f}",
            "offered": f"{(leg.offered or Decimal(0)).normalize():f}",
        }
        yield Finding(PASSED if within else FAILED, message, used, leg.key)


def two_thirds(facts: Facts, given: Mapping[str, Any]) -> Iterator[Finding]:
    """At least two thirds of the team work in member countries."""
    inside = len(facts.team) - _outside(facts)
    used = {"inside": inside, "team": len(facts.team)}
    message = _("%(inside)d of %(team)d work in member countries.") % used
    yield Finding(PASSED if inside * 3 >= len(facts.team) * 2 else FAILED, message, used)


def units_cap(facts: Facts, given: Mapping[str, Any]) -> Iterator[Finding]:
    """A proposal asks for at most so many units, each kind of unit by itself, and its leader for at most a share of
    what is on offer at an instrument."""
    asked: dict[str, Decimal] = {}
    for leg in facts.legs:
        asked[leg.unit] = asked.get(leg.unit, Decimal(0)) + leg.units
    used: dict[str, Any] = {unit: str(units) for unit, units in asked.items()}
    over = sorted(unit for unit, units in asked.items() if units > given["units"])
    largest = f"{max(asked.values(), default=Decimal(0)).normalize():f}"
    message = (
        _("It asks for %(units)s units where %(most)s are allowed.") if over else _("It asks for %(units)s units.")
    )
    yield Finding(FAILED if over else PASSED, message % {"units": largest, "most": given["units"]}, used)
    for leg in facts.legs:
        together = leg.by_group + leg.units
        if leg.offered and together * 100 > given["share"] * leg.offered:
            message = _("%(leg)s: the same leader asks for %(together)s of the %(offered)s units on offer.") % {
                "leg": leg.name,
                "together": f"{together.normalize():f}",
                "offered": f"{leg.offered.normalize():f}",
            }
            yield Finding(FAILED, message, {"together": str(together), "offered": str(leg.offered)}, leg.key)


def reports_in(facts: Facts, given: Mapping[str, Any]) -> Iterator[Finding]:
    """Nobody who leads it owes a report."""
    used = {"overdue": list(facts.overdue)}
    if facts.overdue:
        yield Finding(FAILED, _("Overdue: %(reports)s.") % {"reports": "; ".join(facts.overdue)}, used)
    else:
        yield Finding(PASSED, _("No report is overdue."), used)


def export_control(facts: Facts, given: Mapping[str, Any]) -> Iterator[Finding]:
    """Answers to questions whose key begins with `export` other than “no” go to the office, which waives or returns."""
    answers = {key: value for key, value in facts.answers.items() if key.startswith("export")}
    flagged = sorted(key for key, value in answers.items() if value not in ("no", None, "", []))
    if not answers:
        yield Finding(NOT_APPLICABLE, _("The questionnaire asks nothing about export control."), {})
    elif flagged:
        message = _("Export control: the answers to %(questions)s need a decision.") % {"questions": ", ".join(flagged)}
        yield Finding(FAILED, message, {"answers": answers})
    else:
        yield Finding(PASSED, _("Nothing is under export control."), {"answers": answers})


def consent_given(facts: Facts, given: Mapping[str, Any]) -> Iterator[Finding]:
    """The signatory of every organisation on the team confirmed its part."""
    if facts.lacking_consent:
        message = _("Not confirmed yet: %(names)s.") % {"names": ", ".join(facts.lacking_consent)}
        yield Finding(FAILED, message, {"lacking": list(facts.lacking_consent)})
    else:
        yield Finding(PASSED, _("Every organisation confirmed."), {"lacking": []})


MEMBERSHIPS: dict[str, Label] = {
    "founding": gettext_lazy("Founding member"),
    "full": gettext_lazy("Full member"),
    "associate": gettext_lazy("Associate member"),
    "observer": gettext_lazy("Observer"),
    "honorary": gettext_lazy("Honorary member"),
}
CONSENT = EligibilityRule(
    "consent",
    gettext_lazy("Consent of the institutions"),
    gettext_lazy("The signatory of every organisation on the team confirms its part."),
    "Yanqi",
    consent_given,
)
"""Holds in every call that asks for consent, without being written down there."""

RULES: dict[str, EligibilityRule] = {
    rule.name: rule
    for rule in (
        EligibilityRule(
            "transnational",
            gettext_lazy("Transnational access"),
            gettext_lazy("The leader and more than %(share)s %% of the team work outside the facility's country."),
            "R-13, H2020 Art. 16",
            transnational,
            (
                Parameter(
                    "share", gettext_lazy("More than this share of the team"), 50, gettext_lazy("percent"), most=99
                ),
                Parameter(
                    "except",
                    gettext_lazy("Does not hold for"),
                    ["international", "remote"],
                    options={
                        "international": gettext_lazy("Facilities of international organisations"),
                        "remote": gettext_lazy("Remote access to instruments in several countries"),
                    },
                    when_empty=gettext_lazy("nothing"),
                ),
            ),
        ),
        EligibilityRule(
            "member_class",
            gettext_lazy("Class of membership"),
            gettext_lazy("The leader's organisation is: %(classes)s."),
            "Yanqi",
            member_class,
            (
                Parameter(
                    "classes",
                    gettext_lazy("Classes"),
                    ["founding", "full", "associate"],
                    options=MEMBERSHIPS,
                ),
            ),
        ),
        EligibilityRule(
            "non_member_quota",
            gettext_lazy("Quota of non-members"),
            gettext_lazy("Teams mostly from outside the member countries get at most %(share)s %% of the offer."),
            "R-14, H2020 by analogy",
            non_member_quota,
            (Parameter("share", gettext_lazy("At most this share"), 20, gettext_lazy("percent"), most=100),),
        ),
        EligibilityRule(
            "two_thirds",
            gettext_lazy("Two-thirds rule"),
            gettext_lazy("At least two thirds of the team work in member countries."),
            "R-15, ILL",
            two_thirds,
        ),
        EligibilityRule(
            "units_cap",
            gettext_lazy("Most units"),
            gettext_lazy(
                "At most %(units)s units in one proposal, and for one leader %(share)s %% of those of an instrument."
            ),
            "R-16, NFFA",
            units_cap,
            (
                Parameter("units", gettext_lazy("Most units in a proposal"), 20, least=1),
                Parameter(
                    "share",
                    gettext_lazy("Most of an instrument's units for one leader"),
                    50,
                    gettext_lazy("percent"),
                    least=1,
                    most=100,
                ),
            ),
        ),
        EligibilityRule(
            "reports",
            gettext_lazy("Overdue reports"),
            gettext_lazy("Nobody who leads it owes a report."),
            "R-31, ESRF",
            reports_in,
        ),
        EligibilityRule(
            "export_control",
            gettext_lazy("Export control"),
            gettext_lazy("Questions about export control are answered with no, or decided by the office."),
            "Yanqi",
            export_control,
        ),
    )
}
"""The rules by name: what a call may apply (`CallRule.rule`)."""


def eligibility_rule(name: str) -> EligibilityRule | None:
    """The rule of that name, also the one about consent; None for one that this version does not know."""
    return RULES.get(name) or (CONSENT if name == CONSENT.name else None)

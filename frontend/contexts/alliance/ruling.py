"""Rules of voting and result sheets in words, and the page of an alliance's rules."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from alliance.models import Alliance, Motion, VotingRule
from alliance.permissions.voting import RUN
from alliance.queries.voting import NamedRule, rule_for, rule_of, rules_of, rules_offered
from alliance.rules.voting import Rule
from alliance.workflows.governance import MOTION
from core import permissions


@dataclass(frozen=True)
class Fact:
    label: str
    value: str


@dataclass(frozen=True)
class RuleLine:
    label: str
    name: str
    source: str
    facts: list[Fact]
    url: str


@dataclass(frozen=True)
class RulesPage:
    alliance: Alliance
    crumbs: list[dict[str, Any]]
    kinds: list[RuleLine]
    offered: list[RuleLine]
    sets: bool


def rules_page(user: Any, alliance: Alliance) -> RulesPage:
    labels = dict(Motion.Kind.choices)
    kinds = [
        RuleLine(
            str(labels[Motion.Kind(kind)]), found.name, found.source, rule_facts(found.rule),
            reverse("voting_rule", args=[alliance.slug, kind]),
        )
        for kind, found in rules_of(alliance).items()
    ]  # fmt: skip
    offered = [_offered(row) for row in rules_offered(alliance)]
    sets = permissions.allowed(user, RUN, alliance)
    return RulesPage(alliance, crumbs_of(alliance), kinds, offered, sets)


def _offered(row: VotingRule) -> RuleLine:
    found = rule_of(row)
    return RuleLine(row.name, row.name, row.source, rule_facts(found.rule), "")


def rule_facts(rule: Rule) -> list[Fact]:
    """A rule in words."""
    base = VotingRule.QuorumBase(rule.quorum_base).label
    quorum = f"{rule.quorum_numerator}/{rule.quorum_denominator} {base}"
    majority = str(VotingRule.Threshold(rule.threshold).label)
    if rule.threshold not in {"simple", "consensus"}:
        majority = f"{majority}, {VotingRule.Base(rule.base).label}"
    facts = [
        Fact(_("Majority"), majority),
        Fact(_("Quorum"), quorum),
        Fact(_("Abstentions"), _abstentions(rule)),
        Fact(_("Vote"), _("secret") if rule.is_secret else _("open: every member's vote is seen after the close")),
    ]
    if rule.proxies_max:
        facts.append(Fact(_("Proxies"), _("at most %(n)d held by a member") % {"n": rule.proxies_max}))
    if not rule.is_electronic:
        facts.append(Fact(_("Cast"), _("by show of hands, entered by the chair or the secretary")))
    return facts


def sheet_facts(sheet: dict[str, Any]) -> list[Fact]:
    """Every count and fraction of a result."""
    count, quorum, majority = sheet["count"], sheet["quorum"], sheet["majority"]
    facts = [
        Fact(_("For"), str(count["votes_for"])),
        Fact(_("Against"), str(count["against"])),
        Fact(_("Abstentions"), str(count["abstain"])),
        Fact(_("Voted"), _("%(n)d of %(all)d that may vote") % {"n": count["voted"], "all": count["voters"]}),
        Fact(_("Present"), str(count["present"])),
        Fact(_("Members of the alliance"), str(count["members"])),
        Fact(_("Quorum"), _fraction(quorum)),
    ]
    if majority:
        facts.append(Fact(_("Majority"), _fraction(majority)))
    facts.append(Fact(_("Result"), str(MOTION.states[sheet["outcome"]])))
    return facts


def crumbs_of(alliance: Alliance, *, last: bool = True) -> list[dict[str, Any]]:
    address = "" if last else reverse("motions", args=[alliance.slug])
    return [{"alliance": alliance}, {"label": _("Motions and votes"), "url": address}]


def _abstentions(rule: Rule) -> str:
    if rule.threshold == "unanimous":
        return _("break unanimity") if rule.abstention_breaks_unanimity else _("do not break unanimity")
    return _("count as votes cast") if rule.abstentions_count else _("are not votes cast")


def _fraction(found: dict[str, Any]) -> str:
    told = {
        "have": found["have"],
        "base": found["base"],
        "needed": found["needed"],
        "numerator": found["numerator"],
        "denominator": found["denominator"],
    }
    if found["at_least"]:
        words = _("%(have)d of %(base)d; at least %(numerator)d/%(denominator)d is %(needed)d") % told
    else:
        words = _("%(have)d of %(base)d; more than %(numerator)d/%(denominator)d is %(needed)d") % told
    return f"{words}: {_('reached') if found['met'] else _('not reached')}"


def find_named(alliance: Alliance, kind: str) -> NamedRule:
    """The rule of a kind. Raises ValueError for no kind of motion."""
    return rule_for(alliance, Motion.Kind(kind))

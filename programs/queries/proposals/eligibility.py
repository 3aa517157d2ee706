"""The facts that the rules of eligibility look at, and what they find of a proposal in its call."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Sum

from alliance.queries import memberships
from core import clock
from programs.models import CallRule, EligibilityCheck, Leg, Proposal, ProposalMember
from programs.queries.proposals.consent import unanswered
from programs.queries.proposals.submission import answers_of, current_version, overdue_reports
from programs.rules import eligibility as rules
from programs.workflows.proposals import SUBMITTED


@dataclass(frozen=True)
class Judged:
    """One finding of one rule, and whether the office may waive it."""

    rule: str
    finding: rules.Finding
    can_be_waived: bool


def judged(proposal: Proposal) -> Iterator[Judged]:
    """What every rule that the call applies says of the proposal now. A rule unknown here is passed over."""
    facts = eligibility_facts(proposal)
    applied = list(CallRule.objects.filter(call=proposal.call_id))
    if proposal.call.needs_consent:
        applied.append(CallRule(rule=rules.CONSENT.name))
    for row in applied:
        rule = rules.eligibility_rule(row.rule)
        if rule is not None:
            for finding in rule.findings(facts, row.parameters):
                yield Judged(row.rule, finding, row.can_be_waived)


def checks_of(proposal: Proposal) -> list[EligibilityCheck]:
    """What was found of the current version, failures first."""
    version = current_version(proposal)
    if version is None:
        return []
    rows = version.checks.select_related("leg__instrument__facility", "waived_by").order_by("rule", "leg__position")
    return sorted(rows, key=lambda row: row.result != "failed")


def standing_failures(proposal: Proposal) -> list[EligibilityCheck]:
    """Failed checks of the current version that nobody waived."""
    return [check for check in checks_of(proposal) if check.result == "failed" and check.waived_by_id is None]


def eligibility_facts(proposal: Proposal) -> rules.Facts:
    """Affiliations are those kept with the proposal when each person joined (R-13)."""
    today = clock.now().date()
    members = {row.organisation_id: row for row in memberships(proposal.call.alliance, today)}
    countries = frozenset(row.organisation.country for row in members.values() if row.organisation.country)
    joined = proposal.members.filter(state="joined").select_related("organisation", "person")
    people = sorted(joined, key=lambda row: (row.role != ProposalMember.Role.PI, str(row.pk)))
    version = current_version(proposal)
    return rules.Facts(
        team=tuple(_person(row, members) for row in people),
        legs=tuple(_legs(proposal, countries)),
        member_countries=countries,
        overdue=overdue_reports(people),
        answers=answers_of(proposal),
        lacking_consent=tuple(row.name for row in unanswered(version)) if version else (),
    )


def _person(row: ProposalMember, members: dict[Any, Any]) -> rules.PersonFacts:
    membership = members.get(row.organisation_id)
    return rules.PersonFacts(
        country=row.country,
        organisation=row.organisation.name if row.organisation else "",
        membership=membership.member_class if membership else "",
    )


def _legs(proposal: Proposal, member_countries: frozenset[str]) -> Iterator[rules.LegFacts]:
    offers = dict(proposal.call.offers.values_list("instrument_id", "units"))
    others = Proposal.objects.filter(call=proposal.call_id, state__in=SUBMITTED).exclude(pk=proposal.pk)
    strangers = _led_from_outside(others, member_countries)
    for leg in proposal.legs.select_related("instrument__facility__organisation").order_by("position"):
        facility = leg.instrument.facility
        elsewhere = {row.facility.country for row in leg.alternates.select_related("facility")}
        wanted_here = Leg.objects.filter(instrument=leg.instrument_id).exclude(state="cancelled")
        yield rules.LegFacts(
            key=leg.pk,
            name=f"{leg.instrument.code}, {facility}",
            country=leg.instrument.country or facility.country,
            host_kind=facility.organisation.kind if facility.organisation else "",
            remote=leg.mode == "remote",
            countries=frozenset({facility.country} | elsewhere),
            unit=leg.instrument.unit,
            units=leg.units,
            offered=offers.get(leg.instrument_id),
            by_non_members=_units(wanted_here.filter(proposal__in=strangers)),
            by_group=_units(wanted_here.filter(proposal__in=others.filter(pi=proposal.pi_id).order_by().values("pk"))),
        )


def _led_from_outside(others: Any, member_countries: frozenset[str]) -> list[Any]:
    """Of some proposals those whose teams work mostly in countries without a member."""
    teams: dict[Any, list[str]] = {}
    rows = ProposalMember.objects.filter(proposal__in=others.order_by().values("pk"), state="joined")
    for key, country in rows.values_list("proposal_id", "country"):
        teams.setdefault(key, []).append(country)
    return [key for key, team in teams.items() if rules.is_non_member(team, member_countries)]


def _units(legs: Any) -> Decimal:
    found: Decimal | None = legs.aggregate(sum=Sum("units"))["sum"]
    return found or Decimal(0)

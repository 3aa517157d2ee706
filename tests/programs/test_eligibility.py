"""Rules of eligibility: by affiliation, with integers, each with the facts it used."""

from dataclasses import replace
from decimal import Decimal

import pytest

from programs.commands import proposals
from programs.models import CallRule, EligibilityCheck
from programs.rules.eligibility import RULES, Facts, LegFacts, PersonFacts
from tests.programs import proposing
from tests.programs.asking import a_call

LEG = LegFacts(
    key="leg",
    name="A1, FA",
    country="DE",
    host_kind="science_center",
    remote=False,
    countries=frozenset({"DE"}),
    unit="shift",
    units=Decimal(6),
    offered=Decimal(60),
    by_non_members=Decimal(0),
    by_group=Decimal(0),
)


def facts(*countries: str, **leg) -> Facts:
    return Facts(
        team=[PersonFacts(country, f"In {country}", "full" if country == "CN" else "") for country in countries],
        legs=[replace(LEG, **leg)],
        member_countries=frozenset({"CN", "DE"}),
        overdue=(),
        answers={},
        lacking_consent=(),
    )


def results(rule: str, given: Facts, **parameters) -> list[str]:
    return [finding.result for finding in RULES[rule].findings(given, parameters)]


@pytest.mark.parametrize(
    ("team", "result"),
    [
        (("CN", "CN", "DE"), "passed"),
        (("DE", "CN", "CN"), "failed"),
        (("CN", "CN", "DE", "DE"), "failed"),
        (("CN", "CN", "CN", "DE"), "passed"),
        (("CN",), "passed"),
    ],
)
def test_the_leader_and_most_of_the_team_work_abroad(team, result):
    assert results("transnational", facts(*team)) == [result]


def test_an_international_organisation_waives_the_majority():
    given = facts("CN", "CN", "DE", "DE", host_kind="international_organization")
    assert results("transnational", given) == ["not_applicable"]
    assert results("transnational", given, **{"except": []}) == ["failed"]


def test_remote_access_to_a_set_of_instruments_in_several_countries_is_exempt():
    team = ("DE", "DE")
    assert results("transnational", facts(*team, remote=True, countries=frozenset({"DE", "CN"}))) == ["not_applicable"]
    assert results("transnational", facts(*team, remote=True)) == ["failed"]


def test_the_leaders_organisation_is_a_member_of_the_right_class():
    assert results("member_class", facts("CN", "DE")) == ["passed"]
    assert results("member_class", facts("DE", "CN")) == ["failed"]
    assert results("member_class", facts("CN"), classes=["founding"]) == ["failed"]


def test_teams_from_outside_get_at_most_their_share():
    outside = ("FR", "FR", "CN")
    assert results("non_member_quota", facts("CN", "FR")) == ["not_applicable"]
    assert results("non_member_quota", facts(*outside, by_non_members=Decimal(6))) == ["passed"]
    assert results("non_member_quota", facts(*outside, by_non_members=Decimal("6.001"))) == ["failed"]


def test_two_thirds_is_exact():
    assert results("two_thirds", facts("CN", "CN", "FR")) == ["passed"]
    assert results("two_thirds", facts("CN", "CN", "FR", "FR")) == ["failed"]


def test_units_of_one_kind_are_capped_and_one_leader_takes_no_more_than_a_share():
    assert results("units_cap", facts("CN", units=Decimal(20))) == ["passed"]
    assert results("units_cap", facts("CN", units=Decimal(21))) == ["failed"]
    assert results("units_cap", facts("CN", by_group=Decimal(25))) == ["passed", "failed"]


def test_export_control_wants_a_decision():
    asked = replace(facts("CN"), answers={"export_control": "yes", "samples": []})
    assert results("export_control", asked) == ["failed"]
    assert results("export_control", replace(asked, answers={"export_control": "no"})) == ["passed"]
    assert results("export_control", facts("CN")) == ["not_applicable"]


@pytest.mark.django_db
def test_a_check_keeps_what_it_found_and_why_and_a_waiver_stands_beside_it(world):
    call = a_call(world, needs_consent=False)
    for rule in ("transnational", "units_cap"):
        CallRule.objects.create(call=call, rule=rule, can_be_waived=rule == "transnational")
    proposal = proposing.with_member(proposing.draft(world, call), world.bo, by=world.ana)
    proposal = proposals.check_proposal(proposals.submit_proposal(proposal, by=world.ana), by=world.sec)
    failed = EligibilityCheck.objects.get(result="failed")
    assert (failed.rule, failed.leg) == ("transnational", proposal.legs.get())
    assert failed.facts == {"facility_country": "DE", "leader_country": "CN", "abroad": 1, "team": 2}
    proposals.waive_check(failed, by=world.sec, reason="Training of users")
    assert proposals.forward_proposal(proposal, by=world.sec).state == "feasibility"
    failed.refresh_from_db()
    assert (failed.waived_by, failed.result) == (world.sec, "failed")

"""A call's time is proposed, decided by hand, and announced to everyone at once; until then nobody learns anything."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import translation

from core.errors import Invalid, NotPermitted, RulesRefuse, WrongState
from facilities.commands.allocations import grant_allocation
from facilities.models import Allocation, LedgerEntry, QuotaRule
from notifications.commands import create_feed
from notifications.models import Message
from notifications.rendering import words
from programs.commands import rounds
from programs.commands.rounds import Verdict
from programs.models import Call, Line, Round
from programs.queries.finding import find_everything
from programs.queries.rounds.reading import current_round, lines_of, people_to_tell, round_parties
from programs.rules.verdicts import reason_of, words_of
from tests.programs.allocating import allocating, proposed, scored
from tests.programs.asking import a_leg, a_member
from tests.programs.calling import cycle_of

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def by_score(found: Round) -> dict[str, Line]:
    return {f"{line.leg.proposal.pi.name}{line.leg.position}": line for line in lines_of(found)}


def test_the_solver_proposes_a_line_with_its_reason_for_every_leg(world):
    call = allocating(world)
    scored(world, call, 4.5, pi=world.ana)
    scored(world, call, 3.0, pi=world.dan)
    lines = by_score(proposed(world, call))
    assert (lines["Ana1"].verdict, lines["Ana1"].units, lines["Ana1"].priority) == ("allocated", 6, "A")
    assert (lines["Dan1"].verdict, lines["Dan1"].units, lines["Dan1"].priority) == ("allocated", 3, "B")
    assert words_of(lines["Dan1"].reason) == [
        "Fewer units than were asked for.",
        "A1: 3 shifts more on offer would have let it in.",
    ]
    assert current_round(call).outcome["gap"] < 0.01


def test_a_trial_with_other_limits_writes_nothing(world):
    call = allocating(world)
    scored(world, call, 4.5)
    scored(world, call, 3.0)
    trial = rounds.try_round(call, by=world.lea, limits={"units": {str(world.instrument_a.pk): "6"}})
    assert [line.verdict for line in trial.lines] == ["allocated", "refused"]
    assert not Round.objects.exists()
    assert not Line.objects.exists()


def test_limits_that_cannot_be_are_refused_together(world):
    call = allocating(world)
    with pytest.raises(Invalid) as refused:
        rounds.try_round(
            call,
            by=world.lea,
            limits={"categories": {"general": [60, 100], "program": [50, 60]}, "certain": 120, "speed": 3},
        )
    rules = {violation.rule for violation in refused.value.violations}
    assert rules == {"limit_unknown", "more_than_all", "not_a_share"}


def test_a_line_is_overridden_with_a_reason_and_stays_so_in_the_next_round(world):
    call = allocating(world)
    scored(world, call, 4.5, pi=world.ana)
    line = by_score(proposed(world, call))["Ana1"]
    with pytest.raises(Invalid):
        rounds.override_line(line, Verdict("refused"), by=world.lea, reason=" ")
    rounds.override_line(line, Verdict("refused"), by=world.lea, reason="Beam is off.")
    again = by_score(proposed(world, call))["Ana1"]
    assert (again.verdict, again.override_reason, again.overridden_by) == ("refused", "Beam is off.", world.lea)


def test_no_override_gives_more_than_is_on_offer(world):
    call = allocating(world, offered=8)
    scored(world, call, 4.5, pi=world.ana)
    scored(world, call, 3.0, pi=world.dan)
    lines = by_score(proposed(world, call))
    with pytest.raises(RulesRefuse) as refused:
        rounds.override_line(lines["Dan1"], Verdict("allocated", Decimal(6)), by=world.lea, reason="Please.")
    assert refused.value.violations[0].rule == "units_on_offer"
    assert "3 shifts" in refused.value.message


def test_nothing_is_announced_before_the_instant(world):
    call = allocating(world, sealed_for=HOUR)
    scored(world, call, 4.5, pi=world.ana)
    proposed(world, call)
    with pytest.raises(WrongState) as refused:
        rounds.announce_results(call, by=world.lea)
    assert refused.value.code == "sealed"
    assert not Allocation.objects.exists()
    assert not Message.objects.exists()


def test_before_the_instant_neither_mail_nor_feed_nor_search_nor_page_says_what_was_decided(world, client):
    call = allocating(world, sealed_for=HOUR)
    proposal = scored(world, call, 4.5, pi=world.ana)
    _feed, token = create_feed(world.ana, "person", world.ana.pk, by=world.ana)
    _feed, public = create_feed(world.bo, "instrument", world.instrument_a.pk, by=world.bo)
    client.force_login(world.ana, backend="django.contrib.auth.backends.ModelBackend")

    pages = (f"/proposals/{proposal.pk}/", "/proposals/", "/allocations/", "/my-work/")

    def said() -> list[str]:
        answers = [
            client.get(page) for page in (*pages, f"/api/v1/calendars/{token}.ics", f"/api/v1/calendars/{public}.ics")
        ]
        assert {answer.status_code for answer in answers} == {200}
        return [re.sub(r'(value|content)="\w{64}"|DTSTAMP:\w+', "", each.content.decode()) for each in answers]

    before = said()
    line = lines_of(proposed(world, call))[0]
    rounds.override_line(line, Verdict("refused"), by=world.lea, reason="A new detector")
    assert said() == before
    assert find_everything(world.ana, "detector") == []
    assert not Message.objects.exists()


def test_the_announcement_gives_states_allocations_and_messages_once(world):
    call = allocating(world, offered=6)
    best = scored(world, call, 4.5, pi=world.ana)
    a_member(best, world.cleo, organisation=world.org_a)
    other = scored(world, call, 3.0, pi=world.dan)
    world.dan.locale = "zh-hans"
    world.dan.save()
    proposed(world, call)
    assert people_to_tell(call) == 3
    rounds.announce_results(call, by=world.lea)
    rounds.announce_results(call, by=world.sec)
    best.refresh_from_db()
    other.refresh_from_db()
    assert (best.state, other.state, Call.objects.get(pk=call.pk).state) == ("accepted", "rejected", "notified")
    leg = best.legs.get()
    assert (leg.state, leg.granted, leg.allocation.granted, leg.allocation.category) == ("allocated", 6, 6, "general")
    assert LedgerEntry.objects.filter(kind="granted").count() == 1
    best.team.refresh_from_db()
    assert best.team.is_active
    assert set(best.team.members.values_list("user__name", "role")) == {("Ana", "lead"), ("Cleo", "member")}
    assert Message.objects.filter(kind="proposal_result").count() == 3
    subject, text = words(Message.objects.get(kind="proposal_result", recipient=world.dan))
    assert subject == "Rejected: Ions on the move"
    refused = other.legs.get()
    with translation.override("zh-hans"):
        in_chinese = reason_of(refused)
    assert in_chinese in text, "each reads the reason in their own language"
    with translation.override("en"):
        assert "A1: 3 shifts more on offer would have let it in." in reason_of(refused)


def test_a_required_leg_on_reserve_keeps_the_proposal_there_without_time(world):
    call = allocating(world, offered=5)
    scored(world, call, 4.5, pi=world.ana, legs=2)
    waits = scored(world, call, 4.0, pi=world.dan, legs=2)
    call.settings = {"allocation": {"reserve": 100}}
    call.save()
    proposed(world, call)
    rounds.announce_results(call, by=world.lea)
    waits.refresh_from_db()
    assert waits.state == "reserve"
    assert list(waits.legs.values_list("state", "rank", "granted")) == [("reserve", 1, None), ("reserve", 1, None)]
    assert not Allocation.objects.filter(team=waits.team).exists()


def test_every_proposal_that_is_not_decided_is_named(world):
    call = allocating(world)
    scored(world, call, 4.5)
    proposed(world, call)
    late = scored(world, call, 4.0, state="review")
    torn_apart = by_score(current_round(call))
    leg = a_leg(late, world.instrument_b, position=2)
    with pytest.raises(RulesRefuse) as refused:
        rounds.announce_results(call, by=world.lea)
    assert [violation.message for violation in refused.value.violations] == [f"{late.reference} has no decision yet."]
    assert len(torn_apart) == 1
    assert leg.state == "requested"


def test_who_is_on_a_team_of_the_call_learns_nothing_of_its_round(world):
    call = allocating(world, sealed_for=HOUR)
    assert round_parties(world.lea, call) == {"management"}
    scored(world, call, 4.5, pi=world.lea)
    scored(world, call, 4.0, pi=world.ana)
    assert round_parties(world.lea, call) == frozenset()
    with pytest.raises(NotPermitted):
        rounds.propose_round(call, by=world.lea)
    for person in (world.ana, world.bo, world.cleo, world.dan, world.sig_a):
        with pytest.raises(NotPermitted):
            rounds.try_round(call, by=person)


def test_a_rolling_call_announces_a_decision_at_once_and_only_once(world):
    call = allocating(world, state="open", kind="rolling", notify_at=None)
    proposal = scored(world, call, 4.5, pi=world.ana, state="review")
    leg = proposal.legs.get()
    rounds.decide_proposal(proposal, {leg.pk: Verdict("allocated", Decimal(4))}, by=world.lea, note="Good.")
    proposal.refresh_from_db()
    assert proposal.state == "accepted"
    with pytest.raises(WrongState):
        rounds.decide_proposal(proposal, {leg.pk: Verdict("allocated", Decimal(4))}, by=world.lea)
    assert Allocation.objects.get().granted == 4


def test_a_pi_does_not_accept_their_own_proposal(world):
    call = allocating(world, state="open", kind="rolling", notify_at=None)
    proposal = scored(world, call, 4.5, pi=world.lea, state="panel")
    for person in (world.lea, world.ana, world.bo):
        with pytest.raises(NotPermitted):
            rounds.decide_proposal(proposal, {}, by=person)


def test_a_decision_under_embargo_waits_in_the_round(world):
    call = allocating(world, sealed_for=HOUR)
    proposal = scored(world, call, 4.5, pi=world.ana)
    before = proposal.updated_at, proposal.legs.get().updated_at
    rounds.decide_proposal(proposal, {}, by=world.lea, note="Not this time.")
    proposal.refresh_from_db()
    assert proposal.state == "panel"
    assert proposal.legs.get().updated_at == before[1]
    assert current_round(call).lines.get().verdict == "refused"
    assert not Message.objects.exists()


def test_what_was_given_in_a_cycle_before_counts_towards_its_quotas(world):
    call = allocating(world, offered=10)
    cycle = cycle_of(world, world.facility_a)
    call.offers.filter(instrument=world.instrument_a).update(cycle=cycle)
    QuotaRule.objects.create(cycle=cycle, category="general", most=50)
    before = scored(world, allocating(world), 4.0, pi=world.dan, state="accepted")
    grant_allocation(
        before.team, world.instrument_a, Decimal(10), cycle=cycle, valid_from=cycle.period.lower,
        valid_until=cycle.period.upper, by=world.system, category="general",
    )  # fmt: skip
    scored(world, call, 4.5)
    line = proposed(world, call).lines.get()
    assert (line.verdict, line.reason["stops"][0]["kind"]) == ("reserve", "category")

"""Calls: what an office plans, what may not be, what keeps it from opening, and what the clock does."""

from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from core import audit, clock
from core.errors import DomainError, Invalid, NotPermitted, RulesRefuse, WrongState
from programs.commands import calls
from programs.models import Call, Window
from programs.queries.calls.judging import opening_problems
from programs.queries.calls.listing import calls_listed, open_calls
from tests.programs import calling
from tests.programs.asking import a_call, a_proposal

pytestmark = pytest.mark.django_db


def rules_of(refused) -> list[str]:
    return [violation.rule for violation in refused.value.violations]


def test_an_office_drafts_a_call_and_every_change_is_in_the_trail(world):
    call = calling.draft(world)
    assert (call.slug, call.state, call.version, call.offers.count()) == ("spring-call", "draft", 1, 2)
    after = calling.edited(call, world.sec, contact="other@test.example")
    assert after.version == 2
    entry = audit.history(call).filter(verb="edit").get()
    assert entry.data["changes"] == {"contact": ["office@test.example", "other@test.example"]}


def test_only_the_office_of_a_facility_drafts_its_calls_and_only_with_its_own_instruments(world):
    own = {"offers": [calls.OfferedTime(world.instrument_a, Decimal(9))]}
    call = calls.draft_call(world.alliance, calling.sound_changes(world, **own), by=world.bo, facility=world.facility_a)
    assert (call.facility, call.slug) == (world.facility_a, "spring-call")
    for person in (world.bob, world.ana, world.lea):
        with pytest.raises(NotPermitted):
            calls.draft_call(world.alliance, {"name": "Mine"}, by=person, facility=world.facility_a)
    with pytest.raises(NotPermitted):
        calls.draft_call(world.alliance, {"name": "Mine"}, by=world.bo)
    with pytest.raises(RulesRefuse) as refused:
        calling.edited(call, world.bo, offers=[calls.OfferedTime(world.instrument_b, Decimal(9))])
    assert rules_of(refused) == ["foreign_instrument"]


def test_a_lost_update_is_refused_and_says_what_changed(world):
    call = calling.draft(world)
    seen = call.version
    calls.edit_call(call, {"contact": "first@test.example"}, by=world.sec, version=seen)
    with pytest.raises(DomainError) as refused:
        calls.edit_call(call, {"contact": "second@test.example"}, by=world.adm, version=seen)
    assert (refused.value.code, refused.value.status) == ("changed_meanwhile", 409)
    assert [violation.field for violation in refused.value.violations] == ["contact"]
    assert Call.objects.get().contact == "first@test.example"


def test_a_window_that_overlaps_another_of_its_stage_is_refused_and_one_that_touches_is_accepted(world):
    call = calling.draft(world)

    def window(first, last):
        return calls.PlannedWindow("decision", world.at(first, 0), world.at(last, 0))

    after = calling.edited(call, world.sec, windows=[window(0, 5), window(5, 9)])
    assert after.windows.count() == 2
    with pytest.raises(RulesRefuse) as refused:
        calling.edited(call, world.sec, windows=[window(0, 5), window(4.5, 9)])
    assert rules_of(refused) == ["windows_overlap"]
    other = calls.PlannedWindow("panel", world.at(4, 0), world.at(9, 0))
    assert calling.edited(call, world.sec, windows=[window(0, 5), other]).windows.count() == 2
    with pytest.raises(IntegrityError), transaction.atomic():
        Window.objects.create(call=call, stage="decision", period=DateTimeTZRange(world.at(4, 0), world.at(6, 0)))


def test_a_partner_s_deadline_is_never_later_than_the_call_s(world):
    call = calling.draft(world)
    earlier = calls.EarlierDeadline(world.org_a, call.closes_at - timedelta(days=2))
    assert calling.edited(call, world.sec, partner_deadlines=[earlier]).partner_deadlines.count() == 1
    later = calls.EarlierDeadline(world.org_b, call.closes_at + timedelta(seconds=1))
    with pytest.raises(RulesRefuse) as refused:
        calling.edited(call, world.sec, partner_deadlines=[earlier, later])
    assert rules_of(refused) == ["partner_deadline_later"]
    with pytest.raises(RulesRefuse):
        calling.edited(call, world.sec, closes_at=earlier.closes_at - timedelta(days=1))


def test_no_more_is_offered_than_the_cycle_has_after_what_other_calls_offer(world):
    cycle = calling.cycle_of(world, world.facility_a, days=10)

    def offer(units):
        return [calls.OfferedTime(world.instrument_a, Decimal(units), cycle)]

    first = calling.draft(world, offers=offer(20))
    with pytest.raises(RulesRefuse) as refused:
        calling.draft(world, offers=offer(11))
    [violation] = refused.value.violations
    assert violation.rule == "offer_exceeds_open_time"
    assert "10 shifts" in violation.message
    assert "11 shifts" in violation.message
    calling.draft(world, offers=offer(10))
    calls.archive_call(first, by=world.sec)
    assert calling.draft(world, offers=offer(20)).offers.get().units == 20


def test_an_incomplete_call_is_not_opened_and_every_reason_is_listed_at_once(world):
    call = calls.draft_call(world.alliance, {"name": "Empty"}, by=world.sec)
    with pytest.raises(RulesRefuse) as refused:
        calls.open_call(call, by=world.sec)
    assert rules_of(refused) == [
        "text_missing",
        "contact_missing",
        "deadline_missing",
        "nothing_offered",
        "scale_missing",
        "criterion_missing",
    ]
    assert rules_of(refused) == [violation.rule for violation in opening_problems(call)]


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"closes_at": clock.now() - timedelta(days=3)}, "closes_before_it_opens"),
        ({"notify_at": clock.now() + timedelta(days=1)}, "results_before_the_deadline"),
        ({"office_closes_at": clock.now() + timedelta(days=1)}, "office_closes_first"),
        ({"criteria": [calls.Weighed("Merit", Decimal(0))]}, "weight_positive"),
    ],
)
def test_what_may_never_be_is_not_even_kept_in_a_draft(world, changes, rule):
    call = calling.draft(world)
    with pytest.raises(RulesRefuse) as refused:
        calling.edited(call, world.sec, **changes)
    assert rules_of(refused) == [rule]


def test_what_cannot_be_read_is_said_field_by_field(world):
    call = calling.draft(world)
    with pytest.raises(Invalid) as refused:
        calling.edited(call, world.sec, zone="Mars/Base", kind="party", criteria=[calls.Weighed(""), calls.Weighed("")])
    assert {violation.field for violation in refused.value.violations} == {"zone", "kind", "criteria"}


def test_an_announced_deadline_moves_later_and_never_earlier(world):
    call = calls.open_call(calling.draft(world), by=world.sec)
    later = call.closes_at + timedelta(days=5)
    assert calling.edited(call, world.sec, closes_at=later).closes_at == later
    with pytest.raises(RulesRefuse) as refused:
        calling.edited(call, world.sec, closes_at=later - timedelta(days=1))
    assert rules_of(refused) == ["deadline_earlier"]


def test_what_people_began_with_is_not_changed_under_them(world):
    call = calls.open_call(calling.draft(world), by=world.sec)
    for changes in ({"criteria": []}, {"kind": "rapid"}, {"blind": True}, {"scale": None}):
        with pytest.raises(WrongState):
            calling.edited(call, world.sec, **changes)
    a_proposal(world, call)
    with pytest.raises(RulesRefuse) as refused:
        calling.edited(call, world.sec, offers=[calls.OfferedTime(world.instrument_b, Decimal(60))])
    assert rules_of(refused) == ["offer_is_asked_for"]


def test_an_announced_call_opens_by_the_clock_whether_it_comes_on_time_late_or_twice(world):
    call = calling.draft(world, opens_at=clock.now() + timedelta(days=2))
    calls.announce_call(call, by=world.sec)
    assert (calls.open_due(), call.proposals.count()) == (0, 0)
    with time_machine.travel(call.opens_at + timedelta(hours=3), tick=False):
        assert (calls.open_due(), calls.open_due()) == (1, 0)
    call.refresh_from_db()
    assert call.state == "open"
    assert audit.history(call).last().actor_name == world.system.name


def test_the_deadline_itself_is_in_time_and_the_clock_closes_the_call_after_it(world):
    call = calls.open_call(calling.draft(world), by=world.sec)
    with time_machine.travel(call.closes_at, tick=False):
        assert calls.close_due() == 0
        assert list(open_calls(world.dan)) == [call]
    with time_machine.travel(call.closes_at + timedelta(seconds=1), tick=False):
        assert list(open_calls(world.dan)) == []
        assert (calls.close_due(), calls.close_due()) == (1, 0)
    call.refresh_from_db()
    assert call.state == "closed"


def test_a_closed_call_opens_again_with_a_reason_and_a_deadline_to_come(world):
    call = calls.close_call(calls.open_call(calling.draft(world), by=world.sec), by=world.sec)
    with pytest.raises(Invalid):
        calls.reopen_call(call, by=world.sec, note="")
    past = clock.now() - timedelta(minutes=1)
    with pytest.raises(RulesRefuse):
        calls.reopen_call(call, by=world.sec, note="The portal was down", closes_at=past)
    until = clock.now() + timedelta(days=2)
    again = calls.reopen_call(call, by=world.sec, note="The portal was down", closes_at=until)
    assert (again.state, again.closes_at) == ("open", until)
    assert audit.history(call).last().note == "The portal was down"


def test_the_review_does_not_cut_applicants_short_and_no_call_with_waiting_proposals_is_archived(world):
    call = calls.open_call(calling.draft(world), by=world.sec)
    with pytest.raises(RulesRefuse) as refused:
        calls.start_review(call, by=world.sec)
    assert rules_of(refused) == ["deadline_ahead"]
    calls.close_call(call, by=world.sec)
    a_proposal(world, call, state="submitted")
    with pytest.raises(RulesRefuse) as refused:
        calls.archive_call(call, by=world.sec)
    assert rules_of(refused) == ["proposals_wait"]


def test_a_draft_is_seen_by_its_office_alone_and_filters_find_what_they_say(world):
    draft = calling.draft(world)
    opened = a_call(world, name="Open call")
    mine = a_call(world, name="Rapid access", kind="rapid", closes_at=None, facility=world.facility_b, state="closed")
    assert set(calls_listed(world.dan)) == {opened, mine}
    assert set(calls_listed(world.sec)) == {opened, mine, draft}
    assert set(calls_listed(world.bob)) == {opened, mine}
    assert set(calls_listed(world.dan, is_open=True)) == {opened}
    assert set(calls_listed(world.dan, is_open=False, kind="rapid", state="closed")) == {mine}
    assert set(calls_listed(world.dan, facility="fb")) == {opened, mine}
    assert set(calls_listed(world.dan, facility="fa")) == {opened}
    assert set(calls_listed(world.dan, search="rapid b")) == {mine}
    assert set(calls_listed(world.bob, mine=True)) == {mine}


def test_a_rule_that_is_not_there_or_cannot_be_read_is_refused_and_a_right_one_gets_its_defaults(world):
    call = calling.draft(world)
    wrong = [calls.AppliedRule("horoscope"), calls.AppliedRule("transnational", {"share": "many"})]
    with pytest.raises(Invalid) as refused:
        calling.edited(call, world.sec, rules=wrong)
    assert [each.rule for each in refused.value.violations] == ["unknown_rule", "parameter"]
    calling.edited(call, world.sec, rules=[calls.AppliedRule("transnational")])
    assert call.rules.get().parameters["share"] == 50

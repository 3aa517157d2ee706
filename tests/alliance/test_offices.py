"""Offices and their terms: who held what on which day, handover, ends, alerts, and who may write any of it."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.models import RoleAssignment
from alliance.commands import offices
from alliance.commands.term_alerts import alert_ends
from alliance.models import OfficeTerm, Resolution
from alliance.permissions.governance import governance_parties
from alliance.queries.offices import holder_on, officers_on, standing, terms_ending
from alliance.rules.terms import alert_due, end_of_term
from alliance.workflows.governance import TERM
from core import audit, clock
from core.errors import Invalid, NotPermitted, RulesRefuse, WrongState
from notifications.models import Message

FOUNDED, MEETING = date(2019, 10, 17), date(2021, 9, 25)


@pytest.fixture(autouse=True)
def _a_secretariat_of_long_standing(world):
    RoleAssignment.objects.update(starts_at=datetime(2019, 1, 1, tzinfo=UTC))


@pytest.fixture
def chair(world):
    return offices.create_office(world.alliance, by=world.sec, title="Chairman")


def elected(office, by, name, decided_on, **fields) -> OfficeTerm:
    term = offices.nominate(office, by=by, name=name, **fields)
    return offices.record_election(term, by=by, decided_on=decided_on, source="Minutes")


def in_office(office, by, name, on, **fields) -> OfficeTerm:
    return offices.take_office(elected(office, by, name, on, **fields), by=by, on=on)


@pytest.mark.django_db
def test_f4_the_chair_of_the_day_after_the_decision_is_still_the_first(world, chair):
    first = in_office(chair, world.sec, "Wang Enge", FOUNDED, ordinal=1)
    second = elected(chair, world.sec, "Jan Lüning", FOUNDED, ordinal=2)
    third = elected(chair, world.sec, "Bao Xinhe", MEETING, ordinal=3)
    day = date(2021, 9, 26)
    assert holder_on(chair, day) == first
    [found] = officers_on(world.alliance, day)
    assert (found.holder, found.elects, found.vacant_since) == (first, [second, third], None)
    [before] = officers_on(world.alliance, date(2020, 1, 1))
    assert before.elects == [second], "the third was not decided then"
    assert [term.ordinal for term in (first, second, third)] == [1, 2, 3]


@pytest.mark.django_db
def test_f5_sixty_months_from_2021_09_25_are_over_on_2026_09_25(world):
    office = offices.create_office(world.alliance, by=world.sec, title="Secretary General", default_term_months=60)
    with clock.standing_at(datetime(2021, 10, 1, tzinfo=UTC)):
        term = in_office(office, world.sec, "Ding Hong", MEETING)
    assert term.ends_on == date(2026, 9, 25)
    assert holder_on(office, date(2026, 9, 24)) == term
    assert holder_on(office, date(2026, 9, 25)) is None
    today = date(2026, 11, 21)
    [found] = officers_on(world.alliance, today)
    assert (found.holder, found.vacant_since, standing(term, today)) == (None, date(2026, 9, 25), "expired")
    with clock.standing_at(datetime(2026, 11, 21, 8, tzinfo=UTC)):
        assert offices.follow_terms() == 1
        assert offices.follow_terms() == 0
        assert (alert_ends(), alert_ends()) == (1, 0)
    term.refresh_from_db()
    assert (term.state, term.ended_by, standing(term, today)) == ("ended", "term", "expired")
    assert standing(term, date(2023, 1, 1)) == "in_office", "history does not change in hindsight"
    [told] = Message.objects.all()
    assert (told.recipient, told.kind, told.subject_id) == (world.sec, "office_vacant", office.pk)


@pytest.mark.django_db
def test_the_secretariat_is_told_180_90_and_30_days_before_the_end_each_once(world):
    office = offices.create_office(world.alliance, by=world.sec, title="Secretary General", default_term_months=60)
    with clock.standing_at(datetime(2021, 10, 1, tzinfo=UTC)):
        in_office(office, world.sec, "Ding Hong", MEETING)
    end, told = datetime(2026, 9, 25, 4, tzinfo=UTC), []
    for days in (181, 180, 179, 90, 31, 30, 1, 0):
        with clock.standing_at(end - timedelta(days=days)):
            told += [days] * alert_ends()
            alert_ends()
    assert told == [180, 90, 30, 0]
    assert set(Message.objects.values_list("recipient", flat=True)) == {world.sec.pk}


@pytest.mark.django_db
def test_a_successor_ends_the_term_before_and_takes_over_the_same_day(world, chair):
    first = in_office(chair, world.sec, "One", date(2020, 1, 1))
    second = offices.take_office(elected(chair, world.sec, "Two", date(2021, 6, 1)), by=world.sec, on=date(2022, 1, 1))
    first.refresh_from_db()
    assert (first.state, first.ended_by, first.ends_on) == ("ended", "replaced", date(2022, 1, 1))
    assert holder_on(chair, date(2021, 12, 31)) == first
    assert holder_on(chair, date(2022, 1, 1)) == second
    assert audit.history(first).last().to_state == "ended"
    late = elected(chair, world.sec, "Three", date(2019, 1, 1))
    with pytest.raises(RulesRefuse):
        offices.take_office(late, by=world.sec, on=date(2021, 1, 1), ends_on=date(2021, 2, 1))


@pytest.mark.django_db
def test_the_database_itself_refuses_two_holders_at_once(world, chair):
    in_office(chair, world.sec, "One", date(2020, 1, 1))
    with pytest.raises(IntegrityError), transaction.atomic():
        OfficeTerm.objects.create(office=chair, name="Two", designation="holder", starts_on=date(2021, 1, 1))


@pytest.mark.django_db
def test_an_elected_person_takes_office_by_the_clock_on_the_day_named(world, chair):
    tomorrow = offices.today_in(world.alliance) + timedelta(days=1)
    first = in_office(chair, world.sec, "One", date(2020, 1, 1))
    second = elected(chair, world.sec, "Two", date(2021, 1, 1), starts_on=tomorrow)
    assert offices.follow_terms() == 0
    with clock.standing_at(clock.now() + timedelta(days=1)):
        assert offices.follow_terms() == 1
    second.refresh_from_db()
    assert (second.state, second.designation, holder_on(chair, tomorrow)) == ("in_office", "holder", second)
    assert holder_on(chair, tomorrow - timedelta(days=1)) == first


@pytest.mark.django_db
def test_somebody_acts_while_nobody_holds_the_office(world, chair):
    one = in_office(chair, world.sec, "One", date(2020, 1, 1))
    with pytest.raises(RulesRefuse):
        in_office(chair, world.sec, "Deputy", date(2021, 1, 1), designation="acting")
    offices.end_term(one, by=world.sec, ending="resignation", on=date(2022, 1, 1), note="Retired")
    deputy = in_office(chair, world.sec, "Deputy", date(2022, 1, 1), designation="acting")
    [found] = officers_on(world.alliance, date(2022, 6, 1))
    assert (found.holder, found.acting, found.vacant_since) == (None, [deputy], date(2022, 1, 1))
    in_office(chair, world.sec, "Two", date(2023, 1, 1))
    deputy.refresh_from_db()
    assert deputy.ended_by == "replaced"


@pytest.mark.django_db
def test_a_resolution_elects_once(world, chair):
    term = offices.nominate(chair, by=world.sec, name="Two")
    decided = Resolution.objects.create(
        alliance=world.alliance,
        year=2021,
        number=1,
        title="Elects",
        text="Two",
        decided_on=MEETING,
        effective_on=MEETING,
    )
    first = offices.elect_by_resolution(term, decided, by=world.system)
    again = offices.elect_by_resolution(term, decided, by=world.system)
    assert (first.state, first.decided_on, again.version) == ("elected", MEETING, first.version)


@pytest.mark.django_db
def test_what_is_missing_or_lies_ahead_is_refused_together(world, chair):
    term = offices.nominate(chair, by=world.sec, name="One")
    with pytest.raises(Invalid) as refused:
        offices.record_election(term, by=world.sec, decided_on=date(2999, 1, 1), source=" ")
    assert [each.field for each in refused.value.violations] == ["source", "decided_on"]
    with pytest.raises(Invalid):
        offices.nominate(chair, by=world.sec, name="")


MOVES = {
    "elect": lambda term, by: offices.record_election(term, by=by, decided_on=MEETING, source="Minutes"),
    "take-office": lambda term, by: offices.take_office(term, by=by, on=date(2022, 1, 1)),
    "end": lambda term, by: offices.end_term(term, by=by, on=date(2022, 2, 1), note="because"),
}


@pytest.mark.django_db
@pytest.mark.parametrize("state", TERM.states)
def test_what_the_table_does_not_list_is_refused(world, chair, state):
    begun = date(2021, 10, 1) if state in {"in_office", "ended"} else None
    term = OfficeTerm.objects.create(office=chair, name="One", state=state, designation="acting", starts_on=begun)
    for name in ("sec", "lea", "adm", "bo", "ana", "dan", "sig_a"):
        person = getattr(world, name)
        parties = governance_parties(person, world.alliance)
        assert parties == ({"secretary"} if name in {"sec", "adm"} else frozenset())
        for move_name, act in MOVES.items():
            move = TERM.find(move_name)
            if move.who & parties and state in move.sources:
                with transaction.atomic():
                    assert act(term, person).state == move.target
                    transaction.set_rollback(True)
                continue
            with pytest.raises(WrongState if move.who & parties else NotPermitted):
                act(term, person)
    term.refresh_from_db()
    assert term.state == state


@pytest.mark.django_db
def test_officers_of_all_offices_cost_two_queries(world, chair, django_assert_num_queries):
    offices.create_office(world.alliance, by=world.sec, title="Treasurer")
    in_office(chair, world.sec, "One", date(2020, 1, 1))
    with django_assert_num_queries(2):
        assert len(officers_on(world.alliance, date(2021, 1, 1))) == 2
    with django_assert_num_queries(1):
        assert list(terms_ending(world.alliance, date(2021, 1, 1), 180)) == []


@settings(max_examples=40)
@given(st.dates(date(2000, 1, 1), date(2060, 1, 1)), st.integers(1, 120), st.integers(0, 400))
def test_an_alert_is_the_shortest_span_that_has_begun(starts_on, months, before):
    end = end_of_term(starts_on, months)
    assert end > starts_on
    assert end.day == starts_on.day or (end + timedelta(days=1)).day == 1
    due = alert_due(end, end - timedelta(days=before), (180, 90, 30))
    assert due == (0 if before == 0 else min((d for d in (180, 90, 30) if before <= d), default=None))

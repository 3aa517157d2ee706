"""Stays, trainings, money and agreements of a programme: rules as sentences, capacity under parallel enrolment."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.db import IntegrityError, transaction

from core.errors import DomainError, Invalid, NotPermitted, WrongState
from notifications.models import Message
from programs.commands.cooperation import complete_program, evaluate_program, reach_milestone
from programs.commands.cooperation.agreements import announce_renewals, record_agreement
from programs.commands.cooperation.exchange import cancel_stay, confirm_stay, finish_stays, plan_stay
from programs.commands.cooperation.money import Amount, book_contribution, book_expenditure, plan_budget
from programs.commands.cooperation.training import enrol, record_result, withdraw_enrolment
from programs.models import BudgetLine, Enrolment, Evaluation, ExchangeStay
from programs.permissions.exchange import stays_visible_to, trainings_visible_to
from programs.queries.cooperation.together import money_of, person_months
from tests.programs import cast
from tests.programs.cast import today, training
from tests.world import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def program(world):
    return cast.active(world)


def stay(world, program, first=10, last=20, **fields):
    """Ana of centre B at centre A, from day to day counted from today."""
    told = {
        "by": world.ana,
        "starts_on": today() + timedelta(days=first),
        "ends_on": today() + timedelta(days=last),
        "purpose": "Joint measurements",
        "home": world.org_b,
        **fields,
    }
    return plan_stay(program, told.pop("person", world.ana), told.pop("host", world.org_a), **told)


def test_stays_of_one_person_never_overlap_and_may_touch(world, program):
    stay(world, program)
    stay(world, program, 21, 25)
    with pytest.raises(DomainError) as refused:
        stay(world, program, 20, 21)
    assert (refused.value.code, refused.value.status) == ("stays_elsewhere", 409)
    assert ExchangeStay.objects.count() == 2


def test_a_cancelled_stay_frees_its_days(world, program):
    cancel_stay(stay(world, program), by=world.sig_a, note="The laboratory is rebuilt")
    assert stay(world, program).state == "planned"


def test_the_host_confirms_and_time_ends_a_stay(world, program):
    planned = stay(world, program)
    for person in (world.ana, world.sig_b, world.dan, world.bo):
        with pytest.raises(NotPermitted):
            confirm_stay(planned, by=person)
    confirm_stay(planned, by=world.sig_a)
    with time_machine.travel(planned.period.upper - timedelta(days=1), tick=False):
        assert finish_stays() == 0
    with time_machine.travel(planned.period.upper, tick=False):
        assert (finish_stays(), finish_stays()) == (1, 0)


def test_person_months_count_confirmed_days_by_30_44(world, program):
    confirm_stay(stay(world, program, 1, 61), by=world.sig_a)
    stay(world, program, 70, 80)
    assert person_months(ExchangeStay.objects.all()) == Decimal("2.00")


def test_stays_are_seen_by_those_they_concern_alone(world, program):
    stay(world, program)
    people = ("ana", "bo", "bob", "cleo", "dan", "sig_a", "sig_b", "sec", "lea")
    assert {name for name in people if stays_visible_to(getattr(world, name)).exists()} == {
        "ana", "sig_a", "sig_b", "sec",
    }  # fmt: skip


def test_a_stay_that_makes_no_sense_names_everything(world, program):
    with pytest.raises(Invalid) as refused:
        stay(world, program, 20, 10, host=world.org_c, home=world.org_c, purpose=" ")
    rules = [each.rule for each in refused.value.violations]
    assert rules == ["no_partner", "at_home", "ends_before_start", "purpose_missing"]


def test_places_are_given_in_order_and_who_waits_longest_moves_up(world, program):
    course = training(world, program)
    first, second, third, fourth = (enrol(course, by=person) for person in (world.dan, world.bo, world.bob, world.cleo))
    assert [row.seat for row in (first, second, third, fourth)] == [1, 2, None, None]
    assert enrol(course, by=world.dan) == first
    withdraw_enrolment(first, by=world.dan)
    third.refresh_from_db()
    assert (third.state, third.seat) == ("enrolled", 1)
    assert Message.objects.filter(recipient=world.bob, kind="training_place").count() == 1
    again = enrol(course, by=world.dan)
    assert (again.pk, again.state) == (first.pk, "waiting")


def test_enrolment_closes_and_results_are_the_leads_to_record(world, program):
    course = training(world, program, closes_on=today())
    place = enrol(course, by=world.dan)
    with time_machine.travel(today() + timedelta(days=1), tick=False), pytest.raises(WrongState):
        enrol(course, by=world.bo)
    with pytest.raises(NotPermitted):
        record_result(place, "pass", by=world.dan)
    assert record_result(place, "pass", by=world.ana).state == "passed"
    with pytest.raises(WrongState):
        record_result(place, "miss", by=world.ana)


def test_the_database_gives_no_place_twice(world, program):
    course = training(world, program)
    enrol(course, by=world.dan)
    with pytest.raises(IntegrityError), transaction.atomic():
        Enrolment.objects.create(training=course, person=world.bo, seat=1, state="enrolled", asked_at=course.created_at)


def test_trainings_of_a_running_programme_are_offers_to_everyone(world, program):
    training(world, program)
    assert trainings_visible_to(world.dan).exists()


def test_money_is_summed_in_the_programmes_currency_at_booked_rates(world, program):
    program = plan_budget(program, "eur", {"Travel": Decimal(1000), "Samples": Decimal(500)}, by=world.ana)
    travel = BudgetLine.objects.get(category="Travel")
    book_expenditure(travel, Amount(Decimal(1000), "CNY", today(), Decimal("0.125")), by=world.ana)
    book_expenditure(travel, Amount(Decimal("200.50"), "EUR", today()), by=world.sec)
    book_contribution(program, world.org_a, Amount(Decimal(800), "EUR", today()), by=world.ana)
    book_contribution(program, world.org_b, Amount(Decimal(400), "EUR", today()), by=world.ana, in_kind=True)
    money = money_of(program)
    assert (money.planned, money.spent, money.cash, money.in_kind) == (1500, Decimal("325.50"), 800, 400)
    assert money.execution == Decimal("0.217")
    assert [(row.currency, row.rate, row.worth) for row in money.spendings] == [
        ("CNY", Decimal("0.125"), 125), ("EUR", 1, Decimal("200.50")),
    ]  # fmt: skip
    with pytest.raises(Invalid) as refused:
        plan_budget(program, "USD", {"Samples": Decimal(1)}, by=world.ana)
    assert [each.rule for each in refused.value.violations] == ["currency_fixed", "spent_on"]


def test_only_lead_and_secretariat_book_money_and_an_entry_never_changes(world, program):
    program = plan_budget(program, "EUR", {"Travel": Decimal(1)}, by=world.ana)
    line = BudgetLine.objects.get()
    for person in (world.sig_a, world.lea, world.bo, world.dan):
        with pytest.raises(NotPermitted):
            book_expenditure(line, Amount(Decimal(1), "EUR", today()), by=person)
    entry = book_expenditure(line, Amount(Decimal(1), "EUR", today()), by=world.ana)
    with pytest.raises(Exception, match="append_only"), transaction.atomic():
        type(entry).objects.filter(pk=entry.pk).update(amount=2)


def test_an_evaluation_keeps_the_figures_of_its_day_and_never_changes(world, program):
    reach_milestone(program.milestones.get(), by=world.ana)
    confirm_stay(stay(world, program, 1, 61), by=world.sig_a)
    plan_budget(program, "EUR", {"Travel": Decimal(100)}, by=world.ana)
    book_expenditure(BudgetLine.objects.get(), Amount(Decimal(25), "EUR", today()), by=world.ana)
    complete_program(program, by=world.ana)
    evaluate_program(program, cast.JUDGED, by=world.lea)
    kept = Evaluation.objects.get()
    said = ("on_time", "months", "spent", "planned", "partners", "countries")
    assert [kept.figures[name] for name in said] == [1, "2.00", "25.00", "100.00", 2, 2]
    assert set(Message.objects.filter(kind="program_moved", context__note=kept.reached).values_list(
        "recipient__name", flat=True
    )) == {"Ana", "Sig_a", "Sig_b", "Sec"}  # fmt: skip
    with pytest.raises(Exception, match="append_only"), transaction.atomic():
        Evaluation.objects.update(goals=5)


def test_an_agreement_has_versions_and_its_end_is_announced_once(world, program):
    told = {"signed_on": today(), "valid_from": today(), "reference": "Archive 12"}
    first = record_agreement(program, by=world.sec, valid_until=today() + timedelta(days=200), **told)
    assert (first.number, announce_renewals()) == (1, 0)
    with pytest.raises(NotPermitted):
        record_agreement(program, by=world.ana, valid_until=today(), **told)
    with time_machine.travel(today() + timedelta(days=110), tick=False):
        assert (announce_renewals(), announce_renewals()) == (1, 0)
        assert set(Message.objects.filter(kind="program_agreement_ends").values_list("recipient__name", flat=True)) == {
            "Ana", "Sig_a", "Sig_b", "Sec",
        }  # fmt: skip
    second = record_agreement(program, by=world.sec, valid_until=date(today().year + 5, 1, 1), **told)
    assert second.number == 2


def test_a_new_person_sees_no_stay(world, program):
    stay(world, program)
    assert not stays_visible_to(make_user("eve", world.org_c)).exists()

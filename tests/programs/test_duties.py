"""What waits for those who hold an office in proposals, calls, runs and programmes, and for nobody else."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.commands import grant_role
from core import clock
from frontend.contexts.duties import duties_of
from programs.commands import outcomes
from programs.commands.cooperation.exchange import plan_stay
from programs.commands.cooperation.training import enrol
from programs.commands.feasibility import Judgement, judge_feasibility
from programs.models import ExperimentReport, Training, Window
from programs.queries import duties
from tests.programs import cast, companies
from tests.programs.allocating import allocating
from tests.programs.asking import a_call, a_proposal
from tests.programs.reviewing import a_panel, a_review, before
from tests.programs.running import a_run_of

pytestmark = pytest.mark.django_db
EVERYBODY = ("ana", "bo", "bob", "cleo", "dan", "sec", "lea", "sig_a", "sig_b")


def for_whom(world, waiting) -> set[str]:
    return {name for name in EVERYBODY if waiting(getattr(world, name)).exists()}


def test_legs_wait_for_the_staff_of_their_instrument_until_the_window_ends(world):
    call, now = a_call(world), clock.now()
    Window.objects.create(call=call, stage="feasibility", period=(now - timedelta(days=1), now + timedelta(days=3)))
    leg = a_proposal(world, call, state="feasibility", legs=1).legs.get()
    assert for_whom(world, duties.legs_waiting) == {"bo", "cleo"}
    assert duties.judging_until(duties.legs_waiting(world.cleo)) == now + timedelta(days=3)
    grant_role(world.bob, "safety_officer", world.facility_a, by=world.system)
    leg.alternates.add(world.instrument_b)
    judge_feasibility(leg, Judgement("not_feasible", note="The cryostat is away."), by=world.cleo)
    assert for_whom(world, duties.legs_waiting) == {"bob"}
    assert for_whom(world, duties.legs_to_move) == {"ana"}


def test_runs_and_reports_wait_for_the_facility_they_are_of(world):
    run = a_run_of(world, a_proposal(world, a_call(world, facility=world.facility_a), state="accepted"))
    assert for_whom(world, duties.runs_without_the_facilitys_word) == {"bo", "cleo"}
    outcomes.give_feedback(run, 4, by=world.cleo)
    assert for_whom(world, duties.runs_without_the_facilitys_word) == set()
    outcomes.ask_for_reports()
    assert for_whom(world, duties.reports_to_accept) == set()
    outcomes.submit_report(ExperimentReport.objects.get(), by=world.ana, text="It moved.")
    assert for_whom(world, duties.reports_to_accept) == {"bo"}


def test_calls_and_companies_wait_for_who_runs_them_and_reviews_for_who_writes_them(world):
    closed = a_call(world, state="closed")
    assert for_whom(world, duties.calls_to_move) == {"sec"}
    allocating(world, sealed_for=timedelta(days=2))
    assert for_whom(world, duties.calls_to_move) == {"sec", "lea"}
    companies.asked(world)
    assert for_whom(world, duties.industrial_requests_to_answer) == {"bo"}
    a_review(before(a_panel(world, closed, world.cleo), a_proposal(world, closed, state="review")), world.cleo)
    assert for_whom(world, duties.reviews_to_write) == {"cleo"}


def test_stays_wait_for_the_host_and_ended_trainings_for_the_lead(world):
    program, today = cast.active(world), clock.now().date()
    plan_stay(
        program, world.ana, world.org_a, by=world.ana, starts_on=today + timedelta(days=3),
        ends_on=today + timedelta(days=9), purpose="Together", home=world.org_b,
    )  # fmt: skip
    assert for_whom(world, duties.stays_to_confirm) == {"sig_a"}
    enrol(cast.training(world, program), by=world.dan)
    assert for_whom(world, duties.trainings_to_close) == set()
    Training.objects.update(days=(today - timedelta(days=5), today))
    assert for_whom(world, duties.trainings_to_close) == {"ana"}


def test_a_line_leads_to_each_duty_and_many_cost_what_one_costs(world):
    def one_more() -> None:
        a_proposal(world, call, state="feasibility", legs=1)
        a_run_of(world, a_proposal(world, here, state="accepted"))
        outcomes.ask_for_reports()
        outcomes.submit_report(ExperimentReport.objects.filter(state="due").get(), by=world.ana, text="It moved.")
        companies.asked(world)
        a_call(world, facility=world.facility_a, state="closed")

    def cost() -> int:
        with CaptureQueriesContext(connection) as seen:
            duties_of(world.bo)
        return len(seen)

    call, here = a_call(world), a_call(world, facility=world.facility_a)
    one_more()
    assert [each.title for each in duties_of(world.bo)] == [
        "1 part of a proposal waits for your check of feasibility or safety",
        "Start the review of “Spring call”",
        "1 report waits to be accepted",
        "Say for the facility how 1 run went",
        "Answer the request of Acme Coatings",
    ]
    first = cost()
    one_more()
    one_more()
    assert cost() == first

"""When reports are due and reminded of, and which DOIs are ones."""

from datetime import UTC, date, datetime, timedelta

import pytest

from core import clock
from facilities.models import Booking
from programs.models import ExperimentReport
from programs.queries.outcomes import overdue_reports_of, reports_visible_to
from programs.rules.outcomes import normal_doi, reminder_due, report_due_on
from tests.programs.asking import a_call, a_member, a_proposal

DAYS = (-30, -7, 0, 14)


def test_a_report_is_due_calendar_months_after_the_run():
    assert report_due_on(datetime(2027, 11, 30, 12, tzinfo=UTC), "Europe/Berlin", 3) == date(2028, 2, 29)
    assert report_due_on(datetime(2026, 11, 30, 12, tzinfo=UTC), "Europe/Berlin", 3) == date(2027, 2, 28)


def test_a_run_that_ends_at_midnight_there_ends_with_the_day_before():
    midnight_in_shanghai = datetime(2027, 5, 9, 16, tzinfo=UTC)
    assert report_due_on(midnight_in_shanghai, "Asia/Shanghai", 3) == date(2027, 8, 9)


def test_each_reminder_is_sent_once_and_a_late_timer_sends_one():
    due = date(2027, 3, 31)
    assert reminder_due(due, due - timedelta(days=31), DAYS, []) is None
    assert reminder_due(due, due - timedelta(days=30), DAYS, []) == -30
    assert reminder_due(due, due - timedelta(days=29), DAYS, [-30]) is None
    assert reminder_due(due, due, DAYS, [-30]) == 0
    assert reminder_due(due, due + timedelta(days=99), DAYS, [0]) == 14


@pytest.mark.parametrize(
    "given",
    ["10.1000/ABC.1", "doi:10.1000/abc.1", "https://doi.org/10.1000/abc.1", " http://dx.doi.org/10.1000%2FABC.1 "],
)
def test_a_doi_is_kept_bare_and_in_lower_case(given):
    assert normal_doi(given) == "10.1000/abc.1"


@pytest.mark.parametrize("given", ["", "abc", "10.1/x", "11.1000/x", "10.1000/", "10.1000/a b", "https://example.org"])
def test_what_is_no_doi_is_refused(given):
    with pytest.raises(ValueError) as refused:
        normal_doi(given)
    assert refused.value.args == (given,)


def a_report(world, proposal, **fields) -> ExperimentReport:
    from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

    end = clock.now() - timedelta(days=100)
    booking = Booking.objects.create(
        instrument=world.instrument_a,
        period=DateTimeTZRange(end - timedelta(hours=8), end),
        state="completed",
        unit="shift",
        units=1,
        team=proposal.team,
        requester=world.ana,
    )
    return ExperimentReport.objects.create(proposal=proposal, booking=booking, publish_by=date(2030, 1, 1), **fields)


@pytest.mark.django_db
def test_an_overdue_report_blocks_those_who_lead_and_nobody_else(world):
    proposal = a_proposal(world, a_call(world), state="accepted")
    a_member(proposal, world.dan, role="member", organisation=world.org_c)
    a_member(proposal, world.cleo, role="co_pi", organisation=world.org_a)
    report = a_report(world, proposal, due_on=clock.now().date() - timedelta(days=1))
    assert [list(overdue_reports_of([each.pk])) for each in (world.ana, world.cleo)] == [[report], [report]]
    assert not overdue_reports_of([world.dan.pk, world.bo.pk]).exists()


@pytest.mark.django_db
def test_what_is_due_today_or_waived_blocks_nobody(world):
    proposal = a_proposal(world, a_call(world), state="accepted")
    report = a_report(world, proposal, due_on=clock.now().date())
    assert not overdue_reports_of([world.ana.pk]).exists()
    ExperimentReport.objects.filter(pk=report.pk).update(state="waived", due_on=date(2020, 1, 1))
    assert not overdue_reports_of([world.ana.pk]).exists()


@pytest.mark.django_db
def test_reports_are_seen_by_the_team_and_those_who_run_the_call(world):
    report = a_report(world, a_proposal(world, a_call(world), state="accepted"), due_on=date(2027, 1, 1))
    seen = {
        name for name in ("ana", "bo", "bob", "dan", "lea", "sec") if report in reports_visible_to(getattr(world, name))
    }
    assert seen == {"ana", "lea", "sec"}

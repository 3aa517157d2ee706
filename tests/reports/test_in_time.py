"""K24 and K31: experiment reports in time, bookings called off late, and those nobody came to."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection

from facilities.models import Cancellation
from programs.models import ExperimentReport
from reports.queries.answers import answer
from tests.programs.asking import a_call, a_proposal
from tests.reports.history import MAY, may_2026, used, utc

pytestmark = pytest.mark.django_db


def rows(user, name, **asked):
    return answer(name, {**MAY, **asked}, user=user).rows


def test_reports_that_came_by_their_day_of_those_that_were_due(world):
    """At A: one in time at the last minute in Berlin, one a day late, one still owed, one waived, one due later."""
    proposal = a_proposal(world, a_call(world), state="accepted")
    submitted = [utc(2026, 5, 10, 21, 59), utc(2026, 5, 10, 22, 1), None, None, None]
    due = [date(2026, 5, 10)] * 4 + [date(2027, 5, 10)]
    for n, (at, day) in enumerate(zip(submitted, due, strict=True)):
        booking = used(world.instrument_a, world.ana, world.org_b, 2 + n)
        state = "waived" if n == 3 else "submitted" if at else "due"
        ExperimentReport.objects.create(
            proposal=proposal,
            booking=booking,
            state=state,
            due_on=day,
            publish_by=day,
            text="Found." if at else "",
            submitted_at=at,
        )
    (row,) = rows(world.lea, "report-compliance")
    assert (row["facility"], row["due"], row["in_time"], row["outstanding"]) == ("FA", 3, 1, 1)
    assert row["share"] == 0.3333
    assert rows(world.dan, "report-compliance")[0]["share"] is None


@pytest.fixture
def cancelled(world):
    may_2026(world)
    for day, cause, days in ((21, "requester", 13), (22, "requester", 15), (23, "facility", 2), (24, "requester", 0)):
        booking = used(world.instrument_a, world.dan, world.org_c, day, state="cancelled")
        Cancellation.objects.create(
            booking=booking, caused_by=cause, by=world.dan, notice_minutes=days * 1440, is_late=False, due=Decimal(0),
            reason="Beam",
        )  # fmt: skip
    used(world.instrument_a, world.dan, world.org_c, 25, state="no_show")
    used(world.instrument_a, world.dan, world.org_c, 26, state="withdrawn")
    return world


def test_what_was_called_off_late_of_all_that_was_approved_once(cancelled):
    """Eight of May, four cancelled of which two late by the requester, one no-show; what was only asked for is out."""
    (row,) = rows(cancelled.lea, "cancellations")
    assert (row["period"], row["bookings"], row["late"], row["by_facility"], row["no_shows"]) == (
        "2026-05",
        13,
        2,
        1,
        1,
    )
    assert row["late_share"] == round(2 / 13, 4)


def test_the_same_counted_booking_by_booking(cancelled):
    with connection.cursor() as cursor:
        cursor.execute("""
            with one as (
                select b.state, (select c.notice_minutes from facilities_cancellation c
                    where c.booking_id = b.id and c.caused_by = 'requester') as notice
                from facilities_booking b where b.state not in ('requested', 'withdrawn')
            )
            select count(*), sum(case when notice < 20160 then 1 else 0 end), sum((state = 'no_show')::int) from one
        """)
        second = cursor.fetchone()
    (row,) = rows(cancelled.lea, "cancellations", by="total")
    assert (row["bookings"], row["late"], row["no_shows"]) == second


def test_the_rows_behind_are_those_that_were_counted(cancelled):
    from reports.queries.behind import rows_behind
    from reports.registry import report_named

    found = rows_behind(report_named("cancellations"), MAY, user=cancelled.lea)
    assert found.count() == 13
    assert rows_behind(report_named("cancellations"), MAY, user=cancelled.sig_b).count() == 0

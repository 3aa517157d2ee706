"""K07: what was delivered of the time that was booked."""

import pytest
from django.db import connection

from reports.queries.answers import answer
from tests.reports.history import MAY, may_2026, used

pytestmark = pytest.mark.django_db


@pytest.fixture
def history(world):
    may_2026(world)
    used(world.instrument_a, world.dan, world.org_c, 20, state="no_show")
    used(world.instrument_a, world.dan, world.org_c, 22, state="approved")
    return world


def delivery(user):
    return {
        row["facility"]: (row["planned_hours"], row["delivered_hours"], row["delivery"])
        for row in answer("shift-delivery", MAY, user=user).rows
    }


def test_delivered_of_planned_with_no_shows_and_without_what_is_still_to_come(history):
    """At A seven shifts of which one half was lost, and one nobody came to: 52 of 64 hours."""
    assert delivery(history.lea) == {"FA": (64, 52, 0.8125), "FB": (8, 8, 1)}


def test_the_same_from_the_bookings_one_by_one(history):
    with connection.cursor() as cursor:
        cursor.execute(
            "select b.instrument_id, b.units * 8, coalesce((select s.units * 8 from facilities_session s"
            " where s.booking_id = b.id), 0) from facilities_booking b where b.state in ('closed', 'no_show')"
        )
        rows = [row for row in cursor.fetchall() if row[0] == history.instrument_a.pk]
    planned, delivered = sum(row[1] for row in rows), sum(row[2] for row in rows)
    assert delivery(history.lea)["FA"] == (planned, delivered, round(delivered / planned, 4))


def test_other_centres_see_no_share_of_one_party(history):
    assert delivery(history.dan)["FB"] == (None, None, None)
    assert delivery(history.bob)["FB"] == (8, 8, 1)

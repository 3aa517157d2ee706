"""K30: what was lost by cause, clipped to the period, and what of it was given back."""

from decimal import Decimal

import pytest
from django.test import Client

from facilities.commands.allocations import grant_allocation
from facilities.commands.ledger import enter
from facilities.commands.teams import create_team
from facilities.models import Booking, Session
from reports import metrics
from reports.queries.answers import answer
from tests.reports.history import MAY, may_2026, used

pytestmark = pytest.mark.django_db


@pytest.fixture
def history(world):
    """In May: 4 h of A's source, 8 h of B's computing; 6 h of A's instrument of which 2 h lie in May."""
    may_2026(world)
    used(world.instrument_b, world.bo, world.org_a, 21, hours=0, lost="computing")
    late = used(world.instrument_a, world.dan, world.org_c, 25, hours=2, lost="instrument")
    Session.objects.filter(booking=late).update(
        starts_at="2026-05-31T20:00:00Z", ends_at="2026-06-01T02:00:00Z", lost_units=Decimal("0.75")
    )
    return world


def losses(user, **asked):
    return [row for row in answer("losses", {**MAY, **asked}, user=user).rows if not row["suppressed"]]


def test_shares_of_the_whole_and_of_all_larger_ones():
    assert metrics.pareto([6, 3, 1]) == [(0.6, 0.6), (0.3, 0.9), (0.1, 1.0)]
    assert metrics.pareto([0]) == [(None, None)]
    assert metrics.pareto([]) == []


def test_hours_lost_by_cause_the_largest_first_and_clipped_to_the_period(history):
    found = [(row["cause"], row["lost_hours"], row["share"], row["running"]) for row in losses(history.lea)]
    assert found == [
        ("computing", 8, 0.5714, 0.5714),
        ("source", 4, 0.2857, 0.8571),
        ("instrument", 2, 0.1429, 1),
    ]
    assert [row["cause"] for row in losses(history.lea, facility="fa")] == ["source", "instrument"]


def test_what_was_credited_for_a_loss_counts_as_given_back(history):
    team = create_team("group", "Alloys", organisation=history.org_a, by=history.system)
    account = grant_allocation(
        team, history.instrument_a, Decimal(9), cycle=None, valid_from=history.at(0, 0), valid_until=history.at(9, 0),
        by=history.system,
    )  # fmt: skip
    booking = Booking.objects.get(session__lost_cause="source")
    enter(account, "compensated", Decimal("0.25"), by=history.system, booking=booking).save(force_insert=True)
    row = next(row for row in losses(history.lea) if row["cause"] == "source")
    assert (row["back_hours"], row["back_share"]) == (2, 0.5)


def test_the_public_and_other_centres_see_no_small_cell(history):
    assert losses(history.dan) == []
    assert [row["cause"] for row in losses(history.bob, facility="fb")] == ["computing"]
    assert losses(history.bob, facility="fa") == []


def test_the_page_of_facility_use_shows_the_loss_by_cause_with_its_files(history, as_page):
    html = as_page(history.lea, "/facility-use/?period=2026-Q2")
    assert "Lost time by cause" in html
    assert "Source or machine" in html
    assert "/reports/losses.csv" in html


@pytest.fixture
def as_page():
    def page(user, address):
        client = Client()
        client.force_login(user)
        return client.get(address).content.decode()

    return page

"""The demonstration alliance: loaded once, from facts, and only where it may be."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from accounts.models import Organisation, User
from alliance.models import Membership
from config.demo.people import LOGINS, PASSWORD
from core import clock
from facilities.models import Booking, Campaign, Facility, Instrument, LedgerEntry, Series, Session
from facilities.queries.bookings import bookings_visible_to
from facilities.queries.campaigns import legs_of
from facilities.queries.series import dates_of
from programs.models import ExchangeStay, ExperimentReport, Program, Proposal, Review, Round
from reports.queries.answers import answer
from workflow.models import Decision

SHOWN = (
    ("time-to-beam", "median"),
    ("report-compliance", "in_time"),
    ("industry", "proprietary_share"),
    ("industry", "user_share"),
    ("industrial-income", "income"),
    ("applications", "applications"),
    ("cancellations", "late"),
    ("users", "new_users"),
    ("user-time", "backup_hours"),
    ("user-time", "short_hours"),
)
"""Figures of which the demonstration once had nothing."""


def run(*options: str) -> str:
    out = StringIO()
    call_command("demo", *options, stdout=out)
    return out.getvalue()


def test_it_loads_once_and_shows_something_to_everybody(db, settings):
    settings.DEBUG = True
    printed = run()
    counts = User.objects.count(), Booking.objects.count(), Program.objects.count()
    assert all(f"{login}@demo.yanqi.example" in printed for login in LOGINS)
    assert run().splitlines()[0].startswith("Demonstration logins")
    assert (User.objects.count(), Booking.objects.count(), Program.objects.count()) == counts

    centres = Organisation.objects.exclude(ror_id=None)
    assert centres.count() >= 14
    assert centres.values("country").distinct().count() >= 10
    working = Facility.objects.filter(status="operation")
    assert working.count() >= 10
    assert working.values("kind").distinct().count() >= 6
    assert working.values("zone").distinct().count() >= 8
    assert Instrument.objects.count() == 60
    assert not Instrument.objects.filter(techniques=None).exists()
    assert Membership.objects.count() == 9
    dates = [each.outcome for each in dates_of(Series.objects.get())]
    assert dates.count("approved") >= 3
    campaign = Campaign.objects.get()
    assert (campaign.state, [leg.booking.state for leg in legs_of(campaign)]) == (
        "requested",
        ["approved", "requested", "requested"],
    )
    assert Program.objects.count() == 30
    assert not Program.objects.filter(is_demo=False).exists()
    assert not Booking.objects.filter(is_demo=False).exists()
    assert Session.objects.count() > 3000
    assert User.objects.get(email="scientist40@demo.yanqi.example").check_password(PASSWORD)

    assert sorted(ExperimentReport.objects.values_list("state", flat=True)) == ["accepted"] * 5 + ["submitted"]
    leader = User.objects.get(email="leader@demo.yanqi.example")
    for name, column in SHOWN:
        assert any(row[column] for row in answer(name, {}, user=leader).rows), (
            f"{name} has something to show under {column}"
        )
    assert set(ExchangeStay.objects.values_list("state", flat=True)) == {"confirmed", "planned"}
    proposed = Round.objects.get(call__state="allocating")
    assert set(proposed.lines.values_list("verdict", flat=True)) == {"allocated", "reserve"}
    assert set(Review.objects.filter(assessment__proposal__call=proposed.call).values_list("state", flat=True)) == {
        "submitted"
    }
    assert not Proposal.objects.filter(call=proposed.call, versions=None).exists()
    assert not Proposal.objects.filter(call=proposed.call, answers=None).exists()

    manager = User.objects.get(email="manager@demo.yanqi.example")
    waiting = bookings_visible_to(manager).filter(
        state="requested", instrument__facility__slug="diamond", period__startswith__gt=clock.now()
    )
    assert waiting.count() >= 3
    colliding = [row for row in waiting if row.instrument.blocks.filter(period__overlap=row.period).exists()]
    assert colliding
    assert Decision.objects.filter(part__isnull=False).exists()
    assert LedgerEntry.objects.filter(kind="received").exists()


def test_it_refuses_a_database_that_holds_something_else(world, settings):
    settings.DEBUG = True
    with pytest.raises(CommandError, match="--force"):
        run()
    assert not Program.objects.exists()


def test_it_refuses_where_debug_is_off(db, settings):
    settings.DEBUG = False
    with pytest.raises(CommandError, match="--public-demo"):
        run()
    assert not User.objects.filter(is_demo=True).exists()

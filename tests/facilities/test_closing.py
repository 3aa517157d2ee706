"""The clock closes what is over; what was brought in from elsewhere stays as its source says."""

from datetime import timedelta

import pytest

from core import clock
from facilities.commands import sessions
from facilities.commands.closing import close_due
from tests.facilities.asking import approve, ask, berlin

pytestmark = pytest.mark.django_db


@pytest.fixture
def completed(world):
    booking = approve(ask(world.instrument_a, berlin(world, 1, 8), by=world.ana), world.bo)
    with clock.standing_at(booking.starts_at):
        sessions.check_in(booking, by=world.cleo)
    with clock.standing_at(booking.ends_at):
        return sessions.check_out(booking, by=world.cleo)


def test_a_completed_booking_is_closed_when_losses_are_no_longer_reported(completed, settings):
    settings.CLOSE_AFTER_DAYS = 3
    assert close_due(completed.ends_at + timedelta(days=3, seconds=-1)) == 0
    assert close_due(completed.ends_at + timedelta(days=3)) == 1
    completed.refresh_from_db()
    assert completed.state == "closed"
    assert close_due(completed.ends_at + timedelta(days=9)) == 0


def test_an_imported_booking_is_left_to_its_source(completed):
    completed.source = "elsewhere"
    completed.save(update_fields=["source"])
    assert close_due(completed.ends_at + timedelta(days=99)) == 0

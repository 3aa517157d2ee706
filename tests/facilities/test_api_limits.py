"""The limits of an instrument over the API."""

import pytest

from tests.facilities.asking import ask, berlin, hourly

pytestmark = pytest.mark.django_db


def test_the_api_changes_limits_for_those_who_keep_the_calendar(world, api):
    instrument = hourly(world)
    path = f"/instruments/{instrument.slug}/limits"
    booking = ask(instrument, berlin(world, 1, 8), 8, by=world.ana)
    assert api(world.ana, "patch", path, {"max_minutes": 60}).status_code == 403
    refused = api(world.bo, "patch", path, {"max_minutes": 60})
    assert (refused.status_code, refused.json()["code"]) == (409, "bookings_break")
    changed = api(world.bo, "patch", path, {"max_minutes": 60, "seen": [str(booking.pk)]})
    assert (changed.status_code, changed.json()["max_minutes"]) == (200, 60)
    assert api(world.ana, "get", path).json()["max_minutes"] == 60

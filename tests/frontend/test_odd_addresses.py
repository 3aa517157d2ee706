"""Days and instants at the ends of the calendar, and what is none, are found fault with; no page breaks on them."""

import pytest
from django.urls import reverse

from frontend.forms.days import DayField

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_a_day_that_no_zone_could_show_is_found_fault_with(client, world, day):
    client.force_login(world.ana)
    answer = client.get(reverse("instruments"), {"first": day})
    assert "Ensure this value is" in answer.content.decode()


@pytest.mark.parametrize(
    "times",
    [
        "2027-01-04T08:00 2027-01-04T16:00",
        "0001-01-01T00:00+14:00 2027-01-04T16:00Z",
        "9999-12-31T23:59Z 9999-12-31T23:59Z",
    ],
)
def test_a_time_that_an_address_names_has_its_zone_and_a_likely_year(client, world, times):
    client.force_login(world.ana)
    answer = client.get(reverse("request_time"), {"use": f"{world.instrument_a.slug} {times}"})
    assert answer.status_code == 404


def test_usual_days_are_days():
    assert DayField().clean("2028-02-29").isoformat() == "2028-02-29"

"""What came in late explains why today's figure differs from its snapshot, within the reader's rights."""

import pytest
from django.test import Client

from core import clock
from facilities.models import Booking, Session
from reports.commands.snapshots import freeze_report
from reports.queries.snapshots import difference
from tests.reports.history import MAY, may_2026, used

pytestmark = pytest.mark.django_db


@pytest.fixture
def changed(world):
    """After the snapshot a session came in and another was corrected."""
    may_2026(world)
    Booking.objects.update(updated_at=clock.now())
    frozen = freeze_report("flows", MAY, by=world.bo)
    new = used(world.instrument_a, world.ana, world.org_b, 25)
    corrected = Session.objects.filter(instrument=world.instrument_a).earliest("starts_at")
    corrected.units /= 2
    corrected.save()
    return world, frozen, {"new": new.reference, "changed": corrected.booking.reference}


def test_new_and_corrected_rows_are_named(changed):
    world, frozen, expected = changed
    found = difference(frozen, user=world.bo)
    assert not found.same
    assert {each.what: each.line.label for each in found.late} == expected
    assert found.late_count == 2


def test_a_booking_that_counts_no_longer_is_named_as_well(changed):
    world, *_rest = changed
    again = freeze_report("utilisation", MAY, by=world.bo)
    booking = used(world.instrument_a, world.dan, world.org_c, 28, state="cancelled")
    assert [(each.what, each.line.label) for each in difference(again, user=world.bo).late] == [
        ("gone", booking.reference)
    ]


def test_who_may_not_see_the_rows_is_told_nothing_of_them(changed):
    world, *_rest = changed
    own = freeze_report("flows", MAY, by=world.dan)
    used(world.instrument_a, world.ana, world.org_b, 26)
    found = difference(own, user=world.dan)
    assert (found.late, found.late_count) == ([], 0)


def test_the_page_and_the_api_list_what_came_in_late(changed):
    world, frozen, expected = changed
    client = Client()
    client.force_login(world.bo)
    html = client.get(f"/reports/snapshots/{frozen.pk}/").content.decode()
    assert "What came in late" in html
    assert all(reference in html for reference in expected.values())
    body = client.get(f"/api/v1/snapshots/{frozen.pk}/difference").json()
    assert {each["what"]: each["line"]["label"] for each in body["late"]} == expected

"""One row is found by its identifier, its slug or its reference, and by nothing else that an address may hold."""

import pytest

from accounts.models import Organisation
from core.errors import NotFound
from core.lookup import find
from facilities.models import Booking
from programs.queries.cooperation.listing import find_program
from tests.facilities.asking import ask, berlin

pytestmark = pytest.mark.django_db


def test_a_row_is_found_by_identifier_or_slug(world):
    for key in (world.org_a.pk, str(world.org_a.pk), world.org_a.slug):
        assert find(Organisation.objects.all(), key) == world.org_a


def test_a_numbered_row_is_found_by_its_reference(world):
    booking = ask(world.instrument_a, berlin(world, 1, 8), by=world.ana)
    for key in (booking.reference, booking.reference.lower(), f"B-{booking.number}"):
        assert find(Booking.objects.all(), key, numbered="B-") == booking


@pytest.mark.parametrize("key", ["", "nobody", "B-", "B-²", "B-٣", "B-0", "B-" + "9" * 18, "B-" + "9" * 5000])
def test_what_names_nothing_is_not_found(world, key):
    for look in (
        lambda: find(Organisation.objects.all(), key),
        lambda: find(Booking.objects.all(), key, numbered="B-"),
        lambda: find_program(world.system, key),
    ):
        with pytest.raises(NotFound):
            look()

"""Many register for few places at once: never more people than places, nobody lost."""

from collections import Counter
from functools import partial

import pytest

from alliance.commands.events import cancel_registration, register
from alliance.models import Registration
from tests.alliance.hosting import an_event
from tests.races.test_booking_races import at_once
from tests.world import make_user

pytestmark = pytest.mark.django_db(transaction=True)


def test_64_who_register_at_once_for_ten_places_get_ten_and_every_place_given_back_is_given_once(world):
    event = an_event(world, places_onsite=10)
    people = [make_user(f"guest{number}", world.org_c) for number in range(64)]
    at_once([partial(register, event, "onsite", by=person) for person in people])
    assert Counter(Registration.objects.values_list("is_waiting", flat=True)) == {False: 10, True: 54}
    seated = list(Registration.objects.filter(is_waiting=False).select_related("person", "event"))
    at_once([partial(cancel_registration, row, by=row.person) for row in seated])
    kept = Registration.objects.filter(cancelled_at=None)
    assert Counter(kept.values_list("is_waiting", flat=True)) == {False: 10, True: 44}
    longest = Registration.objects.exclude(pk__in=[row.pk for row in seated]).order_by("created_at", "id")[:10]
    assert {row.pk for row in longest} == set(kept.filter(is_waiting=False).values_list("pk", flat=True))

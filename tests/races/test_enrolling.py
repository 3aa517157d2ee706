"""Many enrol in a training at once: never more people than places, nobody lost."""

from collections import Counter
from functools import partial

import pytest

from programs.commands.cooperation.training import enrol
from programs.models import Enrolment
from tests.programs import cast
from tests.programs.cast import training
from tests.races.barrier import at_once
from tests.world import make_user

pytestmark = pytest.mark.django_db(transaction=True)


def test_sixteen_who_enrol_at_once_for_five_places_get_five_and_the_rest_wait(world):
    course = training(world, cast.active(world), capacity=5)
    people = [make_user(f"guest{number}", world.org_c) for number in range(16)]
    at_once([partial(enrol, course, by=person) for person in people])
    assert Counter(Enrolment.objects.values_list("state", flat=True)) == {"enrolled": 5, "waiting": 11}
    seats = Enrolment.objects.exclude(seat=None).order_by("seat").values_list("seat", flat=True)
    assert list(seats) == [1, 2, 3, 4, 5]

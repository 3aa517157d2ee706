"""Many check in at once, some twice and some for one member: each person is there once, each member counts once."""

from functools import partial

import pytest

from alliance.commands import attendance
from alliance.models import Attendance
from alliance.queries.meetings import present_voters
from core import clock
from tests.alliance import convening
from tests.races.barrier import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def test_twelve_who_check_in_twice_at_once_are_there_once_each(world):
    members = [convening.member(world.alliance, str(number)) for number in range(6)]
    people = [convening.speaker(members[n % 6], convening.account(f"p{n}")) for n in range(12)]
    meeting = convening.running(convening.assembly(world), world.sec)
    at_once([partial(attendance.check_in, meeting, by=person) for person in people for _twice in range(2)])
    assert Attendance.objects.count() == 12
    assert present_voters(meeting, clock.now()).count() == 6

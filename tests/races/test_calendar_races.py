"""A calendar that changes while people ask: whoever was first stays and is told, whoever was later is refused."""

from collections import Counter

import pytest
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from core.errors import RulesRefuse
from facilities.commands.calendar import Plan, change_block
from facilities.models import Block, Booking
from notifications.models import Message
from tests.facilities.asking import hourly
from tests.races.barrier import at_once, caller, slot

pytestmark = pytest.mark.django_db(transaction=True)


def maintenance(world, first, last):
    """A day's maintenance of the whole facility, or the refusal of it."""
    period = DateTimeTZRange(world.at(0, first), world.at(0, last))

    def change():
        try:
            return change_block(Plan(world.facility_a, None, "maintenance", period, "Magnets"), by=world.bo)
        except RulesRefuse as refusal:
            return refusal

    return change


def test_a_request_and_a_block_at_once_leave_no_booking_that_nobody_was_told_about(world):
    instruments = [hourly(world, f"H{number}") for number in range(6)]
    asked = [caller(world.ana, "/bookings", slot(each, world.at(0, 8), mode="remote")) for each in instruments]
    *answers, block = at_once([*asked, maintenance(world, 6, 18)])
    assert isinstance(block, Block)
    made = [answer.json()["id"] for answer in answers if answer.status_code == 201]
    refused = [answer.json() for answer in answers if answer.status_code == 422]
    assert len(made) + len(refused) == 6
    assert all("no_closure" in [each["rule"] for each in one["violations"]] for one in refused)
    told = Message.objects.filter(kind="booking_affected", recipient=world.ana).values_list("subject_id", flat=True)
    assert {str(pk) for pk in told} == set(made)
    assert Booking.objects.count() == len(made)


def test_of_blocks_that_overlap_at_once_one_is_written(world):
    answers = at_once([maintenance(world, 6 + n, 18 + n) for n in range(4)])
    assert Counter(type(answer) for answer in answers) == {Block: 1, RulesRefuse: 3}
    assert Block.objects.filter(kind="maintenance").count() == 1

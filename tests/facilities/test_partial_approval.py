"""A decider grants only a part of the time: the claim shrinks in place, the units come back, later steps see it."""

from decimal import Decimal

import pytest

from accounts.commands import grant_role
from core.errors import Invalid, NotPermitted, RulesRefuse, SlotTaken, WrongState
from facilities.commands.allocations import grant_allocation
from facilities.commands.bookings import approve_clean, reschedule_booking
from facilities.commands.teams import add_member, create_team
from facilities.models import Booking, LedgerEntry
from facilities.queries.bookings import booking_history
from notifications.models import Message
from tests.facilities.asking import approve, ask, hourly, rules_of
from tests.workflow.routes import set_route, step
from workflow.approvals import decide
from workflow.models import Decision, Task

pytestmark = pytest.mark.django_db


def open_task(booking):
    return Task.objects.get(subject_id=booking.pk, state="open")


def grant_part(booking, by, world, start, end, note="The sample environment is away in the evening"):
    decide(open_task(booking), "approve", by=by, note=note, part=(world.at(0, start), world.at(0, end)))
    booking.refresh_from_db()
    return booking


def on_account(world, instrument, units=10):
    team = create_team("group", "Alloys", organisation=world.org_b, by=world.system)
    add_member(team, world.ana, by=world.system)
    validity = {"cycle": None, "valid_from": world.at(-1, 0), "valid_until": world.at(60, 0)}
    return grant_allocation(team, instrument, Decimal(units), by=world.bo, **validity)


def test_a_part_is_granted_and_the_rest_is_free_with_its_units(world):
    instrument = hourly(world)
    account = on_account(world, instrument)
    booking = ask(instrument, world.at(0, 8), 6, by=world.ana, team=account.team)
    booking = grant_part(booking, world.bo, world, 8, 12)
    assert (booking.state, booking.starts_at, booking.ends_at, booking.units) == (
        "approved",
        world.at(0, 8),
        world.at(0, 12),
        Decimal(4),
    )
    account.refresh_from_db()
    assert (account.held, account.left) == (4, 6)
    assert list(account.entries.values_list("kind", "units")) == [("granted", 10), ("held", 6), ("released", 2)]
    assert ask(instrument, world.at(0, 12), 2, by=world.dan).pk
    with pytest.raises(SlotTaken):
        ask(instrument, world.at(0, 11), 1, by=world.dan)


def test_the_requester_is_told_what_is_granted_and_why(world):
    booking = ask(hourly(world), world.at(0, 8), 6, by=world.ana)
    grant_part(booking, world.bo, world, 10, 12)
    entry = booking_history(booking).get(verb="shorten")
    assert entry.note == "The sample environment is away in the evening"
    assert entry.data["asked_starts_at"] == world.at(0, 8).isoformat()
    told = Message.objects.get(kind="booking_shortened", recipient=world.ana)
    assert told.context["asked_units"] == "6.000"
    assert told.context["starts_at"] == world.at(0, 10).isoformat()
    assert told.context["note"] == entry.note
    part = Decision.objects.get().part
    assert (part.lower, part.upper) == (world.at(0, 10), world.at(0, 12))


def test_a_part_needs_a_reason_and_lies_within_the_time_asked_for(world):
    booking = ask(hourly(world), world.at(0, 8), 6, by=world.ana)
    with pytest.raises(Invalid) as refused:
        grant_part(booking, world.bo, world, 8, 10, note=" ")
    assert rules_of(refused.value) == ["reason_required"]
    for start, end in ((7, 10), (10, 15), (8, 14), (12, 12), (12, 10)):
        with pytest.raises(Invalid) as refused:
            grant_part(booking, world.bo, world, start, end)
        assert rules_of(refused.value) == ["part_of_the_time"]
    with pytest.raises(Invalid):
        decide(open_task(booking), "decline", by=world.bo, note="No", part=(world.at(0, 8), world.at(0, 9)))
    with pytest.raises(NotPermitted):
        grant_part(booking, world.bob, world, 8, 10)
    booking.refresh_from_db()
    assert (booking.state, booking.ends_at) == ("requested", world.at(0, 14))


def test_a_part_obeys_the_shortest_length(world):
    booking = ask(hourly(world, min_minutes=120), world.at(0, 8), 6, by=world.ana)
    with pytest.raises(RulesRefuse) as refused:
        grant_part(booking, world.bo, world, 8, 9)
    assert rules_of(refused.value) == ["long_enough"]
    assert not Decision.objects.exists()


def test_the_next_step_sees_the_part_and_a_step_for_long_stays_is_not_asked_any_more(world):
    grant_role(world.dan, "user_office", world.facility_a, by=world.system)
    instrument = hourly(world)
    set_route(
        instrument,
        step(1, "Scientist", "instrument_scientist"),
        step(2, "Long stays", "user_office", condition={"units_above": 4}),
        step(3, "Manager", "facility_manager"),
        by=world.bo,
    )
    booking = grant_part(ask(instrument, world.at(0, 8), 6, by=world.ana), world.cleo, world, 8, 12)
    assert (booking.state, booking.units) == ("requested", 4)
    task = open_task(booking)
    assert (task.name, task.process.facts["units"]) == ("Manager", "4.000")
    booking = grant_part(booking, world.bo, world, 8, 10, note="Shorter still")
    assert (booking.state, booking.units) == ("approved", 2)


def test_another_time_of_an_approved_booking_is_granted_as_a_whole(world):
    booking = approve(ask(hourly(world), world.at(0, 8), 2, by=world.ana), world.bo)
    reschedule_booking(booking, by=world.ana, starts_at=world.at(0, 12), ends_at=world.at(0, 16))
    with pytest.raises(WrongState) as refused:
        grant_part(booking, world.bo, world, 12, 14)
    assert refused.value.code == "part_of_a_change"


def test_people_on_site_are_free_again_in_the_part_that_is_not_granted(world):
    booking = ask(hourly(world), world.at(0, 8), 6, by=world.ana, mode="onsite")
    grant_part(booking, world.bo, world, 8, 10)
    assert ask(hourly(world, "H2"), world.at(0, 10), 2, by=world.ana, mode="onsite").pk


def test_in_bulk_only_what_nothing_stands_against_is_approved(world):
    instrument = hourly(world)
    clean, changed, ruled_out, elsewhere = (
        ask(instrument, world.at(day, 8), hours, by=world.ana) for day, hours in ((0, 2), (1, 2), (2, 6), (3, 2))
    )
    seen = {each.pk: each.version for each in Booking.objects.exclude(pk=elsewhere.pk)}
    reschedule_booking(changed, by=world.ana, starts_at=world.at(1, 10), ends_at=world.at(1, 12))
    instrument.max_minutes = 300
    instrument.save()
    approved, left = approve_clean(seen, by=world.bo)
    assert [each.pk for each in approved] == [clean.pk]
    assert {each.booking.pk: each.refusal.code for each in left}.keys() == {changed.pk, ruled_out.pk}
    assert left[0].refusal.code == "changed_meanwhile"
    assert rules_of(left[1].refusal) == ["short_enough"]
    assert approve_clean(seen, by=world.dan) == ([], [])
    assert LedgerEntry.objects.count() == 0
    elsewhere.refresh_from_db()
    assert elsewhere.state == "requested"

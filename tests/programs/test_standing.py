"""Life of a leg after the decision: it follows its bookings, moves to another host, is extended, given up, expires."""

from datetime import timedelta
from decimal import Decimal

import pytest
from dateutil.relativedelta import relativedelta

from core import clock
from core.errors import NotPermitted, RulesRefuse, WrongState
from facilities.commands.bookings import cancel_booking
from facilities.commands.sessions import lose_booking
from facilities.models import Allocation, Booking
from notifications.models import Message
from programs.commands import afterwards, rounds
from programs.models import Leg
from programs.queries.transfers import transfers_visible_to, transfers_waiting_for
from programs.rules.standing import stands_at
from tests.facilities.asking import approve, ask, berlin, rules_of
from tests.programs.allocating import allocating, proposed, scored
from tests.world import make_instrument

pytestmark = pytest.mark.django_db


@pytest.fixture
def granted(world):
    """Ana has six shifts at A1 and, after them, six at B1; both for the next three months."""
    call = allocating(world, offered=20)
    proposal = scored(world, call, 4.5, pi=world.ana, legs=2)
    first, second = proposal.legs.order_by("position")
    second.depends_on.add(first)
    proposed(world, call)
    rounds.announce_results(call, by=world.lea)
    proposal.refresh_from_db()
    assert proposal.state == "accepted"
    return proposal


def leg_of(proposal, position=1) -> Leg:
    return proposal.legs.select_related("allocation", "instrument").get(position=position)


def book(world, leg, day, *, units=3, execute=None) -> Booking:
    account = leg.allocation
    wish = {"team": account.team, "allocation": account}
    return approve(ask(leg.instrument, berlin(world, day, 8), 8 * units, by=world.ana, **wish), world.bo)


@pytest.mark.parametrize(
    ("bookings", "spent", "state"),
    [
        ([], False, "allocated"),
        (["requested"], True, "allocated"),
        (["completed", "approved"], True, "scheduled"),
        (["completed"], False, "allocated"),
        (["completed", "lost"], True, "done"),
        (["lost"], True, "lost"),
        (["no_show"], True, "cancelled"),
        ([], True, "cancelled"),
    ],
)
def test_where_a_leg_stands_follows_from_its_bookings(bookings, spent, state):
    assert stands_at(bookings, spent=spent) == state


def test_a_leg_hears_of_its_bookings_after_the_commit(world, granted, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        booking = book(world, leg_of(granted), 1)
    leg = leg_of(granted)
    assert (leg.state, leg.confirmed_at is not None) == ("scheduled", True)
    with django_capture_on_commit_callbacks(execute=True):
        cancel_booking(booking, by=world.ana, note="Another beam suits us better.")
    assert leg_of(granted).state == "allocated"


def test_the_clock_finds_what_the_signal_missed_and_does_it_once(world, granted):
    book(world, leg_of(granted), 1)
    assert leg_of(granted).state == "allocated"
    assert (afterwards.follow_due(), afterwards.follow_due()) == (1, 0)
    assert leg_of(granted).state == "scheduled"


def test_used_time_makes_a_leg_done_and_lost_time_comes_back(world, granted):
    leg = leg_of(granted)
    booking = book(world, leg, 1, units=6)
    afterwards.follow_due()
    Booking.objects.filter(pk=booking.pk).update(state="running")
    Booking.objects.filter(pk=booking.pk).update(state="completed")
    Allocation.objects.filter(pk=leg.allocation_id).update(held=0, used=6)
    afterwards.follow_due()
    assert leg_of(granted).state == "done"
    other = leg_of(granted, 2)
    wish = {"team": other.allocation.team, "allocation": other.allocation}
    theirs = approve(ask(other.instrument, world.at(2, 0), 24, by=world.ana, **wish), world.bob)
    afterwards.follow_due()
    lose_booking(theirs, by=world.bob, cause="source", note="The beam was away.")
    afterwards.follow_due()
    assert leg_of(granted, 2).state == "allocated"
    later = other.allocation.valid_until + timedelta(days=1)
    afterwards.follow_due(later)
    assert leg_of(granted, 2).state == "lost"


def test_a_leg_that_is_given_up_returns_its_units_and_holds_back_what_depends_on_it(world, granted):
    leg = leg_of(granted)
    booking = book(world, leg, 1)
    with pytest.raises(RulesRefuse) as refused:
        afterwards.cancel_leg(leg, by=world.ana, note="The sample is lost.")
    assert booking.reference in refused.value.violations[0].message
    cancel_booking(booking, by=world.ana, note="The sample is lost.")
    with pytest.raises(NotPermitted):
        afterwards.cancel_leg(leg, by=world.dan, note="Mine!")
    afterwards.cancel_leg(leg, by=world.ana, note="The sample is lost.")
    afterwards.cancel_leg(leg, by=world.ana, note="The sample is lost.")
    other = leg_of(granted, 2)
    assert (leg_of(granted).state, other.state) == ("cancelled", "on_hold")
    assert Allocation.objects.get(pk=leg.allocation_id).granted == 0
    assert Message.objects.filter(kind="leg_moved", recipient=world.sec).count() == 2
    with pytest.raises(RulesRefuse) as held:
        ask(other.instrument, world.at(2, 0), 24, by=world.ana, allocation=other.allocation)
    assert rules_of(held.value) == ["allocation_not_on_hold"]
    with pytest.raises(NotPermitted):
        afterwards.resume_leg(other, by=world.ana)
    afterwards.resume_leg(other, by=world.sec)
    other = leg_of(granted, 2)
    assert (other.state, other.allocation.on_hold) == ("allocated", "")


def test_a_leg_moves_to_another_host_when_both_facilities_agree(world, granted):
    leg = leg_of(granted)
    target = make_instrument(world.facility_b, "B2", unit="hour", unit_minutes=60, granularity_minutes=60)
    with pytest.raises(RulesRefuse):
        afterwards.ask_transfer(leg, world.instrument_b, by=world.ana, reason="Nearer.")
    transfer = afterwards.ask_transfer(leg, target, by=world.ana, reason="A1 is shut until May.")
    with pytest.raises(WrongState):
        afterwards.ask_transfer(leg, target, by=world.ana, reason="Again.")
    assert not transfers_visible_to(world.dan).exists()
    assert [list(transfers_waiting_for(who)) for who in (world.bo, world.bob)] == [[transfer], [transfer]]
    with pytest.raises(NotPermitted):
        afterwards.agree_transfer(transfer, by=world.ana)
    afterwards.agree_transfer(transfer, by=world.bo)
    assert leg_of(granted).instrument == world.instrument_a
    afterwards.agree_transfer(transfer, by=world.bob)
    moved = leg_of(granted)
    assert (moved.instrument, moved.granted, moved.allocation.left) == (target, Decimal(48), Decimal(48))
    assert Allocation.objects.get(pk=leg.allocation_id).granted == 0
    assert Message.objects.filter(kind="transfer_ended", recipient=world.ana).exists()
    assert not transfers_waiting_for(world.bo).exists()


def test_one_facility_can_refuse_a_transfer_with_a_reason(world, granted):
    target = make_instrument(world.facility_b, "B2")
    transfer = afterwards.ask_transfer(leg_of(granted), target, by=world.sec, reason="A1 is shut.")
    afterwards.refuse_transfer(transfer, by=world.bob, note="No time before summer.")
    with pytest.raises(WrongState):
        afterwards.agree_transfer(transfer, by=world.bo)
    assert leg_of(granted).instrument == world.instrument_a


def test_the_office_gives_more_time_once(world, granted):
    leg = leg_of(granted)
    with pytest.raises(NotPermitted):
        afterwards.extend_leg(leg, by=world.ana, note="Please.")
    afterwards.extend_leg(leg, by=world.sec, note="The cryostat came late.")
    longer = leg_of(granted)
    assert longer.allocation.valid_until == longer.valid_until == leg.valid_until + relativedelta(months=3)
    with pytest.raises(RulesRefuse):
        afterwards.extend_leg(leg, by=world.sec, note="Again.")


def test_a_proposal_expires_two_years_after_its_result_with_a_warning_before(world, granted):
    Allocation.objects.update(valid_until=clock.now() + timedelta(days=2000))
    granted.refresh_from_db()
    ends = granted.notified_at + relativedelta(months=24)
    assert afterwards.expire_proposals(ends - timedelta(days=89)) == 0
    assert afterwards.expire_proposals(ends - timedelta(days=88)) == 0
    assert Message.objects.filter(kind="proposal_expires").count() == 1
    assert afterwards.expire_proposals(ends - timedelta(days=29)) == 0
    assert Message.objects.filter(kind="proposal_expires").count() == 2
    assert (afterwards.expire_proposals(ends), afterwards.expire_proposals(ends)) == (1, 0)
    granted.refresh_from_db()
    assert granted.state == "expired"
    assert set(granted.legs.values_list("state", flat=True)) == {"cancelled"}
    assert {row.granted for row in Allocation.objects.all()} == {0}

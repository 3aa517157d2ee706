"""Offers, displacement and cancelling at the same moment: real threads at a barrier; each ends one way, never two."""

from datetime import timedelta

import pytest
from django.db import connection

from core import clock
from core.errors import DomainError
from facilities.commands import sessions
from facilities.commands.bookings import cancel_booking, confirm_offer, expire_due, pass_on
from facilities.commands.priority import displace, set_priority_rule
from facilities.commands.waiting import join_waiting, offer_free_time
from facilities.models import Booking, Cancellation, Claim, Displacement, LedgerEntry, Offer, Terms, Waiting
from tests.facilities.accounts import balance, team_with_account
from tests.facilities.asking import approve, ask, berlin, wanted
from tests.facilities.listing import wish
from tests.races.barrier import at_once
from tests.world import make_user

pytestmark = pytest.mark.django_db(transaction=True)


def act(command, *args, **fields):
    """The call as a thread makes it: what it answers, or the status of its refusal."""

    def call():
        try:
            return command(*args, **fields)
        except DomainError as refusal:
            return refusal.status
        finally:
            connection.close()

    return call


def test_many_sweeps_at_once_offer_a_slot_once_and_to_the_first(world):
    people = [make_user(f"person{number}", world.org_b) for number in range(4)]
    for person in people:
        join_waiting(wish(world, min_minutes=1440, max_minutes=1440), by=person)
    made = at_once([act(offer_free_time)] * 6)
    assert sum(made) == 1
    assert Offer.objects.get().booking.requester == people[0]
    assert Waiting.objects.filter(state="waiting").count() == 3
    assert Claim.objects.count() == 1


def test_an_offer_that_is_taken_left_and_expires_at_once_ends_in_one_way(world, monkeypatch):
    join_waiting(wish(world), by=world.ana)
    offer_free_time()
    booking = Booking.objects.get()
    expires_at = booking.hold_expires_at
    answers = [act(confirm_offer, booking, by=world.ana), act(pass_on, booking, by=world.ana)] * 3
    at_once([*answers, act(expire_due, expires_at)])
    booking.refresh_from_db()
    row = Waiting.objects.get()
    assert (booking.state, row.state) in {("requested", "served"), ("withdrawn", "waiting"), ("expired", "waiting")}
    assert Claim.objects.exists() is (booking.state == "requested")


def test_a_booking_is_displaced_or_checked_in_and_never_both(world, monkeypatch):
    set_priority_rule(world.facility_a, "rapid", by=world.bo, displaces=["general"], notice_hours=0, compensates=True)
    booking = approve(ask(world.instrument_a, berlin(world, 1, 8), by=world.ana, category="general"), world.bo)
    monkeypatch.setattr(clock, "now", lambda: booking.starts_at - timedelta(minutes=10))
    request = wanted(world.instrument_a, berlin(world, 1, 8), category="rapid")
    at_once(
        [
            act(sessions.check_in, booking, by=world.ana),
            act(displace, request, to=world.dan, by=world.bo, reason="A virus"),
        ]
    )
    booking.refresh_from_db()
    displaced = Displacement.objects.filter(displaced=booking).exists()
    assert (booking.state, displaced) in {("running", False), ("cancelled", True)}
    assert Claim.objects.filter(resource=world.instrument_a.pk).count() == 1


def test_cancelling_from_both_sides_at_once_is_one_cancellation_and_one_charge_at_most(world, monkeypatch):
    account = team_with_account(world)
    Terms.objects.create(facility=world.facility_a, notice_hours=24 * 60)
    booking = approve(ask(world.instrument_a, berlin(world, 1, 8), by=world.ana, team=account.team), world.bo)
    sides = [world.ana, world.bo] * 3
    at_once([act(cancel_booking, booking, by=by, note="Ill") for by in sides])
    kept = Cancellation.objects.get(booking=booking)
    used = 1 if kept.caused_by == "requester" else 0
    assert balance(account) == (0, used, 3 - used)
    assert LedgerEntry.objects.filter(booking_id=booking.pk, kind="used").count() == used

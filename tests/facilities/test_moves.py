"""Every move of a booking from every state by every party: what the table does not list is 403 or 409, and the
database refuses it too."""

from datetime import timedelta

import pytest
from django.db import ProgrammingError, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from accounts.commands import grant_role
from core import clock
from core.errors import DomainError, Invalid, NotPermitted, WrongState
from facilities.commands import bookings, sessions
from facilities.models import Booking, Change, Session
from facilities.permissions import booking_parties
from facilities.workflows import BOOKING
from tests.facilities.asking import berlin
from tests.world import make_user

pytestmark = pytest.mark.django_db


def other_time(booking):
    return {"starts_at": booking.starts_at + timedelta(days=1), "ends_at": booking.ends_at + timedelta(days=1)}


MOVES = {
    "request": lambda one, by: bookings.request_held(one, by=by),
    "take-back": lambda one, by: bookings.take_back_approval(one, by=by),
    "confirm": lambda one, by: bookings.confirm_offer(one, by=by),
    "pass-on": lambda one, by: bookings.pass_on(one, by=by),
    "withdraw": lambda one, by: bookings.withdraw_booking(one, by=by, note="x"),
    "decline": lambda one, by: bookings.decline_booking(one, by=by, note="x"),
    "counter": lambda one, by: bookings.counter_booking(one, by=by, note="x", **other_time(one)),
    "accept": lambda one, by: bookings.accept_counter(one, by=by),
    "refuse": lambda one, by: bookings.refuse_counter(one, by=by, note="x"),
    "reschedule": lambda one, by: bookings.reschedule_booking(one, by=by, **other_time(one)),
    "override": lambda one, by: bookings.override_rules(one, by=by, note="x"),
    "cancel": lambda one, by: bookings.cancel_booking(one, by=by, note="x"),
    "check-in": lambda one, by: sessions.check_in(one, by=by),
    "check-out": lambda one, by: sessions.check_out(one, by=by),
    "report-loss": lambda one, by: sessions.report_loss(one, by=by, units=one.units, cause="source", note="x"),
    "lose": lambda one, by: sessions.lose_booking(one, by=by, cause="source", note="x"),
    "no-show": lambda one, by: sessions.mark_no_show(one, by=by),
    "close": lambda one, by: sessions.close_booking(one, by=by),
}
REPLAYED = {"request", "pass-on", "withdraw", "decline", "cancel", "check-in", "check-out", "lose", "no-show", "close"}


def make(world, state):
    start = berlin(world, 1, 8)
    booking = Booking.objects.create(
        instrument=world.instrument_a,
        period=DateTimeTZRange(start, start + timedelta(hours=8)),
        state=state,
        mode="remote",
        requester=world.ana,
        unit="shift",
        units=1,
        hold_expires_at=clock.now() + timedelta(minutes=20) if state in ("held", "offered") else None,
    )
    if state == "countered":
        Change.objects.create(
            booking=booking, kind="counter", instrument=booking.instrument, period=booking.period, units=1, by=world.bo
        )
    if state in ("running", "completed", "closed"):
        Session.objects.create(
            instrument=booking.instrument, booking=booking, starts_at=clock.now(), unit="shift", units=1
        )
    return booking


def expected(move, state, parties):
    if not move.who & parties:
        return NotPermitted
    if state not in move.sources and not (move.name in REPLAYED and state == move.target):
        return WrongState
    return None


def outcome(act, booking, by):
    """The kind of refusal; nothing stays."""
    with transaction.atomic():
        try:
            act(booking, by)
        except (NotPermitted, WrongState) as refused:
            return type(refused)
        except DomainError:
            return None
        finally:
            transaction.set_rollback(True)
    return None


@pytest.mark.parametrize("name", sorted(MOVES))
def test_a_move_is_open_to_its_parties_in_its_states_and_to_nobody_else(world, name):
    office = make_user("office", world.org_a)
    grant_role(office, "user_office", world.facility_a, by=world.adm)
    people = {
        "ana": world.ana,
        "bo": world.bo,
        "office": office,
        "cleo": world.cleo,
        "bob": world.bob,
        "dan": world.dan,
    }
    found, right = {}, {}
    for state in BOOKING.states:
        booking = make(world, state)
        for who, user in people.items():
            found[state, who] = outcome(MOVES[name], booking, user)
            right[state, who] = expected(BOOKING.find(name), state, booking_parties(user, booking))
    assert found == right


def test_every_move_of_the_table_is_tried_but_those_that_no_person_makes():
    assert BOOKING.by_name.keys() - MOVES.keys() == {"approve", "shorten", "move", "expire", "lapse", "release"}


@pytest.mark.parametrize("name", sorted(move.name for move in BOOKING.moves if move.reason and move.name in MOVES))
def test_a_move_that_others_suffer_needs_a_reason(world, name):
    move = BOOKING.find(name)
    booking = make(world, move.sources[0])
    by = world.ana if "requester" in move.who else world.bo
    silent = {
        "withdraw": lambda: bookings.withdraw_booking(booking, by=by, note=" "),
        "decline": lambda: bookings.decline_booking(booking, by=by, note=""),
        "counter": lambda: bookings.counter_booking(booking, by=by, note="", **other_time(booking)),
        "refuse": lambda: bookings.refuse_counter(booking, by=by, note=""),
        "override": lambda: bookings.override_rules(booking, by=by, note=""),
        "cancel": lambda: bookings.cancel_booking(booking, by=by, note=""),
        "report-loss": lambda: sessions.report_loss(booking, by=by, units=1, cause="source", note=""),
        "lose": lambda: sessions.lose_booking(booking, by=by, cause="source", note=""),
    }
    with pytest.raises(Invalid) as refused:
        silent[name]()
    assert refused.value.code == "reason_required"


def test_the_database_refuses_a_move_that_is_not_in_the_table(world):
    booking = make(world, "declined")
    booking.state = "approved"
    with pytest.raises(ProgrammingError, match="Invalid transition"), transaction.atomic():
        booking.save()

"""What change of a booking needs which step again is part of the route."""

import pytest

from facilities.commands.bookings import accept_counter, counter_booking, refuse_counter, reschedule_booking
from facilities.models import Change
from facilities.queries.bookings import booking_history
from tests.facilities.asking import ask, hourly
from tests.workflow.routes import set_route, step
from workflow.approvals import check_route, decide
from workflow.approvals.routes import draft_of
from workflow.models import Edit, Route, Task

pytestmark = pytest.mark.django_db


@pytest.fixture
def instrument(world):
    """Its scientist agrees to what is done and for how long, its manager to the day."""
    instrument = hourly(world)
    set_route(
        instrument,
        step(1, "Scientist", "instrument_scientist", again_on=("longer", "instrument")),
        step(2, "Manager", "facility_manager", again_on=("time",)),
        by=world.bo,
    )
    return instrument


def asked(booking):
    return [task.name for task in Task.objects.filter(subject_id=booking.pk, state="open")]


def agree(world, booking):
    by = {"Scientist": world.cleo, "Manager": world.bo}
    while task := Task.objects.filter(subject_id=booking.pk, state="open").first():
        decide(task, "approve", by=by[task.name])
    booking.refresh_from_db()
    return booking


def move(world, booking, start, end, **more):
    return reschedule_booking(booking, by=world.ana, starts_at=world.at(0, start), ends_at=world.at(0, end), **more)


@pytest.mark.parametrize(
    ("start", "end", "steps"),
    [(12, 14, ["Manager"]), (8, 12, ["Scientist"]), (14, 18, ["Scientist", "Manager"])],
    ids=["another time", "longer", "another time and longer"],
)
def test_only_the_steps_that_such_a_change_concerns_are_asked_again(world, instrument, start, end, steps):
    booking = agree(world, ask(instrument, world.at(0, 8), 2, by=world.ana))
    move(world, booking, start, end)
    assert asked(booking) == steps[:1]
    before = Task.objects.count()
    booking = agree(world, booking)
    assert Task.objects.count() - before == len(steps) - 1
    assert (booking.state, booking.starts_at, booking.ends_at) == ("approved", world.at(0, start), world.at(0, end))


def test_a_change_that_asks_nobody_again_moves_at_once_and_the_history_says_so(world, instrument):
    booking = agree(world, ask(instrument, world.at(0, 8), 4, by=world.ana))
    move(world, booking, 8, 10)
    booking.refresh_from_db()
    assert (booking.state, booking.ends_at, asked(booking)) == ("approved", world.at(0, 10), [])
    assert booking_history(booking).get(verb="move").note == "The route asks nobody again for this."
    assert Change.objects.get().state == "accepted"
    assert ask(instrument, world.at(0, 10), 2, by=world.dan).pk


def test_a_step_that_was_never_asked_is_asked_when_its_condition_comes_to_hold(world):
    instrument = hourly(world)
    set_route(
        instrument,
        step(1, "Scientist", "instrument_scientist", again_on=()),
        step(2, "Manager", "facility_manager", condition={"units_above": 4}, again_on=()),
        by=world.bo,
    )
    booking = agree(world, ask(instrument, world.at(0, 8), 2, by=world.ana))
    move(world, booking, 8, 14)
    assert asked(booking) == ["Manager"]


def test_what_the_route_approved_by_itself_is_decided_when_it_does_not_any_more(world):
    instrument = hourly(world)
    nobody = step(1, "Manager", "facility_manager", again_on=())
    set_route(instrument, nobody, by=world.bo, auto_approve={"units_up_to": 4})
    booking = ask(instrument, world.at(0, 8), 2, by=world.ana)
    assert booking.state == "approved"
    move(world, booking, 8, 14)
    assert asked(booking) == ["Manager"]


def test_an_instrument_with_a_route_of_its_own_is_decided_there(world, instrument):
    other = hourly(world, "H2")
    set_route(other, step(1, "Other's manager", "facility_manager", again_on=()), by=world.bo)
    booking = agree(world, ask(instrument, world.at(0, 8), 2, by=world.ana))
    move(world, booking, 8, 10, instrument=other)
    assert asked(booking) == ["Other's manager"]


def test_before_the_approval_who_agreed_is_spared_what_does_not_concern_them(world, instrument):
    booking = ask(instrument, world.at(0, 8), 4, by=world.ana)
    decide(Task.objects.get(subject_id=booking.pk, state="open"), "approve", by=world.cleo)
    move(world, booking, 10, 14)
    assert asked(booking) == ["Manager"]
    move(world, booking, 10, 16)
    assert asked(booking) == ["Scientist"]


def test_a_counter_leaves_standing_what_it_does_not_concern(world, instrument):
    booking = ask(instrument, world.at(0, 8), 2, by=world.ana)
    decide(Task.objects.get(subject_id=booking.pk, state="open"), "approve", by=world.cleo)
    other = {"starts_at": world.at(1, 8), "ends_at": world.at(1, 10), "note": "The beam is off"}
    countered = counter_booking(booking, by=world.cleo, **other)
    refuse_counter(countered, by=world.ana, note="I am away on Tuesday")
    assert asked(booking) == ["Manager"]
    counter_booking(booking, by=world.cleo, **other)
    accept_counter(booking, by=world.ana)
    assert asked(booking) == ["Manager"]


def test_the_default_asks_every_step_again_and_versions_keep_what_was_chosen(world, instrument):
    route = Route.objects.get(owner_id=instrument.pk)
    draft = draft_of(route, ("facilities.facility", world.facility_a.pk))
    assert [each.again_on for each in draft.steps] == [("longer", "instrument"), ("time",)]
    facility = draft_of(Route.objects.get(owner_id=world.facility_a.pk), draft.scope)
    assert facility.steps[0].again_on == tuple(Edit.values)


def test_a_change_nobody_knows_is_refused(world, instrument):
    draft = draft_of(Route.objects.get(owner_id=instrument.pk), ("facilities.facility", world.facility_a.pk))
    wrong = step(1, "Manager", "facility_manager", again_on=("colour",))
    found = check_route(type(draft)("Route", draft.scope, (wrong,)))
    assert [(each.rule, each.field) for each in found] == [("again_on_unknown", "steps.0.again_on")]

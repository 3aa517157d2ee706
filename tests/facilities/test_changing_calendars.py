"""Changing a calendar: who is in the way of a block, what is proposed to them, cycles, quotas and hours by command."""

from datetime import time

import pytest
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from core.errors import Invalid, NotFound, NotPermitted, RulesRefuse, SlotTaken
from core.models import AuditEntry
from facilities.commands.calendar import (
    Plan,
    Slot,
    Stretch,
    Week,
    Window,
    add_block,
    add_cycle,
    add_exception,
    change_block,
    change_hours,
    plan_of,
    publish_cycle,
    remove_block,
    remove_exception,
    review_block_change,
    review_hours_change,
    set_opening_hours,
    set_quotas,
    set_shifts,
)
from facilities.commands.calendar.cycles import DEFAULT_QUOTAS
from facilities.models import Access, Block, Cycle, OpeningException, OpeningHours
from notifications.models import Message
from tests.facilities.asking import ask, berlin, hourly, rules_of
from workflow.approvals import decide
from workflow.models import Task

pytestmark = pytest.mark.django_db


def maintenance(world, day=1, start=0, end=24, **fields):
    period = DateTimeTZRange(world.at(day, start), world.at(day, end))
    return Plan(world.facility_a, None, "maintenance", period, "Vacuum pump", **fields)


def approved(booking, by):
    decide(Task.objects.get(subject_id=booking.pk, state="open"), "approve", by=by)
    booking.refresh_from_db()
    return booking


def test_a_review_names_the_bookings_with_times_that_are_legal_afterwards_and_writes_nothing(world):
    instrument = hourly(world)
    first, second = (ask(instrument, world.at(1, hour), 2, by=world.ana) for hour in (9, 12))
    ask(instrument, world.at(3, 9), 2, by=world.ana)
    entries = AuditEntry.objects.count()
    affected = review_block_change(maintenance(world), by=world.bo)
    assert [each.booking.pk for each in affected] == [first.pk, second.pk]
    for each in affected:
        assert len(each.proposals) == 3
        assert not any(world.at(1, 0) < slot.ends_at and slot.starts_at < world.at(2, 0) for slot in each.proposals)
    assert affected[0].proposals[0] not in affected[1].proposals
    assert not Block.objects.filter(kind="maintenance").exists()
    assert AuditEntry.objects.count() == entries


def test_saving_proposes_the_chosen_times_and_tells_the_others_in_one_step(world):
    instrument = hourly(world)
    asked = ask(instrument, world.at(1, 9), 2, by=world.ana)
    given = approved(ask(instrument, world.at(1, 12), 2, by=world.ana), world.bo)
    left = ask(instrument, world.at(1, 15), 2, by=world.ana)
    offered = {each.booking.pk: each.proposals[0] for each in review_block_change(maintenance(world), by=world.bo)}
    Message.objects.all().delete()
    block = change_block(
        maintenance(world), by=world.bo, moves={asked.pk: offered[asked.pk], given.pk: offered[given.pk], left.pk: None}
    )
    assert block.kind == "maintenance"
    for booking in (asked, given, left):
        booking.refresh_from_db()
    assert (asked.state, given.state, left.state) == ("countered", "approved", "requested")
    change = given.changes.get(state="open")
    assert change.period.lower == offered[given.pk].starts_at
    assert (
        Message.objects.filter(kind="booking_affected").values_list("subject_id", flat=True).distinct().get() == left.pk
    )


def test_one_proposal_that_cannot_be_taken_leaves_everything_as_it_was(world):
    instrument = hourly(world)
    booking, other = ask(instrument, world.at(1, 9), 2, by=world.ana), ask(instrument, world.at(3, 9), 2, by=world.dan)
    taken = Slot(instrument.pk, other.starts_at, other.ends_at)
    with pytest.raises(SlotTaken) as refused:
        change_block(maintenance(world), by=world.bo, moves={booking.pk: taken})
    assert booking.reference in refused.value.message
    booking.refresh_from_db()
    assert booking.state == "requested"
    assert not Block.objects.filter(kind="maintenance").exists()
    with pytest.raises(NotFound):
        change_block(maintenance(world, day=5), by=world.bo, moves={booking.pk: taken})


def test_a_block_that_grows_or_goes_affects_those_whose_time_was_open_before(world):
    instrument = hourly(world)
    block = add_block(
        world.facility_a, instrument, "maintenance", DateTimeTZRange(world.at(1, 0), world.at(1, 9)), by=world.bo
    )
    booking = ask(instrument, world.at(1, 9), 2, by=world.ana)
    longer = Plan(world.facility_a, instrument, "maintenance", DateTimeTZRange(world.at(1, 0), world.at(1, 10)))
    assert [each.booking for each in review_block_change(longer, block=block, by=world.bo)] == [booking]
    shorter = Plan(world.facility_a, instrument, "maintenance", DateTimeTZRange(world.at(1, 0), world.at(1, 8)))
    assert review_block_change(shorter, block=block, by=world.bo) == []
    user = Block.objects.get(facility=world.facility_a, kind="user")
    [affected] = review_block_change(None, block=user, by=world.bo)
    assert affected.booking == booking
    assert affected.proposals == ()
    assert change_block(longer, block=block, by=world.bo).version == 2
    assert plan_of(Block.objects.get(pk=block.pk)).period.upper == world.at(1, 10)
    remove_block(block, by=world.bo)
    remove_block(block, by=world.bo)
    with pytest.raises(NotFound):
        change_block(longer, block=block, by=world.bo)


def test_only_who_keeps_the_calendar_reviews_and_changes_it(world):
    block = add_block(world.facility_a, None, "maintenance", maintenance(world).period, by=world.bo)
    for stranger in (world.ana, world.cleo, world.bob):
        with pytest.raises(NotPermitted):
            review_block_change(maintenance(world), by=stranger)
        with pytest.raises(NotPermitted):
            change_block(maintenance(world), block=block, by=stranger)
        with pytest.raises(NotPermitted):
            remove_block(block, by=stranger)
        with pytest.raises(NotPermitted):
            set_opening_hours(world.facility_a, None, [], by=stranger)
    with pytest.raises(NotFound):
        foreign = Plan(world.facility_b, None, "maintenance", maintenance(world).period)
        change_block(foreign, block=block, by=world.bob)


def test_a_draft_is_published_once(world):
    cycle = add_cycle(world.facility_a, "2027-1", world.at(0, 0), world.at(60, 0), by=world.bo, draft=True)
    assert cycle.published_at is None
    published = publish_cycle(cycle, by=world.bo)
    assert publish_cycle(cycle, by=world.bo).published_at == published.published_at
    assert AuditEntry.objects.filter(object_id=cycle.pk, verb="publish-cycle").count() == 1


def a_cycle(world) -> Cycle:
    return add_cycle(world.facility_a, "2027-1", world.at(0, 0), world.at(60, 0), by=world.bo)


def test_quotas_are_set_whole_and_those_of_the_rule_hold_together(world):
    cycle = a_cycle(world)
    assert len(set_quotas(cycle, DEFAULT_QUOTAS, by=world.bo)) == 4
    [only] = set_quotas(cycle, {"general": (60, 100)}, by=world.bo)
    assert (only.least, only.most) == (60, 100)
    assert set_quotas(cycle, {}, by=world.bo) == []


@pytest.mark.parametrize(
    ("quotas", "field"),
    [
        ({"general": (60, 100), "program": (41, 100)}, "least"),
        (dict.fromkeys(Access.values, (0, 16)), "most"),
    ],
)
def test_shares_that_cannot_hold_together_are_refused(world, quotas, field):
    with pytest.raises(RulesRefuse) as refused:
        set_quotas(a_cycle(world), quotas, by=world.bo)
    assert rules_of(refused.value) == ["quotas_together"]
    assert refused.value.violations[0].field == field


def test_minima_of_exactly_a_hundred_per_cent_are_taken(world):
    assert len(set_quotas(a_cycle(world), {"general": (60, 100), "program": (40, 100)}, by=world.bo)) == 2


def test_every_share_that_cannot_be_read_is_named(world):
    with pytest.raises(Invalid) as refused:
        set_quotas(a_cycle(world), {"general": (50, 40), "program": (0, 101), "guests": (0, 1)}, by=world.bo)
    assert [violation.field for violation in refused.value.violations] == ["general", "program", "guests"]


def test_hours_of_the_week_are_set_whole_and_do_not_overlap(world):
    week = [Stretch(day, time(8), time(18)) for day in range(1, 6)]
    assert len(set_opening_hours(world.facility_a, None, week, by=world.bo)) == 5
    assert len(set_opening_hours(world.facility_a, None, week[:1], by=world.bo)) == 1
    for wrong in (
        [Stretch(1, time(8), time(18)), Stretch(1, time(17), time(19))],
        [Stretch(7, time(20), time(4)), Stretch(1, time(3), time(9))],
        [Stretch(8, time(8), time(18))],
    ):
        with pytest.raises(Invalid):
            set_opening_hours(world.facility_a, None, wrong, by=world.bo)
    with pytest.raises(Invalid):
        set_opening_hours(world.facility_a, world.instrument_b, week, by=world.bo)


def test_a_day_is_either_closed_or_has_hours(world):
    day = berlin(world, 2, 0).date()
    closed = add_exception(world.facility_a, None, day, by=world.bo, reason="Holiday")
    assert add_exception(world.facility_a, None, day, by=world.bo) == closed
    for times in ({"opens": time(8), "closes": time(9)}, {"opens": time(8)}):
        with pytest.raises(Invalid):
            add_exception(world.facility_a, None, day, by=world.bo, **times)
    remove_exception(closed, by=world.bo)
    assert add_exception(world.facility_a, None, day, by=world.bo, opens=time(8), closes=time(9)).pk
    assert OpeningException.objects.count() == 1


def test_shifts_are_kept_in_the_order_of_the_day(world):
    facility = set_shifts(world.facility_a, [time(22), time(6), time(14)], by=world.bo)
    assert facility.shifts == [time(6), time(14), time(22)]
    with pytest.raises(Invalid):
        set_shifts(facility, [time(6), time(6)], by=world.bo)


def test_hours_that_end_earlier_name_the_bookings_after_them_with_other_times_and_write_nothing(world):
    instrument = hourly(world)
    late = ask(instrument, berlin(world, 1, 20), 2, by=world.ana)
    ask(instrument, berlin(world, 1, 9), 2, by=world.ana)
    week = Week(world.facility_a, None, [Stretch(day, time(8), time(18)) for day in range(1, 8)])
    with pytest.raises(NotPermitted):
        review_hours_change(week, by=world.bob)
    [affected] = review_hours_change(week, by=world.bo)
    assert affected.booking == late
    assert len(affected.proposals) == 3
    assert not OpeningHours.objects.exists()
    change_hours(week, by=world.bo, moves={late.pk: affected.proposals[0]})
    late.refresh_from_db()
    assert late.state == "countered"
    assert review_hours_change(week, by=world.bo) == [], "who was outside before is not touched once more"


def test_times_are_proposed_window_by_window_and_none_that_is_meant_for_another(world):
    instrument = hourly(world)
    bookings = [ask(instrument, world.at(1, 9 + 2 * n), 2, by=world.ana) for n in range(3)]
    first = review_block_change(maintenance(world), by=world.bo, window=Window(size=1))
    assert [bool(each.proposals) for each in first] == [True, False, False]
    chosen = {bookings[0].pk: first[0].proposals[0]}
    second = review_block_change(maintenance(world), by=world.bo, window=Window(after=1, size=1, meant=chosen))
    assert [bool(each.proposals) for each in second] == [False, True, False]
    assert not any(slot.meets(chosen[bookings[0].pk]) for slot in second[1].proposals)

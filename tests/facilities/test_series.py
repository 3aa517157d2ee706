"""Series: all dates or none, skipping what is taken, one decision for all, and changes of one, some or all dates."""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from core.errors import Invalid, NotFound, NotPermitted, RulesRefuse, SlotTaken, WrongState
from facilities.commands.allocations import grant_allocation
from facilities.commands.bookings import reschedule_booking, withdraw_booking
from facilities.commands.series import (
    SeriesRequest,
    cancel_series,
    check_series,
    decline_series,
    request_series,
    reschedule_series,
    withdraw_series,
)
from facilities.commands.teams import add_member, create_team
from facilities.models import Booking, Claim, Equipment, LedgerEntry, Series
from facilities.queries import availability, nearest
from facilities.queries.series import dates_of, find_series
from notifications.models import Message
from tests.facilities.asking import ask, berlin, hourly, rules_of, wanted
from workflow.approvals import decide
from workflow.models import Task

pytestmark = pytest.mark.django_db
WEEKLY = "FREQ=WEEKLY;COUNT=4"


def weekly(world, instrument, rule=WEEKLY, hours=2, **fields):
    return SeriesRequest(wanted(instrument, berlin(world, 0, 10), hours, **fields), rule)


def asked(world, rule=WEEKLY, instrument=None, **fields):
    return request_series(weekly(world, instrument or hourly(world), rule, **fields), by=world.ana)


def task_of(series):
    return Task.objects.get(subject_type="facilities.series", subject_id=series.pk, state="open")


def states(series):
    return [each.outcome for each in dates_of(series)]


def test_a_series_is_asked_for_at_once_with_one_task_and_one_message(world):
    series = asked(world)
    assert states(series) == ["requested"] * 4
    assert task_of(series).title.endswith("4 dates")
    assert not Task.objects.filter(subject_type="facilities.booking").exists()
    assert list(Message.objects.filter(recipient=world.ana).values_list("kind", flat=True)) == ["series_requested"]
    locals_ = {
        each.booking.starts_at.astimezone(berlin(world, 0, 0).tzinfo).strftime("%a %H") for each in dates_of(series)
    }
    assert locals_ == {"Mon 10"}


def test_every_date_of_a_series_takes_its_places_and_its_equipment(world):
    wide = hourly(world, "W", capacity=3)
    thing = Equipment.objects.create(facility=world.facility_a, code="C1", name="Cryostat")
    series = asked(world, instrument=wide, places=2, equipment=(thing,))
    bookings = [each.booked for each in dates_of(series)]
    assert [(one.places, one.units) for one in bookings] == [(2, Decimal(2))] * 4
    assert Claim.objects.filter(resource=wide.pk).count() == 8
    assert Claim.objects.filter(resource=thing.pk).count() == 4
    with pytest.raises(SlotTaken) as refused:
        ask(hourly(world, "H2"), bookings[2].starts_at, 2, by=world.dan, equipment=(thing,))
    assert rules_of(refused.value) == ["equipment_free"]


def test_one_taken_date_refuses_all_and_every_conflict_is_listed_with_something_free(world):
    instrument = hourly(world)
    for week in (1, 3):
        ask(instrument, berlin(world, 7 * week, 11), 2, by=world.dan)
    with pytest.raises(SlotTaken) as refused:
        asked(world, instrument=instrument)
    conflicts = refused.value.details["conflicts"]
    assert [conflict["date"][11:] for conflict in conflicts] == ["10:00:00", "10:00:00"]
    assert all(conflict["violations"][0]["rule"] == "slot_free" for conflict in conflicts)
    assert all(len(conflict["alternatives"]) == 1 for conflict in conflicts)
    assert not Series.objects.exists()
    assert Booking.objects.count() == 2


def counted(monkeypatch, module, name):
    """The calls of a function from now on."""
    calls, act = [], getattr(module, name)
    monkeypatch.setattr(module, name, lambda *given, **more: calls.append(given) or act(*given, **more))
    return calls


def test_many_conflicts_read_the_free_time_once_and_name_a_place_of_its_own_for_each(world, monkeypatch):
    instrument = hourly(world)
    for day in range(0, 70, 7):
        ask(instrument, berlin(world, day, 10), 2, by=world.dan)
    searches = counted(monkeypatch, availability, "gaps")
    with pytest.raises(SlotTaken) as refused:
        request_series(weekly(world, instrument, "FREQ=WEEKLY;COUNT=10"), by=world.ana)
    told = [conflict["alternatives"] for conflict in refused.value.details["conflicts"]]
    assert [len(each) for each in told] == [1] * 10
    assert len({each[0]["starts_at"] for each in told}) == 10
    assert len(searches) == 1


def test_a_rule_that_no_other_time_obeys_is_not_tried_for_every_date(world, monkeypatch):
    instrument = hourly(world, modes=["onsite"])
    tried = counted(monkeypatch, nearest, "gather_facts")
    check = check_series(weekly(world, instrument, "FREQ=WEEKLY;COUNT=10"), by=world.ana)
    assert not any(each.placed.alternatives for each in check.dates)
    assert len(tried) == nearest.TRIES


def test_skipping_conflicts_books_the_others_and_records_why_one_was_skipped(world):
    instrument = hourly(world)
    ask(instrument, berlin(world, 7, 11), 2, by=world.dan)
    series = request_series(weekly(world, instrument), by=world.ana, on_conflict="skip")
    assert states(series) == ["requested", "skipped", "requested", "requested"]
    skipped = dates_of(series)[1]
    assert skipped.reasons[0]["rule"] == "slot_free"
    assert skipped.alternatives[0]["instrument"] == str(instrument.pk)


def test_a_series_of_which_no_date_is_possible_is_refused_even_when_conflicts_are_skipped(world):
    instrument = hourly(world, max_minutes=60)
    with pytest.raises(RulesRefuse):
        request_series(weekly(world, instrument), by=world.ana, on_conflict="skip")
    assert not Series.objects.exists()


def test_a_check_tells_the_same_and_writes_nothing(world):
    instrument = hourly(world)
    ask(instrument, berlin(world, 7, 11), 2, by=world.dan)
    found = check_series(weekly(world, instrument), by=world.ana)
    assert [each.ok for each in found.dates] == [True, False, True, True]
    assert (found.ok, found.units) == (False, Decimal(6))
    assert (Series.objects.count(), Booking.objects.count(), Claim.objects.count()) == (0, 1, 1)


def test_dates_of_one_series_count_against_each_other_on_the_account(world):
    instrument = hourly(world)
    team = create_team("group", "Alloys", organisation=world.org_b, by=world.system)
    add_member(team, world.ana, by=world.system)
    times = {"valid_from": world.at(-1, 0), "valid_until": world.at(60, 0)}
    account = grant_allocation(team, instrument, Decimal(5), cycle=None, **times, by=world.bo)
    with pytest.raises(RulesRefuse) as refused:
        asked(world, instrument=instrument, team=team)
    assert rules_of(refused.value) == ["allocation_balance"] * 2
    series = request_series(weekly(world, instrument, team=team), by=world.ana, on_conflict="skip")
    assert states(series) == ["requested", "requested", "skipped", "skipped"]
    account.refresh_from_db()
    assert (account.held, account.left) == (4, 1)
    assert LedgerEntry.objects.filter(allocation=account, kind="held").count() == 2


def test_dates_that_overlap_each_other_are_refused(world):
    with pytest.raises(SlotTaken) as refused:
        asked(world, "FREQ=DAILY;COUNT=3", hourly(world, max_minutes=48 * 60), hours=30)
    assert len(refused.value.details["conflicts"]) == 1


def test_one_decision_approves_every_date_and_tells_once(world):
    series = asked(world)
    decide(task_of(series), "approve", by=world.bo)
    assert states(series) == ["approved"] * 4
    assert Message.objects.filter(recipient=world.ana, kind="series_approved").count() == 1
    assert not Message.objects.filter(kind="booking_approved").exists()


def test_one_decision_declines_every_date_and_frees_its_time(world):
    series = asked(world)
    decide(task_of(series), "decline", by=world.bo, note="Full")
    assert states(series) == ["declined"] * 4
    assert not Claim.objects.exists()


def test_the_facility_declines_at_once(world):
    series = asked(world)
    with pytest.raises(NotPermitted):
        decline_series(series, by=world.bob, note="No")
    decline_series(series, by=world.bo, note="Beam is down")
    assert states(series) == ["declined"] * 4
    assert not Task.objects.filter(state="open").exists()
    with pytest.raises(WrongState):
        decline_series(series, by=world.bo, note="Again")


def test_who_takes_part_does_not_decide(world):
    series = request_series(weekly(world, hourly(world)), by=world.bo)
    with pytest.raises(NotPermitted) as refused:
        decide(task_of(series), "approve", by=world.bo)
    assert refused.value.code in ("conflict_of_interest", "not_permitted")


def test_a_date_taken_back_alone_leaves_the_others_to_the_decision(world):
    series = asked(world)
    withdraw_booking(dates_of(series)[1].booking, by=world.ana, note="Away")
    decide(task_of(series), "approve", by=world.bo)
    assert states(series) == ["approved", "withdrawn", "approved", "approved"]


def test_the_task_ends_with_the_last_date_it_decides(world):
    series = asked(world)
    for each in dates_of(series):
        withdraw_booking(each.booking, by=world.ana, note="Away")
    assert not Task.objects.filter(state="open").exists()


def test_one_date_moved_is_an_exception_with_a_task_of_its_own(world):
    series = asked(world)
    second = dates_of(series)[1]
    reschedule_series(
        series, by=world.ana, scope="one", date=second.recurrence_id, starts=second.starts + timedelta(hours=5)
    )
    moved = dates_of(series)[1]
    assert (moved.is_exception, moved.recurrence_id) == (True, second.recurrence_id)
    assert Task.objects.filter(subject_id=moved.booking_id, state="open").count() == 1
    decide(task_of(series), "approve", by=world.bo)
    assert states(series) == ["approved", "requested", "approved", "approved"]


def test_this_and_the_following_move_on_the_wall_clock_and_exceptions_stay(world):
    series = asked(world)
    dates = dates_of(series)
    third = dates[2].booking
    reschedule_booking(
        third, by=world.ana, starts_at=third.starts_at + timedelta(hours=4), ends_at=third.ends_at + timedelta(hours=4)
    )
    reschedule_series(
        series,
        by=world.ana,
        scope="following",
        date=dates[1].recurrence_id,
        starts=dates[1].starts + timedelta(hours=1),
        minutes=180,
    )
    after = dates_of(series)
    assert [each.starts.hour for each in after] == [10, 11, 10, 11]
    assert [each.minutes for each in after] == [120, 180, 120, 180]
    assert [each.is_exception for each in after] == [False, False, True, False]
    assert after[3].booking.units == 3
    assert task_of(series)


def test_all_dates_of_a_daily_series_move_by_a_day_through_each_others_places(world):
    series = asked(world, "FREQ=DAILY;COUNT=4", hours=20)
    first = dates_of(series)[0]
    for days in (1, -1):
        starts = dates_of(series)[0].starts + timedelta(days=days)
        reschedule_series(series, by=world.ana, scope="all", date=first.recurrence_id, starts=starts)
    assert [each.starts for each in dates_of(series)] == [each.recurrence_id for each in dates_of(series)]


def test_approved_dates_keep_their_time_until_one_decision_moves_them_all(world):
    series = asked(world)
    decide(task_of(series), "approve", by=world.bo)
    first = dates_of(series)[0]
    later = first.starts + timedelta(hours=3)
    reschedule_series(series, by=world.ana, scope="all", date=first.recurrence_id, starts=later, note="Samples late")
    assert dates_of(series)[0].booking.starts_at == first.booking.starts_at
    assert Claim.objects.count() == 8
    decide(task_of(series), "approve", by=world.bo)
    assert Claim.objects.count() == 4
    assert not any(each.is_exception for each in dates_of(series))
    assert states(series) == ["approved"] * 4


def test_a_refused_move_of_approved_dates_leaves_them_where_they_were(world):
    series = asked(world)
    decide(task_of(series), "approve", by=world.bo)
    before = [each.booking.period for each in dates_of(series)]
    first = dates_of(series)[0]
    reschedule_series(
        series, by=world.ana, scope="all", date=first.recurrence_id, starts=first.starts + timedelta(hours=3)
    )
    decide(task_of(series), "decline", by=world.bo, note="No")
    assert [each.booking.period for each in dates_of(series)] == before
    assert Claim.objects.count() == 4


def test_a_move_that_one_date_cannot_make_moves_none(world):
    instrument = hourly(world)
    series = asked(world, instrument=instrument)
    ask(instrument, berlin(world, 14, 13), 2, by=world.dan)
    first = dates_of(series)[0]
    with pytest.raises(SlotTaken) as refused:
        reschedule_series(
            series, by=world.ana, scope="all", date=first.recurrence_id, starts=first.starts + timedelta(hours=3)
        )
    [conflict] = refused.value.details["conflicts"]
    [instead] = conflict["alternatives"]
    day = dates_of(series)[2].booked
    others = [each.booked for each in dates_of(series) if each.booked != day]
    assert not Booking.objects.filter(
        pk__in=[each.pk for each in others], period__overlap=(instead["starts_at"], instead["ends_at"])
    ).exists()
    reschedule_booking(
        day,
        by=world.ana,
        starts_at=datetime.fromisoformat(instead["starts_at"]),
        ends_at=datetime.fromisoformat(instead["ends_at"]),
    )
    assert [each.starts.hour for each in dates_of(series)] == [10] * 4
    assert [each.is_exception for each in dates_of(series)] == [False, False, True, False], "only what was moved alone"


@pytest.mark.parametrize(("scope", "left"), [("one", 3), ("following", 1), ("all", 0)])
def test_cancelling_reaches_as_far_as_it_says_and_tells_once(world, scope, left):
    series = asked(world)
    decide(task_of(series), "approve", by=world.bo)
    date = dates_of(series)[1].recurrence_id
    cancel_series(series, by=world.ana, scope=scope, date=date, note="Moved house")
    assert states(series).count("approved") == left
    assert Message.objects.filter(recipient=world.ana, kind="series_ended").count() == 1
    assert Claim.objects.count() == left


def test_withdrawing_needs_a_reason_and_leaves_approved_dates(world):
    series = asked(world)
    with pytest.raises(Invalid):
        withdraw_series(series, by=world.ana, note="")
    withdraw_series(series, by=world.ana, note="Not needed")
    assert states(series) == ["withdrawn"] * 4
    approved = asked(world, instrument=hourly(world, "H2"))
    decide(task_of(approved), "approve", by=world.bo)
    with pytest.raises(WrongState):
        withdraw_series(approved, by=world.ana, note="Not needed")


def test_a_series_is_seen_by_its_team_and_facility_and_nobody_else(world):
    series = asked(world)
    for person in (world.ana, world.bo, world.cleo):
        assert find_series(person, series.reference) == series
    for person in (world.bob, world.dan):
        with pytest.raises(NotFound):
            find_series(person, str(series.pk))


def test_a_date_whose_other_time_is_being_decided_is_named_when_all_are_to_move(world):
    series = asked(world)
    decide(task_of(series), "approve", by=world.bo)
    third = dates_of(series)[2]
    reschedule_series(series, by=world.ana, scope="one", date=third.recurrence_id, starts=third.starts + timedelta(1))
    with pytest.raises(WrongState, match=r"^Mon .*Another time is being decided") as refused:
        first = dates_of(series)[0]
        reschedule_series(
            series, by=world.ana, scope="all", date=first.recurrence_id, starts=first.starts + timedelta(hours=2)
        )
    assert third.booked.starts_at.strftime("%-d") in str(refused.value)

"""Each rule of booking time as a table: a request, the facts, and whether it refuses. No database."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest

from facilities.models import Facility, Instrument, Team
from facilities.rules import (
    OCCUPIED,
    RULES,
    Allotment,
    BookingRequest,
    Closure,
    Engagement,
    Facts,
    Neighbour,
    Opening,
    Rule,
    Untrained,
    violations_of,
)
from facilities.units import units_of_stay

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2027, 5, 3, 8, 0, tzinfo=UTC)
TEAM = Team(id=uuid4(), title="Joint laboratory")


def local(day: int, hour: float, month: int = 5, year: int = 2027) -> datetime:
    return datetime(year, month, day, tzinfo=BERLIN) + timedelta(hours=hour)


def clock_time(year: int, month: int, day: int, hour: int) -> datetime:
    """An instant by the clock on the wall, also on the day on which it changes."""
    return datetime(year, month, day, hour, tzinfo=BERLIN).astimezone(UTC)


def instrument(**fields) -> Instrument:
    facility = Facility(name="Facility A", zone="Europe/Berlin", status=fields.pop("status", "operation"))
    given = {"code": "A1", "name": "Instrument", "modes": ["onsite", "remote"], "max_minutes": 3 * 480, **fields}
    return Instrument(id=uuid4(), facility=facility, **given)


def refused(
    start: datetime,
    end: datetime,
    *,
    given: dict | None = None,
    facts: dict | None = None,
    now: datetime = NOW,
    **request,
) -> list[str]:
    """The names of the rules that refuse."""
    wanted = instrument(**(given or {}))
    asked = BookingRequest(wanted, start, end, **request)
    return [one.rule for one in violations_of(asked, Facts(now=now, instrument=wanted, **(facts or {})))]


SHIFT = (local(10, 8), local(10, 16))


def test_a_plain_shift_breaks_no_rule():
    assert refused(*SHIFT) == []


@pytest.mark.parametrize(
    ("given", "facts", "request_fields", "rule"),
    [
        ({"status": "construction"}, {}, {}, "facility_in_operation"),
        ({"is_bookable": False}, {}, {}, "instrument_bookable"),
        ({"archived_at": NOW}, {}, {}, "instrument_bookable"),
        ({"modes": ["remote"]}, {}, {"mode": "onsite"}, "mode_offered"),
        ({}, {"in_user_time": False}, {}, "inside_user_time"),
        ({}, {"opening": (Opening(local(10, 8), local(10, 15)),)}, {}, "inside_opening_hours"),
        ({}, {"opening": ()}, {}, "inside_opening_hours"),
        ({}, {"closures": (Closure("maintenance", *SHIFT),)}, {}, "no_closure"),
        ({"notice_hours": 24 * 8}, {}, {}, "notice"),
        ({"horizon_days": 6}, {}, {}, "horizon"),
        ({"min_minutes": 481}, {}, {}, "long_enough"),
        ({"min_minutes": 60, "max_minutes": 479}, {}, {}, "short_enough"),
        ({"granularity_minutes": 7 * 60}, {}, {}, "start_on_grid"),
        ({}, {"engagements": (Engagement("Ana", *SHIFT),)}, {}, "one_place_at_a_time"),
        ({}, {"untrained": (Untrained("Ana", "Radiation"),)}, {}, "trained_every_day"),
        ({"requires_allocation": True}, {}, {}, "allocation_given"),
        ({}, {}, {"team": Team(title="Old", is_active=False)}, "team_active"),
    ],
)
def test_each_rule_refuses_what_it_is_about(given, facts, request_fields, rule):
    assert rule in refused(*SHIFT, given=given, facts=facts, **request_fields)


def test_the_past_is_refused_and_notice_is_not_named_for_it():
    assert refused(*SHIFT, now=local(10, 9)) == ["not_in_the_past"]


@pytest.mark.parametrize(("hours", "right"), [(24, True), (23.99, False)])
def test_notice_counts_to_the_minute(hours, right):
    now = local(10, 8) - timedelta(hours=hours)
    assert (refused(*SHIFT, given={"notice_hours": 24}, now=now) == []) is right


@pytest.mark.parametrize(
    ("start", "end", "rules"),
    [
        (local(10, 0), local(10, 8), []),
        (local(10, 4), local(10, 12), ["start_on_grid"]),
        (local(10, 8), local(10, 12), ["length_on_grid", "long_enough"]),
        (local(10, 8), local(10, 20), ["length_on_grid"]),
        (local(10, 9), local(10, 19), ["start_on_grid", "length_on_grid"]),
    ],
)
def test_starts_and_lengths_are_on_the_grid(start, end, rules):
    assert refused(start, end) == rules


def test_the_grid_is_counted_from_the_first_shift_of_the_day():
    six = {"day_starts_at": time(6)}
    assert refused(local(10, 6), local(10, 14), given=six) == []
    assert refused(local(10, 22), local(11, 6), given=six) == []
    assert refused(local(10, 8), local(10, 16), given=six) == ["start_on_grid"]


@pytest.mark.parametrize(
    ("start", "end", "hours"),
    [
        (clock_time(2027, 10, 30, 22), clock_time(2027, 10, 31, 6), 9),
        (clock_time(2027, 3, 27, 22), clock_time(2027, 3, 28, 6), 7),
    ],
)
def test_a_night_shift_on_which_clocks_change_is_legal_and_charged_by_elapsed_time(start, end, hours):
    given = {"day_starts_at": time(6), "horizon_days": 400}
    assert refused(start, end, given=given, now=datetime(2027, 1, 1, tzinfo=UTC)) == []
    assert units_of_stay(Instrument(unit="shift", unit_minutes=480), start, end) == Decimal(hours) / 8


def test_eight_elapsed_hours_over_the_autumn_change_end_at_seven_by_the_clock():
    start = clock_time(2024, 10, 27, 0)
    end = start + timedelta(hours=8)
    assert end.astimezone(BERLIN).hour == 7
    assert refused(start, end, now=datetime(2024, 10, 1, tzinfo=UTC)) == []


def neighbour(start: float, end: float, setup: int = 0, *, whole: bool = False) -> Neighbour:
    begin = local(10, start)
    return Neighbour(begin - timedelta(minutes=setup), local(10, end), begin, local(10, end), whole)


@pytest.mark.parametrize(
    ("neighbours", "setup", "capacity", "rule"),
    [
        ([], 0, 1, None),
        ([neighbour(0, 8), neighbour(16, 24)], 0, 1, None),
        ([neighbour(7, 9)], 0, 1, "slot_free"),
        ([neighbour(0, 8)], 1, 1, "setup_time"),
        ([neighbour(0, 7.5)], 30, 1, None),
        ([neighbour(16, 24, setup=1)], 0, 1, "setup_time"),
        ([neighbour(16.5, 24, setup=30)], 0, 1, None),
        ([neighbour(8, 12), neighbour(12, 16)], 0, 2, None),
        ([neighbour(8, 12), neighbour(11, 16)], 0, 2, "slot_free"),
        ([neighbour(8, 12), neighbour(11, 16)], 0, 3, None),
        ([neighbour(8, 16, whole=True)], 0, 3, "slot_free"),
        ([neighbour(0, 8), neighbour(1, 8)], 1, 2, "setup_time"),
    ],
)
def test_what_is_taken_and_what_set_up_needs(neighbours, setup, capacity, rule):
    found = refused(
        *SHIFT, given={"setup_minutes": setup, "capacity": capacity}, facts={"neighbours": tuple(neighbours)}
    )
    assert found == ([rule] if rule else [])


def paid(wanted: Instrument, **fields) -> Allotment:
    given = {
        "team_id": TEAM.pk, "instrument_id": wanted.pk, "unit": "shift", "left": Decimal(3),
        "valid_from": local(1, 0), "valid_until": local(30, 0),
    }  # fmt: skip
    return Allotment(**{**given, **fields})


@pytest.mark.parametrize(
    ("change", "rules"),
    [
        ({}, []),
        ({"left": Decimal(1)}, []),
        ({"left": Decimal("0.999")}, ["allocation_balance"]),
        ({"unit": "hour"}, ["allocation_balance"]),
        ({"team_id": uuid4()}, ["allocation_of_the_team"]),
        ({"instrument_id": uuid4()}, ["allocation_for_the_instrument"]),
        ({"category": "proprietary"}, ["proprietary_apart"]),
        ({"valid_from": local(10, 9)}, ["allocation_valid"]),
        ({"valid_until": local(10, 16)}, []),
        ({"valid_until": local(10, 15)}, ["allocation_valid"]),
    ],
)
def test_the_account_must_be_the_right_one_and_large_enough(change, rules):
    wanted = instrument(requires_allocation=True)
    asked = BookingRequest(wanted, *SHIFT, team=TEAM)
    facts = Facts(now=NOW, instrument=wanted, allotment=paid(wanted, **change))
    assert [one.rule for one in violations_of(asked, facts)] == rules


def test_all_violations_come_at_once_each_with_its_source_and_what_to_do():
    wanted = instrument(min_minutes=600, requires_allocation=True)
    facts = Facts(now=NOW, instrument=wanted, in_user_time=False, neighbours=(neighbour(7, 9),))
    found = violations_of(BookingRequest(wanted, *SHIFT), facts)
    assert [one.rule for one in found] == ["allocation_given", "inside_user_time", "long_enough", "slot_free"]
    assert all(one.source and one.field and one.message.endswith(".") for one in found)


def test_what_depends_on_others_cannot_be_overridden():
    assert not any(RULES[name].overridable for name in OCCUPIED)
    assert {name for name, one in RULES.items() if isinstance(one, Rule) and one.overridable} == {
        "allocation_given", "allocation_valid", "cycle_quota", "inside_user_time", "inside_opening_hours",
        "notice", "horizon", "start_on_grid",
        "length_on_grid", "long_enough", "short_enough", "trained_every_day",
    }  # fmt: skip


def test_facts_do_not_change_and_requests_can_be_varied():
    asked = BookingRequest(instrument(), *SHIFT)
    assert replace(asked, mode="remote").on_site is False
    assert asked.on_site is True

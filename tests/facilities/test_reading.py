"""What a body says is read as it is meant or refused with the name of the field; nothing is rounded or guessed."""

from datetime import date

import pytest

from core.errors import Invalid
from facilities.api.reading import Reader


def refused(read: Reader) -> list[str]:
    with pytest.raises(Invalid) as error:
        read.done()
    return [violation.field for violation in error.value.violations]


@pytest.mark.parametrize(
    ("said", "meant"), [(True, True), (False, False), ("1", True), ("False", False), ("no", False)]
)
def test_true_and_false_are_read_from_json_and_from_a_query(said, meant):
    read = Reader({"planned": said})
    assert read.flag("planned", not meant) is meant
    read.done()


@pytest.mark.parametrize("said", ["maybe", 1, 0, [], {"a": 1}])
def test_what_is_neither_true_nor_false_is_refused(said):
    read = Reader({"planned": said})
    read.flag("planned")
    assert refused(read) == ["planned"]


def test_what_is_not_said_is_as_it_was():
    read = Reader({"planned": None})
    assert (read.flag("planned", True), read.flag("other"), read.whole("rank"), read.moment("at")) == (
        True,
        False,
        None,
        None,
    )
    read.done()


@pytest.mark.parametrize("said", [1.5, -1, 1_000_000, "1e999999", True, "two"])
def test_a_whole_number_is_never_rounded(said):
    read = Reader({"rank": said})
    assert read.whole("rank") is None
    assert refused(read) == ["rank"]


@pytest.mark.parametrize("said", ["2027-02-29", "9999-12-31", "tomorrow", 20270301, "2027-03-01T00:00"])
def test_a_day_is_one_of_the_calendar(said):
    read = Reader({"on": said})
    read.day("on")
    assert refused(read) == ["on"]


def test_days_and_whole_numbers_are_read():
    read = Reader({"on": "2028-02-29", "rank": "3", "places": 2.0})
    assert (read.day("on"), read.whole("rank"), read.places()) == (date(2028, 2, 29), 3, 2)
    read.done()

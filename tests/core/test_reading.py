"""Numbers as written by people and programs: read, or none; never minutes of work, never an error."""

from decimal import Decimal

import pytest

from core.reading import number, whole_number


@pytest.mark.parametrize(("written", "meant"), [("0", 0), ("007", 7), ("999999999", 999_999_999)])
def test_digits_are_a_whole_number(written, meant):
    assert whole_number(written) == meant


@pytest.mark.parametrize("written", [None, "", " 1", "-1", "1.0", "1e3", "²", "٣", "9" * 10, "9" * 5000])
def test_anything_else_is_no_whole_number(written):
    assert whole_number(written) is None


@pytest.mark.parametrize(("written", "meant"), [("1.5", "1.5"), (2, "2"), (0.1, "0.1"), ("-3e2", "-300")])
def test_texts_and_numbers_of_json_are_numbers(written, meant):
    assert number(written) == Decimal(meant)


@pytest.mark.parametrize(
    "written",
    [None, "", "one", True, [], {}, "NaN", "Infinity", 1e308, "1e999999", "0e999999", "1e-999999", "1e999999999999"],
)
def test_anything_else_is_no_number(written):
    assert number(written) is None

"""Units, countries and numbers in words."""

from decimal import Decimal

import pytest
from django.utils.translation import override

from core import names


@pytest.mark.parametrize(
    ("amount", "unit", "words"),
    [
        ("6.000", "shift", "6 shifts"),
        (1, "hour", "1 hour"),
        (Decimal("1.5"), "day", "1.5 days"),
        (12000, "node_hour", "12,000 node-hours"),
        (0, "shift", "0 shifts"),
        (1, "night", "1 night"),
        (3, "sample", "3 sample slots"),
    ],
)
def test_units_are_named_with_their_amount(amount, unit, words):
    with override("en"):
        assert names.units(amount, unit) == words


def test_an_unknown_unit_is_an_error_not_a_guess():
    with pytest.raises(KeyError):
        names.units(1, "fortnight")


def test_countries_are_named_in_the_readers_language():
    with override("en"):
        assert names.country("GB") == "United Kingdom"
        assert names.country("NA") == "Namibia"
        assert names.country("") == ""
    with override("zh-hans"):
        assert names.country("GB") == "英国"


def test_a_share_is_a_percentage_and_nothing_to_divide_by_is_not_zero():
    with override("en"):
        assert names.percent(0.8312) == "83 %"
        assert names.percent(Decimal("0.9795"), 1) == "98.0 %"
        assert names.percent(None) == "n/a"


def test_numbers_are_grouped_and_a_missing_one_is_a_dash():
    with override("en"):
        assert names.number(1234.5) == "1,234.5"
        assert names.number(Decimal("6.000")) == "6"
        assert names.number(None) == "–"


def test_a_plain_number_has_neither_zeros_at_its_end_nor_an_exponent():
    assert [str(names.plain(Decimal(text))) for text in ("90.000", "0.100", "5", "0.000")] == ["90", "0.1", "5", "0"]

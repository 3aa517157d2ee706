"""Reads numbers that people and programs have written."""

import re
from decimal import Decimal, InvalidOperation
from typing import Any

MOST_DIGITS = 12
"""Before the point and after it. 1e999999 is short, but would take minutes to write out."""


def whole_number(text: Any) -> int | None:
    """The number that up to nine digits write; None of anything else."""
    return int(text) if isinstance(text, str) and re.fullmatch("[0-9]{1,9}", text) else None


def number(value: Any) -> Decimal | None:
    """The number that a text, or a number of JSON, writes; None of anything else and of what is absurdly long."""
    try:
        found = Decimal(str(value)) if isinstance(value, (str, int, float, Decimal)) else None
    except InvalidOperation:
        return None
    if found is None or isinstance(value, bool) or not found.is_finite() or abs(found.adjusted()) > MOST_DIGITS:
        return None
    return found

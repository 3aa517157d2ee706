"""Ranges of days as rows keep them: ISO 8601 with a slash, both days included, on the facility's calendar."""

from datetime import date

Days = tuple[date, date]


def text_of(days: Days) -> str:
    """`2027-03-01/2027-05-31`."""
    return f"{days[0].isoformat()}/{days[1].isoformat()}"


def days_of(text: str) -> Days:
    first, _slash, last = text.partition("/")
    return date.fromisoformat(first), date.fromisoformat(last)

"""Plain forecasts with their past error: the same month a year ago, or the line from the first to the last value."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

SEASON = 12
LEAST = 6
"""As many values as a forecast is made from at least."""

Method = Callable[[Sequence[float], int], list[float] | None]


def seasonal_naive(series: Sequence[float], ahead: int) -> list[float] | None:
    """The values of `ahead` coming months: each that of the latest same month of the year; None without a whole year.

    Source: Hyndman and Athanasopoulos, Forecasting: principles and practice, 5.2.
    """
    if len(series) < SEASON:
        return None
    return [float(series[len(series) - SEASON + step % SEASON]) for step in range(ahead)]


def drift(series: Sequence[float], ahead: int) -> list[float] | None:
    """The values of `ahead` coming months on the line through the first and the last one, never below 0; None for
    fewer than LEAST values. Source: as above."""
    if len(series) < LEAST:
        return None
    slope = (series[-1] - series[0]) / (len(series) - 1)
    return [max(0.0, series[-1] + slope * step) for step in range(1, ahead + 1)]


METHODS: dict[str, Method] = {"seasonal": seasonal_naive, "drift": drift}


def back_test(method: Method, series: Sequence[float], skip: int, length: int) -> float | None:
    """Mean absolute error of the sum over `length` months that begin after `skip` months, made anew at each of the past
    months from which it could have been made and checked; None where it never could."""
    errors = []
    for known in range(LEAST, len(series) - skip - length + 1):
        made = method(series[:known], skip + length)
        if made is not None:
            errors.append(abs(sum(made[skip:]) - sum(series[known + skip : known + skip + length])))
    return sum(errors) / len(errors) if errors else None


class Forecast(NamedTuple):
    """`values` of the months asked for, by the `method` whose past `error` (of their sum) is the smallest."""

    method: str
    values: list[float]
    error: float


def forecast(series: Sequence[float], skip: int, length: int) -> Forecast | None:
    """The months from `skip` on; None where no method has both a forecast and a past to be judged by."""
    found = []
    for name, method in METHODS.items():
        values, error = method(series, skip + length), back_test(method, series, skip, length)
        if values is not None and error is not None:
            found.append(Forecast(name, values[skip:], error))
    return min(found, key=lambda each: each.error, default=None)

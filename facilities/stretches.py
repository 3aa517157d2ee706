"""Arithmetic of stretches of time, half-open: what is left of one when others are taken away."""

from collections.abc import Iterable
from datetime import date
from typing import TypeVar

At = TypeVar("At", bound=date)
"""Instants, or days."""


def minus(lower: At, upper: At, others: Iterable[tuple[At, At]]) -> list[tuple[At, At]]:
    """The pieces of [lower, upper) that none of the others covers."""
    pieces = []
    for start, end in sorted(others):
        if start > lower:
            pieces.append((lower, min(start, upper)))
        lower = max(lower, end)
        if lower >= upper:
            return [piece for piece in pieces if piece[0] < piece[1]]
    return [piece for piece in [*pieces, (lower, upper)] if piece[0] < piece[1]]

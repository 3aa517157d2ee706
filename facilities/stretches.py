"""Arithmetic of stretches of time, half-open: what is left of one when others are taken away."""

from collections.abc import Iterable
from datetime import datetime


def minus(lower: datetime, upper: datetime, others: Iterable[tuple[datetime, datetime]]) -> list[tuple]:
    """The pieces of [lower, upper) that none of the others covers."""
    pieces = []
    for start, end in sorted(others):
        if start > lower:
            pieces.append((lower, min(start, upper)))
        lower = max(lower, end)
        if lower >= upper:
            return [piece for piece in pieces if piece[0] < piece[1]]
    return [piece for piece in [*pieces, (lower, upper)] if piece[0] < piece[1]]

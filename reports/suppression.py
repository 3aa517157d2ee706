"""Small cells: figures about fewer than three parties are not shown to the public, nor told by the sums beside them."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import Any

from django.conf import settings

Row = dict[str, Any]


def suppress(
    rows: Iterable[Row],
    measures: Sequence[str],
    *,
    shown: Callable[[Row], bool],
    axes: Sequence[str] = (),
    size: str = "",
) -> list[Row]:
    """The rows, those too small to show without their `measures`; `suppressed` says of each whether it is one.

    A row is small when its `parties` are fewer than `SMALL_CELL` (3, by the catalogue's default), unless `shown` says
    that the reader may see it. Where along one of the `axes` (columns whose sums are shown elsewhere) only small cells
    would be missing, the smallest other one by `size` is left out with them, so that the sum does not tell: what it
    tells of is at least as many as may be shown.
    """
    listed = [dict(row) for row in rows]
    open_ = [position for position, row in enumerate(listed) if not shown(row)]
    hidden = {n for n in open_ if 0 < (listed[n].get("parties") or 0) < settings.SMALL_CELL}
    while more := _companions(listed, open_, hidden, axes, size):
        hidden |= more
    for position, row in enumerate(listed):
        row["suppressed"] = position in hidden
        if position in hidden:
            row.update(dict.fromkeys((*measures, "parties")))
    return listed


def _companions(rows: list[Row], open_: list[int], hidden: set[int], axes: Sequence[str], size: str) -> set[int]:
    """The first cells that must go with hidden ones that are small, together as well."""
    for axis in axes:
        cells: dict[Hashable, list[int]] = defaultdict(list)
        for position in open_:
            if rows[position].get("parties"):
                cells[rows[position].get(axis)].append(position)
        for positions in cells.values():
            gone = [n for n in positions if n in hidden]
            left = [n for n in positions if n not in hidden]
            if gone and left and max(rows[n]["parties"] for n in gone) < settings.SMALL_CELL:
                return {min(left, key=lambda n: rows[n].get(size) or 0)}
    return set()

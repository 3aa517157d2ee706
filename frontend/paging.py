"""Lists in pages: a page starts after a row, so its cost does not grow and rows do not slip between pages."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.core import signing
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _

from core.keyset import Columns, columns_of, place_of, rows_beyond

SIZE = 25


@dataclass(frozen=True)
class Page:
    """Some rows of a list; `earlier` and `later` are query strings of the neighbouring pages, empty at the ends."""

    rows: list[Any]
    earlier: str = ""
    later: str = ""
    caption: str = ""


def _mark(row: Any, columns: Columns) -> str:
    return signing.dumps(place_of(row, columns), salt=_salt(columns))


def _place(mark: str, columns: Columns) -> list[Any] | None:
    """What a mark holds; None of what this list did not give out: the database could not read every value."""
    try:
        place: list[Any] = signing.loads(mark, salt=_salt(columns))
    except signing.BadSignature:
        return None
    return place


def _salt(columns: Columns) -> str:
    return f"{__name__} {columns}"


def paged(rows: QuerySet[Any], params: QueryDict, *, size: int = SIZE, name: str = "") -> Page:
    """The page that `after` or `before` in the query string asks for, else the first; one query, no count.

    A list without an explicit order is an error; its last column must be unique. Where several lists are on one page,
    each has a `name` that stands before `after` and `before`.
    """
    columns = columns_of(rows.query.order_by or rows.model._meta.ordering)
    after, before = f"{name}after", f"{name}before"
    forward = before not in params
    place = _place(params.get(after if forward else before, ""), columns)
    if place is not None:
        rows = rows_beyond(rows, columns, place, forward=forward)
    found = list((rows if forward else rows.reverse())[: size + 1])
    more = len(found) > size
    found = found[:size] if forward else found[:size][::-1]
    if not found:
        return Page([])
    has_earlier = place is not None if forward else more
    has_later = more if forward else place is not None
    return Page(
        found,
        earlier=_address(params, name, before=_mark(found[0], columns)) if has_earlier else "",
        later=_address(params, name, after=_mark(found[-1], columns)) if has_later else "",
    )


def paged_list(rows: Sequence[Any], params: QueryDict, key: Callable[[Any], Any], *, size: int = SIZE) -> Page:
    """The same for rows that are at hand in an order of our own; `key` gives the identifier that marks a row."""
    marks = [str(key(row)) for row in rows]
    if (mark := params.get("before", "")) in marks:
        first = max(marks.index(mark) - size, 0)
    else:
        mark = params.get("after", "")
        first = marks.index(mark) + 1 if mark in marks else 0
    last = min(first + size, len(rows))
    said = {"first": first + 1, "last": last, "total": len(rows)}
    return Page(
        list(rows[first:last]),
        earlier=_address(params, "", before=marks[first]) if first else "",
        later=_address(params, "", after=marks[last - 1]) if last < len(rows) else "",
        caption=_("%(first)d to %(last)d of %(total)d") % said,
    )


def _address(params: QueryDict, name: str, **place: str) -> str:
    kept = params.copy()
    for way in ("before", "after"):
        kept.pop(f"{name}{way}", None)
    kept.update({f"{name}{way}": mark for way, mark in place.items()})
    return f"?{kept.urlencode()}"

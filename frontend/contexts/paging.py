"""Pages of a list by number, for lists whose order the reader's filters decide."""

from dataclasses import dataclass

from django.http import QueryDict
from django.utils.translation import gettext as _

ROWS = 20


@dataclass(frozen=True)
class Paging:
    """For the component `pages`: where the reader is, and the query strings of the neighbours."""

    caption: str
    earlier: str = ""
    later: str = ""


def page_number(asked: QueryDict, total: int, rows: int = ROWS) -> int:
    """The page that an address names, kept within the list."""
    text = asked.get("page", "")
    return max(1, min(int(text) if text.isdecimal() else 1, -(-total // rows)))


def paging(asked: QueryDict, page: int, total: int, rows: int = ROWS) -> Paging:
    """Where this page stands; links keep every filter."""
    first, last = (page - 1) * rows + 1, min(page * rows, total)
    caption = _("%(first)d to %(last)d of %(total)d") % {"first": first, "last": last, "total": total}
    return Paging(caption, _link(asked, page - 1) if page > 1 else "", _link(asked, page + 1) if last < total else "")


def _link(asked: QueryDict, page: int) -> str:
    changed = asked.copy()
    changed["page"] = str(page)
    return f"?{changed.urlencode()}"

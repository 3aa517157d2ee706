"""Any reports one after the other as a PDF: what is sent to subscribers, and the print of a view."""

from collections.abc import Sequence
from pathlib import Path

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from core import times
from core.typesetting import typeset
from reports.queries.answers import Answer
from reports.typeset.blocks import kept, on_paper

TEMPLATE = Path(__file__).parents[1] / "typst" / "view.typ"


def pdf_of(reports: Sequence[Answer], *, locale: str, title: str) -> bytes:
    """The answers with chart, table and definition in this language, under a title with the date of their data.

    Cells are those of the readers the answers were made for. The same bytes for the same answers.
    """
    with override(locale):
        blocks = [on_paper(kept(each), locale=locale) for each in reports]
        data = {
            "title": title,
            "lang": "zh" if locale.startswith("zh") else "en",
            "as_of": times.utc(min(each.as_of for each in reports)) if reports else "",
            "blocks": [{**block, "more": more_rows(block["more"])} for block in blocks],
            "words": words(),
        }
    return typeset(TEMPLATE, data)


def words() -> dict[str, str]:
    """What the templates themselves say, in the active language."""
    return {
        "as_of": _("Data of"),
        "definition": _("Definition"),
        "source": _("Source"),
        "nothing": _("Nothing was recorded in this period."),
        "table": _("Table"),
        "figure": _("Figure"),
    }


def more_rows(n: int) -> str:
    """What stands under a table that is longer than its page; nothing where it is not."""
    if not n:
        return ""
    return ngettext("%(n)d more row is in the files.", "%(n)d more rows are in the files.", n) % {"n": n}

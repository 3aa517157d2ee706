"""An annual report as a workbook: contents, the numbers it begins with, and a sheet for each figure with its chart and
its rows."""

import io
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import override

from reports.exports import FORMATS
from reports.typeset.blocks import Block
from reports.typeset.charted import Drawings
from reports.words import NUMERIC

WIDE, NARROW = 34, 15
"""Widths of columns, in characters."""


def annual_xlsx(content: dict[str, Any]) -> bytes:
    """Numbers are numbers with their format; above the rows of a figure, which are all there, stands what defines it.

    The same bytes for the same content.
    """
    import xlsxwriter

    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with override(content["locale"]), xlsxwriter.Workbook(out, options) as book:
        book.set_properties({"title": content["title"], "subject": content["subject"], "author": content["publisher"]})
        styles = _styles(book)
        front = book.add_worksheet(str(_("Contents")))
        _numbers(book.add_worksheet(str(_("In numbers"))), content, styles)
        places, sheets = [], []
        for number, chapter in enumerate(content["chapters"], start=1):
            for place, block in enumerate(chapter["figures"], start=1):
                name = f"{number}.{place}"
                sheet = book.add_worksheet(name)
                sheets.append((sheet, block, _figure(sheet, block, styles)))
                places.append((chapter["title"], name, block))
        _contents(front, content, places, styles)
        drawings = Drawings(book)
        for sheet, block, top in sheets:
            drawings.insert(sheet, block["figure"], top, len(block["columns"]) + 1)
    return out.getvalue()


def _styles(book: Any) -> dict[str, Any]:
    kinds = {kind: book.add_format({"num_format": pattern}) for kind, pattern in FORMATS.items()}
    return {
        **kinds,
        "title": book.add_format({"bold": True, "font_size": 16, "font_color": "#005f83"}),
        "head": book.add_format({"bold": True, "bottom": 2, "bottom_color": "#005f83", "text_wrap": True}),
        "label": book.add_format({"font_color": "#555e6a", "valign": "top"}),
        "text": book.add_format({"text_wrap": True, "valign": "top"}),
        "link": book.get_default_url_format(),
    }


def _contents(
    sheet: Any, content: dict[str, Any], places: list[tuple[str, str, Block]], styles: dict[str, Any]
) -> None:
    sheet.set_column(0, 0, 10)
    sheet.set_column(1, 1, 28)
    sheet.set_column(2, 3, 60)
    sheet.write_string(0, 0, f"{content['title']}, {content['subject']}", styles["title"])
    sheet.write_string(1, 0, content["edition"], styles["label"])
    sheet.write_string(2, 0, f"{_('Data of')} {content['as_of']}", styles["label"])
    for place, head in enumerate((_("Sheet"), _("Chapter"), _("Figure"), _("Question"))):
        sheet.write_string(4, place, str(head), styles["head"])
    for line, (chapter, name, block) in enumerate(places, start=5):
        sheet.write_url(line, 0, f"internal:'{name}'!A1", styles["link"], name)
        sheet.write_string(line, 1, chapter)
        sheet.write_string(line, 2, block["title"])
        sheet.write_string(line, 3, block["question"])


def _numbers(sheet: Any, content: dict[str, Any], styles: dict[str, Any]) -> None:
    sheet.set_column(0, 0, WIDE)
    sheet.set_column(1, 2, NARROW)
    sheet.set_column(3, 3, WIDE)
    heads = (str(_("Figure")), str(content["year"]), str(content["year"] - 1), str(_("Report")))
    for place, head in enumerate(heads):
        sheet.write_string(0, place, head, styles["head"])
    for line, headline in enumerate(content["headlines"], start=1):
        sheet.write_string(line, 0, headline["label"])
        for place, value in enumerate((headline["value"], headline["before"]), start=1):
            if value is not None:
                sheet.write_number(line, place, value, styles[headline["kind"]])
        sheet.write_string(line, 3, headline["report"])


def _figure(sheet: Any, block: Block, styles: dict[str, Any]) -> int:
    """What it is, how it is worked out, what was asked, the date of the data; then the rows as a table, whose first
    line is returned."""
    about = [
        (_("Question"), block["question"]),
        (_("Formula"), block["formula"]),
        *(
            (each["key"], f"{each['name']}: {each['formula']} ({each['source']}) {each['zero']}")
            for each in block["definitions"]
        ),
        *block["filters"],
        (_("Data of"), block["as_of"]),
        *((_("Note"), note) for note in block["notes"]),
        (_("Checksum"), block["checksum"]),
    ]
    columns, cells = block["columns"], block["cells"]
    last = max(5, len(columns) - 1)
    sheet.write_string(0, 0, block["title"], styles["title"])
    for line, (name, text) in enumerate(about, start=1):
        sheet.write_string(line, 0, str(name), styles["label"])
        sheet.merge_range(line, 1, line, last, str(text), styles["text"])
        sheet.set_row(line, 15 * (1 + len(str(text)) // 110))
    top = len(about) + 2
    for place, column in enumerate(columns):
        sheet.set_column(place, place, NARROW if column["kind"] in NUMERIC else WIDE)
        sheet.write_string(top, place, column["title"], styles["head"])
    for line, row in enumerate(cells, start=top + 1):
        for place, (value, column) in enumerate(zip(row, columns, strict=True)):
            if isinstance(value, str):
                sheet.write_string(line, place, value)
            elif value is not None:
                sheet.write_number(line, place, value, styles.get(column["kind"]))
    sheet.autofilter(top, 0, top + max(1, len(cells)), len(columns) - 1)
    sheet.freeze_panes(top + 1, 1)
    return top

"""An annual report as a designed PDF, set from its kept content alone: the same bytes for the same content."""

from datetime import datetime
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import override

from core import names, times
from core.typesetting import typeset
from reports.typeset.blocks import on_paper
from reports.typeset.views import more_rows, words

TEMPLATE = Path(__file__).parents[1] / "typst" / "annual.typ"


def annual_pdf(content: dict[str, Any]) -> bytes:
    """Cover, contents, the numbers it begins with, a chapter for each theme, and notes on how numbers are made."""
    locale = content["locale"]
    with override(locale):
        chapters = [
            {
                "title": chapter["title"],
                "place": _("Chapter %(number)s") % {"number": number + 1},
                "introduction": chapter["introduction"],
                "figures": [
                    {**_figure(block, locale), "id": f"{number}-{place}"}
                    for place, block in enumerate(chapter["figures"])
                ],
                "silent": _silent(chapter["silent"]),
            }
            for number, chapter in enumerate(content["chapters"])
        ]
        data = {
            **{name: content[name] for name in ("title", "subject", "publisher", "edition", "rules")},
            "year": str(content["year"]),
            "lang": "zh" if locale.startswith("zh") else "en",
            "as_of": _moment(content["as_of"]),
            "headlines": [_headline(each, content["year"]) for each in content["headlines"]],
            "chapters": chapters,
            "words": {
                **words(),
                "contents": _("Contents"),
                "summary": _("The year in numbers"),
                "summary_note": _(
                    "Each number with the one of %(year)s beside it. How it is worked out stands with the figure that"
                    " it comes from."
                )
                % {"year": content["year"] - 1},
                "notes": _("How the numbers are made"),
                "page": _("page %(n)s") % {"n": "#"},
                "definitions": _("Definitions"),
                "small_cells": _("A mark (…) stands for a cell about fewer than three groups, which is not shown.")
                if content["public"]
                else "",
            },
        }
    return typeset(TEMPLATE, data)


def change_of(headline: dict[str, Any]) -> str:
    """How a number differs from the year before: shares by points, others in per cent of what it was."""
    value, before = headline["value"], headline["before"]
    if before is None:
        return _("nothing to compare with")
    if headline["kind"] == "share":
        step = round((value - before) * 100, 1)
        return _("%(n)s points") % {"n": _signed(step)}
    if not before:
        return _signed(round(value - before))
    return f"{_signed(round((value - before) / before * 100, 1))} %"


def value_text(value: float | None, kind: str) -> str:
    return names.percent(value, 1) if kind == "share" else names.number(round(value), 0) if value is not None else "–"


def _headline(headline: dict[str, Any], year: int) -> dict[str, Any]:
    before, kind = headline["before"], headline["kind"]
    step = 0.0 if before is None else headline["value"] - before
    return {
        "label": headline["label"],
        "value": value_text(headline["value"], kind),
        "before": f"{year - 1}: {value_text(before, kind)}",
        "change": change_of(headline),
        "up": step > 0,
        "down": step < 0,
        "report": headline["report"],
    }


def _signed(step: float) -> str:
    return ("+" if step > 0 else "–" if step < 0 else "±") + names.number(abs(step), 1)


def _figure(block: dict[str, Any], locale: str) -> dict[str, Any]:
    shown = on_paper(block, locale=locale)
    return {**shown, "more": more_rows(shown["more"])}


def _silent(titles: list[str]) -> str:
    if not titles:
        return ""
    return _("Nothing was recorded this year for: %(titles)s.") % {"titles": _(", ").join(titles)}


def _moment(text: str) -> str:
    return times.utc(datetime.fromisoformat(text))

"""Charts as vectors: every kind is drawn, the same each time, gaps left out, Chinese as text; and the PDF of a view."""

import io

import pytest
from pypdf import PdfReader

from reports.figures.vector import svg
from reports.queries.answers import answer
from reports.typeset.views import pdf_of
from tests.reports.history import MAY, may_2026

BARS = {"type": "bar", "orientation": "h", "y": ["上海", "Berlin"], "x": [0.5, None], "text": ["0.5 h", ""]}
LINE = {"type": "scatter", "mode": "lines+markers+text", "name": "Visits", "x": ["2025", "2026"], "y": [3, None]}
KINDS = {
    "bars": [BARS],
    "stacked": [{**BARS, "name": "Open"}, {**BARS, "name": "Used"}],
    "columns": [
        {"type": "bar", "x": ["Source", "Weather"], "y": [5, 3], "name": "Lost"},
        {"type": "scatter", "x": ["Source", "Weather"], "y": [62.5, 100], "yaxis": "y2", "name": "Running"},
    ],
    "lines": [LINE],
    "area": [{**LINE, "stackgroup": "all", "mode": "lines+markers"}],
    "dots": [{"type": "scatter", "mode": "markers+text", "y": ["A1"], "x": [1.4], "text": ["1.4"]}],
    "heat": [{"type": "heatmap", "x": ["1 Jan", "8 Jan"], "y": ["A1", "B1"], "z": [[50, None], [0, 100]], "zmax": 100}],
    "flows": [
        {"type": "sankey", "node": {"label": ["China", "FA"]}, "link": {"source": [0], "target": [1], "value": [32]}}
    ],
    "boxes": [
        {"type": "box", "y": ["All"], "q1": [2], "median": [4], "q3": [9], "lowerfence": [2], "upperfence": [20]}
    ],
    "waterfall": [
        {"type": "waterfall", "x": ["Planned", "Spent", "Left"], "y": [10, -4, 6],
         "measure": ["absolute", "relative", "total"], "text": ["10", "4", "6"]}
    ],
    "plan": [
        {"type": "bar", "orientation": "h", "y": ["P-1"], "base": ["2026-01-01"], "x": [86_400_000 * 365]},
        {"type": "scatter", "name": "Overdue", "x": ["2026-05-01"], "y": ["P-1"], "marker": {"symbol": "x"}},
    ],
    "burn_up": [
        {"type": "scatter", "mode": "lines", "name": "Due", "x": ["2026-05-01", "2026-06-01"], "y": [40, 100]},
        {"type": "scatter", "mode": "lines", "name": "Reached", "x": ["2026-05-04"], "y": [40]},
    ],
    "bullets": [
        {**BARS, "x": [100, 100], "width": 0.7, "textposition": "outside", "text": ["95 %", "80 %"]},
        {**BARS, "x": [95, 80], "width": 0.3, "text": None},
    ],
    "funnel": [{"type": "funnel", "y": ["Submitted", "Member"], "x": [5, 2]}],
}  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_chart_is_drawn_the_same_each_time(kind):
    layout = {"yaxis": {"range": [0, 105]}, "yaxis2": {"range": [0, 105]}}
    layout |= {"barmode": {"stacked": "stack", "bullets": "overlay"}.get(kind, "group")}
    figure = {"data": KINDS[kind], "layout": layout}
    drawn = svg(figure, locale="en")
    assert drawn == svg(figure, locale="en")
    assert "<image" not in drawn, "vectors only"
    labels = {
        "flows": "China", "boxes": "All", "lines": "Visits", "area": "Visits", "dots": "A1", "heat": "B1",
        "columns": "Weather", "waterfall": "Left", "funnel": "Member", "plan": "P-1", "burn_up": "Reached",
    }  # fmt: skip
    assert labels.get(kind, "上海") in drawn


def test_a_gap_is_not_drawn_and_nothing_is_no_picture():
    whole = {"data": [{**BARS, "x": [0.5, 0.7], "text": ["0.5 h", "0.7 h"]}], "layout": {}}
    assert "0.7 h" in svg(whole, locale="en")
    assert svg({"data": [BARS], "layout": {}}, locale="en").count("<path") < svg(whole, locale="en").count("<path")
    assert svg({"data": [], "layout": {}}, locale="en") == ""


def test_amounts_are_written_as_the_locale_writes_them():
    figure = {"data": [{**BARS, "x": [40_000, 20_000], "text": None}], "layout": {}}
    assert "20,000" in svg(figure, locale="en")
    assert "20.000" in svg(figure, locale="de")


@pytest.mark.django_db
def test_a_view_on_paper_says_what_it_shows_and_hides_what_its_reader_may_not_see(world):
    may_2026(world)

    def text(user, locale="en", title="Figures of May"):
        seen = [answer(name, MAY, user=user) for name in ("delivered-time", "flows")]
        paper = pdf_of(seen, locale=locale, title=title)
        assert paper == pdf_of(seen, locale=locale, title=title)
        return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(paper)).pages)

    full = text(world.lea)
    for said in (
        "Figures of May",
        "Data of",
        "Delivered, allocated and available time",
        "1 May 2026",
        "K16",
        "Germany",
    ):
        assert said in full
    assert full.count("…") == 0
    assert text(world.dan).count("…") > 0, "small cells are marked, not shown"
    assert "国家" in text(world.lea, "zh-hans", "五月数据")

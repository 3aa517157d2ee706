"""Figures are drawn by the bundle, leave gaps open and carry no colour of their own."""

import json
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest

from core.errors import Invalid
from reports.figures import cooperation, course
from reports.figures.ends import HIGH
from reports.figures.marks import KINDS
from reports.figures.paper import kind_of
from reports.queries.answers import answer
from reports.registry import REPORTS
from tests.reports.history import MAY, may_2026

TRACES = Path(__file__).resolve().parents[2] / "frontend" / "static" / "js" / "plotly-traces.json"


@pytest.mark.django_db
@pytest.mark.parametrize("name", REPORTS)
def test_every_figure_uses_only_traces_of_the_bundle_and_plain_json(world, name):
    may_2026(world)
    figure = answer(name, MAY, user=world.lea).figure
    assert {trace["type"] for trace in figure["data"]} <= set(json.loads(TRACES.read_text()))
    assert "color" not in json.dumps(figure)
    assert "bdata" not in json.dumps(figure)
    assert not figure["data"] or kind_of(figure["data"]) in KINDS, "nor is there a kind that paper cannot show"


@pytest.mark.django_db
@pytest.mark.parametrize("name", REPORTS)
def test_a_report_of_nothing_is_a_figure_of_nothing(world, name):
    found = answer(name, {"from": "2001-01-01", "to": "2001-02-01"}, user=world.lea)
    assert all(not row.get("delivered_hours") for row in found.rows)
    json.dumps(found.figure)


@pytest.mark.django_db
def test_a_sankey_shows_only_work_abroad_and_no_hidden_cell(world):
    may_2026(world)
    (trace,) = answer("flows", MAY, user=world.lea).figure["data"]
    assert sorted(trace["link"]["value"]) == [8, 8, 32]
    (trace,) = answer("flows", MAY, user=world.dan).figure["data"]
    assert list(trace["link"]["value"]) == [], "what is of many goes with the small ones: sums would tell of them"


def test_heavy_libraries_are_not_imported_before_they_are_used():
    code = (
        "import os, sys; sys.path[:0] = ['.', 'platform']; os.environ['DJANGO_SETTINGS_MODULE'] = 'config.settings';"
        "os.environ['DATABASE_URL'] = 'postgresql://nobody@localhost/none';"
        "import django; django.setup(); import reports.api, reports.typeset.views;"
        "print(sorted({'matplotlib', 'networkx', 'pandas', 'plotly', 'xlsxwriter'} & set(sys.modules)))"
    )
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.django_db
def test_a_report_of_several_measures_has_a_chart_of_each_over_the_same_numbers(world):
    may_2026(world)
    several = {report.name: report for report in REPORTS.values() if report.others}
    for key in ("K04", "K06", "K10", "K15", "K19"):
        assert any(key in report.kpis for report in several.values())
    for name, report in several.items():
        plain = answer(name, MAY, user=world.lea)
        assert answer(name, {**MAY, "chart": report.charted}, user=world.lea).checksum == plain.checksum
        assert "chart" not in plain.query.given
        for chart in report.others:
            other = answer(name, {**MAY, "chart": chart.of}, user=world.lea)
            assert other.table == plain.table
            assert other.query.given["chart"] == chart.of
            assert other.report.chart == chart.said
            assert {trace["type"] for trace in other.figure["data"]} <= set(json.loads(TRACES.read_text()))
            assert not other.figure["data"] or kind_of(other.figure["data"]) in KINDS
            assert not other.figure["data"] or other.figure != plain.figure


@pytest.mark.django_db
def test_the_chart_of_normalised_cooperation_shows_salton_and_one_centre_has_bars_of_its_partners(world):
    may_2026(world)
    rows = answer("cooperation", MAY, user=world.lea).rows
    (heat,) = answer("cooperation", {**MAY, "chart": "salton"}, user=world.lea).figure["data"]
    shown = {each for line in heat["z"] for each in line if each is not None}
    assert shown == {row["salton"] for row in rows}
    (star,) = cooperation([_pair("A", other, weight) for other, weight in (("B", 1), ("C", 7), ("D", 2))])["data"]
    assert (star["type"], list(star["y"])) == ("bar", ["C", "D", "B"]), "of a single centre a matrix would be a cross"


def _pair(one, other, together):
    return {"one": one, "one_id": one, "other": other, "other_id": other, "together": together, "mark": 0}


@pytest.mark.django_db
def test_a_chart_that_there_is_not_is_refused_at_its_field(world):
    with pytest.raises(Invalid) as refused:
        answer("availability", {**MAY, "chart": "pie"}, user=world.lea)
    assert [violation.field for violation in refused.value.violations] == ["chart"]


def test_names_at_the_ends_of_lines_lie_apart_in_the_order_of_the_lines():
    periods = ["2025", "2026"]
    rows = [
        {"period": period, "name": name, "value": value, "mark": 0}
        for period in periods
        for name, value in (("A", 100), ("B", 100), ("C", 99), ("D", 0))
    ]
    layout = course("value", line=lambda row: row["name"])(rows)["layout"]
    places = [each["y"] / 100 * HIGH + each["yshift"] for each in layout["annotations"]]
    assert [each["text"] for each in layout["annotations"]] == ["A", "B", "C", "D"]
    assert {each["x"] for each in layout["annotations"]} == {1}, "a place, not a year that would be read as a number"
    heights = sorted(places)
    assert all(upper - lower >= 14 for lower, upper in pairwise(heights))

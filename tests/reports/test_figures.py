"""Figures are drawn by the bundle, leave gaps open and carry no colour of their own."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from reports.figures.marks import KINDS, kind_of
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

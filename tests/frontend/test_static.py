"""What is served as committed: nothing from elsewhere, nothing the security policy forbids, sizes in budget."""

import json
import re
from pathlib import Path

import brotli

STATIC = Path(__file__).resolve().parents[2] / "frontend" / "static"


def wire(path: Path) -> int:
    """Bytes on the wire, brotli as WhiteNoise sends it."""
    return len(brotli.compress(path.read_bytes()))


def test_styles_load_nothing_from_elsewhere():
    for sheet in (STATIC / "css").glob("*.css"):
        assert "@import" not in sheet.read_text()
        assert "url(" not in sheet.read_text()


def test_scripts_do_not_make_code_from_text():
    for script in (STATIC / "js").glob("*.js"):
        assert not re.search(r"new Function\(|\beval\(", script.read_text()), script.name


def test_the_chart_library_stays_in_its_budget():
    assert wire(STATIC / "js/plotly.min.js") < 450_000


def test_what_a_first_page_loads_stays_in_its_budget():
    public = sum(wire(STATIC / name) for name in ("css/yanqi.css", "css/public.css", "img/icons.svg", "img/world.svg"))
    assert public < 30_000


def test_the_bundle_lists_its_trace_types():
    traces = json.loads((STATIC / "js/plotly-traces.json").read_text())
    library = (STATIC / "js/plotly.min.js").read_text()
    assert {"heatmap", "bar", "scatter", "sankey", "box"} <= set(traces)
    for name in traces:
        assert re.search(rf'moduleType:"trace",name:"{name}"', library), name

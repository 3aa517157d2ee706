"""A report's chart as a vector picture, made without a browser: the figure of the screen in its light palette.

matplotlib does the scales and the paths and is imported when first used: in the worker and on the command line.
Text stays text, Chinese as well: a PDF sets it in the font that the product brings, elsewhere the reader's own does.
"""

import io
import os
from functools import cache
from typing import Any

from django.conf import settings
from django.utils.translation import override

from core.typesetting import FONTS, SANS
from reports.figures.base import Figure
from reports.figures.paper import INK, LINE, MUTED, SIZE, WIDTH

STYLE: Any = {
    "svg.fonttype": "none",
    "svg.hashsalt": "yanqi",
    "font.family": SANS,
    "font.size": SIZE,
    "text.color": INK,
    "text.parse_math": False,
    "axes.edgecolor": LINE,
    "axes.labelcolor": MUTED,
    "xtick.color": MUTED,
    "ytick.color": INK,
}


def svg(figure: Figure, *, locale: str, width: float = WIDTH) -> str:
    """The figure of a report as SVG, `width` points wide and as high as it needs, its numbers as the locale writes
    them; the same text for the same figure and locale.

    Nothing where there is nothing to draw. Raises KeyError for a kind of chart that it cannot draw.
    """
    if not _has_content(figure):
        return ""
    os.environ.setdefault("MPLCONFIGDIR", str(settings.HOME / "matplotlib"))
    from matplotlib import rc_context
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure as Sheet

    from reports.figures import marks

    _bring_font()
    with override(locale), rc_context(STYLE):
        sheet = Sheet(dpi=72)
        FigureCanvasSVG(sheet)
        marks.draw(sheet, figure, width)
        out = io.StringIO()
        sheet.savefig(out, format="svg", metadata={"Date": None, "Creator": None}, transparent=True)
    return out.getvalue()


def _has_content(figure: Figure) -> bool:
    """Whether there is anything to draw."""
    traces = figure["data"]
    if traces and traces[0]["type"] == "sankey":
        return bool(traces[0]["link"]["value"])
    return any(len(trace.get("y", ())) for trace in traces)


@cache
def _bring_font() -> None:
    from matplotlib.font_manager import fontManager

    for path in sorted(FONTS.glob("**/NotoSansSC*")):
        fontManager.addfont(path)

"""Typesets data as PDF with typst: the same bytes for the same data on every machine."""

import json
from pathlib import Path
from typing import Any

import pylopdf_fonts_zh_cn
import typst

FONTS = Path(pylopdf_fonts_zh_cn.__file__).parent
"""Noto Serif SC and Noto Sans SC, regular; typst itself brings Libertinus Serif and no Chinese."""
SANS = "Noto Sans SC"
"""Latin and Chinese in one family, for labels of charts and tables."""


def typeset(template: Path, data: dict[str, Any]) -> bytes:
    """The PDF of a template that reads `data` (JSON in `sys.inputs.data`)."""
    inputs = {"data": json.dumps(data, ensure_ascii=False)}
    return bytes(typst.compile(str(template), sys_inputs=inputs, font_paths=[str(FONTS)]))

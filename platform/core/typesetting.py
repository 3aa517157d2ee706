"""Typesets data as PDF with typst: the same bytes for the same data and fonts."""

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import typst
from django.utils.translation import gettext as _

from core.errors import DomainError

LATIN = ("Libertinus Serif",)
"""Comes with typst."""
CHINESE = ("Noto Sans CJK SC", "Source Han Sans SC", "PingFang SC", "Microsoft YaHei", "WenQuanYi Micro Hei")
"""Fonts with Chinese, of which the machine has one or another; typst brings none."""
HAN = re.compile("[\u3400-\u9fff]")


def typeset(template: Path, data: dict[str, Any]) -> bytes:
    """The PDF of a template that reads `data` (JSON in `sys.inputs.data`) and its `fonts`.

    Raises DomainError (503) where the text has Chinese and the machine has no font for it: a page of empty boxes
    would look like a document.
    """
    present = chinese_fonts()
    if HAN.search(json.dumps(data, ensure_ascii=False)) and not present:
        message = _("This server has no Chinese font, so it cannot typeset this text. Its operator can install one.")
        raise DomainError(message, "font_missing", status=503)
    inputs = {"data": json.dumps(data | {"fonts": [*LATIN, *present]}, ensure_ascii=False)}
    return bytes(typst.compile(str(template), sys_inputs=inputs))


@cache
def chinese_fonts() -> list[str]:
    known = set(typst.Fonts().families())
    return [name for name in CHINESE if name in known]

"""Typesets a frozen version of a proposal as PDF: the same bytes for the same version, language and fonts."""

import json
import re
from pathlib import Path

import typst
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from core import times
from core.errors import DomainError
from programs.frozen import Content
from programs.models import Proposal, ProposalVersion
from programs.queries.proposals.told import told

TEMPLATE = Path(__file__).parent / "typst" / "proposal.typ"
LATIN = ("Libertinus Serif",)
"""Comes with typst."""
CHINESE = ("Noto Sans CJK SC", "Source Han Sans SC", "PingFang SC", "Microsoft YaHei", "WenQuanYi Micro Hei")
"""Fonts with Chinese, of which the machine has one or another; typst brings none."""
HAN = re.compile("[\u3400-\u9fff]")


def proposal_pdf(proposal: Proposal, version: ProposalVersion, content: Content) -> bytes:
    """Exactly what was submitted, as far as `content` (a reader's share of the version) goes, in the active language.

    Raises DomainError (503) where the text has Chinese and the machine has no font for it: a page of empty boxes
    would look like a document.
    """
    form = proposal.questionnaire.content if proposal.questionnaire else {}
    chapters = [
        {"title": chapter.title, "lines": [{"label": line.label, "text": line.text} for line in chapter.lines]}
        for chapter in told(content, form)
        if chapter.lines
    ]
    frozen_at = times.moment(version.created_at, proposal.call.zone)
    data = {
        "title": content["title"],
        "author": content["pi_name"],
        "reference": proposal.reference,
        "call": content["call_name"],
        "frozen": _("Version %(number)d, submitted %(when)s") % {"number": version.number, "when": frozen_at},
        "footer": f"{proposal.reference} v{version.number}",
        "sha256": version.sha256,
        "lang": "zh" if (get_language() or "").startswith("zh") else "en",
        "chapters": chapters,
    }
    text = json.dumps(data, ensure_ascii=False)
    present = _chinese_fonts()
    if HAN.search(text) and not present:
        message = _("This server has no Chinese font, so it cannot typeset this text. Its operator can install one.")
        raise DomainError(message, "font_missing", status=503)
    inputs = {"data": json.dumps(data | {"fonts": [*LATIN, *present]}, ensure_ascii=False)}
    return bytes(typst.compile(str(TEMPLATE), sys_inputs=inputs))


def _chinese_fonts() -> list[str]:
    known = set(typst.Fonts().families())
    return [name for name in CHINESE if name in known]

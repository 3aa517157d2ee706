"""Typesets a frozen version of a proposal as PDF: the same bytes for the same version and language."""

from pathlib import Path

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from core import times
from core.typesetting import typeset
from programs.frozen import Content
from programs.models import Proposal, ProposalVersion
from programs.queries.proposals.told import told

TEMPLATE = Path(__file__).parent / "typst" / "proposal.typ"


def proposal_pdf(proposal: Proposal, version: ProposalVersion, content: Content) -> bytes:
    """Exactly what was submitted, as far as `content` (what a reader may see of it) goes, in the active language."""
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
    return typeset(TEMPLATE, data)

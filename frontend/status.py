"""The one status language: for every state a glyph, a tone and a word, the same on every page.

Glyph and tone never stand alone; the word says the same. Solid is settled, dashed is asked, half is in work.
"""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from alliance.workflows.documents import VERSION
from alliance.workflows.events import EVENT
from facilities.workflows import BOOKING, CAMPAIGN, WAITING
from programs.workflows.cooperation import PROGRAM
from programs.workflows.outcomes import REPORT
from programs.workflows.proposals import LEG, PROPOSAL


@dataclass(frozen=True)
class Look:
    """How a state is shown: an `st-…` glyph of the sprite, a tone (``, `ok`, `warn`, `bad`, `info`) and the word."""

    glyph: str
    tone: str
    word: str | Promise


SHAPES: dict[str, tuple[str, str]] = {
    # bookings
    "held": ("ask", ""),
    "offered": ("offer", "warn"),
    "requested": ("ask", "warn"),
    "countered": ("offer", "warn"),
    "approved": ("ok", "ok"),
    "running": ("run", "info"),
    "completed": ("end", "ok"),
    "closed": ("end", ""),
    "declined": ("no", "bad"),
    "expired": ("void", ""),
    "withdrawn": ("void", ""),
    "cancelled": ("void", ""),
    "no_show": ("no", "bad"),
    "lost": ("clash", "bad"),
    # places on a waiting list
    "waiting": ("ask", ""),
    "served": ("ok", "ok"),
    "left": ("void", ""),
    "lapsed": ("void", ""),
    # campaigns
    "broken": ("void", "bad"),
    # joint programmes
    "draft": ("draft", ""),
    "submitted": ("review", "info"),
    "partners_confirmed": ("ok", "info"),
    "reviewed": ("review", "info"),
    "agreement_signed": ("ok", "ok"),
    "active": ("run", "ok"),
    "suspended": ("clash", "warn"),
    "evaluated": ("end", ""),
    "rejected": ("no", "bad"),
    "terminated": ("void", ""),
    # proposals and their legs
    "checking": ("review", "info"),
    "returned": ("offer", "warn"),
    "feasibility": ("review", "info"),
    "review": ("review", "info"),
    "panel": ("review", "info"),
    "accepted": ("ok", "ok"),
    "partially_accepted": ("ok", "info"),
    "reserve": ("ask", "warn"),
    "feasible": ("ok", "ok"),
    "infeasible": ("no", "bad"),
    "recommended": ("ok", "info"),
    "allocated": ("ok", "ok"),
    "on_hold": ("clash", "warn"),
    "scheduled": ("ok", "info"),
    "asked": ("ask", "warn"),
    "overdue": ("clash", "bad"),
    # experiment reports
    "due": ("ask", "warn"),
    "waived": ("void", ""),
    # versions of documents
    "proposed": ("ask", "warn"),
    "adopted": ("ok", "info"),
    "in_force": ("ok", "ok"),
    "superseded": ("end", ""),
    # the rest, with their words below
    "invited": ("ask", "warn"),
    "confirmed": ("ok", "ok"),
    "refused": ("no", "bad"),
    "void": ("void", "bad"),
    "open": ("ask", "warn"),
    "escalated": ("clash", "warn"),
    "skipped": ("void", ""),
    "in_progress": ("review", "info"),
    "done": ("ok", "ok"),
    "not_started": ("todo", ""),
    "late": ("clash", "warn"),
    "planned": ("todo", ""),
    "failed": ("no", "bad"),
    "on_track": ("ok", "ok"),
    "at_risk": ("clash", "warn"),
    "off_track": ("no", "bad"),
    "unreported": ("todo", ""),
    "construction": ("review", "info"),
    "commissioning": ("review", "info"),
    "operation": ("ok", "ok"),
    "shutdown": ("clash", "warn"),
    "inactive": ("void", ""),
    # events
    "idea": ("draft", ""),
    "announced": ("ask", "info"),
    "registration": ("ask", "ok"),
    "postponed": ("clash", "warn"),
    "published": ("end", "ok"),
    "collides": ("clash", "bad"),
    "free": ("ok", "ok"),
}
WORDS: dict[str, str | Promise] = {
    "invited": _("Asked"),
    "confirmed": _("Confirmed"),
    "refused": _("Refused"),
    "void": _("No longer valid"),
    "open": _("Waiting"),
    "escalated": _("Escalated"),
    "skipped": _("Skipped"),
    "in_progress": _("In progress"),
    "done": _("Done"),
    "not_started": _("Not started"),
    "late": _("Late"),
    "planned": _("Planned"),
    "failed": _("Failed"),
    "on_track": _("On track"),
    "at_risk": _("At risk"),
    "off_track": _("Off track"),
    "unreported": _("No report yet"),
    "construction": _("Under construction"),
    "commissioning": _("Commissioning"),
    "operation": _("In operation"),
    "shutdown": _("Shut down"),
    "inactive": _("Inactive"),
    "collides": _("Collides"),
    "free": _("Free"),
    "broken": CAMPAIGN.states["broken"],
    **{name: EVENT.states[name] for name in ("idea", "announced", "registration", "postponed", "published")},
    **REPORT.states,
    "asked": _("Asked"),
    "overdue": _("Overdue"),
    **LEG.states,
    **PROPOSAL.states,
    **PROGRAM.states,
    **WAITING.states,
    **VERSION.states,
    **BOOKING.states,
}


def look(state: str) -> Look:
    """The look of a state. Raises KeyError for a state nobody has drawn, so that a new one is noticed in tests."""
    return Look(*SHAPES[state], WORDS[state])

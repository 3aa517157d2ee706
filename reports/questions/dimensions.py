"""Along what own questions are cut, and how a reader's rights cut each."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from facilities.models import Access, Facility
from facilities.workflows import BOOKING
from programs.models import Call, Program, Proposal

EVERYBODY = _("Shown to everybody; cells about fewer than three groups only to who reads the place in full.")
OF_A_PLACE = _("Small cells are shown to the people of the facility itself, and to leadership.")
FULL = _("Only for leadership and for a facility’s own people who ask about their facility.")


@dataclass(frozen=True)
class Dimension:
    """`kind` is how its cells read (a column's kind); `words` are the values of a list. `rights` says in words what a
    reader sees; one that is `closed` may be asked for only by who reads the places asked for in full."""

    name: str
    title: Any
    kind: str = "text"
    words: Mapping[str, Any] | None = None
    rights: Any = EVERYBODY
    closed: bool = False
    is_time: bool = False

    def word(self, value: Any) -> str:
        """A value in the reader's language."""
        return str((self.words or {}).get(value, value or _("Not known")))


WAYS = {"onsite": _("On site"), "remote": _("Remote"), "mail_in": _("Mail-in")}

DIMENSIONS = {
    each.name: each
    for each in (
        Dimension("month", _("Month"), is_time=True),
        Dimension("quarter", _("Quarter"), is_time=True),
        Dimension("year", _("Year"), is_time=True),
        Dimension("facility", _("Facility"), rights=OF_A_PLACE),
        Dimension("instrument", _("Instrument"), rights=OF_A_PLACE),
        Dimension("type", _("Type of facility"), "type", dict(Facility.Kind.choices)),
        Dimension("host", _("Host country"), "country"),
        Dimension("home", _("Home country"), "country"),
        Dimension("centre", _("Centre of the users")),
        Dimension("team", _("Team"), rights=FULL, closed=True),
        Dimension("way", _("Way of working"), "way", WAYS),
        Dimension("category", _("Access category"), "category", dict(Access.choices)),
        Dimension("state", _("State"), "state", dict(BOOKING.choices), FULL, closed=True),
        Dimension("call", _("Call")),
        Dimension("kind", _("Kind of call"), "kind", dict(Call.Kind.choices)),
        Dimension("lineage", _("Lineage of the proposal"), "lineage", dict(Proposal.Lineage.choices)),
        Dimension("programme", _("Type of programme"), "programme", dict(Program.Kind.choices)),
    )
}

"""What own questions count: each measure with unit, formula and the figure of the catalogue that it is."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from reports.models import TAKEN
from reports.questions.sources import SOURCES

USE = f"r.state in {TAKEN!r}"


@dataclass(frozen=True)
class Measure:
    """`part` is an aggregate over the rows of `source`; with a `whole` the value is their quotient, n/a without one.

    `kind` is the unit: hours, number or share. `kpi` is its figure in the catalogue, `behind` the rows it comes from.
    One that is `guarded` is about people: cells of few are kept from who does not read the place in full.
    """

    name: str
    title: Any
    kind: str
    source: str
    part: str
    formula: Any
    behind: str
    kpi: str
    whole: str = ""
    guarded: bool = True

    @property
    def adds_up(self) -> bool:
        """Whether cells may be stacked: shares and distinct people may not."""
        return not self.whole and "distinct" not in self.part

    @property
    def filters(self) -> dict[str, str]:
        return SOURCES[self.source].filters


MEASURES = {
    each.name: each
    for each in (
        Measure(
            "delivered", _("Delivered time"), "hours", "use", "sum(r.delivered)",
            _("Units delivered in sessions, in hours, on the days of the facility on which they were used."),
            "sessions", "K07",
        ),
        Measure(
            "booked", _("Booked time"), "hours", "use", "sum(r.booked)",
            _("Clipped hours of approved bookings of each group; requests are not use."),
            "bookings", "K08",
        ),
        Measure(
            "lost", _("Lost time"), "hours", "use", "sum(r.lost)",
            _("Units that a facility lost, as recorded in sessions, in hours."),
            "losses", "K30",
        ),
        Measure(
            "sessions", _("Sessions"), "number", "use", "sum(r.sessions)::bigint",
            _("Sessions by the day on which they began."),
            "sessions", "K07",
        ),
        Measure(
            "groups", _("Groups with use"), "number", "use", "count(distinct r.party)",
            _("Different teams, and people without a team, that had booked or delivered time."),
            "sessions", "K14",
        ),
        Measure(
            "international", _("Use from abroad"), "share", "use",
            "sum(r.delivered) filter (where r.home <> '' and r.host <> '' and r.home <> r.host)",
            _("Delivered hours of users from another country than the host ÷ delivered hours of known home."),
            "sessions", "K16", "sum(r.delivered) filter (where r.home <> '' and r.host <> '')",
        ),
        Measure(
            "open", _("Offered time"), "hours", "offer", "sum(r.open)",
            _("Hours of user and reserve blocks within opening hours, less every other block, times capacity."),
            "blocks", "K01", guarded=False,
        ),
        Measure(
            "utilisation", _("Booked share of user time"), "share", "offer", "sum(r.booked)",
            _("Hours booked inside user time ÷ hours of user time; n/a without user time, never 0."),
            "bookings", "K08", "sum(r.user_hours)",
        ),
        Measure(
            "bookings", _("Bookings"), "number", "bookings", f"count(*) filter (where {USE})",
            _("Approved bookings by the day on which they begin at the facility; what is asked for is not use."),
            "bookings", "K08",
        ),
        Measure(
            "requests", _("Requests for time"), "number", "bookings", "count(*)",
            _("All bookings by the day on which they begin, whatever became of them."),
            "requests", "K09",
        ),
        Measure(
            "visits", _("User visits"), "number", "visits", "count(*)",
            _("Persons times bookings attended, by the day on which they begin; the facility’s own people are out."),
            "attended", "K13",
        ),
        Measure(
            "users", _("Unique users"), "number", "visits", "count(distinct r.party)",
            _("Different persons that attended bookings; the sum of the cells is more than the whole."),
            "attended", "K14",
        ),
        Measure(
            "proposals", _("Submitted proposals"), "number", "proposals", "count(*)",
            _("By the deadline of their call; in a rolling one by their own submission."),
            "proposals", "K09",
        ),
        Measure(
            "accepted", _("Accepted proposals"), "number", "decided", "count(*) filter (where r.accepted)",
            _("Given time in full or in part, by the day of notification; on the reserve list is not accepted."),
            "decided", "K11",
        ),
        Measure(
            "success", _("Success rate"), "share", "decided", "count(*) filter (where r.accepted)",
            _("Accepted ÷ decided proposals, notified within the period; withdrawn and undecided ones are out."),
            "decided", "K11", "count(*)",
        ),
        Measure(
            "programs", _("Joint programmes"), "number", "programs", "count(*)",
            _("Approved programmes by the day on which they start; drafts and refused ones do not count."),
            "started", "K18", guarded=False,
        ),
    )
}  # fmt: skip

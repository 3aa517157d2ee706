"""Reports on the alliance itself: members, applications, meetings, votes."""

from django.utils.translation import gettext_lazy as _

from reports import datasets, figures
from reports.parameters import FROM, TO, steps
from reports.registry.shape import Chart, Column, Report

REPORTS = (
    Report(
        "membership",
        _("Members by class"),
        _("How many centres were active members, in which class, from how many countries"),
        _(
            "Active members on the last day of each period, in the class that they had on that day; suspended ones"
            " are out. A correction counts from the day that it is about."
        ),
        _("Step line by class"),
        (FROM, TO, steps("quarter", "month", "year", "total")),
        (
            Column("alliance", _("Alliance")),
            Column("period", _("Period")),
            Column("member_class", _("Class"), "class"),
            Column("members", _("Members"), "number"),
            Column("countries", _("Countries"), "number"),
        ),
        datasets.membership,
        figures.members,
        "memberships",
        ("K35",),
    ),
    Report(
        "applications",
        _("Applications for membership"),
        _("How far those who applied have come, and how long admission took"),
        _(
            "Applications submitted within the period, by their state today; days from the submission to the signed"
            " charter, of those who became members."
        ),
        _("Funnel by state"),
        (FROM, TO),
        (
            Column("state", _("State"), "application"),
            Column("applications", _("Applications"), "number"),
            Column("days", _("Median days to admission"), "days"),
        ),
        datasets.applications,
        figures.applications,
        "applications",
        ("K35",),
        always=True,
        closed=True,
    ),
    Report(
        "attendance",
        _("Attendance of meetings"),
        _("For how many voting members somebody was there"),
        _(
            "Closed meetings of all members within the period. Voting members are those of the day; a member is"
            " present when anybody was there for it, online when nobody was in the hall."
        ),
        _("Bars by meeting"),
        (FROM, TO),
        (
            Column("meeting", _("Meeting")),
            Column("held_on", _("Held"), "date"),
            Column("voting", _("Voting members"), "number"),
            Column("present", _("Present"), "number"),
            Column("attendance", _("Attendance"), "share", of=("present", "voting")),
            Column("online", _("Only online"), "number"),
            Column("online_share", _("Online, share"), "share", of=("online", "present")),
        ),
        datasets.attendance,
        figures.bars(figures.name_of("meeting"), "attendance", percent=True, n="voting"),
        "meetings",
        ("K32",),
        always=True,
        closed=True,
        charted="attendance",
        others=(
            Chart(
                "online_share",
                _("Bars by meeting"),
                figures.bars(figures.name_of("meeting"), "online_share", percent=True, n="present"),
            ),
        ),
    ),
    Report(
        "participation",
        _("Participation in votes"),
        _("How many members voted, and how long a motion took to its resolution"),
        _(
            "Votes closed within the period. Members that could vote were fixed when the vote was opened. Of a secret"
            " vote it is counted that a member voted, never how. Days from the draft of the motion to the resolution."
        ),
        _("Bars by vote"),
        (FROM, TO),
        (
            Column("motion", _("Motion")),
            Column("closed_on", _("Closed"), "date"),
            Column("eligible", _("Could vote"), "number"),
            Column("cast_votes", _("Voted"), "number"),
            Column("participation", _("Participation"), "share", of=("cast_votes", "eligible")),
            Column("days", _("Days to the resolution"), "days"),
        ),
        datasets.participation,
        figures.bars(figures.name_of("motion"), "participation", percent=True, n="eligible"),
        "motions",
        ("K32",),
        always=True,
        closed=True,
        charted="participation",
        others=(Chart("days", _("Bars by vote"), figures.bars(figures.name_of("motion"), "days", title=_("Days"))),),
    ),
)

"""Reports on people: visits, users, trainings before the start, satisfaction."""

from django.utils.translation import gettext_lazy as _

from reports import datasets, figures
from reports.parameters import COUNTRY, FACILITY, FROM, INSTRUMENT, TO, steps
from reports.registry.shape import Chart, Column, Report

PLACES = (FROM, TO, FACILITY, INSTRUMENT, COUNTRY)
CUT = _(
    "Bookings that were attended, by the day on which they begin at the facility. Where nobody is named, the requester"
    " came. Who was affiliated with the facility’s own centre on that day is not its user. New: came to no booking that"
    " began before the period."
)
WAYS = (_("On site"), _("Remote"), _("Mail-in"))

REPORTS = (
    Report(
        "visits",
        _("User visits"),
        _("Persons times bookings attended, on site, remote and by mail"),
        CUT,
        _("Stacked area by period"),
        (*PLACES, steps("month", "quarter", "year", "total")),
        (
            Column("period", _("Period")),
            Column("onsite_visits", WAYS[0], "number", small=True),
            Column("remote_visits", WAYS[1], "number", small=True),
            Column("mail_in_visits", WAYS[2], "number", small=True),
        ),
        datasets.visits,
        figures.area(
            (("onsite_visits", WAYS[0]), ("remote_visits", WAYS[1]), ("mail_in_visits", WAYS[2])), _("Visits")
        ),
        "attended",
        ("K13",),
        axes=("whole",),
        size="onsite_visits",
    ),
    Report(
        "users",
        _("Unique users"),
        _("How many different people came, and how many for the first time"),
        CUT,
        _("Line by period; the sum of the periods is more than the people of the whole time"),
        (*PLACES, steps("quarter", "month", "year", "total")),
        (
            Column("period", _("Period")),
            Column("users", _("Users"), "number", small=True),
            Column("onsite_users", WAYS[0], "number", small=True),
            Column("remote_users", WAYS[1], "number", small=True),
            Column("mail_in_users", WAYS[2], "number", small=True),
            Column("new_users", _("New"), "number", small=True),
            Column("new_share", _("New, share"), "share", small=True, of=("new_users", "users")),
        ),
        datasets.users,
        figures.course("users", title=_("Users")),
        "attended",
        ("K14", "K15"),
        axes=("whole",),
        size="users",
        charted="users",
        others=(
            Chart(
                "new_share",
                _("Line by period"),
                figures.course("new_share", percent=True, title=_("New among the users")),
            ),
        ),
    ),
    Report(
        "training",
        _("Training before the start"),
        _("Whether everybody on site had the trainings that the instrument requires"),
        _(
            "Persons on site in attended bookings that began within the period at instruments that require trainings;"
            " each of them valid on every day of the stay, in the facility’s days. One person in two bookings is two."
        ),
        _("Bars by facility with a line at 100 %"),
        PLACES,
        (
            Column("facility", _("Facility")),
            Column("persons", _("Persons on site"), "number", small=True),
            Column("trained", _("With valid trainings"), "number", small=True),
            Column("share", _("Share"), "share", small=True, of=("trained", "persons")),
        ),
        datasets.training,
        figures.bars(figures.name_of("facility"), "share", percent=True, n="persons", at=1),
        "trained",
        ("K34",),
    ),
    Report(
        "satisfaction",
        _("Satisfaction of users"),
        _("How users rated their runs, from 1 (bad) to 5 (good)"),
        _("Runs that ended within the period. A run may be rated by several people; the response counts runs."),
        _("Shares of the ratings, hung up at the middle of the 3"),
        PLACES,
        (
            Column("facility", _("Facility")),
            Column("mean", _("Mean"), "decimal", small=True),
            Column("ratings", _("Ratings"), "number", small=True),
            *(Column(name, name[1:], "number", small=True) for name in datasets.RATINGS),
            Column("runs", _("Runs"), "number"),
            Column("rated", _("Rated runs"), "number", small=True),
            Column("response", _("Rated, share"), "share", small=True, of=("rated", "runs")),
        ),
        datasets.satisfaction,
        figures.ratings(figures.name_of("facility"), datasets.RATINGS),
        "feedback",
        ("K36",),
    ),
)

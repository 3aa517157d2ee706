"""Reports on how long things take and what is in time."""

from django.utils.translation import gettext_lazy as _

from reports import datasets, figures
from reports.parameters import CALL, COUNTRY, FACILITY, FROM, INSTRUMENT, TO, steps
from reports.registry.shape import Chart, Column, Report

PLACES = (FROM, TO, FACILITY, INSTRUMENT, COUNTRY)
QUARTILES = (
    Column("q1", _("First quartile, days"), "days", small=True),
    Column("median", _("Median, days"), "days", small=True),
    Column("q3", _("Third quartile, days"), "days", small=True),
    Column("p90", _("90th percentile, days"), "days", small=True),
)

REPORTS = (
    Report(
        "decision-time",
        _("Time to decision"),
        _("Days from a request to its decision, by facility"),
        _(
            "K21 = median and 90th percentile of the days from request to decision, of requests decided in the"
            " period; linear between neighbours. Requests that are still open or were withdrawn are not in it."
        ),
        _("Boxes by facility; the line ends at the 90th percentile"),
        PLACES,
        (
            Column("facility", _("Facility")),
            Column("decided", _("Decided"), "number", small=True),
            *QUARTILES,
        ),
        datasets.decision_time,
        figures.spread(figures.name_of("facility"), _("Days; the line ends at the 90th percentile")),
        "decisions",
        ("K21",),
    ),
    Report(
        "notification-time",
        _("Time to the results of a call"),
        _("Days from the deadline to the notification of the proposals"),
        _(
            "Proposals notified within the period; in a rolling call from the submission. Calls of a facility are"
            " found by it, those of the alliance are in the whole only."
        ),
        _("Boxes by call; the line ends at the 90th percentile"),
        (FROM, TO, FACILITY, CALL),
        (
            Column("call", _("Call")),
            Column("decided", _("Decided"), "number", small=True),
            *QUARTILES,
        ),
        datasets.notification_time,
        figures.spread(figures.name_of("call"), _("Days; the line ends at the 90th percentile"), at=(49,)),
        "decided",
        ("K21",),
        always=True,
    ),
    Report(
        "time-to-beam",
        _("Time to beam"),
        _("Days from the notification of a proposal to its first session at a facility"),
        _(
            "Proposals whose first session at the facility, after the notification, began within the period."
            " Proposals that still wait are not in it: the median of a young call is too short."
        ),
        _("Boxes by facility; the line ends at the 90th percentile"),
        (FROM, TO, FACILITY),
        (
            Column("facility", _("Facility")),
            Column("proposals", _("Proposals"), "number", small=True),
            *QUARTILES,
        ),
        datasets.time_to_beam,
        figures.spread(figures.name_of("facility"), _("Days; the line ends at the 90th percentile")),
        "begun",
        ("K22",),
    ),
    Report(
        "review-timeliness",
        _("Reviews in time"),
        _("Share of the reviews that came by their day"),
        _(
            "Reviews due within the period and by now. Declined and called-off reviews are in neither; one that is"
            " still outstanding is late. Proposals with which the reader has a conflict of interest are left out for"
            " that reader."
        ),
        _("Bars by call"),
        (FROM, TO, FACILITY, CALL),
        (
            Column("call", _("Call")),
            Column("due", _("Due"), "number", small=True),
            Column("in_time", _("In time"), "number", small=True),
            Column("outstanding", _("Outstanding"), "number", small=True),
            Column("share", _("Share in time"), "share", small=True, of=("in_time", "due")),
        ),
        datasets.review_timeliness,
        figures.bars(figures.name_of("call"), "share", percent=True, n="due"),
        "reviews",
        ("K23",),
        always=True,
        judged=True,
    ),
    Report(
        "report-compliance",
        _("Experiment reports in time"),
        _("Share of the experiment reports that came by their day, by facility"),
        _(
            "Reports whose day lies within the period and has passed, in the facility’s days; the day of the first"
            " submission counts. A waived report is in neither; one that is still owed is late."
        ),
        _("Bullets by facility: what came in time within what was due"),
        PLACES,
        (
            Column("facility", _("Facility")),
            Column("due", _("Due"), "number", small=True),
            Column("in_time", _("In time"), "number", small=True),
            Column("outstanding", _("Outstanding"), "number", small=True),
            Column("share", _("Share in time"), "share", small=True, of=("in_time", "due")),
        ),
        datasets.report_compliance,
        figures.bullets(figures.name_of("facility"), "share", n="due"),
        "reports",
        ("K24",),
    ),
    Report(
        "cancellations",
        _("Late cancellations and no-shows"),
        _("Share of the bookings that were called off late, or to which nobody came"),
        _(
            "Bookings that were approved once, by the day on which they begin at the facility. Late: called off by"
            " the requester with less than 14 days’ notice. What the facility called off stands apart and is no"
            " share."
        ),
        _("Line"),
        (*PLACES, steps("month", "quarter", "year", "total")),
        (
            Column("period", _("Period")),
            Column("bookings", _("Bookings"), "number", small=True),
            Column("late", _("Called off late"), "number", small=True),
            Column("late_share", _("Late, share"), "share", small=True, of=("late", "bookings")),
            Column("no_shows", _("No-shows"), "number", small=True),
            Column("no_show_share", _("No-shows, share"), "share", small=True, of=("no_shows", "bookings")),
            Column("by_facility", _("Late by the facility"), "number", small=True),
        ),
        datasets.cancellations,
        figures.course("late_share", percent=True, title=_("Called off late")),
        "starting",
        ("K31",),
        axes=("whole",),
        size="bookings",
        charted="late_share",
        others=(Chart("no_show_share", _("Line"), figures.course("no_show_share", percent=True, title=_("No-shows"))),),
    ),
)

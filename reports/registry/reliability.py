"""Reports on what users could rely on: time that was scheduled and backed up, availability, failures, time lost."""

from django.utils.translation import gettext_lazy as _

from reports import datasets, figures
from reports.parameters import COUNTRY, FACILITY, FROM, INSTRUMENT, LINES, TO, steps
from reports.registry.shape import Chart, Column, Report

PLACES = (FROM, TO, FACILITY, INSTRUMENT, COUNTRY)
LINE_OF = figures.name_of("instrument", "facility")
LINE = (Column("facility", _("Facility")), Column("instrument", _("Instrument")), Column("period", _("Period")))
CUT = _(
    "A facility is up while any of its instruments is offered; an instrument also has its own faults. Faults are"
    " united, cut to user time and to the period in the facility’s days; planned stops stand apart. A fault does"
    " not shrink user time. A facility that never recorded a downtime is a gap, not 100 %."
)

REPORTS = (
    Report(
        "user-time",
        _("Scheduled and backup time"),
        _("User hours that were fixed early, and reserve that was used"),
        _(
            "A block that was entered, or whose cycle was published, less than a month before it began is short"
            " notice and not scheduled; one that was entered after it began comes from a history and counts as"
            " scheduled. Backup is reserve outside user time in which a booking was approved. Hours of overlapping"
            " blocks are united; other blocks and closed hours are out."
        ),
        _("Stacked bars by facility, by cycle where that is asked"),
        (*PLACES, steps("quarter", "month", "year", "cycle", "total", usual="total"), LINES),
        (
            *LINE,
            Column("scheduled_hours", _("Scheduled h"), "hours"),
            Column("short_hours", _("Short notice h"), "hours"),
            Column("backup_hours", _("Backup h"), "hours"),
            Column("user_hours", _("User h"), "hours"),
        ),
        datasets.reliability,
        figures.stacked(
            figures.name_of("instrument", "facility", "period"),
            (
                ("scheduled_hours", _("Scheduled")),
                ("short_hours", _("Short notice")),
                ("backup_hours", _("Backup")),
            ),
            title=_("Hours"),
        ),
        "blocks",
        ("K01", "K02"),
    ),
    Report(
        "availability",
        _("Availability"),
        _("Share of user time that was not lost to faults"),
        CUT,
        _("Lines with the target of 97 %"),
        (*PLACES, steps("month", "quarter", "year", "cycle", "total"), LINES),
        (
            *LINE,
            Column("user_hours", _("User h"), "hours"),
            Column("lost_hours", _("Lost to faults, h"), "hours"),
            Column("planned_stop_hours", _("Planned stops, h"), "hours"),
            Column("scheduled_hours", _("Scheduled h"), "hours"),
            Column("availability", _("Availability"), "share", of=("lost_hours", "user_hours")),
            Column("compensated", _("Compensated"), "share", of=("lost_hours", "user_hours", "scheduled_hours")),
        ),
        datasets.reliability,
        figures.course("availability", line=LINE_OF, percent=True, near=True, at=figures.AVAILABILITY_TARGET),
        "downtimes",
        ("K03", "K04"),
        charted="availability",
        others=(
            Chart(
                "compensated",
                _("Lines with the target of 97 %"),
                figures.course("compensated", line=LINE_OF, percent=True, near=True, at=figures.AVAILABILITY_TARGET),
            ),
        ),
    ),
    Report(
        "failures",
        _("Failures and repairs"),
        _("How long the facilities ran between outages, and how long outages lasted"),
        CUT,
        _("Lines by facility"),
        (*PLACES, steps("quarter", "month", "year", "cycle", "total"), LINES),
        (
            *LINE,
            Column("user_hours", _("User h"), "hours"),
            Column("outages", _("Outages"), "number"),
            Column("lost_hours", _("Lost to faults, h"), "hours"),
            Column("mtbf", _("MTBF, h: T ÷ (N + 1)"), "hours", of=("user_hours", "outages")),
            Column("mtbf_other", _("MTBF, h: T ÷ N"), "hours", of=("user_hours", "outages")),
            Column("mttr", _("MTTR, h"), "hours", of=("lost_hours", "outages")),
        ),
        datasets.reliability,
        figures.course("mtbf", line=LINE_OF, title=_("MTBF, hours")),
        "downtimes",
        ("K05", "K06"),
        charted="mtbf",
        others=(
            Chart("mttr", _("Lines by facility"), figures.course("mttr", line=LINE_OF, title=_("MTTR, hours"))),
            Chart("mtbf_other", _("Lines by facility"), figures.course("mtbf_other", line=LINE_OF, title=_("Hours"))),
        ),
    ),
    Report(
        "losses",
        _("Lost time by cause"),
        _("Hours that the facilities lost, by cause, the largest first"),
        _(
            "K30 = Σ lost units of sessions by cause, in hours; a session that reaches beyond the period counts by"
            " the part inside it. Share = hours of the cause ÷ all lost hours; running share = of it and of all"
            " larger causes. Given back = units credited to an allocation for the loss, ÷ lost. Time that was lost"
            " before the check-out is not charged at all and not in given back."
        ),
        _("Pareto: bars by cause with the running share"),
        PLACES,
        (
            Column("cause", _("Cause"), "cause"),
            Column("unit", _("Unit"), "unit"),
            Column("lost_hours", _("Lost"), "hours", small=True),
            Column("share", _("Share"), "share", small=True),
            Column("running", _("Running share"), "share", small=True),
            Column("back_hours", _("Given back"), "hours", small=True),
            Column("back_share", _("Given back, share"), "share", small=True, of=("back_hours", "lost_hours")),
            Column("sessions", _("Sessions"), "number", small=True),
        ),
        datasets.losses,
        figures.losses,
        "losses",
        ("K30",),
        axes=("unit",),
        size="lost_hours",
    ),
)

"""Reports on the use of instruments: what was booked and delivered, where and by whom."""

from django.utils.translation import gettext_lazy as _

from reports import datasets, figures
from reports.parameters import COUNTRY, FACILITY, FROM, HOME, HOUSE, INSTRUMENT, TO, Parameter
from reports.registry.shape import Column, Report

REPORTS = (
    Report(
        "utilisation",
        _("Where user time was booked"),
        _("Booked share of user hours over time, by instrument or facility"),
        _(
            "K08 = hours booked inside user blocks ÷ hours of user blocks, in elapsed hours of the facility’s days."
            " Bookings are clipped to the period and united; requests that are not approved are not use. A week"
            " without user time is n/a, never 0."
        ),
        _("Heat map, instrument × week"),
        (
            FROM,
            TO,
            FACILITY,
            INSTRUMENT,
            COUNTRY,
            HOUSE,
            Parameter(
                "by",
                _("By"),
                "",
                (("week", _("Week")), ("month", _("Month")), ("total", _("Whole period"))),
                "week",
            ),
            Parameter(
                "of",
                _("Lines"),
                "",
                (("instrument", _("Instruments")), ("facility", _("Facilities"))),
                "instrument",
            ),
        ),
        (
            Column("facility", _("Facility")),
            Column("instrument", _("Instrument")),
            Column("period", _("From"), "date"),
            Column("user_hours", _("User h"), "hours"),
            Column("open_hours", _("User and reserve h"), "hours"),
            Column("booked_hours", _("Booked h"), "hours", small=True),
            Column("booked_user_hours", _("Booked in user time, h"), "hours", small=True),
            Column("utilisation", _("Booked share"), "share", small=True, of=("booked_user_hours", "user_hours")),
        ),
        datasets.utilisation,
        figures.utilisation,
        "bookings",
        ("K08",),
    ),
    Report(
        "delivered-time",
        _("Delivered, allocated and available time"),
        _("Hours by facility: what there was, what was promised, what was given"),
        _(
            "Available = elapsed hours of user and reserve blocks within opening hours, less all other blocks, times"
            " capacity. Allocated = granted units in hours, spread evenly over the validity of the allocation. Booked"
            " = union of approved bookings. Delivered and lost = units recorded in sessions, in hours. Shares divide"
            " by available hours. A facility that recorded nothing is a gap, not 0."
        ),
        _("Bars by facility"),
        (FROM, TO, FACILITY, INSTRUMENT, COUNTRY, HOUSE),
        (
            Column("facility", _("Facility")),
            Column("country", _("Country"), "country"),
            Column("unit", _("Unit"), "unit"),
            Column("open_hours", _("Available"), "hours"),
            Column("allocated_hours", _("Allocated"), "hours", small=True),
            Column("booked_hours", _("Booked"), "hours", small=True),
            Column("delivered_hours", _("Delivered"), "hours", small=True),
            Column("lost_hours", _("Lost"), "hours", small=True),
            Column("sessions", _("Sessions"), "number", small=True),
            Column("booked_share", _("Booked share"), "share", small=True, of=("booked_hours", "open_hours")),
            Column("delivered_share", _("Delivered share"), "share", small=True, of=("delivered_hours", "open_hours")),
        ),
        datasets.delivered_time,
        figures.delivered_time,
        "sessions",
        ("K07",),
    ),
    Report(
        "shift-delivery",
        _("Delivery of booked time"),
        _("What was delivered of the time that was booked, by facility"),
        _(
            "Units turned into hours of bookings that ended in the period: completed, closed, lost, or nobody came. A"
            " booking whose session was not recorded is not in it: a gap, not a zero. Node-hours stand apart."
        ),
        _("Bullets by facility: what was delivered within what was planned"),
        (FROM, TO, FACILITY, INSTRUMENT, COUNTRY),
        (
            Column("facility", _("Facility")),
            Column("unit", _("Unit"), "unit"),
            Column("planned_hours", _("Planned"), "hours", small=True),
            Column("delivered_hours", _("Delivered"), "hours", small=True),
            Column("delivery", _("Delivered share"), "share", small=True, of=("delivered_hours", "planned_hours")),
            Column("bookings", _("Bookings"), "number", small=True),
        ),
        datasets.shift_delivery,
        figures.bullets(figures.name_of("facility", "unit"), "delivery"),
        "ended",
        ("K07",),
    ),
    Report(
        "forecast",
        _("Forecast for the next cycle"),
        _("How many hours each instrument may expect to be booked, and how wrong such forecasts were"),
        _(
            "Booked hours inside user time by month, at most four years back, up to the last whole month. Two methods"
            " are tried: the same month a year ago (seasonal naive), and the line from the first to the last month"
            " (drift); the one with the smaller past error is shown. Error: mean absolute error of the sum over as"
            " many months, as far ahead, had it been forecast at each earlier month. Utilisation divides by the user"
            " hours that are planned for the cycle. Without a next cycle: the six months after this one. Nothing else"
            " is known to it: no announced shutdown, no new instrument."
        ),
        _("Bars by instrument with the mean past error"),
        (FACILITY, INSTRUMENT, COUNTRY),
        (
            Column("facility", _("Facility")),
            Column("instrument", _("Instrument")),
            Column("cycle", _("Cycle")),
            Column("first", _("From"), "date"),
            Column("until", _("Until"), "date"),
            Column("method", _("Method"), "method"),
            Column("forecast_hours", _("Forecast h"), "hours", small=True),
            Column("error_hours", _("Mean past error, h"), "hours", small=True),
            Column("error_share", _("Error ÷ forecast"), "share", small=True, of=("error_hours", "forecast_hours")),
            Column("planned_hours", _("Planned user h"), "hours"),
            Column("utilisation", _("Expected use"), "share", small=True, of=("forecast_hours", "planned_hours")),
        ),
        datasets.forecast,
        figures.bars(
            figures.name_of("instrument", "facility"), "forecast_hours", low="low", high="high", title=_("Hours")
        ),
        "bookings",
        ("K08",),
        always=True,
    ),
    Report(
        "usage",
        _("Use by month, instrument, team and country"),
        _("Booked and delivered time and sessions, grouped as you like"),
        _(
            "Sums of the clipped hours of approved bookings and of units delivered in sessions, in hours; node-hours"
            " stand apart. A team is whoever books on one account: a programme, a proposal, a virtual organisation."
            " Countries are those of the users’ organisations at the time."
        ),
        _("Bars"),
        (
            FROM,
            TO,
            FACILITY,
            INSTRUMENT,
            COUNTRY,
            HOME,
            Parameter(
                "by",
                _("By"),
                "",
                (
                    ("month", _("Month")),
                    ("instrument", _("Instrument")),
                    ("facility", _("Facility")),
                    ("team", _("Team")),
                    ("organisation", _("Organisation")),
                    ("country", _("Home country")),
                    ("host", _("Host country")),
                ),
                "month",
            ),
        ),
        (
            Column("label", _("Of")),
            Column("period", _("Month"), "date"),
            Column("unit", _("Unit"), "unit"),
            Column("booked_hours", _("Booked"), "hours", small=True),
            Column("delivered_hours", _("Delivered"), "hours", small=True),
            Column("lost_hours", _("Lost"), "hours", small=True),
            Column("sessions", _("Sessions"), "number", small=True),
            Column("parties", _("Groups"), "number"),
        ),
        datasets.usage,
        figures.usage,
        "sessions",
        ("K07",),
        closed_groups=("team",),
    ),
)

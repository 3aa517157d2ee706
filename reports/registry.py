"""The reports that there are: what each answers, its formula and source, its parameters, columns and chart."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from core.errors import NotFound
from reports import datasets, figures
from reports.parameters import COUNTRY, FACILITY, FROM, HOME, INSTRUMENT, ORGANISATION, TO, Parameter


@dataclass(frozen=True)
class Column:
    """One column. `kind` says how a cell reads: text, date, country, unit, hours, number, share, days, decimal.

    `small` cells are emptied where too few parties stand behind them.
    """

    name: str
    title: Any
    kind: str = "text"
    small: bool = False


@dataclass(frozen=True)
class Report:
    """`dataset` gives the frame, `figure` the chart of its rows; `behind` names the rows that the numbers come from.

    `always` looks at all of history when no period is given. `guarded` columns are about people: `axes` and `size` say
    along which sums a hidden cell must have company (see reports.suppression).
    """

    name: str
    title: Any
    question: Any
    formula: Any
    source: Any
    chart: Any
    parameters: tuple[Parameter, ...]
    columns: tuple[Column, ...]
    dataset: Callable[..., Any]
    figure: Callable[[list[dict[str, Any]]], dict[str, Any]]
    behind: str
    kpis: tuple[str, ...] = ()
    always: bool = False
    axes: tuple[str, ...] = ()
    size: str = ""
    closed_groups: tuple[str, ...] = ()
    """Values of `by` that only the facility’s people and leadership may ask for."""

    @property
    def small(self) -> list[str]:
        return [column.name for column in self.columns if column.small]


UNITS = Parameter(
    "unit", _("Unit"), _("Units never mix."), (("hour", _("Hours")), ("node_hour", _("Node-hours"))), "hour"
)

REPORTS: dict[str, Report] = {
    report.name: report
    for report in (
        Report(
            "utilisation",
            _("Where user time was booked"),
            _("Booked share of user hours, by instrument and week"),
            _(
                "K08 = hours booked inside user blocks ÷ hours of user blocks, in elapsed hours of the facility’s days."
                " Bookings are clipped to the period and united; requests that are not approved are not use."
                " A week without user time is n/a, never 0."
            ),
            _("Alliance catalogue of figures, K08"),
            _("Heat map, instrument × week"),
            (
                FROM,
                TO,
                FACILITY,
                INSTRUMENT,
                COUNTRY,
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
                Column("utilisation", _("Booked share"), "share", small=True),
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
                "Available = elapsed hours of user and reserve blocks within opening hours, less all other blocks,"
                " times capacity."
                " Allocated = granted units in hours, spread evenly over the validity of the allocation."
                " Booked = union of approved bookings. Delivered and lost = units recorded in sessions, in hours."
                " Shares divide by available hours. A facility that recorded nothing is a gap, not 0."
            ),
            _("Alliance catalogue of figures, K01, K02, K07"),
            _("Bars by facility"),
            (FROM, TO, FACILITY, INSTRUMENT, COUNTRY),
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
                Column("booked_share", _("Booked share"), "share", small=True),
                Column("delivered_share", _("Delivered share"), "share", small=True),
            ),
            datasets.delivered_time,
            figures.delivered_time,
            "sessions",
            ("K01", "K02", "K07"),
        ),
        Report(
            "flows",
            _("Who worked abroad"),
            _("Delivered time from the home country of the users to the host facility"),
            _(
                "Sum of delivered units in hours by the country of the user’s organisation at the time and the facility"
                " that delivered them. K16 = hours of users from another country ÷ hours of known home."
            ),
            _("Alliance catalogue of figures, K16, K18 (directed)"),
            _("Sankey, home country to host facility"),
            (FROM, TO, FACILITY, INSTRUMENT, COUNTRY, HOME, UNITS),
            (
                Column("home", _("Home country"), "country"),
                Column("facility", _("Host facility")),
                Column("host", _("Host country"), "country"),
                Column("hours", _("Delivered"), "hours", small=True),
                Column("sessions", _("Sessions"), "number", small=True),
                Column("parties", _("Groups"), "number"),
            ),
            datasets.flows,
            figures.flows,
            "sessions",
            ("K16", "K18"),
            axes=("facility_id", "home"),
            size="hours",
        ),
        Report(
            "cooperation",
            _("Cooperation between centres"),
            _("Joint programmes, and use of each other’s facilities, by pair of centres"),
            _(
                "K18: C = number of joint objects of two centres, counted in full: approved programmes with both as"
                " partners, and sessions of users of one at a facility of the other. K19 Salton = C ÷ √(Ci · Cj),"
                " where Ci counts the joint objects of one centre. K20 density = 2E ÷ (n(n−1)), where E counts pairs"
                " with a joint object among n centres. Drafts and refused programmes do not count."
            ),
            _("Alliance catalogue of figures, K18, K19, K20"),
            _("Heat map, centre × centre"),
            (
                FROM,
                TO,
                ORGANISATION,
                Parameter(
                    "count",
                    _("Counting"),
                    "",
                    (
                        ("all", _("Programmes and use")),
                        ("programs", _("Programmes only")),
                        ("use", _("Use only")),
                    ),
                    "all",
                ),
                Parameter(
                    "centres",
                    _("Centres"),
                    "",
                    (("all", _("All centres")), ("members", _("Members of the alliance"))),
                    "all",
                ),
            ),
            (
                Column("one", _("Centre")),
                Column("other", _("With")),
                Column("programs", _("Joint programmes"), "number"),
                Column("uses", _("Sessions at each other’s"), "number", small=True),
                Column("hours_there", _("Hours there"), "hours", small=True),
                Column("hours_back", _("Hours back"), "hours", small=True),
                Column("together", _("Joint objects"), "number", small=True),
                Column("salton", _("Salton"), "decimal", small=True),
            ),
            datasets.cooperation,
            figures.cooperation,
            "programs",
            ("K18", "K19", "K20"),
            always=True,
        ),
        Report(
            "decision-time",
            _("Time to decision"),
            _("Days from a request to its decision, by facility"),
            _(
                "K21 = median and 90th percentile of the days from request to decision, of requests decided in the"
                " period; linear between neighbours. Requests that are still open or were withdrawn are not in it."
            ),
            _("Alliance catalogue of figures, K21; targets 49 d (ORNL), 70–84 d (ESRF), 98–105 d (XFEL)"),
            _("Bars by facility with the 90th percentile"),
            (FROM, TO, FACILITY, INSTRUMENT, COUNTRY),
            (
                Column("facility", _("Facility")),
                Column("decided", _("Decided"), "number", small=True),
                Column("median", _("Median, days"), "days", small=True),
                Column("p90", _("90th percentile, days"), "days", small=True),
            ),
            datasets.decision_time,
            figures.decision_time,
            "decisions",
            ("K21",),
        ),
        Report(
            "losses",
            _("Lost time by cause"),
            _("Hours that the facilities lost, by cause, the largest first"),
            _(
                "K30 = Σ lost units of sessions by cause, in hours; a session that reaches beyond the period counts by"
                " the part inside it. Share = hours of the cause ÷ all lost hours; running share = of it and of all"
                " larger causes. Given back = units credited to an allocation for the loss, ÷ lost. Time that was"
                " lost before the check-out is not charged at all and not in given back."
            ),
            _("Alliance catalogue of figures, K30; R-29"),
            _("Pareto: bars by cause with the running share"),
            (FROM, TO, FACILITY, INSTRUMENT, COUNTRY),
            (
                Column("cause", _("Cause"), "cause"),
                Column("unit", _("Unit"), "unit"),
                Column("lost_hours", _("Lost"), "hours", small=True),
                Column("share", _("Share"), "share", small=True),
                Column("running", _("Running share"), "share", small=True),
                Column("back_hours", _("Given back"), "hours", small=True),
                Column("back_share", _("Given back, share"), "share", small=True),
                Column("sessions", _("Sessions"), "number", small=True),
            ),
            datasets.losses,
            figures.losses,
            "losses",
            ("K30",),
            axes=("unit",),
            size="lost_hours",
        ),
        Report(
            "usage",
            _("Use by month, instrument, team and country"),
            _("Booked and delivered time and sessions, grouped as you like"),
            _(
                "Sums of the clipped hours of approved bookings and of units delivered in sessions, in hours;"
                " node-hours stand apart. A team is whoever books on one account: a programme, a proposal, a virtual"
                " organisation. Countries are those of the users’ organisations at the time."
            ),
            _("Alliance catalogue of figures, K07, K13, K14"),
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
            ("K07", "K13", "K14"),
            closed_groups=("team",),
        ),
    )
}


def report_named(name: str) -> Report:
    """Raises NotFound."""
    try:
        return REPORTS[name]
    except KeyError:
        raise NotFound(_now("There is no report of this name.")) from None


def described(report: Report) -> dict[str, Any]:
    """What `GET /reports` says of a report."""
    return {
        "name": report.name,
        "title": str(report.title),
        "question": str(report.question),
        "formula": str(report.formula),
        "source": str(report.source),
        "chart": str(report.chart),
        "kpis": list(report.kpis),
        "parameters": [
            {
                "name": parameter.name,
                "label": str(parameter.label),
                "help": str(parameter.help),
                "choices": [value for value, _label in parameter.choices],
                "default": parameter.default,
            }
            for parameter in report.parameters
        ],
        "columns": described_columns(report),
        "readers": str(_("Leadership, secretariat and the facility’s own people in full; others without small cells.")),
    }


def described_columns(report: Report) -> list[dict[str, Any]]:
    return [{"name": column.name, "title": str(column.title), "kind": column.kind} for column in report.columns]

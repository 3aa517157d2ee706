"""Reports on calls: what was on offer, asked for and given, who succeeded, and what it took."""

from django.utils.translation import gettext_lazy as _

from reports import datasets, figures
from reports.parameters import CALL, COUNTRY, FACILITY, FROM, INSTRUMENT, TO, Parameter
from reports.registry.shape import Chart, Column, Report

PLACES = (FROM, TO, FACILITY, INSTRUMENT, COUNTRY)

REPORTS = (
    Report(
        "demand",
        _("Demand and allocation"),
        _("How much was asked for of what calls offered, and how much of it was given"),
        _(
            "Requested: units that submitted proposals want, at the instrument they named first; withdrawn and"
            " returned ones are out. Given: what was announced, at the instrument where it was given; K10 divides it"
            " by what the decided proposals asked for. A call belongs to the period of its deadline, a proposal of a"
            " rolling call to that of its submission. Units are those of the instrument."
        ),
        _("Bars of oversubscription with a line at 1"),
        (*PLACES, CALL),
        (
            Column("call", _("Call")),
            Column("facility", _("Facility")),
            Column("instrument", _("Instrument")),
            Column("unit", _("Unit"), "unit"),
            Column("available_units", _("On offer"), "hours"),
            Column("requested_units", _("Requested"), "hours", small=True),
            Column("of_decided", _("Requested, decided only"), "hours", small=True),
            Column("allocated_units", _("Given"), "hours", small=True),
            Column(
                "oversubscription",
                _("Requested ÷ on offer"),
                "decimal",
                small=True,
                of=("requested_units", "available_units"),
            ),
            Column(
                "allocation_ratio", _("Given ÷ requested"), "share", small=True, of=("allocated_units", "of_decided")
            ),
            Column("proposals", _("Proposals"), "number", small=True),
        ),
        datasets.demand,
        figures.bars(figures.name_of("instrument", "facility", "call"), "oversubscription", at=1, title=_("times")),
        "proposals",
        ("K09", "K10"),
        always=True,
        charted="oversubscription",
        others=(
            Chart(
                "allocation_ratio",
                _("Bars by instrument and call"),
                figures.bars(figures.name_of("instrument", "facility", "call"), "allocation_ratio", percent=True),
            ),
        ),
    ),
    Report(
        "success-rate",
        _("Success of proposals"),
        _("Share of decided proposals that were given time"),
        _(
            "Proposals notified within the period. Given time in part is given time; the reserve list is not."
            " Withdrawn and undecided proposals are in neither. Country: of the principal investigator’s organisation"
            " at the time. A proposal to two facilities counts at each of them, once in total. Whiskers: Wilson, 95"
            " %."
        ),
        _("Bars with n and 95 % intervals"),
        (
            FROM,
            TO,
            FACILITY,
            CALL,
            Parameter(
                "by",
                _("By"),
                "",
                (
                    ("call", _("Call")),
                    ("country", _("Home country")),
                    ("kind", _("Kind")),
                    ("lineage", _("Lineage")),
                    ("facility", _("Facility")),
                    ("total", _("Whole period")),
                ),
                "call",
            ),
        ),
        (
            Column("label", _("Of")),
            Column("decided", _("Decided"), "number", small=True),
            Column("accepted", _("Accepted"), "number", small=True),
            Column("success_rate", _("Success rate"), "share", small=True, of=("accepted", "decided")),
            Column("low", _("From (95 %)"), "share", small=True),
            Column("high", _("To (95 %)"), "share", small=True),
        ),
        datasets.success,
        figures.bars(figures.group_label, "success_rate", percent=True, low="low", high="high", n="decided"),
        "decided",
        ("K11",),
        always=True,
        axes=("whole",),
        size="decided",
    ),
    Report(
        "cut-off",
        _("Cut-off scores"),
        _("The worst score that was still given time, by call, panel and instrument"),
        _(
            "Native scores as the panel set them, else the mean of the finished reviews, on the panel’s own scale:"
            " never compare two panels. Proposals with which the reader has a conflict of interest are left out for"
            " that reader, so two readers may see different scores."
        ),
        _("Dot plot"),
        (*PLACES, CALL),
        (
            Column("call", _("Call")),
            Column("panel", _("Panel")),
            Column("facility", _("Facility")),
            Column("instrument", _("Instrument")),
            Column("best", _("Direction")),
            Column("cut_off", _("Cut-off"), "decimal", small=True),
            Column("proposals", _("With time and a score"), "number", small=True),
        ),
        datasets.cut_off,
        figures.dots(figures.name_of("instrument", "facility", "panel", "call"), "cut_off", _("Native score")),
        "given",
        ("K12",),
        always=True,
        judged=True,
    ),
)

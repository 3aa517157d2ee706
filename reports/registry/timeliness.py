"""Reports on how long things take and what is in time."""

from django.utils.translation import gettext_lazy as _

from reports import datasets, figures
from reports.parameters import COUNTRY, FACILITY, FROM, INSTRUMENT, TO
from reports.registry.shape import Column, Report

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
        (FROM, TO, FACILITY, INSTRUMENT, COUNTRY),
        (
            Column("facility", _("Facility")),
            Column("decided", _("Decided"), "number", small=True),
            Column("q1", _("First quartile, days"), "days", small=True),
            Column("median", _("Median, days"), "days", small=True),
            Column("q3", _("Third quartile, days"), "days", small=True),
            Column("p90", _("90th percentile, days"), "days", small=True),
        ),
        datasets.decision_time,
        figures.spread(figures.name_of("facility"), _("Days; the line ends at the 90th percentile")),
        "decisions",
        ("K21",),
    ),
)

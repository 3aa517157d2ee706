"""Figures from the rows of a report, as Plotly JSON without colours: the browser paints them from the page's tokens.

Only trace types of the committed bundle are used (a test compares them with its list). A gap stays a gap: None is never
drawn as 0. plotly is imported when first used.
"""

from reports.figures.against import bullets, diverging, ratings
from reports.figures.base import came_label, group_label, loss_label, method_label, own_word
from reports.figures.outcomes import (
    application_label,
    applications,
    budget,
    class_label,
    members,
    publications,
    publications_per_hundred,
)
from reports.figures.plan import burn_up, plan, standing_label
from reports.figures.shapes import area, bars, country_of, course, dots, name_of, spread, stacked
from reports.figures.together import cooperation, country_cooperation, exchange, flows
from reports.figures.use import delivered_time, losses, usage, utilisation

AVAILABILITY_TARGET = 0.97
"""What the Advanced Photon Source asks of itself at least."""
INDUSTRIAL_CAP = 0.15
"""The most of delivered time that may be proprietary."""

__all__ = [
    "AVAILABILITY_TARGET",
    "INDUSTRIAL_CAP",
    "application_label",
    "applications",
    "area",
    "bars",
    "budget",
    "bullets",
    "burn_up",
    "came_label",
    "class_label",
    "cooperation",
    "country_cooperation",
    "country_of",
    "course",
    "delivered_time",
    "diverging",
    "dots",
    "exchange",
    "flows",
    "group_label",
    "loss_label",
    "losses",
    "members",
    "method_label",
    "name_of",
    "own_word",
    "plan",
    "publications",
    "publications_per_hundred",
    "ratings",
    "spread",
    "stacked",
    "standing_label",
    "usage",
    "utilisation",
]

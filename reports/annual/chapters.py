"""The chapters of an annual report, with the figures of each and what is asked of them."""

from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Figure:
    """A report as it stands in a chapter: what is asked besides the year, the `table` where that asks otherwise than
    the chart, and how many years before the report's own it begins."""

    report: str
    asked: dict[str, str] = field(default_factory=dict)
    table: dict[str, str] | None = None
    years_back: int = 0


@dataclass(frozen=True)
class Chapter:
    """`introduction` says what the chapter answers."""

    key: str
    title: Any
    introduction: Any
    figures: tuple[Figure, ...]


CHAPTERS: tuple[Chapter, ...] = (
    Chapter(
        "use",
        _("Use of the facilities"),
        _("How much time there was, how much of it was booked and delivered, and what kept the rest from being used."),
        (
            Figure("delivered-time"),
            Figure("utilisation", {"by": "week"}, {"by": "total"}),
            Figure("usage", {"by": "month"}),
            Figure("availability", {"by": "month"}, {"by": "year"}),
            Figure("failures", {"by": "quarter"}, {"by": "year"}),
            Figure("losses"),
            Figure("shift-delivery"),
            Figure("cancellations", {"by": "month"}),
        ),
    ),
    Chapter(
        "demand",
        _("Demand and success"),
        _("What was asked for, what was granted, and how long the answer took."),
        (
            Figure("demand"),
            Figure("success-rate", {"by": "call"}),
            Figure("success-rate", {"by": "country"}),
            Figure("cut-off"),
            Figure("notification-time"),
            Figure("decision-time"),
            Figure("time-to-beam"),
            Figure("review-timeliness"),
        ),
    ),
    Chapter(
        "cooperation",
        _("Cooperation"),
        _("Which centres and countries worked together, who used whose facilities, and how even the exchange was."),
        (
            Figure("flows"),
            Figure("cooperation"),
            Figure("country-cooperation"),
            Figure("exchange"),
            Figure("network", years_back=4),
            Figure("joint-themes"),
            Figure("international-share"),
            Figure("balance"),
        ),
    ),
    Chapter(
        "people",
        _("People"),
        _("Who came, how many of them for the first time, what they thought of it, and who was trained."),
        (
            Figure("visits", {"by": "month"}),
            Figure("users", {"by": "quarter"}),
            Figure("satisfaction"),
            Figure("training"),
            Figure("capacity", {"by": "year"}, years_back=4),
        ),
    ),
    Chapter(
        "outcomes",
        _("Outcomes"),
        _("What came of the time and the money: publications, milestones, reports, work with industry."),
        (
            Figure("publications", {"by": "year"}, years_back=4),
            Figure("publications", {"by": "facility"}),
            Figure("report-compliance"),
            Figure("milestone-plan", years_back=1),
            Figure("milestones"),
            Figure("budget"),
            Figure("industry"),
            Figure("industrial-income"),
        ),
    ),
    Chapter(
        "governance",
        _("Governance"),
        _("The members of the alliance, those who want to join, and how it met and decided."),
        (
            Figure("membership", {"by": "quarter"}),
            Figure("applications"),
            Figure("attendance"),
            Figure("participation"),
        ),
    ),
)

KEYS = tuple(chapter.key for chapter in CHAPTERS)

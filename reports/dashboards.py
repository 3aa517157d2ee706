"""The dashboards: a few numbers and reports about one thing, each a page whose filters stand in its address."""

from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext_lazy as _

from reports.numbers import NUMBERS, Number


@dataclass(frozen=True)
class Card:
    """One report on a dashboard, asked with `fixed` as well."""

    report: str
    fixed: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Dashboard:
    """`of` names the parameter that says what it is about (a facility, a call …); empty: all facilities.

    One with a period shows the latest quarter unless another is asked for; the others look at all of a history.
    A public one shows only what everybody may read and asks nobody to sign in.
    """

    name: str
    title: Any
    question: Any
    shown: tuple[str, ...]
    cards: tuple[Card, ...]
    of: str = ""
    has_period: bool = True
    public: bool = False

    @property
    def numbers(self) -> list[Number]:
        return [NUMBERS[name] for name in self.shown]


DASHBOARDS: dict[str, Dashboard] = {
    each.name: each
    for each in (
        Dashboard(
            "leadership",
            _("Leadership"),
            _("Can users rely on what is offered, who gets it, and what comes of it?"),
            ("utilisation", "delivered", "success", "international", "milestones"),
            (
                Card("delivered-time"),
                Card("utilisation", {"of": "facility", "by": "month"}),
                Card("flows"),
                Card("milestones"),
            ),
        ),
        Dashboard(
            "facility",
            _("A facility"),
            _("What was offered, how reliable it was, what was lost and who came"),
            ("availability", "utilisation", "delivery", "decision", "users"),
            (
                Card("utilisation", {"of": "instrument"}),
                Card("losses"),
                Card("visits"),
                Card("demand"),
            ),
            of="facility",
        ),
        Dashboard(
            "call",
            _("A call"),
            _("How much was asked for and given, who succeeded, and how long it took"),
            ("oversubscription", "allocation", "success", "notification", "reviews"),
            (
                Card("demand"),
                Card("success-rate", {"by": "country"}),
                Card("cut-off"),
                Card("review-timeliness"),
            ),
            of="call",
            has_period=False,
        ),
        Dashboard(
            "programme",
            _("A programme"),
            _("Whether it reaches what it planned, and what it spends"),
            ("milestones", "earned", "budget"),
            (Card("milestone-plan"), Card("budget")),
            of="program",
            has_period=False,
        ),
        Dashboard(
            "centre",
            _("A member centre"),
            _("What its facilities gave, and with whom it works"),
            ("delivered", "utilisation", "partners", "uses", "publications"),
            (
                Card("cooperation"),
                Card("delivered-time"),
                Card("publications", {"by": "facility"}),
            ),
            of="organisation",
        ),
        Dashboard(
            "public",
            _("For everybody"),
            _("What the alliance’s facilities gave, and to whom"),
            ("delivered", "utilisation", "international", "publications"),
            (Card("delivered-time"), Card("flows"), Card("membership"), Card("publications")),
            public=True,
        ),
    )
}

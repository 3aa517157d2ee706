"""When several bookings hold together: whether what is left of a campaign is enough, and whether it is complete."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

ENDED = frozenset({"declined", "withdrawn", "cancelled", "expired"})
"""States of a leg that will not take place. One that nobody came to, or that was lost, has had its time."""

GIVEN = frozenset({"approved", "running", "completed", "closed", "no_show", "lost"})


class Coupling(TextChoices):
    """What the legs of a campaign are to each other."""

    ALL = "all_or_nothing", _("All or nothing")
    AT_LEAST = "at_least", _("At least some of them")
    LEAD = "lead_then_others", _("The lead first, then the others")


@dataclass(frozen=True)
class LegState:
    """The state of a leg's booking."""

    state: str
    is_lead: bool = False


def is_broken(coupling: str, at_least: int, legs: Iterable[LegState]) -> bool:
    """Whether what the coupling asks can no longer be met."""
    legs = list(legs)
    left = sum(leg.state not in ENDED for leg in legs)
    if coupling == Coupling.ALL:
        return left < len(legs)
    if coupling == Coupling.AT_LEAST:
        return left < at_least
    return any(leg.is_lead and leg.state in ENDED for leg in legs)


def is_complete(coupling: str, at_least: int, legs: Iterable[LegState]) -> bool:
    """Whether it is met for certain: all are given, or enough, or the lead and every other that is left."""
    legs = list(legs)
    given = sum(leg.state in GIVEN for leg in legs)
    if coupling == Coupling.ALL:
        return given == len(legs)
    if coupling == Coupling.AT_LEAST:
        return given >= at_least
    return any(leg.is_lead and leg.state in GIVEN for leg in legs) and all(leg.state in GIVEN | ENDED for leg in legs)


@dataclass(frozen=True)
class Link:
    """Another leg at which a time is tied: it lies before, or after, with at least and at most so much between."""

    earlier: bool
    at: datetime
    least: timedelta
    most: timedelta | None = None

    def distance(self, starts_at: datetime, ends_at: datetime) -> timedelta:
        return starts_at - self.at if self.earlier else self.at - ends_at

    def holds(self, starts_at: datetime, ends_at: datetime) -> bool:
        """Whether a stay keeps its distance."""
        distance = self.distance(starts_at, ends_at)
        return distance >= self.least and (self.most is None or distance <= self.most)

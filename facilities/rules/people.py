"""Rules about those who come: nobody is in two places, and everybody on site is trained on every day of the stay."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from facilities.rules.base import rule, shown
from facilities.rules.facts import BookingRequest, Facts


@rule(source="R-21", field="people")
def one_place_at_a_time(request: BookingRequest, facts: Facts) -> Iterator[str]:
    for engagement in facts.engagements:
        yield _(
            "%(name)s is to be on site elsewhere from %(start)s to %(end)s. Choose another time, or send somebody else."
        ) % {
            "name": engagement.name,
            "start": shown(engagement.lower, facts),
            "end": shown(engagement.upper, facts),
        }


@rule(source="R-24", field="people", overridable=True)
def trained_every_day(request: BookingRequest, facts: Facts) -> Iterator[str]:
    for missing in facts.untrained:
        yield _(
            "%(name)s has no valid training “%(course)s” on every day of the stay. Renew it, or choose other days."
        ) % {"name": missing.name, "course": missing.course}

"""Rules of a booking's start and length: on the instrument's grid, and policies of a place by access category.

By the clock or by elapsed time: either may fit.
"""

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from facilities.rules.access import FOR_CATEGORIES
from facilities.rules.base import lasting, policy, rule, shown
from facilities.rules.facts import BookingRequest, Facts
from facilities.rules.parameters import Parameter
from facilities.rules.standing import Standing
from facilities.units import elapsed_minutes

MINUTES = 60


@rule(source="R-02", field="starts_at", overridable=True)
def start_on_grid(request: BookingRequest, facts: Facts) -> Iterator[str]:
    if not facts.grid.holds(request.starts_at):
        yield _("Bookings start every %(step)s, counted from %(first)s. Start at %(next)s.") % {
            "step": lasting(facts.grid.minutes),
            "first": f"{facts.grid.day_starts_at:%H:%M}",
            "next": shown(facts.grid.first_from(request.starts_at), facts),
        }


@rule(source="R-02", field="ends_at", overridable=True)
def length_on_grid(request: BookingRequest, facts: Facts) -> Iterator[str]:
    if not facts.grid.fits(request.starts_at, request.ends_at):
        yield _("The length is a multiple of %(step)s. Make it shorter or longer.") % {
            "step": lasting(facts.grid.minutes)
        }


@rule(source="instrument", field="ends_at", overridable=True)
def long_enough(request: BookingRequest, facts: Facts) -> Iterator[str]:
    elapsed, wall = lengths(request, facts)
    if max(elapsed, wall) < facts.instrument.min_minutes:
        yield _("A booking lasts at least %(least)s, this one %(length)s. Make it longer.") % {
            "least": lasting(facts.instrument.min_minutes),
            "length": lasting(elapsed),
        }


@rule(source="instrument", field="ends_at", overridable=True)
def short_enough(request: BookingRequest, facts: Facts) -> Iterator[str]:
    elapsed, wall = lengths(request, facts)
    if min(elapsed, wall) > facts.instrument.max_minutes:
        yield _("A booking lasts at most %(most)s, this one %(length)s. Make it shorter.") % {
            "most": lasting(facts.instrument.max_minutes),
            "length": lasting(elapsed),
        }


@policy(
    source="R-02",
    field="ends_at",
    label=gettext_lazy("Length of a booking"),
    summary=gettext_lazy("From %(least)s to %(most)s hours: %(categories)s"),
    parameters=(
        Parameter("least", gettext_lazy("At least"), 8, unit=gettext_lazy("hours"), step=0.25),
        Parameter("most", gettext_lazy("At most"), 144, unit=gettext_lazy("hours"), step=0.25),
        FOR_CATEGORIES,
    ),
)
def length_within(request: BookingRequest, facts: Facts, policy: Standing) -> Iterator[str]:
    if request.access not in policy["categories"]:
        return
    elapsed, wall = lengths(request, facts)
    least, most = round(policy["least"] * MINUTES), round(policy["most"] * MINUTES)
    if max(elapsed, wall) < least or min(elapsed, wall) > most:
        yield _("A booking lasts from %(least)s to %(most)s here, this one %(length)s. Change its length.") % {
            "least": lasting(least),
            "most": lasting(most),
            "length": lasting(elapsed),
        }


@policy(
    source="R-02",
    field="ends_at",
    label=gettext_lazy("Steps of the length"),
    summary=gettext_lazy("A multiple of %(step)s hours: %(categories)s"),
    parameters=(
        Parameter("step", gettext_lazy("A multiple of"), 8, unit=gettext_lazy("hours"), least=0.25, step=0.25),
        FOR_CATEGORIES,
    ),
)
def length_in_steps(request: BookingRequest, facts: Facts, policy: Standing) -> Iterator[str]:
    step = round(policy["step"] * MINUTES)
    if request.access in policy["categories"] and all(each % step for each in lengths(request, facts)):
        yield _("The length is a multiple of %(step)s. Make it shorter or longer.") % {"step": lasting(step)}


def lengths(request: BookingRequest, facts: Facts) -> tuple[int, int]:
    """Elapsed minutes and minutes on the wall clock; they differ on the days when clocks change."""
    starts_at, ends_at = request.starts_at, request.ends_at
    return elapsed_minutes(starts_at, ends_at), facts.grid.wall_minutes(starts_at, ends_at)

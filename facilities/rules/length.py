"""Rules of a booking's start and length on the instrument's grid. By the clock or by elapsed time: either may fit."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from facilities.rules.base import lasting, rule, shown
from facilities.rules.facts import BookingRequest, Facts
from facilities.units import elapsed_minutes


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


def lengths(request: BookingRequest, facts: Facts) -> tuple[int, int]:
    """Elapsed minutes and minutes on the wall clock; they differ on the days when clocks change."""
    starts_at, ends_at = request.starts_at, request.ends_at
    return elapsed_minutes(starts_at, ends_at), facts.grid.wall_minutes(starts_at, ends_at)

"""Rules against taking what is taken: the instrument with its parts, its capacity, and the set-up between bookings."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from facilities.lanes import peak
from facilities.rules.base import lasting, rule, shown
from facilities.rules.facts import BookingRequest, Facts, Neighbour


@dataclass(frozen=True)
class Span:
    lower: datetime
    upper: datetime

    def meets(self, other: "Span") -> bool:
        return self.lower < other.upper and other.lower < self.upper


@rule(source="R-21", field="starts_at")
def slot_free(request: BookingRequest, facts: Facts) -> Iterator[str]:
    if not booked_out(request, facts):
        return
    if facts.instrument.capacity == 1:
        yield _("%(instrument)s is taken at this time. Choose another time.") % {"instrument": facts.instrument}
    else:
        yield _("All %(places)d places of %(instrument)s are taken at this time. Choose another time.") % {
            "places": facts.instrument.capacity,
            "instrument": facts.instrument,
        }


@rule(source="R-21", field="starts_at")
def setup_time(request: BookingRequest, facts: Facts) -> Iterator[str]:
    if booked_out(request, facts):
        return
    claimed = Span(request.starts_at - facts.setup, request.ends_at)
    near = [(Span(each.lower, each.upper), each) for each in facts.neighbours]
    if not full(claimed, near, facts.instrument.capacity):
        return
    before = [each.ends_at for each in facts.neighbours if claimed.lower < each.ends_at <= request.starts_at]
    after = [each.lower for each in facts.neighbours if each.starts_at >= request.ends_at]
    if before:
        yield _(
            "%(instrument)s needs %(buffer)s of set-up before a booking, and the one before ends at %(end)s. "
            "Start at %(next)s or later."
        ) % {
            "instrument": facts.instrument,
            "buffer": lasting(facts.instrument.setup_minutes),
            "end": shown(max(before), facts),
            "next": shown(facts.grid.first_from(max(before) + facts.setup), facts),
        }
    elif after:
        yield _("The booking after this one needs set-up from %(start)s on. End by then.") % {
            "start": shown(min(after), facts)
        }
    else:
        yield _("Other bookings at this time need set-up, so no place is left. Choose another time.")


def booked_out(request: BookingRequest, facts: Facts) -> bool:
    """Whether the bare times, without set-up, collide already."""
    bare = [(Span(each.starts_at, each.ends_at), each) for each in facts.neighbours]
    return full(Span(request.starts_at, request.ends_at), bare, facts.instrument.capacity)


def full(wanted: Span, others: Sequence[tuple[Span, Neighbour]], capacity: int) -> bool:
    """Whether at some instant of `wanted` no place is left: all lanes are in use, or something takes the whole."""
    meeting = [
        (Span(max(span.lower, wanted.lower), min(span.upper, wanted.upper)), neighbour)
        for span, neighbour in others
        if span.meets(wanted)
    ]
    if any(neighbour.whole for _span, neighbour in meeting):
        return True
    return peak(span for span, _neighbour in meeting) >= capacity

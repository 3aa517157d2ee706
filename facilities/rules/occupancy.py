"""Rules against taking what is taken: the instrument with its parts, its capacity, and the time between bookings.

Set-up before and cooling after a booking may overlap each other, never a booking.
"""

from collections.abc import Iterator, Sequence
from datetime import timedelta

from django.utils.translation import gettext as _

from facilities.lanes import peak
from facilities.rules.base import lasting, rule, shown
from facilities.rules.facts import BookingRequest, Facts, Neighbour, Span
from facilities.units import elapsed_minutes


@rule(source="R-21", field="starts_at")
def slot_free(request: BookingRequest, facts: Facts) -> Iterator[str]:
    if not booked_out(request, facts):
        return
    if request.places > 1:
        yield _(
            "%(instrument)s has fewer than %(places)d places free at this time. Ask for fewer, or another time."
        ) % {
            "places": request.places,
            "instrument": facts.instrument,
        }
    elif facts.instrument.capacity == 1:
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
    setup = facts.instrument.claimed_before(request.mode)
    claimed = Span(request.starts_at - setup, request.ends_at)
    near = [(Span(each.lower, each.upper), each) for each in facts.neighbours]
    if not full(claimed, near, room_for(request, facts)):
        return
    before = [each.ends_at for each in facts.neighbours if claimed.lower < each.ends_at <= request.starts_at]
    after = [each.lower for each in facts.neighbours if each.starts_at >= request.ends_at]
    if before:
        yield _(
            "%(instrument)s needs %(buffer)s of set-up before a booking, and the one before ends at %(end)s. "
            "Start at %(next)s or later."
        ) % {
            "instrument": facts.instrument,
            "buffer": lasting(elapsed_minutes(claimed.lower, request.starts_at)),
            "end": shown(max(before), facts),
            "next": shown(facts.grid.first_from(max(before) + setup), facts),
        }
    elif after:
        yield _("The booking after this one needs set-up from %(start)s on. End by then.") % {
            "start": shown(min(after), facts)
        }
    else:
        yield _("Other bookings at this time need set-up, so no place is left. Choose another time.")


@rule(source="R-21", field="starts_at")
def cooling_time(request: BookingRequest, facts: Facts) -> Iterator[str]:
    """Between two bookings of an exclusive instrument; where several work side by side it counts as set-up."""
    instrument = facts.instrument
    if instrument.capacity > 1 or booked_out(request, facts):
        return
    own = instrument.cooling_for(request.mode)
    for each in facts.neighbours:
        needed = instrument.cooling_for(each.mode)
        free_at = each.ends_at + timedelta(minutes=needed)
        if each.ends_at <= request.starts_at < free_at:
            yield _(
                "%(instrument)s needs %(buffer)s to cool after the booking before, which ends at %(end)s. "
                "Start at %(next)s or later."
            ) % {
                "instrument": instrument,
                "buffer": lasting(needed),
                "end": shown(each.ends_at, facts),
                "next": shown(facts.grid.first_from(free_at), facts),
            }
        if request.ends_at <= each.starts_at < request.ends_at + timedelta(minutes=own):
            yield _(
                "%(instrument)s needs %(buffer)s to cool after this booking, and the next begins at %(start)s. "
                "End by %(latest)s."
            ) % {
                "instrument": instrument,
                "buffer": lasting(own),
                "start": shown(each.starts_at, facts),
                "latest": shown(each.starts_at - timedelta(minutes=own), facts),
            }


def booked_out(request: BookingRequest, facts: Facts) -> bool:
    """Whether the bare times, without set-up, collide already."""
    bare = [(Span(each.starts_at, each.ends_at), each) for each in facts.neighbours]
    return full(Span(request.starts_at, request.ends_at), bare, room_for(request, facts))


def room_for(request: BookingRequest, facts: Facts) -> int:
    """With so many lanes in use the places asked for are not left; more than there are is another rule's matter."""
    return max(facts.instrument.capacity - request.places + 1, 1)


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

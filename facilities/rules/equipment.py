"""Rules of shared equipment: it can be used at the instrument, and nobody else has it then."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from facilities.lanes import peak
from facilities.rules.base import rule, shown
from facilities.rules.facts import BookingRequest, Facts, Occupied, Span


@rule(source="equipment", field="equipment")
def equipment_offered(request: BookingRequest, facts: Facts) -> Iterator[str]:
    for thing in facts.equipment:
        if not thing.offered:
            yield _("%(thing)s cannot be used at %(instrument)s. Leave it out.") % {
                "thing": thing.equipment.name,
                "instrument": facts.instrument,
            }


@rule(source="equipment", field="equipment")
def equipment_free(request: BookingRequest, facts: Facts) -> Iterator[str]:
    for thing in facts.equipment:
        wanted = Span(request.starts_at, request.ends_at + turnaround(thing))
        if not is_full(thing.taken, wanted, thing.equipment.capacity):
            continue
        free_at = free_from(thing, request.starts_at, request.ends_at)
        if free_at is None:
            yield _("%(thing)s is taken then, and for the two weeks after. Choose another time, or leave it out.") % {
                "thing": thing.equipment.name
            }
        else:
            yield _("%(thing)s is taken then. It is free for as long from %(start)s on.") % {
                "thing": thing.equipment.name,
                "start": shown(facts.grid.first_from(free_at), facts),
            }


def turnaround(thing: Occupied) -> timedelta:
    return timedelta(minutes=thing.equipment.turnaround_minutes)


def is_full(taken: Sequence[Span], wanted: Span, capacity: int) -> bool:
    """Whether at some instant of `wanted` as many have it as may."""
    return (
        peak(Span(max(each.lower, wanted.lower), min(each.upper, wanted.upper)) for each in taken if each.meets(wanted))
        >= capacity
    )


def free_from(thing: Occupied, starts_at: datetime, ends_at: datetime) -> datetime | None:
    """The first instant after the wanted start from which it is free for as long; None where that is not known."""
    length = ends_at - starts_at + turnaround(thing)
    known_until = ends_at + timedelta(days=14)
    for start in sorted(each.upper for each in thing.taken if each.upper > starts_at):
        if start + length <= known_until and not is_full(
            thing.taken, Span(start, start + length), thing.equipment.capacity
        ):
            return start
    return None

"""Reads who waits for time: which places a person sees, the published order of an instrument's list, what fits."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Case, Q, QuerySet, Value, When

from core import clock
from core.permissions import container_ids
from facilities.models import Block, Facility, Instrument, TeamMember, Technique, TechniqueClosure, Terms, Waiting
from facilities.queries.availability import Slot, gaps, grid_of, legal_minutes, requestable, within_horizon
from facilities.queries.terms import terms_of
from facilities.stretches import minus
from facilities.units import elapsed_minutes

CLOCK_CHANGE_MINUTES = 60


def waiting_visible_to(user: Any) -> QuerySet[Waiting]:
    """One's own places and those of one's teams, and all of facilities whose calendar one sees in full; newest first.

    A place on the list for a technique is of no one facility: the person and the team alone see it.
    """
    rows = Waiting.objects.select_related("instrument__facility", "technique", "person", "team", "allocation")
    rows = rows.prefetch_related("equipment")
    if not user.is_authenticated or not user.is_active:
        return rows.none()
    if not (user.is_system or user.is_superuser):
        teams = list(TeamMember.objects.filter(user=user).values_list("team_id", flat=True))
        seen = container_ids(user, "facilities.view_private_calendar", Facility)
        rows = rows.filter(Q(person=user) | Q(team__in=teams) | Q(instrument__facility__in=seen))
    return rows.order_by("-created_at", "-id")


def places_of(user: Any) -> QuerySet[Waiting]:
    """One's own places: those that still wait first, then the newest first."""
    over = Case(When(state__in=("waiting", "offered"), then=Value(0)), default=Value(1))
    rows = waiting_visible_to(user).filter(person=user).annotate(over=over)
    return rows.order_by("over", "-created_at", "-id")


def places_of_others(user: Any) -> QuerySet[Waiting]:
    """Places of others that one sees and that still wait, the newest first."""
    return waiting_visible_to(user).filter(state__in=("waiting", "offered")).exclude(person=user)


def instruments_waited_for() -> list[Instrument]:
    """Instruments that somebody waits for, by themselves or by a technique of theirs."""
    waiting = Waiting.objects.filter(state="waiting")
    techniques = waiting.filter(technique__isnull=False).values("technique")
    narrower = TechniqueClosure.objects.filter(ancestor__in=techniques).values("descendant")
    wanted = Q(pk__in=waiting.filter(instrument__isnull=False).values("instrument")) | Q(techniques__in=narrower)
    return list(requestable().filter(wanted).distinct())


def queue_of(instrument: Instrument, terms: Terms | None = None) -> list[Waiting]:
    """Everybody who waits for an instrument, in the order in which freed time is offered.

    By the facility's order of the access categories; within one the reserve list by its ranks (R-30), then by the time
    of asking.
    """
    order = (terms or terms_of(instrument)).precedence
    broader = TechniqueClosure.objects.filter(descendant__in=instrument.techniques.all()).values("ancestor")
    rows = Waiting.objects.filter(
        Q(instrument=instrument) | Q(technique__in=broader), state="waiting", mode__in=instrument.modes
    ).select_related("person", "team", "allocation__team", "instrument", "technique")
    rows = rows.prefetch_related("equipment")

    def key(row: Waiting) -> tuple[Any, ...]:
        category = order.index(row.category) if row.category in order else len(order)
        return (category, row.rank is None, row.rank or 0, row.created_at, row.pk)

    return sorted(rows, key=key)


@dataclass(frozen=True)
class Standing:
    """A place among those who wait for an instrument: the `rank`-th of `among`."""

    instrument: Instrument
    rank: int
    among: int


def standings(row: Waiting) -> list[Standing]:
    """Where somebody stands now, on the list of each instrument that would do; empty when they do not wait."""
    return standings_of([row])[row.pk]


def standings_of(rows: Iterable[Waiting]) -> dict[UUID, list[Standing]]:
    """The same for several places; each list is looked at once."""
    lists: dict[UUID, dict[UUID, int]] = {}
    found: dict[UUID, list[Standing]] = {}
    for row in rows:
        found[row.pk] = []
        if row.state != "waiting":
            continue
        for instrument in [row.instrument] if row.instrument else instruments_with(row.technique):
            if instrument.pk not in lists:
                lists[instrument.pk] = {each.pk: n for n, each in enumerate(queue_of(instrument), 1)}
            places = lists[instrument.pk]
            if row.pk in places:
                found[row.pk].append(Standing(instrument, places[row.pk], len(places)))
    return found


def instruments_with(technique: Technique | None) -> list[Instrument]:
    """Instruments that offer a technique or a narrower one."""
    narrower = TechniqueClosure.objects.filter(ancestor=technique).values("descendant")
    return list(requestable().filter(techniques__in=narrower).distinct())


def fits(row: Waiting, instrument: Instrument, terms: Terms) -> Iterator[Slot]:
    """Free stays of an instrument that a wait would be served by, earliest first, each as long as it may be, in the
    places wanted and where the equipment is free too.

    Not what overlaps an earlier offer; for the reserve list nothing within the days of contact; compensation only
    within reserve blocks.
    """
    shortest = legal_minutes(instrument, row.min_minutes)
    longest = legal_minutes(instrument, row.max_minutes)
    if not row.min_minutes <= shortest <= longest <= max(row.max_minutes, shortest):
        return
    notice = timedelta(days=terms.contact_days if row.kind == Waiting.Kind.RESERVE else 0)
    lower, upper = max(row.window.lower, clock.now() + notice), row.window.upper
    if lower >= upper or row.places > instrument.capacity:
        return
    offered = [(each.period.lower, each.period.upper) for each in row.offers.filter(instrument=instrument)]
    for start, end in _gaps(row, instrument, lower, upper, shortest):
        for first, last in minus(start, end, offered):
            if slot := _longest(instrument, first, last, shortest, longest):
                yield slot


def _gaps(
    row: Waiting, instrument: Instrument, lower: datetime, upper: datetime, minutes: int
) -> Iterator[tuple[datetime, datetime]]:
    within = [(lower, upper)]
    if row.kind == Waiting.Kind.COMPENSATION:
        reserve = Block.objects.filter(
            Q(instrument=None) | Q(instrument=instrument),
            facility=instrument.facility_id,
            kind=Block.Kind.RESERVE,
            period__overlap=(lower, upper),
        )
        within = sorted((max(lower, each.period.lower), min(upper, each.period.upper)) for each in reserve)
    for start, end in within:
        shortest = max(minutes - CLOCK_CHANGE_MINUTES, 1)
        for _pk, first, last in gaps([instrument.pk], start, end, shortest, row.equipment.all(), row.places):
            yield max(first, start), min(last, end)


def _longest(instrument: Instrument, lower: datetime, upper: datetime, shortest: int, longest: int) -> Slot | None:
    """The longest legal stay at the start of a free stretch."""
    grid = grid_of(instrument)
    first = grid.first_from(lower)
    if not within_horizon(instrument, first):
        return None
    step = instrument.granularity_minutes
    room = elapsed_minutes(first, upper) + CLOCK_CHANGE_MINUTES if upper > first else 0
    minutes = min(longest, room // step * step)
    while minutes >= shortest:
        if (end := grid.end_after(first, minutes)) <= upper:
            return Slot(instrument, first, end)
        minutes -= step
    return None

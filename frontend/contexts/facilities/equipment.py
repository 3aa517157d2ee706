"""Shared equipment: the page on which it is kept, and its rows in the calendar."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from core import times
from core.names import local
from facilities.models import Equipment, Facility
from facilities.queries.equipment import equipment_listed, equipment_use
from frontend.contexts.facilities.timelines import Clock, Event, Row, bookings_of, words_of_states
from frontend.forms.facilities.equipment import EquipmentForm
from frontend.timeline import Axis


@dataclass(frozen=True)
class EquipmentPage:
    """What a facility lends, and the form for one thing more or for the one that is changed."""

    facility: Facility
    form: EquipmentForm
    things: list[Equipment]
    changed: Equipment | None


def equipment_page(facility: Facility, form: EquipmentForm, changed: Equipment | None = None) -> EquipmentPage:
    return EquipmentPage(facility, form, list(equipment_listed().filter(facility=facility)), changed)


def equipment_rows(facility: Facility, axis: Axis, user: Any) -> list[Row]:
    """A row of the calendar for each thing that may be asked for, with who has it as far as the reader may see."""
    things = list(equipment_listed().filter(facility=facility, is_active=True))
    of: dict[Any, list[dict[str, Any]]] = defaultdict(list)
    for event in equipment_use(things, axis.starts_at, axis.ends_at, user):
        of[event["resource"]].append(event)
    clock, words = Clock(axis.zone), words_of_states()
    rows = []
    for thing in things:
        events, lanes = bookings_of(of[thing.resource], axis, clock, words, linked=True)
        rows.append(_row(thing, events, lanes, axis))
    return rows


def _row(thing: Equipment, events: list[Event], lanes: int, axis: Axis) -> Row:
    return Row(
        slug=f"thing-{thing.pk}",
        title=thing.code,
        facility=str(thing.facility),
        href="",
        note=local(thing, "name"),
        zone=axis.zone,
        city=times.zone_city(axis.zone),
        events=events,
        lanes=lanes,
    )

"""The bookings that a change of a calendar would touch: what could be proposed to each, and what people would read."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from core import times
from facilities.commands.calendar import Affected, Slot, Window
from facilities.models import Booking, Instrument
from facilities.telling import concerned, concerned_by_each, context_of
from notifications.rendering import text_of

LEAVE = ""
"""The choice that leaves a booking where it is; its people are told."""


MOVED = re.compile(r"[0-9a-f-]{36}")


@dataclass(frozen=True)
class Choice:
    """Something that may be done about a booking."""

    value: str
    label: str
    chosen: bool


@dataclass(frozen=True)
class Touched:
    """A booking that would not be in open time, how many people would hear of it, and the times it could be offered.

    `searched` says that times were looked for; beyond the window they were not.
    """

    booking: Booking
    people: int
    choices: list[Choice]
    searched: bool

    @property
    def name(self) -> str:
        return field_of(self.booking)


@dataclass(frozen=True)
class TouchedList:
    """All of them by start; `notice` is the message to those whose booking is left where it is."""

    rows: list[Touched]
    people: int
    notice: tuple[str, str] | None
    zone: str
    after: int = 0
    further: int = 0
    period: tuple[datetime, datetime] | None = None

    @property
    def count(self) -> int:
        return len(self.rows)


def window_of(answers: Mapping[str, str]) -> Window:
    """For which of the bookings times are searched now: the first, or those after where the form asked for more; what
    was chosen for the others is meant for them."""
    written = answers.get("after", "")
    after = int(written) if written.isdecimal() else 0
    if "further" in answers:
        after += Window().size
    named = ((name.removeprefix("move-"), slot_of(answers[name])) for name in answers if name.startswith("move-"))
    return Window(after, meant={UUID(key): slot for key, slot in named if slot and MOVED.fullmatch(key)})


def touched_list(
    affected: list[Affected],
    answers: Mapping[str, str],
    *,
    by: Any,
    zone: str,
    reason: str = "",
    period: tuple[datetime, datetime] | None = None,
) -> TouchedList:
    """Each booking with its choices; the one that was answered, or else to leave it, is chosen."""
    window = window_of(answers)
    told = concerned_by_each(each.booking for each in affected)
    codes = {row.pk: row.code for row in Instrument.objects.filter(facility__in=_facilities(affected))}
    rows = [
        Touched(
            each.booking,
            len(told[each.booking.pk]),
            _choices(each, codes, answers.get(field_of(each.booking), ""), searched=window.holds(n)),
            window.holds(n),
        )
        for n, each in enumerate(affected)
    ]
    return TouchedList(
        rows=rows,
        people=len(set().union(*told.values())),
        notice=notice_of(affected, by, reason),
        zone=zone,
        after=window.after,
        further=min(window.size, max(0, len(rows) - window.after - window.size)),
        period=period,
    )


def _facilities(affected: list[Affected]) -> set[UUID]:
    return {each.booking.instrument.facility_id for each in affected}


def _choices(affected: Affected, codes: Mapping[UUID, str], answer: str, *, searched: bool) -> list[Choice]:
    """Those that are on offer; of a booking outside the window the time that was chosen for it before."""
    zone = affected.booking.instrument.facility.zone
    kept = slot_of(answer)
    slots = affected.proposals if searched else (kept,) if kept and kept.instrument in codes else ()
    choices = [(LEAVE, _("Leave it and tell the people"))]
    for slot in slots:
        says = {"time": times.span(slot.starts_at, slot.ends_at, zone), "instrument": codes[slot.instrument]}
        choices.append((value_of(slot), _("Propose %(time)s on %(instrument)s") % says))
    known = answer if answer in dict(choices) else LEAVE
    return [Choice(value, label, value == known) for value, label in choices]


def field_of(booking: Booking) -> str:
    return f"move-{booking.pk}"


def value_of(slot: Slot) -> str:
    """A slot as the value of a choice."""
    return "|".join([str(slot.instrument), slot.starts_at.isoformat(), slot.ends_at.isoformat()])


def slot_of(value: str) -> Slot | None:
    """The slot that a choice names; None for the others."""
    try:
        instrument, starts_at, ends_at = value.split("|")
        found = Slot(UUID(instrument), datetime.fromisoformat(starts_at), datetime.fromisoformat(ends_at))
    except ValueError:
        return None
    return found if found.starts_at.tzinfo and found.ends_at.tzinfo else None


def moves_of(affected: list[Affected], answers: Mapping[str, str]) -> dict[UUID, Slot | None]:
    """What was chosen for each booking; the command judges it once more."""
    return {each.booking.pk: slot_of(answers.get(field_of(each.booking), LEAVE)) for each in affected}


def as_seen(affected: list[Affected], answers: Mapping[str, str]) -> bool:
    """Whether the page that was answered showed these bookings, and what was chosen in its window is still on offer."""
    window = window_of(answers)
    for number, each in enumerate(affected):
        value = answers.get(field_of(each.booking), LEAVE)
        if value and window.holds(number) and value not in map(value_of, each.proposals):
            return False
    return answers.get("seen", "0") == str(len(affected)) and "further" not in answers


def notice_of(affected: list[Affected], by: Any, reason: str) -> tuple[str, str] | None:
    """Subject and text of the message that the people of the first booking would get; None where nobody would."""
    readers = concerned(affected[0].booking) if affected else []
    if not readers:
        return None
    context = context_of(affected[0].booking) | {"by": by.name, "note": reason or _("The facility needs the time.")}
    return text_of("booking_affected", readers[0], context)

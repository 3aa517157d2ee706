"""F5: what changing a calendar would touch, what could be proposed to each booking, and what people would read."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from core import clock, times
from facilities.commands.calendar import Affected, Slot
from facilities.models import Block, Booking, Facility, Instrument
from facilities.queries.planning import upcoming_blocks
from facilities.telling import concerned, context_of
from frontend.forms.calendars import BlockForm
from notifications.rendering import text_of

LEAVE = ""
"""The choice that leaves a booking where it is; its people are told."""


@dataclass(frozen=True)
class Choice:
    """Something that may be done about a booking."""

    value: str
    label: str
    chosen: bool


@dataclass(frozen=True)
class Touched:
    """A booking that would not be in open time, how many people would hear of it, and the times it could be offered."""

    booking: Booking
    people: int
    choices: list[Choice]

    @property
    def name(self) -> str:
        return field_of(self.booking)


@dataclass(frozen=True)
class BlockPage:
    """F5. `touched` is None before the form was looked at, and empty when nobody is affected."""

    facility: Facility
    form: BlockForm
    block: Block | None
    touched: list[Touched] | None
    upcoming: list[Block]
    notice: tuple[str, str] | None
    starts_at: datetime | None = None
    ends_at: datetime | None = None

    @property
    def people(self) -> int:
        return sum(row.people for row in self.touched or [])

    @property
    def zone(self) -> str:
        return self.facility.zone


@dataclass(frozen=True)
class RemovalPage:
    """A block that is to go, and the bookings that need it."""

    block: Block
    touched: list[Touched]
    notice: tuple[str, str] | None

    @property
    def people(self) -> int:
        return sum(row.people for row in self.touched)

    @property
    def zone(self) -> str:
        return self.block.facility.zone


def block_page(
    facility: Facility,
    form: BlockForm,
    by: Any,
    block: Block | None = None,
    affected: list[Affected] | None = None,
    answers: Mapping[str, str] | None = None,
) -> BlockPage:
    """The form, what it would touch with the answers given so far, and what is blocked already."""
    period = form.period() if affected is not None and not form.errors else (None, None)
    return BlockPage(
        facility=facility,
        form=form,
        block=block,
        touched=None if affected is None else touched_by(affected, answers or {}),
        upcoming=list(upcoming_blocks(facility)[:30]),
        notice=notice_of(affected or [], by, form.cleaned_data.get("reason", "") if affected else ""),
        starts_at=period[0],
        ends_at=period[1],
    )


def removal_page(block: Block, affected: list[Affected], by: Any, answers: Mapping[str, str]) -> RemovalPage:
    return RemovalPage(block, touched_by(affected, answers), notice_of(affected, by, block.reason))


def touched_by(affected: list[Affected], answers: Mapping[str, str]) -> list[Touched]:
    """Each booking with its choices; the one that was answered, or else to leave it, is chosen."""
    here = {slot.instrument for each in affected for slot in each.proposals}
    codes = dict(Instrument.objects.filter(pk__in=here).values_list("pk", "code"))
    return [
        Touched(
            each.booking, len(concerned(each.booking)), _choices(each, codes, answers.get(field_of(each.booking), ""))
        )
        for each in affected
    ]


def _choices(affected: Affected, codes: dict[UUID, str], answer: str) -> list[Choice]:
    zone = affected.booking.instrument.facility.zone
    offered = [
        (
            value_of(slot),
            _("Propose %(time)s on %(instrument)s")
            % {"time": times.span(slot.starts_at, slot.ends_at, zone), "instrument": codes[slot.instrument]},
        )
        for slot in affected.proposals
    ]
    choices = [(LEAVE, _("Leave it and tell the people")), *offered]
    known = answer if answer in dict(choices) else LEAVE
    return [Choice(value, label, value == known) for value, label in choices]


def field_of(booking: Booking) -> str:
    return f"move-{booking.pk}"


def value_of(slot: Slot) -> str:
    """A slot as the value of a choice."""
    return "|".join([str(slot.instrument), slot.starts_at.isoformat(), slot.ends_at.isoformat()])


def moves_of(affected: list[Affected], answers: Mapping[str, str]) -> dict[UUID, Slot | None]:
    """What was chosen for each booking, of what is on offer now."""
    found: dict[UUID, Slot | None] = {}
    for each in affected:
        offered = {value_of(slot): slot for slot in each.proposals}
        found[each.booking.pk] = offered.get(answers.get(field_of(each.booking), LEAVE))
    return found


def as_seen(affected: list[Affected], answers: Mapping[str, str]) -> bool:
    """Whether the page that was answered showed these bookings, and every time that was chosen is still on offer."""
    chosen = [(each, answers.get(field_of(each.booking), LEAVE)) for each in affected]
    offered = all(not value or value in map(value_of, each.proposals) for each, value in chosen)
    return offered and answers.get("seen", "0") == str(len(affected))


def notice_of(affected: list[Affected], by: Any, reason: str) -> tuple[str, str] | None:
    """Subject and text of the message that the people of the first booking would get; None where nobody would."""
    readers = concerned(affected[0].booking) if affected else []
    if not readers:
        return None
    context = context_of(affected[0].booking) | {"by": by.name, "note": reason or _("The facility needs the time.")}
    return text_of("booking_affected", readers[0], context)


def first_block(facility: Facility) -> dict[str, Any]:
    """What the form proposes: a working day of tomorrow."""
    start = clock.now().astimezone(times.zone_of(facility.zone)).date() + timedelta(days=1)
    return {"starts": datetime.combine(start, time(8)), "ends": datetime.combine(start, time(17))}


def known_block(block: Block) -> dict[str, Any]:
    """What the form shows of a block that is there, on the facility's clock."""
    zone = times.zone_of(block.facility.zone)
    start, end = (each.astimezone(zone).replace(tzinfo=None) for each in (block.period.lower, block.period.upper))
    return {
        "instrument": block.instrument.slug if block.instrument else "",
        "kind": block.kind,
        "starts": start,
        "ends": end,
        "reason": block.reason,
        "planned": block.planned,
    }

"""F5: the pages on which time is blocked, a block is changed and removed."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from core import clock, times
from facilities.models import Block, Facility
from facilities.queries.planning import upcoming_blocks
from frontend.contexts.facilities.touched import TouchedList
from frontend.forms.facilities.calendars import BlockForm


@dataclass(frozen=True)
class BlockPage:
    """F5. `touched` is None before the form was looked at, and empty when nobody is affected."""

    facility: Facility
    form: BlockForm
    block: Block | None
    touched: TouchedList | None
    upcoming: list[Block]

    @property
    def zone(self) -> str:
        return self.facility.zone


@dataclass(frozen=True)
class RemovalPage:
    """A block that is to go, and the bookings that need it."""

    block: Block
    touched: TouchedList

    @property
    def zone(self) -> str:
        return self.block.facility.zone


def block_page(
    facility: Facility, form: BlockForm, block: Block | None = None, touched: TouchedList | None = None
) -> BlockPage:
    """The form, what it would touch, and what is blocked already."""
    return BlockPage(facility, form, block, touched, list(upcoming_blocks(facility)[:30]))


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

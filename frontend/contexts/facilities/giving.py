"""Giving time: the form, who waits for the instrument, and what giving it would do."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from facilities.commands.bookings import check_booking
from facilities.models import Booking, Instrument, Waiting
from facilities.permissions import may_override
from facilities.queries.priority import in_the_way, priority_rules, refusals_against
from facilities.queries.waiting import queue_of
from facilities.rules import NO_ROOM, BookingRequest
from frontend.contexts.facilities.offers import Offer, offers
from frontend.forms.facilities.giving import GiveForm
from frontend.refusals import explained

SHOWN = 12


@dataclass(frozen=True)
class Outlook:
    """What giving a time would do: what it costs, which rules refuse it, who has the time and why they may keep it.

    `gives_way` is empty where the time is free, and where somebody in the way need not give way.
    """

    starts_at: datetime
    ends_at: datetime
    units: Decimal
    broken: Sequence[str]
    in_way: Sequence[Booking]
    kept: Sequence[str]
    alternatives: Sequence[Offer]
    may_displace: bool

    @property
    def may_offer(self) -> bool:
        return not self.broken and not self.in_way

    @property
    def gives_way(self) -> Sequence[Booking]:
        return self.in_way if self.may_displace and not self.broken and not self.kept else ()


@dataclass(frozen=True)
class GivePage:
    """The page; `outlook` is None until the form was looked at, `waiting` the place on the list that is served."""

    form: GiveForm
    instrument: Instrument
    outlook: Outlook | None
    waiting: Waiting | None
    queue: list[Waiting] = field(default_factory=list)

    @property
    def zone(self) -> str:
        return self.instrument.facility.zone


def give_page(form: GiveForm, instrument: Instrument, outlook: Outlook | None, waiting: Waiting | None) -> GivePage:
    queue = [row for row in queue_of(instrument) if row.instrument_id == instrument.pk]
    return GivePage(form, instrument, outlook, waiting, queue[:SHOWN])


def outlook_on(wanted: BookingRequest, *, to: Any, by: Any) -> Outlook:
    """Hold a wish against the rules, as if the person asked. Raises Invalid and NotPermitted as asking does."""
    check = check_booking(wanted, by=to)
    in_way = in_the_way(wanted) if any(each.rule in NO_ROOM for each in check.violations) else []
    left = [each for each in check.violations if each.rule not in NO_ROOM or not in_way]
    rule = priority_rules(wanted.instrument.facility).filter(category=wanted.access).first()
    return Outlook(
        starts_at=wanted.starts_at,
        ends_at=wanted.ends_at,
        units=check.units,
        broken=[explained(each) for each in left],
        in_way=in_way,
        kept=[str(each.message) for each in refusals_against(wanted, rule, in_way)] if in_way else [],
        alternatives=offers(check.alternatives, wanted.starts_at),
        may_displace=may_override(by, wanted.instrument.facility),
    )

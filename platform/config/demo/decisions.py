"""Decisions of the rarer kinds: a part of the time that was asked for, and units moved from one leg to another."""

import random
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.db.models import F

from accounts.models import User
from accounts.queries import holders
from core import clock
from core.errors import DomainError
from facilities.commands.allocations import grant_allocation
from facilities.commands.balances import transfer_units
from facilities.models import Allocation, Booking, Instrument
from workflow.approvals import decide
from workflow.models import Task


def make_decisions(chance: random.Random, *, now: datetime) -> None:
    with clock.standing_at(now - timedelta(hours=5)):
        _grant_a_part()
        _move_units(chance)


def _grant_a_part() -> None:
    """The first half of a request of which nobody else waits to be shown, at a facility with one step."""
    asked = Booking.objects.filter(state="requested", units__gte=2, changes=None, series_date=None)
    for booking in asked.exclude(instrument__facility__slug="diamond").order_by("number"):
        half = timedelta(minutes=int(booking.units / 2) * booking.instrument.unit_minutes)
        part = (booking.starts_at, booking.starts_at + half)
        task = Task.objects.filter(subject_id=booking.pk, state=Task.State.OPEN).first()
        manager = _manager(booking.instrument.facility_id)
        if task is None or manager is None:
            continue
        try:
            with transaction.atomic():
                decide(task, "approve", by=manager, note="The cryostat is promised to others from then on.", part=part)
        except DomainError:
            continue
        return


def _move_units(chance: random.Random) -> None:
    """A unit from one leg of a programme to another at the same facility, which gives it a first one there."""
    running = Allocation.objects.filter(valid_until__gt=clock.now(), granted__gte=F("held") + F("used") + 1)
    sources = list(running.select_related("team", "instrument__facility", "cycle").order_by("team__title", "pk"))
    chance.shuffle(sources)
    for source in sources:
        manager, other = _manager(source.instrument.facility_id), _sibling(source.instrument)
        if manager is None or other is None:
            continue
        target = grant_allocation(
            source.team, other, Decimal(2), cycle=source.cycle, valid_from=source.valid_from,
            valid_until=source.valid_until, by=manager, note="A second leg",
        )  # fmt: skip
        transfer_units(source, target, Decimal(1), by=manager, note="The second sample needs the other instrument.")
        return


def _sibling(instrument: Instrument) -> Instrument | None:
    """Another instrument of the facility that counts in the same unit."""
    others = instrument.facility.instruments.filter(unit=instrument.unit, is_bookable=True, archived_at=None)
    return others.exclude(pk=instrument.pk).order_by("code", "pk").first()


def _manager(facility: UUID) -> User | None:
    return holders("facility_manager", facility).first()

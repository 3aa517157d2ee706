"""Reads shared equipment: what a facility has, what can be used at an instrument, what a booking uses."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from core import clock
from facilities.lanes import full_stretches
from facilities.models import Booking, Claim, Equipment, Instrument
from facilities.queries.bookings import bookings_of, bookings_visible_to


def equipment_of(booking: Booking) -> tuple[Equipment, ...]:
    """What a booking uses beside its instrument."""
    return tuple(Equipment.objects.filter(uses__booking=booking).order_by("kind", "code", "id"))


def equipment_listed() -> QuerySet[Equipment]:
    """All equipment that exists, by facility, kind and code; what there is is no secret, as instruments are none."""
    return (
        Equipment.objects.filter(archived_at=None, facility__archived_at=None)
        .select_related("facility", "person")
        .prefetch_related("instruments")
        .order_by("facility_id", "kind", "code", "id")
    )


def usable_at(instrument: Instrument) -> QuerySet[Equipment]:
    """What may be asked for together with an instrument."""
    tied = Equipment.instruments.through.objects.filter(equipment=OuterRef("pk"))
    return equipment_listed().filter(
        ~Exists(tied) | Exists(tied.filter(instrument=instrument)), facility=instrument.facility_id, is_active=True
    )


def times_taken(thing: Equipment, starts_at: datetime, ends_at: datetime) -> list[tuple[datetime, datetime]]:
    """When all there is of it is in use, with the time that it needs between two uses; holds whose time is over are
    free."""
    claims = Claim.objects.filter(resource=thing.resource, period__overlap=(starts_at, ends_at)).exclude(
        booking__state="held", booking__hold_expires_at__lte=clock.now()
    )
    turnaround = timedelta(minutes=thing.turnaround_minutes)
    periods = [each.period for each in claims.order_by("period", "id")]
    return [(lower - turnaround, upper) for lower, upper in full_stretches(periods, thing.capacity)]


def equipment_use(
    things: Iterable[Equipment], starts_at: datetime, ends_at: datetime, user: Any
) -> list[dict[str, Any]]:
    """Who has equipment when, as events of a calendar with their `resource`; of a booking that the reader may not see
    only the busy time is told."""
    claims = (
        Claim.objects.filter(
            resource__in=[each.resource for each in things], period__overlap=(starts_at, ends_at), change=None
        )
        .select_related("booking__instrument")
        .order_by("period", "id")
    )
    found = list(claims)
    seen = set(
        bookings_visible_to(user).filter(pk__in={each.booking_id for each in found}).values_list("pk", flat=True)
    )
    mine = set(bookings_of(user).filter(pk__in=seen).values_list("pk", flat=True))
    return [
        {
            "resource": each.resource,
            "id": str(each.booking_id) if each.booking_id in seen else None,
            "state": each.booking.state,
            "starts_at": each.period.lower,
            "ends_at": each.period.upper,
            "title": f"{each.booking.instrument.code}, {each.booking.title or each.booking.reference}"
            if each.booking_id in seen
            else None,
            "mine": each.booking_id in mine,
        }
        for each in found
    ]

"""Reads shared equipment: what a facility has, what can be used at an instrument, what a booking uses."""

from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from core import clock
from facilities.lanes import full_stretches
from facilities.models import Booking, Claim, Equipment, Instrument


def equipment_of(booking: Booking) -> tuple[Equipment, ...]:
    """What a booking uses beside its instrument."""
    return tuple(Equipment.objects.filter(uses__booking=booking).order_by("kind", "code", "id"))


def equipment_listed() -> QuerySet[Equipment]:
    """All equipment that exists, by facility, kind and code; what there is is no secret, as instruments are none."""
    return (
        Equipment.objects.filter(archived_at=None, facility__archived_at=None)
        .select_related("facility", "person")
        .prefetch_related("instruments")
        .order_by("facility__name", "facility_id", "kind", "code", "id")
    )


def usable_at(instrument: Instrument) -> QuerySet[Equipment]:
    """What may be asked for together with an instrument."""
    return equipment_listed().filter(
        Q(instruments=None)
        | Q(pk__in=Equipment.instruments.through.objects.filter(instrument=instrument).values("equipment")),
        facility=instrument.facility_id,
        is_active=True,
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

"""The order in which rows are locked, the same for every command: instruments with parts, equipment, people,
booking, account, and last the policies and the cycles that count bookings."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from facilities import sql
from facilities.models import Allocation, Booking, Equipment, Instrument
from facilities.queries.equipment import equipment_of


def lock_time(instruments: Iterable[UUID], people: Iterable[UUID] = (), equipment: Iterable[Equipment] = ()) -> None:
    """Take the door to the time of instruments with all their parts, of equipment, and of people on site and those who
    look after them, in primary-key order."""
    sql.rows(sql.LOCK_TIME, time_parameters(instruments, people, equipment))


def time_parameters(
    instruments: Iterable[UUID], people: Iterable[UUID], equipment: Iterable[Equipment]
) -> dict[str, list[UUID]]:
    """What `sql.LOCK_TIME` locks; the local contacts among the equipment are claimed as people on site are."""
    things = list(equipment)
    return {
        "instruments": list(instruments),
        "equipment": [each.pk for each in things],
        "people": [*people, *(each.person_id for each in things if each.person_id)],
    }


def lock_counted(*, policies: Sequence[UUID] = (), cycles: Sequence[UUID] = ()) -> None:
    """Take the door to what policies and the quotas of cycles count, after that to the time: it also guards other
    instruments of the place."""
    if policies:
        sql.rows(sql.LOCK_POLICIES, {"policies": list(policies)})
    if cycles:
        sql.rows(sql.LOCK_CYCLES, {"cycles": list(cycles)})


def locked_instrument(pk: UUID) -> Instrument:
    """An instrument that `lock_time` holds, as it is now, with its facility."""
    return Instrument.objects.select_related("facility").get(pk=pk)


def lock_booking(pk: UUID) -> Booking:
    """A booking with everything its moves look at, after the campaign it is a leg of. Lock its instrument's time
    before."""
    sql.rows(sql.LOCK_CAMPAIGN, {"booking": pk})
    return (
        Booking.objects.select_for_update(of=("self",))
        .select_related("instrument__facility", "requester", "team")
        .get(pk=pk)
    )


def lock_with_change(pk: UUID) -> Booking:
    """The time of a booking, of its equipment and of its open change, then the booking."""
    booking = Booking.objects.get(pk=pk)
    changed = booking.changes.filter(state="open").values_list("instrument_id", flat=True)
    lock_time({booking.instrument_id, *changed}, equipment=equipment_of(booking))
    return lock_booking(pk)


def lock_bookings(ids: Iterable[UUID]) -> None:
    """Several bookings in primary-key order. Lock their instruments' time before."""
    list(Booking.objects.select_for_update().filter(pk__in=list(ids)).order_by("pk").values_list("pk"))


def lock_allocations(*ids: UUID | None) -> dict[UUID | None, Allocation]:
    """The accounts of a booking and of its proposed change, by identifier, in primary-key order."""
    wanted = [pk for pk in ids if pk is not None]
    if not wanted:
        return {}
    rows = Allocation.objects.select_for_update(no_key=True).filter(pk__in=wanted).order_by("pk")
    return {row.pk: row for row in rows}


def lock_equipment(pk: UUID) -> Equipment:
    """One piece of equipment with its facility, to be changed."""
    return Equipment.objects.select_for_update(of=("self",)).select_related("facility", "person").get(pk=pk)

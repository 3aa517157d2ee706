"""The order in which rows are locked, the same for every command: instruments with parts, people, booking, account."""

from collections.abc import Iterable
from uuid import UUID

from facilities import sql
from facilities.models import Allocation, Booking, Instrument


def lock_time(instruments: Iterable[UUID], people: Iterable[UUID] = ()) -> None:
    """Take the door to the time of instruments, with all their parts, and of people on site, in primary-key order."""
    sql.rows(sql.LOCK_INSTRUMENTS, {"instruments": list(instruments)})
    if on_site := list(people):
        sql.rows(sql.LOCK_PEOPLE, {"people": on_site})


def locked_instrument(pk: UUID) -> Instrument:
    """An instrument that `lock_time` holds, as it is now, with its facility."""
    return Instrument.objects.select_related("facility").get(pk=pk)


def lock_booking(pk: UUID) -> Booking:
    """A booking with everything its moves look at. Lock its instrument's time before."""
    return (
        Booking.objects.select_for_update(of=("self",))
        .select_related("instrument__facility", "requester", "team")
        .get(pk=pk)
    )


def lock_allocations(*ids: UUID | None) -> dict[UUID | None, Allocation]:
    """The accounts of a booking and of its proposed change, by identifier, in primary-key order."""
    wanted = [pk for pk in ids if pk is not None]
    if not wanted:
        return {}
    rows = Allocation.objects.select_for_update(no_key=True).filter(pk__in=wanted).order_by("pk")
    return {row.pk: row for row in rows}

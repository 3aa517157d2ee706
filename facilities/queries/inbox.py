"""What a decider looks at before deciding: for many requests at once, what stands against each."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Prefetch, QuerySet

from accounts.models import User
from facilities import sql
from facilities.models import Booking, Change, Person

# One statement for a whole inbox. An instrument's open time is kept current by triggers, so that a request whose time
# was closed after it was made shows; a change that is open is judged by the time it proposes.
FLAGS = """
    with wanted as (
        select booking.id, booking.mode, booking.allocation_id, booking.requester_id,
            coalesce(change.instrument_id, booking.instrument_id) as instrument_id,
            coalesce(change.period, booking.period) as period
        from facilities_booking booking
        left join facilities_change change on change.booking_id = booking.id and change.state = 'open'
        where booking.id = any(%(bookings)s::uuid[])
    )
    select
        wanted.id,
        not coalesce((
            select open.periods @> wanted.period from facilities_opentime open
            where open.instrument_id = wanted.instrument_id
        ), false),
        case when wanted.mode <> 'onsite' then 0 else (
            select count(*) from facilities_instrument_required_trainings required
            join facilities_person person on person.booking_id = wanted.id and person.on_site
            where required.instrument_id = wanted.instrument_id and not coalesce((
                select range_agg(daterange(record.passed_on, record.valid_until, '[]')) @> daterange(
                    (lower(wanted.period) at time zone facility.zone)::date,
                    ((upper(wanted.period) - interval '1 microsecond') at time zone facility.zone)::date, '[]'
                )
                from facilities_trainingrecord record
                where record.user_id = person.user_id and record.course_id = required.course_id
            ), false)
        ) end,
        instrument.requires_allocation and wanted.allocation_id is null
    from wanted
    join facilities_instrument instrument on instrument.id = wanted.instrument_id
    join facilities_facility facility on facility.id = instrument.facility_id
"""


@dataclass(frozen=True)
class Flags:
    """What stands against a request. A clean one may be approved together with others."""

    collides: bool = False
    untrained: int = 0
    unpaid: bool = False

    @property
    def clean(self) -> bool:
        return not (self.collides or self.untrained or self.unpaid)


def worst(flags: Sequence[Flags]) -> Flags:
    """What stands against any of several that are decided together."""
    return Flags(
        any(each.collides for each in flags),
        max((each.untrained for each in flags), default=0),
        any(each.unpaid for each in flags),
    )


def flags_of(bookings: Iterable[UUID]) -> dict[UUID, Flags]:
    """Flags of each booking, in one statement."""
    found = sql.rows(FLAGS, {"bookings": list(bookings)})
    return {row[0]: Flags(row[1], row[2], row[3]) for row in found}


def with_details(bookings: QuerySet[Booking]) -> QuerySet[Booking]:
    """What a row or a page of a booking shows, in a fixed number of statements; see `open_change` and `party_of`."""
    open_changes = Change.objects.filter(state="open").select_related("instrument__facility", "by")
    people = Person.objects.select_related("user").order_by("user__name", "id")
    return bookings.select_related(
        "instrument__facility", "requester", "team", "allocation__team", "organisation"
    ).prefetch_related(
        Prefetch("changes", open_changes, to_attr="open_changes"), Prefetch("people", people, to_attr="party")
    )


def open_change(booking: Any) -> Change | None:
    """The change that is under discussion, of a booking fetched by `with_details`."""
    return booking.open_changes[0] if booking.open_changes else None


def party_of(booking: Any) -> list[User]:
    """Who comes or takes part, by name, of a booking fetched by `with_details`."""
    return [person.user for person in booking.party]

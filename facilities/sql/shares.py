"""How the time of a cycle is shared out: what its hours are for, and what each access category was given of them."""

# User time is what is left of it: blocks of other kinds and hours when the place is closed are no user time. A stretch
# that is user time and reserve is reserve. Worked out from the blocks, so that a draft has its figures too and a fault
# changes nobody's share.
KINDS = """
    with kinds as (
        select instrument.id, block.kind, range_agg(block.period * cycle.period) as periods
        from facilities_cycle cycle
        join facilities_instrument instrument on instrument.facility_id = cycle.facility_id
            and instrument.archived_at is null
        join facilities_block block on block.facility_id = cycle.facility_id and block.period && cycle.period
            and (block.instrument_id is null or block.instrument_id = instrument.id)
        where cycle.id = %(cycle)s::uuid
        group by instrument.id, block.kind
    ), net as (
        select kinds.id, kinds.kind, case when kinds.kind in ('user', 'reserve') then (
            kinds.periods - coalesce((
                select range_agg(other.periods) from kinds other where other.id = kinds.id
                    and (other.kind not in ('user', 'reserve') or other.kind = 'reserve' and kinds.kind = 'user')
            ), '{}')
        ) * facilities_opening_hours(kinds.id, cycle.period) else kinds.periods end as periods
        from kinds cross join facilities_cycle cycle where cycle.id = %(cycle)s::uuid
    )
    select id, kind,
        coalesce((select sum(extract(epoch from upper(p) - lower(p))) / 3600 from unnest(periods) p), 0) as hours
    from net
"""

# What is given, in hours of one place: allocations of the cycle whole, and bookings that none of them pays, with the
# time that an open change claims beside their own. Found by claims, which are indexed by time. `without` is a booking
# that is being judged; holds whose time is over are free.
GIVEN = """
    with cycle as (
        select id, facility_id, period from facilities_cycle where id = %(cycle)s::uuid
    ), stay as (
        select distinct on (booking.id) booking.id, booking.instrument_id, booking.period * cycle.period as period
        from cycle
        join facilities_instrument instrument on instrument.facility_id = cycle.facility_id
        join facilities_claim claim on claim.resource = instrument.id and claim.period && cycle.period
            and claim.change_id is null
        join facilities_booking booking on booking.id = claim.booking_id and booking.instrument_id = instrument.id
            and booking.period && cycle.period
        union all
        select change.booking_id, change.instrument_id, change.period * cycle.period
        from cycle
        join facilities_instrument instrument on instrument.facility_id = cycle.facility_id
        join facilities_change change on change.instrument_id = instrument.id and change.state = 'open'
            and change.period && cycle.period
    ), stretch as (
        select id, instrument_id, unnest(range_agg(period)) as p from stay group by id, instrument_id
    )
    select instrument.id, allocation.category, sum(allocation.granted) * instrument.unit_minutes / 60.0 as hours
    from facilities_allocation allocation
    join facilities_instrument instrument on instrument.id = allocation.instrument_id
    where allocation.cycle_id = %(cycle)s::uuid and allocation.archived_at is null
    group by instrument.id, allocation.category
    union all
    select stretch.instrument_id, booking.category,
        sum(booking.places * extract(epoch from upper(p) - lower(p))) / 3600
    from stretch
    join facilities_booking booking on booking.id = stretch.id
    left join facilities_allocation paid on paid.id = booking.allocation_id
    where paid.cycle_id is distinct from %(cycle)s::uuid and booking.id is distinct from %(without)s::uuid
        and not (booking.state in ('held', 'offered') and booking.hold_expires_at <= %(now)s::timestamptz)
    group by stretch.instrument_id, booking.category
"""

# Both together, for a request that a quota may refuse; read only where the cycle has quotas.
SHARES = f"""
    select cycle.name, lower(cycle.period), upper(cycle.period),
        (
            select coalesce(sum(planned.hours * instrument.capacity), 0)
            from ({KINDS}) planned join facilities_instrument instrument on instrument.id = planned.id
            where planned.kind in ('user', 'reserve')
        ),
        (
            select coalesce(json_object_agg(category, hours::text), '{{}}')
            from (select category, sum(hours) as hours from ({GIVEN}) given group by category) by_category
        ),
        (
            select coalesce(json_object_agg(category, json_build_array(least, most)), '{{}}')
            from facilities_quotarule where cycle_id = cycle.id
        ),
        cycle.id
    from facilities_cycle cycle where cycle.id = %(cycle)s::uuid
"""

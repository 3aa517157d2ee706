"""Free stretches of many instruments at once."""

# Free stretches of many instruments at once: the stored open calendar minus what is claimed, widened after a booking by
# the longest set-up or cooling of any mode, and before it by what cooling takes beyond the set-up that is claimed; one
# multirange subtraction for each instrument (gaps by lead() cost ten times as much). Where capacity is above one only
# the time counts as busy at which all lanes are in use; `taken` is when equipment that is wanted too is taken.
#
# Claims come in order from the B-tree `claims_by_start`: those of a lane never overlap, so at most one that began
# earlier reaches into the span, and no other is read. With `&&` on the wall's GiST index it took 2.3 times as long: 50
# instead of 22 ms of processor time for 50 instruments and all of 6 months, 53,000 claims. `offset 0` keeps the planner
# from hashing every claim there is.
FREE = """
    with recursive asked as (
        select
            id, capacity,
            make_interval(mins => greatest(setup_minutes, cooling_minutes, (
                select max(minutes::int) from jsonb_path_query(mode_minutes, '$.*.*') minutes
            ))) as setup,
            make_interval(mins => case when capacity > 1 then 0 else greatest(0,
                greatest(cooling_minutes, (
                    select max(minutes::int) from jsonb_path_query(mode_minutes, '$.*.cooling') minutes
                )) - least(setup_minutes, (
                    select min(minutes::int) from jsonb_path_query(mode_minutes, '$.*.setup') minutes
                ))
            ) end) as cooling,
            greatest(%(from)s::timestamptz, %(now)s::timestamptz + make_interval(hours => notice_hours)) as lower,
            least(
                %(to)s::timestamptz,
                %(now)s::timestamptz + make_interval(days => horizon_days, mins => max_minutes)
            ) as upper
        from facilities_instrument where id = any(%(instruments)s::uuid[])
    ), tree as (
        select id as instrument, id as resource from asked where lower < upper
        union
        select tree.instrument, part.id from facilities_instrument part join tree on part.parent_id = tree.resource
    ), wanted as (
        select id, capacity, setup, cooling, tstzrange(lower, upper) as span, resources
        from asked
        join (select instrument, array_agg(resource) from tree group by instrument) whole (id, resources) using (id)
    ), stale as (
        select id from facilities_booking where state = 'held' and hold_expires_at <= %(now)s::timestamptz
    )
    select wanted.id, lower(gap), upper(gap)
    from wanted
    join facilities_opentime open on open.instrument_id = wanted.id
    cross join lateral (
        with claim as not materialized (
            select used.resource, near.period
            from unnest(wanted.resources) used (resource)
            cross join lateral generate_series(
                0, (select max(lane) from facilities_claim where resource = used.resource)
            ) used_lane (lane)
            cross join lateral (
                select coalesce(max(lower(period)), '-infinity') as starts_at from facilities_claim
                where resource = used.resource and lane = used_lane.lane
                    and lower(period) <= lower(wanted.span) - wanted.setup
            ) first
            cross join lateral (
                select period from facilities_claim
                where resource = used.resource and lane = used_lane.lane
                    and lower(period) >= first.starts_at and lower(period) < upper(wanted.span) + wanted.cooling
                    and booking_id <> all(array(select id from stale))
                offset 0
            ) near
        )
        select range_agg(
            case when greatest(wanted.cooling, wanted.setup) = interval '0' then busy.period
                else tstzrange(lower(busy.period) - wanted.cooling, upper(busy.period) + wanted.setup) end
        ) as taken
        from (
            select period from claim where wanted.capacity = 1 or resource <> wanted.id
            union all
            select tstzrange(step.at, step.until)
            from (
                select at, lead(at) over (order by at) as until, sum(sum(change)) over (order by at) as running
                from claim cross join lateral (values (lower(period), 1), (upper(period), -1)) event (at, change)
                where wanted.capacity > 1 and resource = wanted.id
                group by at
            ) step
            where step.running > wanted.capacity - %(places)s::int and step.until is not null
        ) busy
    ) claimed
    cross join lateral unnest(
        open.periods * tstzmultirange(wanted.span) - coalesce(claimed.taken, '{}') - %(taken)s::tstzmultirange
    ) gap
    where upper(gap) - lower(gap) >= make_interval(mins => %(minutes)s::int)
    order by lower(gap), wanted.id
"""

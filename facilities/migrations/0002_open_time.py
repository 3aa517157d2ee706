"""The functions that keep open time: when an instrument is open, and what of it is planned for users."""

from django.db import migrations

OPENING_HOURS = """
create function facilities_opening_hours(place uuid, wanted tstzrange) returns tstzmultirange language sql stable as $$
    with home as (
        select instrument.id, instrument.facility_id, facility.zone,
            exists (select from facilities_openinghours own where own.instrument_id = instrument.id) as has_own
        from facilities_instrument instrument
        join facilities_facility facility on facility.id = instrument.facility_id
        where instrument.id = place
    ), weekly as (
        select hours.weekday, hours.opens, hours.closes
        from home join facilities_openinghours hours on hours.facility_id = home.facility_id
            and hours.instrument_id is not distinct from case when home.has_own then home.id end
    ), special as (
        select other.day, other.opens, other.closes
        from home join facilities_openingexception other on other.facility_id = home.facility_id
            and (other.instrument_id = home.id or other.instrument_id is null and not exists (
                select from facilities_openingexception own where own.instrument_id = home.id and own.day = other.day
            ))
    ), stretch as (
        select each.at::date as day, hours.opens, hours.closes
        from home
        cross join lateral generate_series(
            (lower(wanted) at time zone home.zone)::date::timestamp - interval '1 day',
            (upper(wanted) at time zone home.zone)::date::timestamp,
            '1 day'
        ) each (at)
        cross join lateral (
            select opens, closes from special where special.day = each.at::date and opens is not null
            union all
            select opens, closes from weekly where weekday = extract(isodow from each.at)
                and not exists (select from special where special.day = each.at::date)
            union all
            select time '00:00', time '00:00' where not exists (select from weekly)
                and not exists (select from special where special.day = each.at::date)
        ) hours
    ), instants as (
        -- On the wall clock first: a day when clocks change is as long as it is.
        select (day + opens) at time zone home.zone as lower,
            (day + closes + case when closes <= opens then interval '1 day' else interval '0' end)
                at time zone home.zone as upper
        from stretch cross join home
    )
    select case
        when not exists (select from weekly) and not exists (select from special) then tstzmultirange(wanted)
        else coalesce((select range_agg(tstzrange(lower, upper)) from instants where lower < upper), '{}')
            * tstzmultirange(wanted)
    end
$$
"""

KEEP_OPEN_TIME = """
create function facilities_keep_open_time(changed uuid[]) returns void language plpgsql as $$
begin
    -- The facility's row is the door: who waits here sees the other one's blocks in the next statement.
    perform 1 from facilities_facility where id = any(changed) order by id for no key update;
    insert into facilities_opentime (instrument_id, periods)
    select planned.id, planned.periods * facilities_opening_hours(planned.id, range_merge(planned.periods))
    from (
        select instrument.id,
            coalesce(range_agg(block.period) filter (where block.kind in ('user', 'reserve')), '{}')
            - coalesce(range_agg(block.period) filter (where block.kind not in ('user', 'reserve')), '{}')
            - coalesce((
                select range_agg(downtime.period) from facilities_downtime downtime
                where downtime.facility_id = instrument.facility_id
                    and coalesce(downtime.instrument_id, instrument.id) = instrument.id
            ), '{}')
            - coalesce((
                select range_agg(draft.period) from facilities_cycle draft
                where draft.facility_id = instrument.facility_id and draft.published_at is null
            ), '{}') as periods
        from facilities_instrument instrument
        left join facilities_block block on block.facility_id = instrument.facility_id
            and (block.instrument_id is null or block.instrument_id = instrument.id)
        where instrument.facility_id = any(changed)
        group by instrument.id
    ) planned
    on conflict (instrument_id) do update set periods = excluded.periods
        where facilities_opentime.periods is distinct from excluded.periods;
end $$
"""


class Migration(migrations.Migration):
    replaces = [("facilities", "0003_open_time"), ("facilities", "0007_calendar"), ("facilities", "0014_downtime")]
    dependencies = [("facilities", "0001_initial")]

    operations = [
        migrations.RunSQL(OPENING_HOURS, "drop function facilities_opening_hours(uuid, tstzrange)"),
        migrations.RunSQL(KEEP_OPEN_TIME, "drop function facilities_keep_open_time(uuid[])"),
    ]

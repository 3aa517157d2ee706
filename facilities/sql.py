"""SQL written by hand, each statement with its reason and its figure; everything that is not hot is plain ORM.

Figures: performance.md of the design, and `make bench`. Integers and identifiers are cast, for server-bound Python
integers arrive as smallint and btree_gist then loses its index condition.
"""

from core.rows import columns, cursor
from core.rows import fetch as rows
from facilities.models import Allocation, Facility, Instrument, Team

__all__ = ["cursor", "rows"]

TREE = """
    with recursive tree as (
        select id from facilities_instrument where id = any(%(instruments)s::uuid[])
        union
        select part.id from facilities_instrument part join tree on part.parent_id = tree.id
    )
"""

# The door: instruments with all their parts, then the people who are to be on site, each in primary-key order. The
# statement itself only locks; the check that follows is another one, so that it sees what was committed meanwhile.
LOCK_INSTRUMENTS = f"""
    select id from facilities_instrument where id = any(array(
        {TREE} select id from tree
    )) order by id for no key update
"""

PARTS = f"""
    {TREE} select part.id, part.capacity from facilities_instrument part join tree on tree.id = part.id
    where part.id <> all(%(instruments)s::uuid[]) order by part.id
"""

LOCK_PEOPLE = """
    select id from accounts_user where id = any(%(people)s::uuid[]) order by id for no key update
"""

LOCK_EQUIPMENT = """
    select id from facilities_equipment where id = any(%(equipment)s::uuid[]) order by id for no key update
"""

# A leg is locked with its campaign, the campaign first, so that two who move two legs never wait in a circle.
LOCK_CAMPAIGN = """
    select campaign.id from facilities_campaign campaign
    where campaign.id = (select campaign_id from facilities_leg where booking_id = %(booking)s::uuid) for no key update
"""

# The account that pays: the one that is named, else the team's for the instrument then, the first to end.
PAYING = """
    select id from facilities_allocation
    where id = %(allocation)s::uuid
        or %(allocation)s::uuid is null and team_id = %(team)s::uuid and instrument_id = %(instrument)s::uuid
            and valid_from <= %(starts_at)s::timestamptz and valid_until >= %(ends_at)s::timestamptz
            and archived_at is null
    order by valid_until, id limit 1
"""

LOCK_PAYING = f"""
    select {columns(Allocation, "allocation")} from facilities_allocation allocation
    where allocation.id = ({PAYING}) for no key update
"""

# Who asks, in one statement instead of three: on the team or not, the leads of the team, where the person works now.
ASKER = """
    select
        exists (select from facilities_teammember where team_id = %(team)s::uuid and user_id = %(by)s::uuid),
        array(select user_id from facilities_teammember where team_id = %(team)s::uuid and role = 'lead'),
        organisation.id, organisation.name, organisation.country
    from (values (1)) one
    left join lateral (
        select organisation_id from accounts_affiliation
        where user_id = %(by)s::uuid and starts_on <= %(today)s::date and (ends_on is null or ends_on > %(today)s::date)
        order by is_primary desc, starts_on desc, id limit 1
    ) affiliation on true
    left join accounts_organisation organisation on organisation.id = affiliation.organisation_id
"""

SUMS = """
    update facilities_allocation set granted = %(granted)s::numeric, held = %(held)s::numeric, used = %(used)s::numeric,
        version = %(version)s::int, updated_at = %(now)s::timestamptz where id = %(id)s::uuid
"""

NEXT_NUMBER = "select nextval('facilities_booking_number')"
NEXT_NUMBERS = "select nextval('facilities_booking_number') from generate_series(1, %(many)s::int)"

# What the body of a request names, in one statement instead of three.
NAMED = f"""
    select {columns(Instrument, "instrument")}, {columns(Facility, "facility")}, {columns(Team, "team")}
    from (values (1)) one
    left join facilities_instrument instrument
        on instrument.id = (
            select id from facilities_instrument
            where (id = %(id)s::uuid or slug = %(slug)s::text) and archived_at is null
        )
    left join facilities_facility facility on facility.id = instrument.facility_id
    left join facilities_team team on team.id = %(team)s::uuid
"""

# Instruments with their facilities: of a queryset, compiling takes longer than reading twenty of them.
INSTRUMENTS = f"""
    select {columns(Instrument, "instrument")}, {columns(Facility, "facility")}
    from facilities_instrument instrument join facilities_facility facility on facility.id = instrument.facility_id
    where instrument.id = any(%(instruments)s::uuid[])
"""

# One statement instead of seven: what the rules need to know about a request. 0.5 ms at 100,000 bookings.
# `except_booking` is the booking that is being changed: its own claims are no obstacle. The stored open calendar
# decides, as in a search; what stands against time that is not open is worked out only for the sentence that says so.
FACTS = """
    with recursive wanted as (
        select
            instrument.id, instrument.facility_id, instrument.version, facility.zone,
            tstzrange(%(starts_at)s::timestamptz, %(ends_at)s::timestamptz) as stay,
            tstzrange(
                %(starts_at)s::timestamptz - %(before)s::interval, %(ends_at)s::timestamptz + %(after)s::interval
            ) as near,
            daterange(
                (%(starts_at)s::timestamptz at time zone facility.zone)::date,
                ((%(ends_at)s::timestamptz - interval '1 microsecond') at time zone facility.zone)::date,
                '[]'
            ) as days
        from facilities_instrument instrument
        join facilities_facility facility on facility.id = instrument.facility_id
        where instrument.id = %(instrument)s::uuid
    ), tree as (
        select id from wanted
        union
        select part.id from facilities_instrument part join tree on part.parent_id = tree.id
    ), blocks as (
        select block.kind, block.period, block.reason
        from wanted join facilities_block block on block.facility_id = wanted.facility_id
            and block.instrument_id is null and block.period && wanted.stay
        union all
        select block.kind, block.period, block.reason
        from wanted join facilities_block block on block.instrument_id = wanted.id and block.period && wanted.stay
        union all
        select 'downtime', downtime.period, downtime.title
        from wanted join facilities_downtime downtime on downtime.facility_id = wanted.facility_id
            and coalesce(downtime.instrument_id, wanted.id) = wanted.id and downtime.period && wanted.stay
    ), opened as (
        select open.periods @> wanted.stay as wholly
        from wanted join facilities_opentime open on open.instrument_id = wanted.id
    )
    select
        coalesce((select wholly from opened), false) or coalesce((
            select range_agg(period) - (
                select coalesce(range_agg(draft.period), '{}') from facilities_cycle draft
                where draft.facility_id = wanted.facility_id and draft.published_at is null
            ) @> wanted.stay
            from blocks where kind in ('user', 'reserve')
        ), false),
        case when not coalesce((select wholly from opened), false) then (
            select coalesce(json_agg(json_build_array(lower(hours), upper(hours)) order by hours), '[]')
            from unnest(facilities_opening_hours(wanted.id, tstzrange(
                lower(wanted.days)::timestamp at time zone wanted.zone,
                upper(wanted.days)::timestamp at time zone wanted.zone
            ))) hours
        ) end,
        (
            select coalesce(json_agg(json_build_array(kind, lower(period), upper(period), reason)
                order by period), '[]')
            from blocks where kind not in ('user', 'reserve')
        ),
        (
            select coalesce(json_agg(json_build_array(
                lower(claim.period), upper(claim.period),
                lower(coalesce(change.period, booking.period)), upper(coalesce(change.period, booking.period)),
                claim.resource <> wanted.id or coalesce(change.instrument_id, booking.instrument_id) <> wanted.id,
                booking.id, booking.state, booking.hold_expires_at, booking.mode
            ) order by claim.period), '[]')
            from facilities_claim claim
            join facilities_booking booking on booking.id = claim.booking_id
            left join facilities_change change on change.id = claim.change_id
            where claim.resource = any(array(select id from tree)) and claim.period && wanted.near
                and booking.id is distinct from %(except_booking)s::uuid
        ),
        (
            select coalesce(json_agg(json_build_array(person.name, lower(claim.period), upper(claim.period))
                order by claim.period), '[]')
            from facilities_claim claim join accounts_user person on person.id = claim.resource
            where claim.resource = any(%(people)s::uuid[]) and claim.period && wanted.stay
                and claim.booking_id is distinct from %(except_booking)s::uuid
        ),
        (
            select coalesce(
                json_agg(json_build_array(person.name, course.name) order by person.name, course.name), '[]'
            )
            from facilities_instrument_required_trainings required
            join facilities_course course on course.id = required.course_id
            join accounts_user person on person.id = any(%(people)s::uuid[])
            where required.instrument_id = wanted.id and not coalesce((
                select range_agg(daterange(record.passed_on, record.valid_until, '[]')) @> wanted.days
                from facilities_trainingrecord record
                where record.user_id = person.id and record.course_id = course.id
            ), false)
        ),
        (
            select coalesce(json_agg(json_build_array(part.id, part.capacity) order by part.id), '[]')
            from facilities_instrument part join tree on tree.id = part.id where part.id <> wanted.id
        ),
        wanted.version,
        (
            select coalesce(json_agg(json_build_array(
                thing.id,
                thing.facility_id = wanted.facility_id and thing.is_active and thing.archived_at is null and (
                    not exists (select from facilities_equipment_instruments where equipment_id = thing.id)
                    or wanted.id in (
                        select instrument_id from facilities_equipment_instruments where equipment_id = thing.id
                    )
                ),
                (
                    select coalesce(json_agg(json_build_array(
                        lower(claim.period), upper(claim.period), booking.id, booking.state, booking.hold_expires_at
                    )), '[]')
                    from facilities_claim claim join facilities_booking booking on booking.id = claim.booking_id
                    where claim.resource = coalesce(thing.person_id, thing.id)
                        and claim.period && tstzrange(lower(wanted.stay), upper(wanted.stay) + interval '14 days')
                        and booking.id is distinct from %(except_booking)s::uuid
                )
            )), '[]')
            from facilities_equipment thing where thing.id = any(%(equipment)s::uuid[])
        ),
        (
            select coalesce(json_agg(json_build_array(
                policy.id, policy.rule, policy.parameters, policy.override, policy.source,
                policy.instrument_id is not null,
                (
                    select coalesce(json_agg(json_build_array(lower(period), upper(period)) order by period), '[]')
                    from facilities_cycle where facility_id = wanted.facility_id and period && wanted.stay
                ),
                coalesce((select range_agg(period) @> wanted.stay from blocks where kind = 'reserve'), false)
            ) order by policy.created_at, policy.id), '[]')
            from facilities_policy policy
            where policy.is_active and policy.facility_id = wanted.facility_id
                and (policy.instrument_id is null or policy.instrument_id = wanted.id)
                and wanted.days && daterange(policy.starts_on, policy.ends_on, '[]')
        )
    from wanted
"""

# What one policy in force looks at: other bookings of some people, a team or an organisation, at the facility, at one
# of its instruments, or of people wherever they are on site; with the time that an open change claims. It runs only
# where a policy counts something. Found through the claims, which know resource and period together, so that history
# does not cost. `before` and `without` are for trying a policy on what was.
STAYS = """
    with near as (
        select distinct claim.booking_id as id
        from facilities_claim claim
        where claim.period && tstzrange(%(lower)s::timestamptz, %(upper)s::timestamptz)
            and claim.resource = any(
                case when %(elsewhere)s::boolean then %(persons)s::uuid[] else array(
                    select id from facilities_instrument
                    where facility_id = %(facility)s::uuid and id = coalesce(%(instrument)s::uuid, id)
                ) end
            )
    ), counted as (
        select booking.*
        from near join facilities_booking booking on booking.id = near.id
        where booking.id <> all(%(without)s::uuid[])
            and not (booking.state in ('held', 'offered') and booking.hold_expires_at <= %(now)s::timestamptz)
            and (%(before)s::timestamptz is null or booking.created_at < %(before)s::timestamptz)
            and (%(team)s::uuid is null or booking.team_id = %(team)s::uuid)
            and (%(categories)s::text[] is null or booking.category = any(%(categories)s::text[]))
            and (not %(undecided)s::boolean or case when %(before)s::timestamptz is null
                then booking.state in ('held', 'requested', 'countered')
                else booking.decided_at is null or booking.decided_at > %(before)s::timestamptz end)
            and (not %(on_site)s::boolean or booking.mode = 'onsite')
            and (not %(organisation)s::boolean or booking.organisation_id = coalesce(
                (select organisation_id from facilities_booking where id = %(booking)s::uuid),
                (
                    select organisation_id from accounts_affiliation
                    where user_id = %(requester)s::uuid and starts_on <= %(today)s::date
                        and (ends_on is null or ends_on > %(today)s::date)
                    order by is_primary desc, starts_on desc, id limit 1
                )
            ))
            and (%(persons)s::uuid[] is null or booking.requester_id = any(%(persons)s::uuid[]) or exists (
                select from facilities_person person
                where person.booking_id = booking.id and person.user_id = any(%(persons)s::uuid[])
            ))
    ), claimed as (
        select id, instrument_id, period from counted
        union all
        select change.booking_id, change.instrument_id, change.period
        from counted join facilities_change change on change.booking_id = counted.id and change.state = 'open'
    ), stretch as (
        select claimed.id, claimed.instrument_id, unnest(range_agg(claimed.period)) as period
        from claimed group by claimed.id, claimed.instrument_id
    )
    select counted.id, lower(stretch.period), upper(stretch.period),
        counted.units * extract(epoch from upper(stretch.period) - lower(stretch.period))
            / extract(epoch from upper(counted.period) - lower(counted.period)),
        counted.unit, counted.requester_id,
        array(select user_id from facilities_person where booking_id = counted.id order by user_id),
        counted.mode = 'onsite', instrument.facility_id, facility.country
    from stretch
    join counted on counted.id = stretch.id
    join facilities_instrument instrument on instrument.id = stretch.instrument_id
    join facilities_facility facility on facility.id = instrument.facility_id
    where stretch.period && tstzrange(%(lower)s::timestamptz, %(upper)s::timestamptz)
        and (%(elsewhere)s::boolean or instrument.facility_id = %(facility)s::uuid
            and instrument.id = coalesce(%(instrument)s::uuid, instrument.id))
    order by lower(stretch.period), counted.id
"""

# The door to what policies count, in primary-key order: two requests at different instruments meet here.
LOCK_POLICIES = """
    select id from facilities_policy where id = any(%(policies)s::uuid[]) order by id for no key update
"""

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

# Teams of a person, and bookings that somebody else asked for and the person takes part in.
INVOLVED = """
    select
        array(select team_id from facilities_teammember where user_id = %(user)s::uuid),
        array(
            select person.booking_id from facilities_person person
            join facilities_booking booking on booking.id = person.booking_id
            where person.user_id = %(user)s::uuid and booking.requester_id is distinct from %(user)s::uuid
        )
"""


def instant_json(expression: str) -> str:
    """An instant as JSON text, to the second: `"2027-03-28T22:00:00Z"`, for Django's connections are in UTC."""
    return f"""to_char({expression}, '\\"YYYY-MM-DD"T"HH24:MI:SS"Z"\\"')"""


# The calendar as JSON text made by PostgreSQL: rendering 9,000 rows in Python takes 0.2 s. Occupied time comes from the
# claims, in order from `claims_by_start` as in FREE; something larger that is booked takes its parts in all lanes and
# shows once; a part that is booked shows on everything it is a part of. A booking whose details the reader may not see
# is only busy time.
#
# All bookings are looked up by one list of identifiers, which is one walk along the index instead of 9,000, and only
# those of parts are joined to their claims again. The text of an event is put together here: json_agg of rows takes
# half as long again, and would leave the Z of the instants to Python. 27 ms of processor time for 9,000 events of 50
# instruments in a month, where one join of claims and bookings, json_agg and a replacement in Python took 45.
CALENDAR = f"""
    with recursive wanted as (
        select tstzrange(%(from)s::timestamptz, %(to)s::timestamptz) as span
    ), tree as (
        select parent_id as whole, id as part from facilities_instrument where parent_id = any(%(instruments)s::uuid[])
        union
        select tree.whole, lower.id from tree join facilities_instrument lower on lower.parent_id = tree.part
    ), claim as materialized (
        select used.resource, used_lane.lane, near.booking_id
        from wanted
        cross join unnest(%(instruments)s::uuid[]) used (resource)
        cross join lateral generate_series(
            0, (select max(lane) from facilities_claim where resource = used.resource)
        ) used_lane (lane)
        cross join lateral (
            select coalesce(max(lower(period)), '-infinity') as starts_at from facilities_claim
            where resource = used.resource and lane = used_lane.lane and lower(period) <= lower(wanted.span)
        ) first
        cross join lateral (
            select booking_id from facilities_claim
            where resource = used.resource and lane = used_lane.lane and change_id is null
                and lower(period) >= first.starts_at and lower(period) < upper(wanted.span)
            offset 0
        ) near
    ), occupied as (
        select booking.instrument_id as instrument, booking.state, booking.period, booking.id, booking.title,
            booking.number, booking.requester_id, booking.team_id, booking.instrument_id as owner
        from facilities_booking booking
        where booking.id = any(array(select booking_id from claim))
            and booking.instrument_id in (select unnest(%(instruments)s::uuid[]))
        union all
        select part.id, booking.state, booking.period, booking.id, booking.title,
            booking.number, booking.requester_id, booking.team_id, booking.instrument_id
        from facilities_instrument part
        join claim on claim.resource = part.id and claim.lane = 0
        join facilities_booking booking on booking.id = claim.booking_id and booking.instrument_id <> part.id
        where part.parent_id is not null
        union all
        select tree.whole, booking.state, booking.period, booking.id, booking.title,
            booking.number, booking.requester_id, booking.team_id, booking.instrument_id
        from wanted cross join tree
        join facilities_claim claim on claim.resource = tree.part and claim.change_id is null
            and claim.period && wanted.span
        join facilities_booking booking on booking.id = claim.booking_id and booking.instrument_id = tree.part
        union all
        select change.instrument_id, 'proposed', change.period, booking.id, booking.title,
            booking.number, booking.requester_id, booking.team_id, change.instrument_id
        from facilities_change change join facilities_booking booking on booking.id = change.booking_id
        where change.state = 'open' and change.instrument_id = any(%(instruments)s::uuid[])
    ), seen as (
        select occupied.*,
            coalesce(
                requester_id = %(user)s::uuid
                or team_id in (select team_id from facilities_teammember where user_id = %(user)s::uuid)
                or occupied.id in (select booking_id from facilities_person where user_id = %(user)s::uuid), false
            ) as mine,
            %(everything)s::boolean or owner in (
                select id from facilities_instrument where facility_id = any(%(facilities)s::uuid[])
            ) as staff
        from wanted join occupied on occupied.period && wanted.span
        offset 0
    ), events as (
        select
            case when mine or staff then id end as id, 'booking' as kind, instrument, state,
            lower(period) as starts_at, upper(period) as ends_at,
            case when mine or staff then coalesce(nullif(title, ''), 'B-' || lpad(number::text, 6, '0')) end as title,
            mine, null::uuid as facility
        from seen
        union all
        select block.id, 'block', block.instrument_id, block.kind, lower(block.period), upper(block.period),
            block.reason, false, block.facility_id
        from wanted join facilities_block block on block.period && wanted.span
        where block.instrument_id = any(%(instruments)s::uuid[])
            or block.instrument_id is null and block.facility_id in (
                select facility_id from facilities_instrument where id = any(%(instruments)s::uuid[])
            )
    )
    select string_agg(
        '{{"id":' || coalesce('"' || id || '"', 'null') || ',"kind":"' || kind
        || '","instrument":' || coalesce('"' || instrument || '"', 'null') || ',"state":"' || state
        || '","starts_at":' || {instant_json("starts_at")} || ',"ends_at":' || {instant_json("ends_at")}
        || ',"title":' || coalesce(to_json(title)::text, 'null') || ',"mine":' || mine
        || ',"facility":' || coalesce('"' || facility || '"', 'null') || '}}',
        ',' order by starts_at, instrument, ends_at, id
    ) from events
"""

# Use comes in hundreds of thousands of lines: COPY takes 188,000 in seconds, row by row inserts take minutes. What is
# known already stays as it is, so that an interrupted import is simply run again.
SESSION_COLUMNS = """
    id, created_at, updated_at, instrument_id, booking_id, team_id, person_label, organisation_id, country, mode,
    starts_at, ends_at, unit, units, lost_units, lost_cause, note, source, external_id, is_demo
"""
INCOMING_SESSIONS = """
    create temporary table incoming_session (like facilities_session including defaults) on commit drop
"""
COPY_SESSIONS = f"copy incoming_session ({SESSION_COLUMNS}) from stdin"
TAKE_SESSIONS = f"""
    insert into facilities_session ({SESSION_COLUMNS}) select {SESSION_COLUMNS} from incoming_session
    on conflict (source, external_id) where external_id <> '' do nothing
    returning instrument_id
"""
FORGET_INCOMING = "drop table incoming_session"

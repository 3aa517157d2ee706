"""Who asks, for what, on whose account: what the body of a request names, read at once."""

from core.rows import columns
from facilities.models import Facility, Instrument, Team

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

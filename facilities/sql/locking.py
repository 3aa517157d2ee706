"""The doors: rows that a command locks before it looks, each kind in primary-key order."""

from core.rows import columns
from facilities.models import Allocation

TREE = """
    with recursive tree as (
        select id from facilities_instrument where id = any(%(instruments)s::uuid[])
        union
        select part.id from facilities_instrument part join tree on part.parent_id = tree.id
    )
"""

# The door to time: instruments with all their parts, then equipment, then the people who are to be on site and those
# who look after the equipment, each in primary-key order; an append reads its parts in order, and nothing is locked
# before the kind before it is. It only locks; the check that follows is another statement, so that it sees what was
# committed meanwhile. One statement instead of three: of a move outside the hot path each was a round trip.
LOCK_TIME = f"""
    with instruments as materialized (
        select id from facilities_instrument where id = any(array(
            {TREE} select id from tree
        )) order by id for no key update
    ), equipment as materialized (
        select id from facilities_equipment where id = any(%(equipment)s::uuid[]) order by id for no key update
    ), people as materialized (
        select id from accounts_user where id = any(%(people)s::uuid[]) order by id for no key update
    )
    select id from instruments union all select id from equipment union all select id from people
"""

PARTS = f"""
    {TREE} select part.id, part.capacity from facilities_instrument part join tree on tree.id = part.id
    where part.id <> all(%(instruments)s::uuid[]) order by part.id
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

# The door to what policies count, in primary-key order: two requests at different instruments meet here.
LOCK_POLICIES = """
    select id from facilities_policy where id = any(%(policies)s::uuid[]) order by id for no key update
"""

# The same for what the quotas of cycles count.
LOCK_CYCLES = """
    select id from facilities_cycle where id = any(%(cycles)s::uuid[]) order by id for no key update
"""

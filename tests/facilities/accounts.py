"""Accounts of teams in tests: an allocation to book on, and what is left of it."""

from decimal import Decimal

from facilities.commands.allocations import grant_allocation
from facilities.commands.teams import add_member, create_team


def balance(account):
    account.refresh_from_db()
    return tuple(
        int(value) if value == int(value) else float(value) for value in (account.held, account.used, account.left)
    )


def team_with_account(world, title="Alloys", units=3):
    """Three shifts of instrument A for a team led by Ana."""
    team = create_team("group", title, organisation=world.org_b, by=world.system)
    add_member(team, world.ana, by=world.system, role="lead")
    return grant_allocation(
        team,
        world.instrument_a,
        Decimal(units),
        cycle=None,
        valid_from=world.at(-30, 0),
        valid_until=world.at(60, 0),
        by=world.bo,
    )

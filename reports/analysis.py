"""The schema `analysis`: views with stable names for the analysts' own tools, and a role that reads nothing else.

Nothing about a person is in it, no text, ballot, review or score, and nothing undecided or not yet announced. Cells may
be small: whoever publishes from it keeps back figures about fewer than three (R-50, the catalogue's rule).
"""

import re
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _
from psycopg import sql as composed

from core.errors import Invalid, Violation
from core.rows import fetch
from programs.permissions.cooperation import PUBLIC
from programs.workflows.proposals import DECIDED
from reports.models import TAKEN

SCHEMA = "analysis"
OVER = (*TAKEN, "lost", "no_show")
"""States of bookings that were approved; what is asked for, declined or withdrawn is nobody's business."""


@dataclass(frozen=True)
class View:
    """`comment` says what a row is, `select` names every column."""

    comment: str
    select: str


VIEWS = {
    "facilities": View(
        "A facility. zone: IANA name of its clock.",
        "select id as facility_id, slug, name, acronym, kind, country, zone from public.facilities_facility",
    ),
    "instruments": View(
        "An instrument. unit_minutes: length of its unit; capacity: how many bookings stand side by side.",
        """select id as instrument_id, facility_id, slug, code, name, unit, unit_minutes, capacity, country
        from public.facilities_instrument""",
    ),
    "organisations": View(
        "An organisation: centre, university, company.",
        "select id as organisation_id, slug, name, acronym, country from public.accounts_organisation",
    ),
    "memberships": View(
        "An organisation in an alliance. left_on: the first day on which it is no member any more.",
        """select m.id as membership_id, a.slug as alliance, m.organisation_id, m.member_class, m.joined_on, m.left_on
        from public.alliance_membership m join public.alliance_alliance a on a.id = m.alliance_id""",
    ),
    "daily_use": View(
        "Hours of an instrument on a day of its facility's zone: user and open time, booked (union), delivered, lost.",
        """select instrument_id, day, user_seconds / 3600.0 as user_hours, open_seconds / 3600.0 as open_hours,
            booked_seconds / 3600.0 as booked_hours, booked_user_seconds / 3600.0 as booked_user_hours,
            delivered_seconds / 3600.0 as delivered_hours, lost_seconds / 3600.0 as lost_hours, sessions
        from public.reports_dailyuse""",
    ),
    "daily_shares": View(
        "What users of an organisation (of then) had of an instrument on a day; parties: how many teams or people.",
        """select instrument_id, day, organisation_id, country, sum(booked_seconds) / 3600.0 as booked_hours,
            sum(delivered_seconds) / 3600.0 as delivered_hours, sum(lost_seconds) / 3600.0 as lost_hours,
            sum(sessions) as sessions, count(distinct coalesce(team_id, person)) as parties
        from public.reports_dailyshare group by instrument_id, day, organisation_id, country""",
    ),
    "bookings": View(
        "An approved booking, whatever became of it. Organisation and country are those of its requester at the time.",
        f"""select id as booking_id, instrument_id, lower(period) as starts_at, upper(period) as ends_at, state, mode,
            category, organisation_id, country, units, unit, requested_at, decided_at
        from public.facilities_booking where state in {OVER!r}""",
    ),
    "sessions": View(
        "Time really used: the run of a booking, or a line of a site's own accounting (no booking_id).",
        """select id as session_id, booking_id, instrument_id, starts_at, ends_at, units, unit, lost_units, lost_cause,
            organisation_id, country, mode
        from public.facilities_session where ends_at is not null""",
    ),
    "downtimes": View(
        "A fault or a planned stop of a facility, or of one instrument of it.",
        """select id as downtime_id, facility_id, instrument_id, lower(period) as starts_at, upper(period) as ends_at,
            cause
        from public.facilities_downtime""",
    ),
    "calls": View(
        "A call that is announced.",
        """select id as call_id, slug, name, kind, state, zone, opens_at, closes_at
        from public.programs_call where state <> 'draft'""",
    ),
    "proposals": View(
        "A proposal whose result was notified; pi_country: of its principal investigator at the time.",
        f"""select p.id as proposal_id, p.call_id, p.state, p.lineage, p.submitted_at, p.notified_at,
            (
                select m.country from public.programs_proposalmember m
                where m.proposal_id = p.id and m.role = 'pi' limit 1
            ) as pi_country
        from public.programs_proposal p where p.notified_at is not null and p.state in {tuple(sorted(DECIDED))!r}""",
    ),
    "legs": View(
        "What a notified proposal asked of an instrument, and what it was given there, in units of the instrument.",
        f"""select l.id as leg_id, l.proposal_id, l.preferred_id as instrument_asked,
            l.instrument_id as instrument_given, l.units as units_asked, l.granted as units_given
        from public.programs_leg l join public.programs_proposal p on p.id = l.proposal_id
        where p.notified_at is not null and p.state in {tuple(sorted(DECIDED))!r}""",
    ),
    "programmes": View(
        "A joint programme that is public.",
        f"""select id as programme_id, number, kind, title, state, starts_on, ends_on, lead_organisation_id
        from public.programs_program where state in {tuple(sorted(PUBLIC))!r}""",
    ),
}


def make_views() -> None:
    """Make the schema and its views anew; who may read them stays."""
    with connection.cursor() as cursor:
        cursor.execute(f"create schema if not exists {SCHEMA}")
        cursor.execute(f"comment on schema {SCHEMA} is 'Read-only views for analysis; see docs/analysis.md'")
        drop_views(cursor)
        for name, view in VIEWS.items():
            cursor.execute(f"create view {SCHEMA}.{name} as {view.select}")
            text = composed.Literal(view.comment).as_string(connection.connection)
            cursor.execute(f"comment on view {SCHEMA}.{name} is {text}")


def drop_views(cursor: Any) -> None:
    """Before a migration changes what they stand on."""
    for (name,) in fetch("select viewname from pg_views where schemaname = %s", [SCHEMA]):
        cursor.execute(f'drop view {SCHEMA}."{name}"')


def is_made() -> bool:
    return bool(fetch("select 1 from pg_namespace where nspname = %s", [SCHEMA]))


def let_read(role: str) -> None:
    """A role that reads the views and has no other right; made without a login where there is none of the name.

    Raises Invalid for a name that is none, and DatabaseError where the product's own role may make no roles.
    """
    if not re.fullmatch("[a-z][a-z0-9_]{0,62}", role):
        message = _("Lower-case letters, digits and underlines, beginning with a letter.")
        raise Invalid(_("This is no name of a role."), [Violation("role", message, field="role")])
    with connection.cursor() as cursor:
        if not fetch("select 1 from pg_roles where rolname = %s", [role]):
            cursor.execute(f"create role {role} nologin nosuperuser nocreatedb nocreaterole noinherit")
        cursor.execute(f"grant usage on schema {SCHEMA} to {role}")
        cursor.execute(f"grant select on all tables in schema {SCHEMA} to {role}")
        cursor.execute(f"alter default privileges in schema {SCHEMA} grant select on tables to {role}")
        cursor.execute(f"alter role {role} set default_transaction_read_only = on")
        cursor.execute(f"alter role {role} set search_path = {SCHEMA}")

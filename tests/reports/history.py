"""A past that can be added up in one's head: who used the two facilities of the world in May 2026."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from facilities.models import Booking, Claim, Session, Team
from programs.models import Partner, Program
from tests.world import make_user

MAY = {"from": "2026-05-01", "to": "2026-06-01"}


def utc(*parts):
    return datetime(*parts, tzinfo=UTC)


def used(instrument, requester, organisation, day, *, hours=8, state="closed", lost=""):
    """An approved booking of a shift in May 2026 with `hours` delivered; decided four days after its request.

    With `lost`, a cause, the other hours were lost.
    """
    starts_at = utc(2026, 5, day, 8)
    period = DateTimeTZRange(starts_at, starts_at + timedelta(hours=8))
    booking = Booking.objects.create(
        instrument=instrument,
        period=period,
        state=state,
        requester=requester,
        organisation=organisation,
        country=organisation.country,
        unit=instrument.unit,
        units=1,
        requested_at=starts_at - timedelta(days=14),
        decided_at=None if state == "requested" else starts_at - timedelta(days=10),
    )
    Claim.objects.create(resource=instrument.pk, period=period, booking=booking)
    if state == "closed":
        Session.objects.create(
            instrument=instrument,
            booking=booking,
            organisation=organisation,
            country=organisation.country,
            starts_at=starts_at,
            ends_at=starts_at + timedelta(hours=hours),
            unit=instrument.unit,
            units=Decimal(hours) / 8,
            lost_units=Decimal(8 - hours) / 8 if lost else 0,
            lost_cause=lost,
        )
    return booking


def may_2026(world):
    """At A: four people of B one shift each, one of A two, one of C one. At B: one of A a shift. One more asked for."""
    users = [make_user(f"user{n}", world.org_b) for n in range(4)]
    for n, user in enumerate(users):
        used(world.instrument_a, user, world.org_b, 4 + n)
    used(world.instrument_a, world.cleo, world.org_a, 11)
    used(world.instrument_a, world.cleo, world.org_a, 12, hours=4, lost="source")
    used(world.instrument_a, world.dan, world.org_c, 18)
    used(world.instrument_b, world.bo, world.org_a, 19)
    used(world.instrument_b, world.bo, world.org_a, 20, state="requested")


def more_of(world, organisation, number=2, *, day=22):
    """So many people more of an organisation at A, a shift each: then something about others can be kept back."""
    for n in range(number):
        used(world.instrument_a, make_user(f"more{n}", organisation), organisation, day + n)


def program(number, *organisations, state="active"):
    team = Team.objects.create(kind="program", title=number)
    made = Program.objects.create(
        id=team.pk, team=team, number=number, title=number, state=state, peaceful_use=True, starts_on="2026-01-01"
    )
    for organisation in organisations:
        Partner.objects.create(program=made, organisation=organisation)
    return made

"""Calls and proposals as plain rows, in any state: for tests of what reads or moves them later on."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from accounts.models import User
from core import clock
from core.models import new_id
from facilities.models import Instrument, Team, TeamMember
from programs.models import Call, Leg, Offer, Proposal, ProposalMember, ScoreScale
from tests.world import World


def a_scale(**fields: Any) -> ScoreScale:
    """One to five, high is best."""
    given = {"name": "One to five", "lowest": 1, "highest": 5, "step": Decimal("0.1"), "best": "high", **fields}
    return ScoreScale.objects.get_or_create(name=given["name"], defaults=given)[0]


def a_call(world: World, **fields: Any) -> Call:
    """Open for 30 days, of the alliance unless `facility` is given, with 60 units of A1 and of B1 on offer."""
    now = clock.now()
    given = {
        "alliance": world.alliance,
        "slug": f"call-{new_id().hex[-8:]}",
        "name": "Spring call",
        "state": "open",
        "zone": "Asia/Shanghai",
        "opens_at": now - timedelta(days=1),
        "closes_at": now + timedelta(days=30),
        "scale": a_scale(),
        **fields,
    }
    call = Call.objects.create(**given)
    for instrument in (world.instrument_a, world.instrument_b):
        if call.facility is None or call.facility == instrument.facility:
            Offer.objects.create(call=call, instrument=instrument, units=60)
    return call


def a_proposal(world: World, call: Call, *, pi: User | None = None, legs: int = 1, **fields: Any) -> Proposal:
    """Ana's for centre B, with legs of six units at A1 (then B1); complete, as far as rows say."""
    pi = pi or world.ana
    organisation = fields.pop("organisation", world.org_b)
    identifier = new_id()
    state = fields.setdefault("state", "draft")
    team = Team.objects.create(id=identifier, kind=Team.Kind.PROPOSAL, title="Proposal", organisation=organisation)
    TeamMember.objects.create(team=team, user=pi, role="lead")
    proposal = Proposal.objects.create(
        **{
            "id": identifier,
            "team": team,
            "call": call,
            "title": "Ions on the move",
            "public_title": "Ions on the move",
            "abstract": "How ions move.",
            "pi": pi,
            "organisation": organisation,
            "peaceful_use": True,
            "submitted_at": None if state == "draft" else clock.now(),
            **fields,
        }
    )
    a_member(proposal, pi, role="pi", organisation=organisation)
    for position, instrument in enumerate((world.instrument_a, world.instrument_b)[:legs], start=1):
        a_leg(proposal, instrument, position=position)
    return proposal


def a_member(proposal: Proposal, person: User, **fields: Any) -> ProposalMember:
    organisation = fields.pop("organisation", proposal.organisation)
    given = {"state": "joined", "organisation": organisation, "country": organisation.country, **fields}
    return ProposalMember.objects.create(proposal=proposal, person=person, **given)


def a_leg(proposal: Proposal, instrument: Instrument, **fields: Any) -> Leg:
    given = {"units": Decimal(6), "least_units": Decimal(3), "preferred": instrument, **fields}
    return Leg.objects.create(proposal=proposal, instrument=instrument, **given)

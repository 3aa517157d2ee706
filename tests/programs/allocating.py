"""Calls in allocation: proposals before a panel with a score each, for tests of rounds and what follows them."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from accounts.models import User
from core import clock
from programs.commands import rounds
from programs.models import Assessment, Call, Panel, Proposal, Round
from tests.programs.asking import a_call, a_proposal, a_scale
from tests.world import World, make_user

MINUTE = timedelta(minutes=1)


def allocating(world: World, *, sealed_for: timedelta = -MINUTE, offered: int = 9, **fields: Any) -> Call:
    """A call in allocation whose results are sealed until then; `offered` units of A1 and of B1."""
    now = clock.now()
    call = a_call(
        world,
        **{
            "state": "allocating",
            "opens_at": now - timedelta(days=60),
            "closes_at": now - timedelta(days=30),
            "notify_at": now + sealed_for,
            **fields,
        },
    )
    call.offers.update(units=offered)
    return call


def scored(world: World, call: Call, score: float, *, pi: User | None = None, **fields: Any) -> Proposal:
    """A proposal before the panel which set this score, of a person of its own unless `pi` is given."""
    number = call.proposals.count() + 1
    pi = pi or make_user(f"pi{number}", world.org_c)
    proposal = a_proposal(world, call, pi=pi, state=fields.pop("state", "panel"), **fields)
    panel, _made = Panel.objects.get_or_create(alliance=world.alliance, name="Panel", defaults={"scale": a_scale()})
    Assessment.objects.create(
        proposal=proposal, panel=panel, final_score=Decimal(str(score)), final_reason="The panel agreed."
    )
    return proposal


def proposed(world: World, call: Call) -> Round:
    return rounds.propose_round(call, by=world.lea)

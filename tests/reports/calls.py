"""Calls at random: proposals in every state, legs that were given something, reviews that came or did not."""

import random
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from core.models import new_id
from facilities.models import Team
from programs.models import Assessment, Call, Leg, Offer, Panel, Proposal, ProposalMember, Review, Score
from tests.programs.asking import a_scale
from tests.world import make_user

STATES = ("submitted", "review", "accepted", "partially_accepted", "reserve", "rejected", "expired", "withdrawn")
TOLD = {"accepted", "partially_accepted", "reserve", "rejected", "expired"}
START = datetime(2024, 1, 10, 16, tzinfo=UTC)


def calls_at_random(world, seed, *, calls=3, proposals=10):
    """Calls half a year apart, with offers at both instruments; three principal investigators."""
    dice = random.Random(seed)
    leaders = [make_user(f"pi{n}", org) for n, org in enumerate((world.org_a, world.org_b, world.org_c))]
    homes = dict(zip(leaders, (world.org_a, world.org_b, world.org_c), strict=True))
    scale = a_scale()
    for number in range(calls):
        closes = None if number == 2 else START + timedelta(days=182 * number)
        call = Call.objects.create(
            alliance=world.alliance, slug=f"call-{number}", name=f"Call {number}", state="notified",
            zone="Asia/Shanghai", opens_at=START + timedelta(days=182 * number - 60), closes_at=closes, scale=scale,
        )  # fmt: skip
        panel = Panel.objects.create(alliance=world.alliance, name=f"Panel {number}", scale=scale)
        criterion = call.criteria.create(slug="merit", name="Merit", weight=1)
        Offer.objects.create(call=call, instrument=world.instrument_a, units=dice.randint(5, 60))
        if number != 1:
            Offer.objects.create(call=call, instrument=world.instrument_b, units=dice.randint(5, 60))
        for _n in range(proposals):
            pi, state = dice.choice(leaders), dice.choice(STATES)
            submitted = (closes or START + timedelta(days=400)) - timedelta(hours=dice.randint(1, 900))
            told = submitted + timedelta(days=dice.randint(40, 120), hours=dice.randint(0, 23))
            key = new_id()
            team = Team.objects.create(id=key, kind="proposal", title="Proposal", organisation=homes[pi])
            proposal = Proposal.objects.create(
                id=key, team=team, call=call, title="Ions", pi=pi, organisation=homes[pi], peaceful_use=True,
                state=state, submitted_at=submitted, notified_at=told if state in TOLD else None,
                lineage=dice.choice(["new", "continuation"]),
            )  # fmt: skip
            ProposalMember.objects.create(
                proposal=proposal, person=pi, role="pi", state="joined", organisation=homes[pi],
                country=dice.choice([homes[pi].country, "IT"]),
            )  # fmt: skip
            assessment = Assessment.objects.create(proposal=proposal, panel=panel)
            for position, wish in enumerate(dice.sample([world.instrument_a, world.instrument_b], dice.randint(1, 2))):
                moved = dice.choice([wish, wish, world.instrument_b])
                units = Decimal(dice.randint(1, 20))
                given = state in {"accepted", "partially_accepted"} or (state == "expired" and dice.random() < 0.5)
                Leg.objects.create(
                    proposal=proposal, position=position + 1, preferred=wish, instrument=moved, units=units,
                    least_units=1, granted=min(units, dice.randint(0, 20)) if given else None,
                )  # fmt: skip
            for reviewer in (world.cleo, world.bo):
                due = submitted + timedelta(days=30)
                came = dice.choice(["submitted", "submitted", "accepted", "declined"])
                late = timedelta(days=dice.randint(-5, 5), minutes=1)
                review = Review.objects.create(
                    assessment=assessment, reviewer=reviewer, state=came, due_at=due,
                    submitted_at=due + late if came == "submitted" else None,
                )  # fmt: skip
                if came == "submitted":
                    Score.objects.create(
                        review=review,
                        criterion=criterion,
                        value=Decimal(dice.randint(10, 50)) / 10,
                        lowest=1,
                        highest=5,
                    )

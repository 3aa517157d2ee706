"""Loads the demonstration alliance into an empty database, once."""

import random
import tomllib
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.db import transaction

from accounts.models import User
from accounts.queries import system_user
from config.demo.allocating import make_round
from config.demo.calendars import make_calendars, plan_ahead
from config.demo.calls import Calls
from config.demo.decisions import make_decisions
from config.demo.earlier import make_earlier
from config.demo.events import make_events
from config.demo.governance import make_governance
from config.demo.lists import Lists
from config.demo.members import make_members
from config.demo.motions import make_motions
from config.demo.operations import make_operations
from config.demo.opportunities import make_opportunities
from config.demo.outcomes import make_outcomes
from config.demo.papers import make_papers
from config.demo.people import People
from config.demo.places import Places
from config.demo.policies import make_policies
from config.demo.programmes import Programmes
from config.demo.proposals import Proposals
from config.demo.reading import make_reading
from config.demo.requests import Requests
from config.demo.results import make_results
from config.demo.reviews import make_reviews
from config.demo.routes import make_routes
from config.demo.sharing import make_nodes, make_outcome, make_sharing
from config.demo.showcase import make_showcase
from config.demo.things import make_things
from config.demo.together import make_together
from config.demo.use import make_past
from core import clock
from core.bulk import count_anew
from facilities.models import Allocation, Booking, Claim, TeamMember
from notifications.commands.outbox import drop_waiting
from programs.models import Leg

FACTS = Path(__file__).with_name("facts.toml")
SEED = 20191017  # the day the alliance was founded; the same seed makes the same demonstration
BEFORE_ALL = timedelta(days=720)


def is_loaded() -> bool:
    return User.objects.filter(is_demo=True).exists()


def holds_anything_else() -> bool:
    return User.objects.filter(is_demo=False, is_system=False).exists()


@transaction.atomic
def load(say: Callable[[str], Any]) -> None:
    """All or nothing; says what it is doing."""
    facts = tomllib.loads(FACTS.read_text(encoding="utf-8"))
    now, by, chance = clock.now(), system_user(), random.Random(SEED)
    say("Organisations, facilities and instruments …")
    places = Places(facts, by=by, now=now)
    people = People(facts, places, by=by, now=now)
    with clock.standing_at(now - BEFORE_ALL):
        places.make()
        people.make()
        make_calendars(places, by=by, now=now)
        make_routes(places, people, by=by)
        make_policies(places, by=by)
    say("Programmes and their allocations …")
    programmes = Programmes(places, people, chance, now=now)
    programmes.make()
    say("Eighteen months of bookings and sessions …")
    make_past(places, people, chance, by=by, now=now)
    count_anew(Booking, Claim, Allocation, TeamMember)
    drop_waiting(now)
    say("Bodies, offices and meetings of the alliances …")
    make_governance(places, people, now=now)
    make_motions(places, people, now=now)
    make_papers(places.alliances["gcasc"], places.alliances["anso"], by=people.named["secretary"])
    make_members(places, people, now=now)
    with clock.standing_at(now - timedelta(hours=1)):
        make_events(places, people, by=by, now=now)
    drop_waiting(now)
    say("Requests of the coming weeks …")
    Requests(places, people, programmes, chance, now=now).make()
    make_decisions(chance, now=now)
    make_things(places, people, now=now)
    make_showcase(places, by=by)
    make_opportunities(places, people, now=now)
    make_together(places, people, now=now)
    plan_ahead(places, by=by, now=now)
    say("Time given back, waited for and lost …")
    Lists(places, people, now=now).make()
    say("Calls for proposals …")
    calls = Calls(places, people, now=now)
    calls.make()
    Proposals(places, people, calls.made, now=now).make()
    make_reviews(places, people, chance, now=now)
    make_results(places, people, calls, now=now)
    make_sharing(programmes.made[0], people, now=now)
    make_nodes(programmes.made, people, now=now)
    if leg := Leg.objects.filter(proposal__call__state="notified", confirmed_at__isnull=False).first():
        make_outcome(leg, now=now)
    make_round(calls.made["allocating"], people, now=now)
    say("What came of it, and what leadership keeps …")
    make_operations(places, now=now)
    make_outcomes(people, now=now)
    make_earlier(places, people, calls, now=now)
    make_reading(places, people, now=now)

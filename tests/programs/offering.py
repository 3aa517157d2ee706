"""Offers of places and applications in any state, made by the commands that people use."""

from datetime import timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from core import clock
from programs.commands import opportunities
from programs.models import Candidacy, Opportunity
from tests.programs import cast
from tests.world import World


def places(world: World, **said: Any) -> opportunities.Places:
    """One place of an exchange at centre A, applied for from today on for thirty days."""
    now = clock.now()
    told = {
        "kind": "exchange",
        "title": "Three months at A",
        "host": world.org_a,
        "places": 1,
        "starts_on": now.date() + timedelta(days=60),
        "ends_on": now.date() + timedelta(days=149),
        "zone": "Europe/Berlin",
        "opens_at": now - timedelta(hours=1),
        "closes_at": now + timedelta(days=30),
        "text": "Work with the beam line group.",
        "pays": "Travel and 1,500 EUR a month.",
        "eligibility": "A doctorate not older than five years.",
        **said,
    }
    return opportunities.Places(**told)


def published(world: World, program: Any = None, **said: Any) -> Opportunity:
    """An offer of Ana's programme that is open now."""
    row = opportunities.draft_opportunity(program or cast.active(world), places(world, **said), by=world.ana)
    return opportunities.publish_opportunity(row, by=world.ana)


def begun(offer: Opportunity, person: Any) -> Candidacy:
    """A draft that may be submitted."""
    row = opportunities.start_candidacy(offer, by=person, statement="I measure.", supervisor_name="Prof. Li")
    opportunities.add_candidacy_file(row, SimpleUploadedFile("cv.txt", b"What I did."), by=person)
    return row


def in_state(world: World, state: str, offer: Opportunity | None = None, person: Any = None) -> Candidacy:
    """Dan's application brought to `state` by the shortest way."""
    person, offer = person or world.dan, offer or published(world)
    row = begun(offer, person)
    way = {
        "draft": "",
        "submitted": "submit",
        "checked": "submit check",
        "ranked": "submit check rank",
        "reserve": "submit check rank reserve",
        "offered": "submit check rank offer",
        "accepted": "submit check rank offer accept",
        "refused": "submit refuse",
        "declined": "submit check rank offer decline",
        "withdrawn": "submit withdraw",
    }[state]
    for move in way.split():
        by = person if move in {"submit", "accept", "decline", "withdraw"} else world.ana
        row = perform(move, row, by)
    return row


def perform(move: str, row: Candidacy, by: Any) -> Candidacy:
    """Make a move through its command."""
    match move:
        case "edit":
            return opportunities.edit_candidacy(row, by=by, statement="I measure more.")
        case "rank":
            return opportunities.rank_candidacy(row, 1, by=by)
    command = {
        "submit": opportunities.submit_candidacy,
        "nominate": opportunities.nominate,
        "check": opportunities.check_candidacy,
        "reserve": opportunities.reserve_candidacy,
        "offer": opportunities.offer_place,
        "accept": opportunities.accept_place,
        "decline": opportunities.decline_place,
        "give-back": opportunities.give_place_back,
        "refuse": opportunities.refuse_candidacy,
        "withdraw": opportunities.withdraw_candidacy,
    }[move]
    return command(row, by=by, note="because")

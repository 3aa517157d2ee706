"""Short ways to ask for campaigns in tests: instruments at two facilities, legs on consecutive days."""

from typing import Any

from facilities.commands.campaigns import CampaignWish, LegWish, request_campaign
from facilities.models import Campaign, Instrument
from facilities.queries.campaigns import legs_of
from tests.facilities.asking import HOURLY, wanted
from tests.world import World, make_instrument


def instruments(world: World, number: int = 3, **fields: Any) -> list[Instrument]:
    """Instruments booked by the hour, in turn at facility A and at facility B."""
    places = [world.facility_a, world.facility_b]
    return [make_instrument(places[n % 2], f"L{n}", **{**HOURLY, **fields}) for n in range(number)]


def legs_on(world: World, places: list[Instrument], day: int = 0, **fields: Any) -> list[LegWish]:
    """One leg at each instrument, a day after the other, tied to the one before by a day at most."""
    return [
        LegWish(
            wanted(instrument, world.at(day + n, 8), 4, **fields),
            after=n or None,
            min_gap_minutes=60 if n else 0,
            max_gap_minutes=24 * 60 if n else None,
        )
        for n, instrument in enumerate(places)
    ]


def campaign(world: World, number: int = 3, *, by: Any = None, **wish: Any) -> Campaign:
    legs = wish.pop("legs", None) or legs_on(world, instruments(world, number))
    return request_campaign(CampaignWish("Alloys under load", legs, **wish), by=by or world.ana)


def states(subject: Campaign) -> list[str]:
    """The state of the campaign, then those of its legs."""
    subject.refresh_from_db()
    return [subject.state, *(leg.booking.state for leg in legs_of(subject))]

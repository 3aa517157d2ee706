"""What a person answers on the page that requests time."""

from tests.facilities.asking import berlin
from tests.world import World


def answers(world: World, day: int = 1, start: str = "08:00", minutes: int = 480, **fields) -> dict:
    local = berlin(world, day, 12)
    return {
        "instrument": world.instrument_a.slug,
        "shown_for": world.instrument_a.slug,
        "day": f"{local:%Y-%m-%d}",
        "start": start,
        "minutes": str(minutes),
        "mode": "onsite",
        "purpose": "Operando XAS, three cells",
        "do": "check",
    } | fields

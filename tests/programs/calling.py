"""Calls made by the commands that people use, complete enough to be opened."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from core import clock
from facilities.models import Cycle
from programs.commands import calls
from programs.models import Call
from tests.programs.asking import a_scale
from tests.world import World


def cycle_of(world: World, facility: Any, days: int = 100) -> Cycle:
    """A cycle from the Monday of the world on; all of it is user time, so an instrument has three shifts a day."""
    period = DateTimeTZRange(world.monday, world.monday + timedelta(days=days))
    return Cycle.objects.get_or_create(facility=facility, name="next", defaults={"period": period})[0]


def sound_changes(world: World, **fields: Any) -> dict[str, Any]:
    """Of a standard call for A1 and B1, open for 30 days."""
    now = clock.now()
    return {
        "name": "Spring call",
        "name_zh": "春季征集",
        "text": "Time at two instruments.",
        "kind": "standard",
        "zone": "Asia/Shanghai",
        "contact": "office@test.example",
        "opens_at": now - timedelta(hours=1),
        "closes_at": now + timedelta(days=30),
        "notify_at": now + timedelta(days=90),
        "scale": a_scale(),
        "criteria": [calls.Weighed("Merit", Decimal(2)), calls.Weighed("Need of this instrument")],
        "offers": [
            calls.OfferedTime(world.instrument_a, Decimal(60)),
            calls.OfferedTime(world.instrument_b, Decimal(60)),
        ],
        **fields,
    }


def draft(world: World, **fields: Any) -> Call:
    return calls.draft_call(world.alliance, sound_changes(world, **fields), by=world.sec)


def edited(call: Call, by: Any, **changes: Any) -> Call:
    """Changed by somebody who saw the call as it is."""
    call.refresh_from_db()
    return calls.edit_call(call, changes, by=by, version=call.version)

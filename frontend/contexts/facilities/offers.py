"""Free times that a refusal offers instead of what was asked for."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext


@dataclass(frozen=True)
class Offer:
    """A free time at an instrument; `key` goes through a form."""

    key: str
    slug: str
    name: str
    facility: str
    zone: str
    starts_at: datetime
    ends_at: datetime
    distance: str


def offers(alternatives: Iterable[dict[str, Any]], wanted: datetime) -> list[Offer]:
    """What `nearest_slots` found, each with how far it is from the start that was wanted."""
    found = []
    for slot in alternatives:
        starts_at, ends_at = (datetime.fromisoformat(slot[name]) for name in ("starts_at", "ends_at"))
        found.append(
            Offer(
                key=f"{slot['instrument_slug']} {slot['starts_at']} {slot['ends_at']}",
                slug=slot["instrument_slug"],
                name=slot["instrument_name"],
                facility=slot["facility"],
                zone=slot["zone"],
                starts_at=starts_at,
                ends_at=ends_at,
                distance=distance(starts_at, wanted),
            )
        )
    return found


def distance(at: datetime, wanted: datetime) -> str:
    """`2 days later`, `1 day earlier`, `same day`."""
    away = (at - wanted).total_seconds() / 86400
    days = round(abs(away))
    if days == 0:
        return _("same day")
    if away > 0:
        return ngettext("%(n)d day later", "%(n)d days later", days) % {"n": days}
    return ngettext("%(n)d day earlier", "%(n)d days earlier", days) % {"n": days}

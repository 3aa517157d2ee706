"""How many registered and came, by way and by country, counted from the rows; the public sees no small cells."""

from dataclasses import dataclass, replace

from django.conf import settings
from django.db.models import Count, Q, Sum

from alliance.models import Event, Registration

TAKES_PART = Q(cancelled_at=None, is_waiting=False)


@dataclass(frozen=True)
class Country:
    """People of one country (ISO 3166-1); empty where it is not known. In public figures `rest` gathers the small."""

    code: str
    onsite: int | None
    online: int | None
    people: int
    attended: int | None
    is_rest: bool = False


@dataclass(frozen=True)
class Figures:
    """People with a place and where they come from; None is not shown. `minutes` is the sum of those recorded."""

    registered: int | None
    onsite: int | None
    online: int | None
    waiting: int | None
    cancelled: int | None
    attended: int | None
    attended_onsite: int | None
    attended_online: int | None
    minutes: int | None
    countries: int | None
    by_country: list[Country]


def figures_of(event: Event) -> Figures:
    """Everything, for those who organise it; two queries."""
    came = TAKES_PART & Q(attended=True)
    onsite, online = Q(mode=Registration.Mode.ONSITE), Q(mode=Registration.Mode.ONLINE)
    rows = event.registrations.order_by()
    total = rows.aggregate(
        registered=Count("pk", TAKES_PART),
        onsite=Count("pk", TAKES_PART & onsite),
        online=Count("pk", TAKES_PART & online),
        waiting=Count("pk", Q(cancelled_at=None, is_waiting=True)),
        cancelled=Count("pk", Q(cancelled_at__isnull=False)),
        came=Count("pk", came),
        came_onsite=Count("pk", came & onsite),
        came_online=Count("pk", came & online),
        minutes=Sum("attended_minutes", filter=came),
    )
    by_country = [
        Country(row["country"], row["onsite"], row["online"], row["people"], row["came"])
        for row in rows.filter(TAKES_PART)
        .values("country")
        .annotate(
            people=Count("pk"),
            onsite=Count("pk", onsite),
            online=Count("pk", online),
            came=Count("pk", Q(attended=True)),
        )
        .order_by("-people", "country")
    ]
    attended = {f"attended{way}": total.pop(f"came{way}") for way in ("", "_onsite", "_online")}
    return Figures(**total, **attended, countries=sum(1 for row in by_country if row.code), by_country=by_country)


def public_figures(event: Event) -> Figures:
    """What everybody may read: no number tells of fewer than SMALL_CELL people, not by taking others from the sum."""
    return suppressed(figures_of(event), settings.SMALL_CELL)


def suppressed(found: Figures, least: int) -> Figures:
    """Countries with fewer than `least` people become one line without names; it takes in the next smallest until it
    has at least so many people of two countries. Modes, and who came, are left out where a part is small."""
    kept = sorted(found.by_country, key=lambda row: (-row.people, row.code))
    small: list[Country] = []
    while kept and (
        kept[-1].people < least or (small and (sum(row.people for row in small) < least or len(small) < 2))
    ):
        small.append(kept.pop())
    people = sum(row.people for row in small)
    rest = [Country("", None, None, people, None, is_rest=True)] if people >= least else []
    lines = [replace(row, onsite=None, online=None, attended=None) for row in kept]
    modes = not _small(least, found.onsite, found.online)
    taking, attended = found.registered or 0, found.attended or 0
    came = not _small(least, attended, found.attended_onsite, found.attended_online, taking - attended)
    whole = taking >= least
    return Figures(
        registered=taking if whole else None,
        onsite=found.onsite if modes and whole else None,
        online=found.online if modes and whole else None,
        waiting=None,
        cancelled=None,
        attended=found.attended if came and whole else None,
        attended_onsite=found.attended_onsite if came and modes and whole else None,
        attended_online=found.attended_online if came and modes and whole else None,
        minutes=None,
        countries=found.countries if whole else None,
        by_country=[*lines, *rest] if whole else [],
    )


def _small(least: int, *counts: int | None) -> bool:
    """Whether one of them tells of some people, but fewer than `least`."""
    return any(count is not None and 0 < count < least for count in counts)

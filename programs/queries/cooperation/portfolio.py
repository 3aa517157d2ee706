"""The portfolio: how many approved programmes there are of each type, on each theme, with partners in each country."""

from collections import Counter
from dataclasses import dataclass

from django.db.models import Count, QuerySet

from programs.models import Partner, Program, Theme
from programs.permissions.cooperation import PUBLIC


@dataclass(frozen=True)
class Portfolio:
    """Programmes in all, and by type, theme and country of a partner. A programme of two themes counts for each, one
    with three partners in a country once there; so the parts can sum to more than `total`."""

    total: int
    kinds: dict[str, int]
    themes: list[tuple[Theme, int]]
    countries: dict[str, int]


def portfolio() -> Portfolio:
    """Of the programmes that everybody may see; four statements, the largest numbers first."""
    seen = Program.objects.filter(state__in=PUBLIC).order_by()
    kinds = Counter(dict(seen.values_list("kind").annotate(n=Count("pk"))))
    countries = _countries(seen)
    themes = Theme.objects.filter(programs__in=seen.values("pk")).annotate(n=Count("programs", distinct=True))
    return Portfolio(
        kinds.total(),
        dict(sorted(kinds.items(), key=lambda pair: (-pair[1], pair[0]))),
        [(theme, theme.n) for theme in themes.order_by("-n", "name", "id")],
        countries,
    )


def _countries(seen: QuerySet[Program]) -> dict[str, int]:
    rows = Partner.objects.filter(program__in=seen.values("pk")).exclude(organisation__country="").order_by()
    counted = rows.values_list("organisation__country").annotate(n=Count("program", distinct=True))
    return dict(sorted(counted, key=lambda pair: (-pair[1], pair[0])))

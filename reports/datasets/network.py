"""The network of centres year by year: how dense it is, its communities, and who stands between them (K20)."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from itertools import chain
from typing import TYPE_CHECKING, Any

from core import clock
from reports import metrics
from reports.datasets.cooperation import names_of, objects_by_year
from reports.datasets.frames import records
from reports.parameters import Query

if TYPE_CHECKING:
    from pandas import DataFrame

YEARS, MOST = 5, 12
"""As many years as are looked at where none are asked for, and at most."""
DENSITY = ["period", "centres", "pairs", "objects", "density", "communities", "modularity"]
BROKERS = ["period", "centre_id", "centre", "community", "came", "partners", "together", "broker", "rank"]


def density(query: Query, *, count: bool) -> "DataFrame":
    """K20 by year, with the number of communities and their modularity."""
    rows = []
    for period, found, parties in _years(query):
        net = metrics.network(found.pairs)
        rows.append(
            {
                "period": period,
                "centres": parties,
                "pairs": len(found.pairs),
                "objects": float(sum(found.totals.values())),
                "density": metrics.density(len(found.pairs), parties),
                "communities": len(net.communities),
                "modularity": net.modularity,
            }
        )
    return records(rows, DENSITY)


def brokers(query: Query, *, count: bool) -> "DataFrame":
    """By year and centre its community, where it came from, its partners and joint objects, and its rank as a broker.

    A community keeps its number from year to year as `metrics.numbered` says. `came` is the number of the community
    that a centre was in the year before where that is another one, 0 where it was in none, else None.
    """
    rows: list[dict[str, Any]] = []
    before: dict[int, frozenset[str]] = {}
    fresh = 1
    years = list(_years(query))
    names = names_of({centre for _period, found, _parties in years for centre in found.totals})
    for period, found, _parties in years:
        net, between = metrics.network(found.pairs), metrics.brokers(found.pairs)
        given = metrics.numbered(net.communities, before, fresh)
        fresh = max([fresh, *(number + 1 for number in given)])
        now = dict(zip(given, net.communities, strict=True))
        home = {centre: number for number, centres in now.items() for centre in centres}
        earlier = {centre: number for number, centres in before.items() for centre in centres}
        partners = Counter(chain.from_iterable(found.pairs))
        ordered = sorted(home, key=lambda each: (-round(between[each], 9), -found.totals[each], names[each], each))
        for rank, centre in enumerate(ordered, start=1):
            came = earlier.get(centre, 0)
            rows.append(
                {
                    "period": period,
                    "centre_id": centre,
                    "centre": names[centre],
                    "community": home[centre],
                    "came": came if before and came != home[centre] else None,
                    "partners": partners[centre],
                    "together": found.totals[centre],
                    "broker": between[centre],
                    "rank": rank,
                }
            )
        before = now or before
    return records(rows, BROKERS)


def _years(query: Query) -> Iterator[tuple[str, metrics.Cooperation, int]]:
    """Each year of the period, cut to it, with how many centres have an object; without a first day, the years from the
    first one in which any has."""
    until = query.until or date(clock.now().year + 1, 1, 1)
    last = until.year - (until == date(until.year, 1, 1))
    since = query.since or date(last - YEARS + 1, 1, 1)
    years = [
        replace(query, since=max(since, date(year, 1, 1)), until=min(until, date(year + 1, 1, 1)))
        for year in range(max(since.year, last - MOST + 1), last + 1)
    ]
    begun = False
    whole = replace(query, since=years[0].since if years else since, until=until)
    for part, objects in zip(years, objects_by_year(whole, years), strict=True):
        found = metrics.cooperation(objects, fractional=query["counting"] == "fractional")
        if not (objects or query.since or begun):
            continue
        begun = True
        yield f"{part.since:%Y}", found, len({party for parties, _weight in objects for party in parties})

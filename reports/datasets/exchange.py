"""What a centre gave to others and had from them: hours by partner, by period with the running sum, by technique."""

from itertools import accumulate
from typing import TYPE_CHECKING

from django.conf import settings

from reports import metrics
from reports.datasets.frames import asked, bucket_of, buckets, frame, shares_by_party
from reports.parameters import Query

if TYPE_CHECKING:
    from pandas import DataFrame

SIDES = """side as (
    select h.part, h.many, h.host as centre, h.home as partner, h.delivered as given, 0 as received, h.party
    from had h where h.home <> h.host
    union all
    select h.part, h.many, h.home, h.host, 0, h.delivered, h.party
    from had h where h.home <> h.host
)"""
"""Each use of one centre's facility by another twice: as given by the host, as received by the home."""
KEYS = "{part} as part, {many} as many, h.organisation_id as home, f.organisation_id as host"


def exchange(query: Query, *, count: bool) -> "DataFrame":
    """Hours given and received, their balance and its share (given − received) ÷ (given + received), by partner of the
    centre (without one: by centre), or by period with the running sum of the balance.

    Elapsed hours of instruments; node-hours stand apart. `parties` counts who used. For readers who do not see small
    cells the running sum ends before the first of them, which it would tell.
    """
    by = query["by"]
    line = {"partner": "s.partner" if query.organisation else "s.centre"}.get(by)
    name = "coalesce(nullif(o.acronym, ''), o.name)" if line else "b.period"
    keys = KEYS.format(part="null" if line else bucket_of("h.day", by), many="1")
    found = frame(
        f"""
        with bucket as ({buckets(by)}), had as ({shares_by_party(keys, unit="'hour'", party=count)}), {SIDES}
        select {f"{line}::text" if line else name} as key, {name} as label, '' as whole,
            sum(s.given) / 3600 as given_hours, sum(s.received) / 3600 as received_hours,
            count(distinct s.party)::bigint as parties
        from side s join {f"accounts_organisation o on o.id = {line}" if line else "bucket b on b.at = s.part"}
        where (%(organisation)s::uuid is null or s.centre = %(organisation)s::uuid)
        group by 1, 2 order by {"sum(s.given) + sum(s.received) desc, 2, 1" if line else "1"}
        """,
        {**asked(query), "organisation": query.organisation},
        given_hours="float64",
        received_hours="float64",
    )
    pairs = list(zip(found["given_hours"].tolist(), found["received_hours"].tolist(), strict=True))
    found["balance"] = [given - received for given, received in pairs]
    found["even"] = [metrics.ratio(given - received, given + received) for given, received in pairs]
    found["running"] = _running(found, count) if not line else None
    return found


def _running(found: "DataFrame", count: bool) -> list[float | None]:
    sums = list(accumulate(found["balance"].tolist()))
    small = [0 < parties < settings.SMALL_CELL for parties in found["parties"].tolist()]
    first = small.index(True) if count and True in small else len(sums)
    return [each if place < first else None for place, each in enumerate(sums)]


def techniques(query: Query, *, count: bool) -> "DataFrame":
    """Hours given and received by technique of the instruments; an instrument with n techniques counts 1/n under each,
    so that the sum is that of the hours; hours of instruments without one stand under no name."""
    keys = KEYS.format(part="m.technique_id", many="coalesce(m.many, 1)")
    joined = "left join method m on m.instrument_id = i.id"
    return frame(
        f"""
        with method as (
            select t.instrument_id, t.technique_id, count(*) over (partition by t.instrument_id) as many
            from facilities_instrument_techniques t
        ), had as ({shares_by_party(keys, joined, unit="'hour'", party=count)}), {SIDES}
        select coalesce(q.label, '') as technique, coalesce(q.label_zh, '') as technique_zh, '' as whole,
            sum(s.given / s.many) / 3600 as given_hours, sum(s.received / s.many) / 3600 as received_hours,
            count(distinct s.partner)::bigint as partners, count(distinct s.party)::bigint as parties
        from side s left join facilities_technique q on q.id = s.part
        where (%(organisation)s::uuid is null or s.centre = %(organisation)s::uuid)
        group by q.id order by sum((s.given + s.received) / s.many) desc, technique
        """,
        {**asked(query), "organisation": query.organisation},
        given_hours="float64",
        received_hours="float64",
    )

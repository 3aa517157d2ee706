"""Rule of the shares of a cycle: no access category gets more than it may, nor what others are to get at least."""

from collections.abc import Iterator
from decimal import Decimal

from django.utils.translation import gettext as _

from core import names
from facilities.models import Access
from facilities.rules.base import rule
from facilities.rules.facts import BookingRequest, CycleShare, Facts
from facilities.rules.quotas import Spent, in_hours
from facilities.rules.windows import within
from facilities.units import THOUSANDTH


@rule(source="R-17", field="category", overridable=True)
def cycle_quota(request: BookingRequest, facts: Facts) -> Iterator[str]:
    """Of the user time of all places in the cycle, as its plan shows it. What an allocation of the cycle pays was
    given with the allocation, and is not weighed again."""
    for share in facts.shares:
        asked, own, rest = hours_asked(request, share), share.own_room(request.access), share.rest(request.access)
        said = {
            "category": Access(request.access).label,
            "cycle": share.cycle,
            "asked": names.units(asked, "hour"),
        }
        if own is not None and asked > own:
            yield _(
                "“%(category)s” may get %(most)d %% of the user time of cycle %(cycle)s; %(left)s of it are left, and "
                "this asks for %(asked)s. Ask for less, in another category, or in another cycle."
            ) % (said | {"most": share.quotas[request.access][1], "left": names.units(max(own, Decimal(0)), "hour")})
        elif rest is not None and asked > rest:
            yield _(
                "In cycle %(cycle)s %(left)s are left for “%(category)s”, the rest is kept for categories below their "
                "least share, and this asks for %(asked)s. Ask for less, or in another cycle."
            ) % (said | {"left": names.units(max(rest, Decimal(0)), "hour")})


def spent_cycles(request: BookingRequest, facts: Facts) -> list[Spent]:
    """Cycles in which a stay of this length breaks the quotas whenever it begins."""
    return [
        Spent(facts.instrument.facility_id, None, share.lower, share.upper)
        for share in facts.shares
        if share.lower <= request.starts_at and request.ends_at <= share.upper and is_over(request, share)
    ]


def is_over(request: BookingRequest, share: CycleShare) -> bool:
    asked = hours_asked(request, share)
    return any(
        room is not None and asked > room for room in (share.own_room(request.access), share.rest(request.access))
    )


def hours_asked(request: BookingRequest, share: CycleShare) -> Decimal:
    """Hours of one place that lie in the cycle."""
    hours = in_hours(within((share.lower, share.upper), [(request.starts_at, request.ends_at)]))
    return (request.places * hours).quantize(THOUSANDTH)

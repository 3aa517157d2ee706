"""Where a leg stands by the bookings on its account: a pure function."""

from collections.abc import Collection

COMING = frozenset({"approved", "running"})
ASKED = frozenset({"held", "offered", "requested", "countered"})
USED = frozenset({"completed", "closed"})


def stands_at(bookings: Collection[str], *, spent: bool) -> str:
    """`scheduled`, `allocated`, `done`, `lost` or `cancelled`, from the states of the bookings (domain.md 2, R-19).

    `spent` says that nothing of the account can be booked any more, used up or over. Time that the facility lost goes
    back to the account, so a leg is lost only when that came too late to use it; unused or missed, it is cancelled.
    """
    states = set(bookings)
    if states & COMING:
        return "scheduled"
    if states & ASKED or not spent:
        return "allocated"
    if states & USED:
        return "done"
    return "lost" if "lost" in states else "cancelled"

"""K07, K08, K16, K17: how instruments were used, and by whose countries."""

from collections.abc import Iterable, Mapping

from reports.metrics.shares import ratio


def shift_delivery(delivered: float | None, planned: float | None) -> float | None:
    """K07 delivered / planned units of bookings that are over."""
    return ratio(delivered, planned)


def utilisation(booked_in_user_time: float | None, user_time: float | None) -> float | None:
    """K08 booked time inside user blocks / user time, both elapsed; bookings united and clipped, pending ones out."""
    return ratio(booked_in_user_time, user_time)


def international_share(units: Mapping[tuple[str, str], float]) -> float | None:
    """K16 units used by teams whose home country is not the host's / units of known home.

    `units` by (home country, host country). Time whose home or host is not known is on neither side of the line.
    """
    known = {pair: amount for pair, amount in units.items() if all(pair)}
    return ratio(sum(amount for (home, host), amount in known.items() if home != host), sum(known.values()))


def balance(share: float | None, target: float | None) -> float | None:
    """K17 B = u / t: how much more (or less) than its target share a country used."""
    return ratio(share, target)


def concentration(amounts: Iterable[float]) -> float | None:
    """K17 HHI = Σ u², between 1/n and 1; None where nothing was used. Source: Herfindahl and Hirschman."""
    listed = [float(amount) for amount in amounts]
    whole = sum(listed)
    return sum((amount / whole) ** 2 for amount in listed) if whole else None


def gini(amounts: Iterable[float]) -> float | None:
    """K17 Gini coefficient of the amounts: 0 where all are equal; None where nothing was used."""
    ordered = sorted(float(amount) for amount in amounts)
    whole, number = sum(ordered), len(ordered)
    if not whole:
        return None
    return sum((2 * place - number - 1) * amount for place, amount in enumerate(ordered, start=1)) / (number * whole)

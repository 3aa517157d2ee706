"""K32, K35: how the alliance governs itself."""

from reports.metrics.shares import ratio


def attendance(present: int, voting: int) -> float | None:
    """K32 members present / voting members. 12 of 17 = 70.6 % (first meeting after the founding)."""
    return ratio(present, voting)


def participation(cast: int, eligible: int) -> float | None:
    """K32 members that voted / members that could."""
    return ratio(cast, eligible)

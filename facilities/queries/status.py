"""What a facility was at since when, the latest first."""

from facilities.models import Facility, StatusEntry


def status_history(facility: Facility) -> list[StatusEntry]:
    """One entry a day, the one that was written last."""
    rows = StatusEntry.objects.filter(facility=facility).order_by("-since", "-created_at", "-id")
    return list(rows.distinct("since"))

"""The wall-clock grid of an instrument: where a booking may start and end, also on days of 23 and 25 hours."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

DAY_MINUTES = 24 * 60
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Grid:
    """Steps of `minutes` on the wall clock of `zone`, counted afresh each day from `day_starts_at`."""

    zone: str
    day_starts_at: time
    minutes: int

    def wall(self, instant: datetime) -> datetime:
        """The wall clock at an instant, naive: differences of two are differences on the clock."""
        return instant.astimezone(ZoneInfo(self.zone)).replace(tzinfo=None)

    def wall_minutes(self, starts_at: datetime, ends_at: datetime) -> int:
        """The length as the clock on the wall shows it; 480 for a night shift even when 540 minutes pass."""
        return (self.wall(ends_at) - self.wall(starts_at)) // MINUTE

    def holds(self, instant: datetime) -> bool:
        """Whether an instant is on the grid."""
        wall = self.wall(instant)
        return wall == self._floor(wall)

    def fits(self, starts_at: datetime, ends_at: datetime) -> bool:
        """Whether a length is a multiple of the step, by elapsed time or by the clock with both ends on the grid."""
        if (ends_at - starts_at) % (self.minutes * MINUTE) == timedelta(0):
            return True
        return (
            self.wall_minutes(starts_at, ends_at) % self.minutes == 0 and self.holds(starts_at) and self.holds(ends_at)
        )

    def first_from(self, instant: datetime) -> datetime:
        """The first instant on the grid that is not before `instant`, in UTC."""
        wall = self._floor(self.wall(instant))
        while (found := self._instant(wall)) < instant or not self.holds(found):
            wall = self._next(wall)
        return found

    def last_until(self, instant: datetime) -> datetime:
        """The last instant on the grid that is not after `instant`, in UTC."""
        found = self._instant(self._floor(self.wall(instant)))
        return found if found <= instant else instant

    def end_after(self, starts_at: datetime, minutes: int) -> datetime:
        """The end of a stay of `minutes` on the wall clock, in UTC: a night shift ends at the same hour all year."""
        ends_at = self._instant(self.wall(starts_at) + minutes * MINUTE)
        return ends_at if ends_at > starts_at and self.fits(starts_at, ends_at) else starts_at + minutes * MINUTE

    def _instant(self, wall: datetime) -> datetime:
        return wall.replace(tzinfo=ZoneInfo(self.zone)).astimezone(UTC)

    def _day_start(self, wall: datetime) -> datetime:
        start = datetime.combine(wall.date(), self.day_starts_at)
        return start if start <= wall else start - timedelta(days=1)

    def _floor(self, wall: datetime) -> datetime:
        start = self._day_start(wall)
        return start + (wall - start) // (self.minutes * MINUTE) * self.minutes * MINUTE

    def _next(self, wall: datetime) -> datetime:
        tomorrow = self._day_start(wall) + timedelta(days=1)
        return min(wall + self.minutes * MINUTE, tomorrow)

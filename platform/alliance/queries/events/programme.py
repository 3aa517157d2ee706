"""The programme of an event as it is read: day by day, what runs at the same time side by side."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db.models import F, Prefetch

from alliance.models import Event, EventSession, Talk
from core import times


@dataclass
class Band:
    """Sessions that share time, by track: one column for each track."""

    tracks: dict[str, list[EventSession]] = field(default_factory=dict)

    @property
    def starts_at(self) -> datetime | None:
        return min((at for row in self._sessions if (at := row.starts_at)), default=None)

    @property
    def ends_at(self) -> datetime | None:
        return max((at for row in self._sessions if (at := row.ends_at)), default=None)

    @property
    def _sessions(self) -> list[EventSession]:
        return [row for rows in self.tracks.values() for row in rows]


@dataclass
class Day:
    """The bands of a day in the event's zone; of no day where times are not known."""

    day: date | None
    bands: list[Band]


def programme_of(event: Event) -> list[Day]:
    """Sessions with their talks, in three queries however many they are; of an event without dates, without times."""
    days = days_of(_planned(event), event.zone)
    return days if event.starts_at else _untimed(days)


def sessions_of(event: Event) -> list[EventSession]:
    """The same one after the other."""
    sessions = _planned(event)
    return sessions if event.starts_at else [_without_times(session) for session in sessions]


def _planned(event: Event) -> list[EventSession]:
    talks = Talk.objects.select_related("organisation", "speaker").order_by(
        F("starts_at").asc(nulls_last=True), "position", "id"
    )
    sessions = event.sessions.order_by(F("starts_at").asc(nulls_last=True), "position", "track", "id")
    return list(sessions.prefetch_related(Prefetch("talks", talks)))


def _untimed(days: list[Day]) -> list[Day]:
    """The same order without the times of a plan that was given up; they come back with the new dates."""
    bands = [band for day in days for band in day.bands]
    for session in (row for band in bands for rows in band.tracks.values() for row in rows):
        _without_times(session)
    return [Day(None, bands)] if bands else []


def _without_times(session: EventSession) -> EventSession:
    session.starts_at = session.ends_at = None
    for talk in session.talks.all():
        talk.starts_at = talk.ends_at = None
    return session


def days_of(sessions: Iterable[EventSession], zone: str) -> list[Day]:
    """Sessions in their order; those that overlap, or without times share a position, are one band."""
    days: list[Day] = []
    group: list[EventSession] = []
    for session in sessions:
        if group and not _beside(group, session, zone):
            _close(days, group, zone)
            group = []
        group.append(session)
    _close(days, group, zone)
    return days


def _beside(group: Sequence[EventSession], session: EventSession, zone: str) -> bool:
    if session.starts_at is None or group[0].starts_at is None:
        return session.starts_at is group[0].starts_at and session.position == group[0].position
    ends = max(row.ends_at for row in group if row.ends_at)
    return session.starts_at < ends and _day(session, zone) == _day(group[0], zone)


def _day(session: EventSession, zone: str) -> date | None:
    return session.starts_at.astimezone(times.zone_of(zone)).date() if session.starts_at else None


def _close(days: list[Day], group: Sequence[EventSession], zone: str) -> None:
    if not group:
        return
    band = Band()
    for session in sorted(group, key=lambda row: row.track):
        band.tracks.setdefault(session.track, []).append(session)
    day = _day(group[0], zone)
    if not days or days[-1].day != day:
        days.append(Day(day, []))
    days[-1].bands.append(band)

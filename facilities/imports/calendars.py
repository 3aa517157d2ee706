"""Reads iCalendar files (RFC 5545): every event, and every single date of a recurring one, as a draft of a booking.

The text is cut into events first, so that one that cannot be read stops no other.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import icalendar
import recurring_ical_events
from django.utils.translation import gettext as _

from core.tables import Line, WrongFile, count_lines, open_text
from facilities.imports.bookings import Draft

FRAME = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Yanqi//import//EN\r\n{inside}END:VCALENDAR\r\n"
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Event:
    """An event of the file: its place in it and what it says, or why that cannot be read."""

    line: Line
    uid: str = ""
    component: Any = None
    problem: str = ""


@dataclass(frozen=True)
class Agenda:
    """A calendar file. Days and times without a zone are those of `zone`; endless series end at `until`."""

    path: Path
    total: int
    zone: ZoneInfo
    until: datetime

    def drafts(self) -> Iterator[tuple[Line, Any, str, str]]:
        """Every date: a draft, or None and why it is refused, or why it is skipped."""
        series: dict[str, list[Event]] = {}
        for event in self._events():
            if event.problem:
                yield event.line, None, event.problem, ""
            else:
                series.setdefault(event.uid, []).append(event)
        for uid, events in series.items():
            yield from self._dates(uid, events)

    def _events(self) -> Iterator[Event]:
        zones, block, number = "", "", 0
        with open_text(self.path) as file:
            for place, text in enumerate(file, start=1):
                word = text.strip().upper()
                if word in ("BEGIN:VEVENT", "BEGIN:VTIMEZONE"):
                    block, number = text, place
                elif block:
                    block += text
                if word == "END:VTIMEZONE":
                    zones, block = zones + block, ""
                elif word == "END:VEVENT":
                    yield _event(number, zones + block, block)
                    block = ""
        if block.strip().upper().startswith("BEGIN:VEVENT"):
            yield Event(Line(number, {"event": block[:500]}), problem=_("the file ends in the middle of it"))

    def _dates(self, uid: str, events: list[Event]) -> Iterator[tuple[Line, Any, str, str]]:
        line = events[0].line
        recurring = len(events) > 1 or any(name in events[0].component for name in ("RRULE", "RDATE"))
        try:
            found = self._expanded(events) if recurring else [events[0].component]
            for component in found:
                status = str(component.get("STATUS", "")).upper()
                if status == "CANCELLED":
                    dropped = self.draft(uid, component, recurring)
                    yield line, replace(dropped, state="cancelled", only_known=True), "", ""
                elif str(component.get("TRANSP", "")).upper() == "TRANSPARENT":
                    yield line, None, "", _("takes no time")
                else:
                    yield line, self.draft(uid, component, recurring), "", ""
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            yield line, None, _("it cannot be read: %(why)s") % {"why": str(error)[:200]}, ""

    def _expanded(self, events: list[Event]) -> list[Any]:
        calendar = icalendar.Calendar()
        for event in events:
            calendar.add_component(event.component)
        first = min(self.instant(event.component["DTSTART"].dt) for event in events)
        return list(recurring_ical_events.of(calendar).between(first - DAY, self.until))

    def draft(self, uid: str, component: Any, recurring: bool) -> Any:
        """What one date becomes. Raises ValueError where it cannot."""
        start = component["DTSTART"].dt
        original = component["RECURRENCE-ID"].dt if "RECURRENCE-ID" in component else start
        return Draft(
            instrument="",
            starts_at=self.instant(start),
            ends_at=self.instant(component.end),
            title=str(component.get("SUMMARY", ""))[:400],
            purpose=str(component.get("DESCRIPTION", "")),
            requester=str(component.get("ORGANIZER", "")).lower().removeprefix("mailto:"),
            identity=f"{uid[:80]}/{self.instant(original):%Y%m%dT%H%M%SZ}" if recurring else uid[:120],
        )

    def instant(self, value: date | datetime) -> datetime:
        """Days begin at midnight; a time without a zone is one of the calendar's."""
        if not isinstance(value, datetime):
            return datetime.combine(value, time(), self.zone)
        return value if value.tzinfo else value.replace(tzinfo=self.zone)


def _event(number: int, text: str, own: str) -> Event:
    line = Line(number, {"event": own[:2000]})
    if any("\udc80" <= letter <= "\udcff" for letter in own):
        return Event(line, problem=_("is not UTF-8 text"))
    try:
        calendar = icalendar.Calendar.from_ical(FRAME.format(inside=text))
        component = calendar.walk("VEVENT")[0]
    except (ValueError, IndexError) as error:
        return Event(line, problem=_("it cannot be read: %(why)s") % {"why": str(error)[:200]})
    if component.errors:
        return Event(line, problem="; ".join(f"{name}: {why}" for name, why in component.errors))
    if "DTSTART" not in component:
        return Event(line, problem=_("it does not say when it starts"))
    uid = str(component.get("UID", "")).strip() or hashlib.sha256(own.encode()).hexdigest()[:32]
    return Event(line, uid, component)


def agenda(path: Path | str, zone: ZoneInfo, until: datetime, kind: type[Agenda] = Agenda) -> Agenda:
    """The calendar in a file, may be gzipped; `kind` says what its dates become. Raises WrongFile when it is none."""
    path = Path(path)
    count_lines(path)
    total, begins = 0, False
    with open_text(path) as file:
        for text in file:
            word = text.strip().upper()
            begins = begins or word == "BEGIN:VCALENDAR"
            if word and not begins:
                break
            total += word == "BEGIN:VEVENT"
    if not begins:
        raise WrongFile(
            _("“%(file)s” is not a calendar: it does not begin with BEGIN:VCALENDAR.") % {"file": path.name}
        )
    return kind(path, total, zone, until)

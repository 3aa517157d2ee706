"""Reads a table of bookings whose columns somebody named: which column is which field, zone, inclusive last days."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from core.tables import Line, Table, WrongFile, shown
from facilities.models import Instrument
from facilities.workflows import BOOKING

FIELDS = {
    "starts_at": "first instant or day",
    "ends_at": "last instant or day",
    "hours": "length, instead of ends_at",
    "instrument": "code or slug",
    "external_id": "the other system's number",
    "title": "title",
    "purpose": "what it was for",
    "proposal": "number of the proposal or team it belonged to",
    "organisation": "home institution, in any spelling",
    "country": "ISO 3166-1 alpha-2",
    "requester": "e-mail of an account",
    "state": "state of a booking, completed if not given",
    "mode": "onsite, remote or mail_in",
}
"""What a column can be mapped to."""

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Draft:
    """A row of the table with its instants; everything else is still as written.

    `identity` is there where the source has a lasting name for the booking itself (an event's UID), so that a row that
    changed corrects it. With `only_known` it makes no new booking.
    """

    instrument: str
    starts_at: datetime
    ends_at: datetime
    external_id: str = ""
    title: str = ""
    purpose: str = ""
    proposal: str = ""
    organisation: str = ""
    country: str = ""
    requester: str = ""
    state: str = ""
    mode: str = Instrument.Mode.ONSITE
    identity: str = ""
    only_known: bool = False

    def key(self, instrument: str) -> str:
        """What the booking is found again by: the other system's number and a digest of all that the row says.

        The number alone would not do: many systems export one row for each visit of the same proposal.
        """
        if self.identity:
            return self.identity
        said = [self.external_id, instrument, self.starts_at.isoformat(), self.ends_at.isoformat(), self.title]
        said += [self.purpose, self.proposal, self.organisation, self.country, self.requester]
        digest = hashlib.sha256("\0".join(said).encode()).hexdigest()[:16]
        return f"{self.external_id[:80]}#{digest}"


@dataclass(frozen=True)
class Reading:
    """How the table is to be read. `columns` maps our fields to the table's columns.

    Days begin at midnight in `zone`; with `inclusive` a last day is occupied whole. `date_format` is for days and
    instants that are not written as ISO 8601 says. With `by_number` the other system's number names one booking.
    """

    columns: Mapping[str, str]
    zone: ZoneInfo
    inclusive: bool = False
    date_format: str = ""
    by_number: bool = False

    def drafts(self, table: Table) -> Iterator[tuple[Line, Draft | None, str]]:
        """Every row as a draft, or None and why not."""
        for line in table:
            if line.problem:
                yield line, None, line.problem
                continue
            try:
                yield line, self._draft(line.cells), ""
            except ValueError as problem:
                yield line, None, str(problem)

    def _draft(self, cells: Mapping[str, str]) -> Draft:
        given = {name: cells[column] for name, column in self.columns.items()}
        start, _whole = self._instant(given.pop("starts_at"))
        end = self._end(given.pop("ends_at", ""), given.pop("hours", ""), start)
        state = given.get("state", "").casefold().replace(" ", "_")
        if state and state not in BOOKING.states:
            raise ValueError(_("“%(value)s” is not a state of a booking") % {"value": given["state"]})
        mode = given.get("mode", "").casefold().replace("-", "_").replace(" ", "_") or Instrument.Mode.ONSITE
        if mode not in Instrument.Mode.values:
            raise ValueError(_("“%(value)s” is not a mode") % {"value": given["mode"]})
        for name, most in (("title", 400), ("organisation", 400)):
            given[name] = given.get(name, "")[:most]
        identity = given.get("external_id", "")[:120] if self.by_number else ""
        said: dict[str, Any] = {"instrument": "", **given, "state": state, "mode": mode, "identity": identity}
        return Draft(**said, starts_at=start, ends_at=end)

    def _end(self, text: str, hours: str, start: datetime) -> datetime:
        if not text and hours:
            try:
                return start + timedelta(hours=float(hours))
            except (ValueError, OverflowError) as error:
                raise ValueError(_("“%(value)s” is not a number of hours") % {"value": hours}) from error
        end, whole = self._instant(text)
        if whole and self.inclusive:
            day = end.astimezone(self.zone).date() + DAY
            return datetime.combine(day, time(), self.zone)
        return end

    def _instant(self, text: str) -> tuple[datetime, bool]:
        """An aware instant, and whether the text names a day."""
        try:
            written = self.date_format
            found = datetime.strptime(text, written) if written else datetime.fromisoformat(text)  # noqa: DTZ007
        except ValueError as error:
            hint = _("“%(value)s” is not a date; say how dates are written with --date-format") % {"value": text}
            raise ValueError(hint) from error
        whole = "%H" not in self.date_format if self.date_format else _is_day(text)
        return (found if found.tzinfo else found.replace(tzinfo=self.zone)), whole


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def mapping(pairs: Sequence[str], table: Table) -> dict[str, str]:
    """`COLUMN=FIELD` pairs as field → column, checked against the table. Raises WrongFile."""
    found: dict[str, str] = {}
    for pair in pairs:
        column, equals, name = (part.strip() for part in pair.rpartition("="))
        if not equals or name not in FIELDS:
            message = _("“%(pair)s”: write COLUMN=FIELD, where FIELD is one of %(fields)s.")
            raise WrongFile(message % {"pair": pair, "fields": ", ".join(FIELDS)})
        if column not in table.columns:
            message = _("“%(file)s” has no column “%(column)s”. Its columns are: %(columns)s.")
            raise WrongFile(message % {"file": table.path.name, "column": column, "columns": shown(table.columns)})
        found[name] = column
    if "starts_at" not in found or not {"ends_at", "hours"} & set(found):
        raise WrongFile(_("Say with --map which columns are starts_at and ends_at (or hours)."))
    return found

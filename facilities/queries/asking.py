"""What a request for time refers to: the rows that it names, and who it is that asks."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from core import clock
from core.rows import load, width
from facilities import sql
from facilities.models import Facility, Instrument, Team
from facilities.rules import BookingRequest


@dataclass(frozen=True)
class Asker:
    """Whether the person is on the team, who leads it, and where the person works now."""

    member: bool
    leads: tuple[UUID, ...]
    organisation_id: UUID | None
    organisation_name: str
    country: str


@dataclass(frozen=True)
class Named:
    """An instrument with its facility, and a team; None for what is not there."""

    instrument: Instrument | None
    team: Team | None


def asker_of(request: BookingRequest, by: Any) -> Asker:
    [row] = sql.rows(sql.ASKER, asker_parameters(request, by))
    return read_asker(row)


def asker_parameters(request: BookingRequest, by: Any) -> dict[str, Any]:
    return {"team": request.team.pk if request.team else None, "by": by.pk, "today": clock.now().date()}


def read_asker(row: tuple[Any, ...]) -> Asker:
    """The row of `sql.ASKER`."""
    member, leads, organisation, name, country = row
    return Asker(member, tuple(leads), organisation, name or "", country or "")


def find_named(instrument: str, team: UUID | None) -> Named:
    """An instrument by identifier or slug and a team by identifier, in one statement."""
    try:
        parameters: dict[str, Any] = {"id": UUID(instrument), "slug": None, "team": team}
    except ValueError:
        parameters = {"id": None, "slug": instrument, "team": team}
    [row] = sql.rows(sql.NAMED, parameters)
    return Named(_instrument(row), load(Team, row[width(Instrument) + width(Facility) :]))


def instruments_by_id(ids: Iterable[UUID]) -> dict[UUID, Instrument]:
    """Instruments with their facilities, by identifier, in one prepared statement."""
    found = (_instrument(row) for row in sql.rows(sql.INSTRUMENTS, {"instruments": list(ids)}))
    return {each.pk: each for each in found if each is not None}


def _instrument(row: tuple[Any, ...]) -> Instrument | None:
    """From a row that begins with the columns of an instrument and of its facility."""
    found = load(Instrument, row[: width(Instrument)])
    facility = load(Facility, row[width(Instrument) : width(Instrument) + width(Facility)])
    if found is not None and facility is not None:
        found.facility = facility
    return found

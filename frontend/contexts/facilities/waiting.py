"""Waiting lists: the reader's places with their standing, the lists of instruments they run, going on one."""

from dataclasses import dataclass
from typing import Any

from django.http import QueryDict

from core import names
from core.names import local
from core.permissions import container_ids
from facilities.models import Access, Booking, Facility, Instrument, Waiting
from facilities.permissions import waiting_parties_of
from facilities.queries.terms import terms_of
from facilities.queries.waiting import Standing, places_of, places_of_others, queue_of, standings_of
from facilities.workflows import WAITING
from frontend.forms.facilities.waiting import WaitForm
from frontend.paging import Page, paged

LIVE = frozenset({"waiting", "offered"})


@dataclass(frozen=True)
class Place:
    """A place on a list, where it stands, and what is offered to it now."""

    row: Waiting
    standings: list[Standing]
    offer: Booking | None
    may_leave: bool
    may_strike: bool

    @property
    def zone(self) -> str:
        return self.row.instrument.facility.zone if self.row.instrument else "UTC"

    @property
    def what(self) -> str:
        if self.row.instrument:
            return f"{self.row.instrument.code}, {self.row.instrument.facility}"
        return local(self.row.technique, "label") if self.row.technique else ""

    @property
    def least(self) -> str:
        return _length(self.row.min_minutes)

    @property
    def most(self) -> str:
        return "" if self.row.max_minutes == self.row.min_minutes else _length(self.row.max_minutes)


def _length(minutes: int) -> str:
    return names.units(minutes / 60, "hour")


@dataclass(frozen=True)
class WaitingPage:
    """The reader's own places, and those on lists of facilities they work for, each list with its pages."""

    mine: list[Place]
    mine_paging: Page
    theirs: list[Place]
    theirs_paging: Page
    staff: bool


def waiting_page(user: Any, asked: QueryDict) -> WaitingPage:
    """What is live first, then what is over; the latest first."""
    staff = bool(container_ids(user, "facilities.view_private_calendar", Facility))
    mine = paged(places_of(user).prefetch_related("offers__booking"), asked, name="mine-")
    others = places_of_others(user).prefetch_related("offers__booking")
    theirs = paged(others, asked, name="theirs-") if staff else Page([])
    rows = [*mine.rows, *theirs.rows]
    standing = standings_of(row for row in rows if row.state in LIVE)
    parties = waiting_parties_of(user, rows)
    places = {row.pk: _place(row, parties[row.pk], standing.get(row.pk, [])) for row in rows}
    return WaitingPage(
        [places[row.pk] for row in mine.rows], mine, [places[row.pk] for row in theirs.rows], theirs, staff
    )


def _place(row: Waiting, parties: frozenset[str], standing: list[Standing]) -> Place:
    offered = [offer.booking for offer in row.offers.all() if offer.booking.state == "offered"]
    moves = {move.name for move in WAITING.open_moves(row.state, parties)}
    return Place(row, standing, offered[0] if offered else None, "leave" in moves, "strike" in moves)


@dataclass(frozen=True)
class Line:
    """One who waits, as everybody may know: the place and the category."""

    rank: int
    category: str
    kind: str
    mine: bool


@dataclass(frozen=True)
class JoinPage:
    """Going on the list of an instrument: the form, and who is asked before."""

    form: WaitForm
    instrument: Instrument
    queue: list[Line]
    order: list[str]
    answer_hours: int

    @property
    def zone(self) -> str:
        return self.instrument.facility.zone


def join_page(form: WaitForm, instrument: Instrument, user: Any) -> JoinPage:
    terms = terms_of(instrument)
    rows = queue_of(instrument, terms)
    return JoinPage(
        form=form,
        instrument=instrument,
        queue=[
            Line(n, row.get_category_display(), row.get_kind_display(), row.person_id == user.pk)
            for n, row in enumerate(rows, 1)
        ],
        order=[str(Access(category).label) for category in terms.precedence],
        answer_hours=terms.answer_hours,
    )

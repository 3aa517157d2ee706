"""Waiting lists: the reader's places with their standing, the lists of instruments they run, going on one."""

from dataclasses import dataclass
from typing import Any

from core import names
from core.permissions import container_ids
from facilities.models import Access, Booking, Facility, Instrument, Waiting
from facilities.permissions import waiting_parties_of
from facilities.queries.terms import terms_of
from facilities.queries.waiting import Standing, queue_of, standings_of, waiting_visible_to
from facilities.workflows import WAITING
from frontend.forms.waiting import WaitForm
from frontend.written import local

SHOWN = 40
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
    def is_live(self) -> bool:
        return self.row.state in LIVE

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
    """The reader's own places, and those on lists of facilities they work for."""

    mine: list[Place]
    theirs: list[Place]
    staff: bool


def waiting_page(user: Any) -> WaitingPage:
    """What is live first, then what is over; the latest first."""
    staff = bool(container_ids(user, "facilities.view_private_calendar", Facility))
    rows = list(waiting_visible_to(user).prefetch_related("offers__booking")[: SHOWN * 2])
    live = [row for row in rows if row.state in LIVE]
    over = [row for row in rows if row.state not in LIVE]
    standing, parties = standings_of(live), waiting_parties_of(user, rows)
    mine = [
        _place(row, parties[row.pk], standing.get(row.pk, [])) for row in [*live, *over] if row.person_id == user.pk
    ]
    theirs = [_place(row, parties[row.pk], standing.get(row.pk, [])) for row in live if row.person_id != user.pk]
    return WaitingPage(mine[:SHOWN], theirs[:SHOWN], staff)


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

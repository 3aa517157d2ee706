"""Eighteen months of past bookings and sessions, and eight weeks of requests, made by a seeded generator."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import cache
from zoneinfo import ZoneInfo

from accounts.models import Affiliation, User
from config.demo.calendars import machine_days, shutdowns
from config.demo.people import People
from config.demo.places import Places
from facilities.commands import ledger
from facilities.commands.history import PastBooking, PastSession, record_past_bookings, record_sessions
from facilities.models import Allocation, Booking, Instrument, TeamMember

PAST_DAYS = 548
SOURCE = "demonstration"
PURPOSES = (
    "Operando measurements on three cells, one charge cycle each. Own potentiostat.",
    "Temperature series from 20 to 300 K on single crystals.",
    "Screening of twelve samples from the spring synthesis.",
    "Time-resolved run with the fast detector, 10 ms frames.",
    "Reference spectra and calibration for the second part of the programme.",
    "Continuation: the missing points of the phase diagram.",
)
LENGTHS = {"shift": (3, 6, 9, 12, 15, 18), "day": (2, 3, 4, 5, 6, 8), "hour": (6, 8, 12, 24), "node_hour": (24, 48, 72)}
NEWCOMER_DAYS = 30
"""Every so often somebody comes for the first time."""
BUSY = {"shift": 0.62, "day": 0.7, "hour": 0.3, "node_hour": 0.4}
CAUSES = ("source", "source", "instrument", "sample_environment", "computing")


@dataclass(frozen=True)
class Stay:
    """One past booking: who, where, when, how it ended and how much of it was lost."""

    instrument: Instrument
    starts_at: datetime
    ends_at: datetime
    person: User
    mode: str
    state: str
    lost: Decimal


def past_stays(places: Places, people: People, chance: random.Random, *, now: datetime) -> Iterator[Stay]:
    """Bookings one after the other on each instrument, in whole units of its own wall clock."""
    for instrument in places.instruments:
        zone = ZoneInfo(instrument.facility.zone)
        day = (now - timedelta(days=PAST_DAYS)).astimezone(zone).date()
        start = datetime.combine(day, time(0), zone)
        regulars = chance.sample(people.scientists, 6)
        while True:
            length = timedelta(minutes=chance.choice(LENGTHS[instrument.unit]) * instrument.unit_minutes)
            if start + length >= now:
                break
            if chance.random() < BUSY[instrument.unit] and _is_open(start, length):
                person = _first_of(regulars, chance.choice(regulars), people, start, now)
                yield Stay(instrument, start, start + length, person, chance.choice(instrument.modes),
                           _ending(chance), _loss(chance))  # fmt: skip
            start += length + _gap(instrument, chance)


def _first_of(regulars: list[User], chosen: User, people: People, at: datetime, now: datetime) -> User:
    """Who was chosen, or the regular before them who came by then: not everybody came from the first day on."""
    newest = len(people.scientists) - max(0, (now - at).days) // NEWCOMER_DAYS
    early = set(people.scientists[: max(newest, 1)])
    here = [person for person in regulars if person in early]
    return chosen if chosen in early or not here else here[people.scientists.index(chosen) % len(here)]


def _is_open(start: datetime, length: timedelta) -> bool:
    """Neither in a shutdown nor on a machine day."""
    days = [start.date() + timedelta(days=step) for step in range(length.days + 1)]
    return not any(day in closed_days(day.year) for day in [*days, (start + length - timedelta(minutes=1)).date()])


@cache
def closed_days(year: int) -> frozenset[date]:
    stretches = [(first, last) for past in (year - 1, year) for first, last, _reason in shutdowns(past)]
    stretches += [(day, day + timedelta(days=1)) for day in machine_days(year)]
    return frozenset(first + timedelta(days=step) for first, last in stretches for step in range((last - first).days))


def _gap(instrument: Instrument, chance: random.Random) -> timedelta:
    """Some idle units, and time to set up, rounded to the grid."""
    units = chance.choice((0, 0, 0, 1, 3, 6)) + (1 if instrument.setup_minutes else 0)
    return timedelta(minutes=units * instrument.unit_minutes)


def _ending(chance: random.Random) -> str:
    return chance.choices(("closed", "cancelled", "no_show", "declined"), (90, 5, 1, 4))[0]


def _loss(chance: random.Random) -> Decimal:
    return Decimal(chance.choice((0, 0, 0, 0, 0, 0, 0, 1, 2))) / 2


def purpose(chance: random.Random) -> str:
    return chance.choice(PURPOSES)


class Past:
    """Records the stays as history: bookings, sessions of those that ran, and what programmes used of their time."""

    def __init__(self, people: People, chance: random.Random, *, by: User, now: datetime) -> None:
        self.chance, self.by, self.now = chance, by, now
        self.homes = {row.user_id: row.organisation for row in Affiliation.objects.select_related("organisation").all()}
        teams = TeamMember.objects.filter(team__allocations__isnull=False).select_related("team").distinct()
        accounts = Allocation.objects.all()
        self.teams = {(row.user_id, account.instrument_id): row.team
                      for row in teams for account in accounts if account.team_id == row.team_id}  # fmt: skip

    def record(self, stays: list[Stay]) -> None:
        bookings = [self._booking(number, stay) for number, stay in enumerate(stays)]
        outcomes = record_past_bookings(bookings, by=self.by, source=SOURCE)
        ran = [
            (stay, outcome.booking)
            for stay, outcome in zip(stays, outcomes, strict=True)
            if outcome.booking and stay.state == "closed"
        ]
        record_sessions([self._session(stay, booking) for stay, booking in ran], by=self.by, source=SOURCE)
        self._charge([booking for _stay, booking in ran])

    def _booking(self, number: int, stay: Stay) -> PastBooking:
        asked = stay.starts_at - timedelta(days=self.chance.randint(20, 70), hours=self.chance.randint(0, 23))
        team = self.teams.get((stay.person.pk, stay.instrument.pk))
        text = purpose(self.chance)
        return PastBooking(
            external_id=f"{stay.instrument.slug}-{number}",
            instrument=stay.instrument,
            starts_at=stay.starts_at,
            ends_at=stay.ends_at,
            title=team.title if team else text.split(".")[0],
            purpose=text,
            state=stay.state,
            mode=stay.mode,
            requester=stay.person,
            team=team,
            organisation=self.homes[stay.person.pk],
            requested_at=asked,
            decided_at=asked + timedelta(hours=self.chance.choice((3, 20, 30, 48, 72, 100, 150, 260))),
            is_demo=True,
        )

    def _session(self, stay: Stay, booking: Booking) -> PastSession:
        home = self.homes[stay.person.pk]
        return PastSession(
            external_id=booking.external_id,
            instrument=stay.instrument,
            starts_at=stay.starts_at,
            ends_at=stay.ends_at,
            units=booking.units - stay.lost,
            booking=booking,
            team=booking.team,
            organisation=home,
            country=home.country,
            mode=stay.mode,
            lost_units=stay.lost,
            lost_cause=self.chance.choice(CAUSES) if stay.lost else "",
            is_demo=True,
        )

    def _charge(self, bookings: list[Booking]) -> None:
        """Used units of a programme's allocation in the cycle, as far as it reaches."""
        for booking in bookings:
            if booking.team is None:
                continue
            allocation = Allocation.objects.filter(
                team=booking.team, instrument=booking.instrument, valid_from__lte=booking.starts_at,
                valid_until__gte=booking.ends_at,
            ).first()  # fmt: skip
            if allocation is not None and allocation.left >= booking.units:
                ledger.post(allocation, "used", booking.units, by=self.by, booking=booking)


def make_past(places: Places, people: People, chance: random.Random, *, by: User, now: datetime) -> None:
    """Instrument by instrument, so that a batch stays small."""
    past = Past(people, chance, by=by, now=now)
    stays = list(past_stays(places, people, chance, now=now))
    for instrument in places.instruments:
        past.record([stay for stay in stays if stay.instrument.pk == instrument.pk])

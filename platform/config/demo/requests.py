"""Requests of the coming eight weeks: made by the real command, some of them decided, three of them worth a look."""

import random
from datetime import datetime, timedelta

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import QuerySet

from accounts.models import User
from accounts.queries import holders
from config.demo.people import People
from config.demo.places import Places
from config.demo.programmes import Programmes
from config.demo.routes import TWO_STEPS, WITH_SAFETY
from config.demo.use import LENGTHS, SOURCE, purpose
from core import clock
from core.errors import DomainError
from facilities.commands.bookings import counter_booking, request_time
from facilities.commands.calendar import add_block
from facilities.commands.history import PastBooking, record_past_bookings
from facilities.commands.sessions import check_in
from facilities.models import Block, Booking, Instrument, TeamMember
from facilities.queries.availability import free_slots
from facilities.rules import BookingRequest
from workflow.approvals import decide
from workflow.approvals.deciders import people_asked
from workflow.models import Task

WEEKS = 8
AHEAD = timedelta(days=7 * WEEKS)
EACH, AT_DIAMOND = 1, 3  # requests for an instrument; the demonstration's manager works at Diamond
UNDECIDED_DAYS = 2  # what was asked before has been decided
DECLINED_SHARE = 0.12


class Requests:
    """Makes them instrument by instrument, in free time only, so that no rule is bent."""

    def __init__(
        self, places: Places, people: People, programmes: Programmes, chance: random.Random, *, now: datetime
    ) -> None:
        self.places, self.people, self.programmes, self.chance, self.now = places, people, programmes, chance, now
        self.by_code = {row.code: row for row in places.instruments}

    def make(self) -> None:
        for instrument in self.places.instruments:
            number = AT_DIAMOND if instrument.facility.slug == "diamond" else EACH
            for person in self.chance.sample(self.people.scientists, number):
                days_ago = self.chance.randint(0, 14)
                booking = self._request(instrument, person, days_ago=days_ago, after=self.chance.randint(3, 40))
                if booking is not None and days_ago > UNDECIDED_DAYS:
                    self._decide(booking)
        self._of_the_scientist()
        self._running()
        self._worth_a_look()
        Booking.objects.update(is_demo=True)

    def _request(
        self, instrument: Instrument, person: User, *, days_ago: int, after: int, mode: str = ""
    ) -> Booking | None:
        """A request for time from `after` days on, made some days ago; None where nothing fits this person."""
        minutes = self.chance.choice(LENGTHS[instrument.unit][:4]) * instrument.unit_minutes
        earliest = self.now + timedelta(days=after)
        with clock.standing_at(self.now - timedelta(days=days_ago, minutes=self.chance.randint(5, 600))):
            for slot in free_slots(instrument, earliest, self.now + AHEAD, minutes)[:4]:
                end = slot.starts_at + timedelta(minutes=minutes)
                try:
                    return request_time(self._asked(instrument, person, slot.starts_at, end, mode), by=person)
                except DomainError:
                    continue
        return None

    def _asked(self, instrument: Instrument, person: User, start: datetime, end: datetime, mode: str) -> BookingRequest:
        memberships = TeamMember.objects.filter(
            user=person, team__is_active=True, team__allocations__instrument=instrument
        ).select_related("team")
        team = next((row.team for row in memberships), None)
        text = purpose(self.chance)
        return BookingRequest(
            instrument=instrument,
            starts_at=start,
            ends_at=end,
            purpose=text,
            title=team.title if team else text.split(".")[0],
            mode=mode or self.chance.choice(instrument.modes),
            team=team,
        )

    def _decide(self, booking: Booking, verdict: str = "") -> None:
        """Step by step, by people who have no part in it, a day or two after it was asked."""
        team = set(booking.team.members.values_list("user_id", flat=True)) if booking.team else set()
        said = verdict or ("decline" if self.chance.random() < DECLINED_SHARE else "approve")
        note = "The sample environment is away then." if said == "decline" else ""
        open_tasks = Task.objects.filter(subject_id=booking.pk, state=Task.State.OPEN)
        with clock.standing_at(min(booking.created_at + timedelta(hours=self.chance.randint(3, 60)), self.now)):
            while task := open_tasks.first():
                free = [person for person in people_asked([task])[task.pk] if person.pk not in team]
                if not free:
                    return
                decide(task, said, by=free[0], note=note)

    def _managers(self, booking: Booking) -> QuerySet[User]:
        return holders("facility_manager", booking.instrument.facility_id)

    def _of_the_scientist(self) -> None:
        """Runs to come, and another time proposed by ALBA that waits for an answer."""
        scientist = self.people.named["scientist"]
        for code, mode in (("B18", "onsite"), ("BL01B1", "remote")):
            if booking := self._request(self.by_code[code], scientist, days_ago=6, after=6, mode=mode):
                self._decide(booking, "approve")
        if asked := self._request(self.by_code["CLÆSS"], scientist, days_ago=3, after=25, mode="remote"):
            later = free_slots(asked.instrument, asked.ends_at + timedelta(days=2), self.now + AHEAD, 480)
            manager = self._managers(asked).first()
            if later and manager:
                with clock.standing_at(self.now - timedelta(days=1)):
                    counter_booking(
                        asked, by=manager, starts_at=later[0].starts_at,
                        ends_at=later[0].starts_at + (asked.ends_at - asked.starts_at),
                        note="A detector is calibrated in that week; the one after is free.",
                    )  # fmt: skip

    def _running(self) -> None:
        """A run at Diamond that began this morning, for its operator to check out."""
        instrument, person = self.by_code["I15-1"], self.people.scientists[20]
        begun = self.now.replace(hour=8, minute=0, second=0, microsecond=0)
        begun -= timedelta(days=1 if begun > self.now else 0)
        row = PastBooking(
            external_id="running", instrument=instrument, starts_at=begun, ends_at=begun + timedelta(days=2),
            title="Thermoelectric materials in operation", purpose=purpose(self.chance), state="approved",
            mode="remote", requester=person, organisation=person.affiliations.get().organisation,
            requested_at=begun - timedelta(days=40), decided_at=begun - timedelta(days=38), is_demo=True,
        )  # fmt: skip
        booking = record_past_bookings([row], by=self.places.by, source=SOURCE)[0].booking
        if booking is not None:
            with clock.standing_at(begun + timedelta(minutes=10)):
                check_in(booking, by=self.people.named["operator"])

    def _worth_a_look(self) -> None:
        """In the manager's inbox: one that collides with maintenance, one whose training is missing, one clean row."""
        scientist, manager = self.people.named["scientist"], self.people.named["manager"]
        self._request(self.by_code["B18"], scientist, days_ago=1, after=30, mode="remote")
        if colliding := self._request(self.by_code["I11"], scientist, days_ago=2, after=20, mode="remote"):
            stretch = DateTimeTZRange(colliding.starts_at, colliding.starts_at + timedelta(hours=16))
            add_block(
                colliding.instrument.facility, colliding.instrument, Block.Kind.MAINTENANCE, stretch,
                "Detector cooling to be repaired", by=manager, planned=False,
            )  # fmt: skip
        for code, person in ((TWO_STEPS, self.people.scientists[3]), (WITH_SAFETY, self.people.scientists[7])):
            self._request(self.by_code[code], person, days_ago=1, after=18, mode="onsite")
        untrained = self.people.scientists[-1]
        untrained.trainings.all().delete()
        self._request(self.by_code["I18"], untrained, days_ago=1, after=15, mode="onsite")
        for code in ("B18", "I11", "I18", "I20"):
            self.by_code[code].required_trainings.add(self.places.courses["diamond"])

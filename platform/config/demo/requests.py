"""Requests of the coming eight weeks: made by the real command, some of them decided, three of them worth a look."""

import random
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from accounts.models import User
from accounts.queries import holders
from config.demo.people import People
from config.demo.places import Places
from config.demo.programmes import Programmes
from config.demo.use import LENGTHS, purpose
from core import clock
from core.errors import DomainError
from facilities.commands.bookings import request_time
from facilities.commands.calendar import add_block
from facilities.models import Block, Booking, Instrument, TeamMember
from facilities.queries.availability import free_slots
from facilities.rules import BookingRequest
from workflow.approvals import decide
from workflow.models import Task

WEEKS = 8
AHEAD = timedelta(days=7 * WEEKS)
EACH = 3  # requests for an instrument
APPROVED_SHARE = 0.45


class Requests:
    """Makes them instrument by instrument, in free time only, so that no rule is bent."""

    def __init__(
        self, places: Places, people: People, programmes: Programmes, chance: random.Random, *, now: datetime
    ) -> None:
        self.places, self.people, self.programmes, self.chance, self.now = places, people, programmes, chance, now

    def make(self) -> None:
        for instrument in self.places.instruments:
            for _ in range(EACH):
                self._request(
                    instrument, self.chance.choice(self.people.scientists), days_ago=self.chance.randint(1, 12)
                )
        self._decide_some()
        self._worth_a_look()
        Booking.objects.update(is_demo=True)

    def _request(
        self, instrument: Instrument, person: User, *, days_ago: int, after: timedelta = timedelta(days=10)
    ) -> Booking | None:
        """A request somewhere in the coming weeks, made some days ago; None where nothing fits this person."""
        units = self.chance.choice(LENGTHS[instrument.unit][:4])
        minutes = units * instrument.unit_minutes
        earliest = self.now + after + timedelta(days=self.chance.randint(0, 30))
        with clock.standing_at(self.now - timedelta(days=days_ago, minutes=self.chance.randint(0, 600))):
            for slot in free_slots(instrument, earliest, self.now + AHEAD, minutes)[:4]:
                end = slot.starts_at + timedelta(minutes=minutes)
                try:
                    return request_time(self._asked(instrument, person, slot.starts_at, end), by=person)
                except DomainError:
                    continue
        return None

    def _asked(self, instrument: Instrument, person: User, start: datetime, end: datetime) -> BookingRequest:
        team = next(
            (
                row.team
                for row in TeamMember.objects.filter(
                    user=person, team__is_active=True, team__allocations__instrument=instrument
                ).select_related("team")
            ),
            None,
        )
        text = purpose(self.chance)
        return BookingRequest(
            instrument=instrument,
            starts_at=start,
            ends_at=end,
            purpose=text,
            title=team.title if team else text.split(".")[0],
            mode=self.chance.choice(instrument.modes),
            team=team,
        )

    def _decide_some(self) -> None:
        """Some are approved by a manager who has no part in them."""
        bookings = Task.objects.filter(state=Task.State.OPEN, subject_type="facilities.booking")
        for task in bookings.order_by("created_at", "id"):
            if task.scope_id is None or self.chance.random() >= APPROVED_SHARE:
                continue
            own = Booking.objects.values_list("requester_id", flat=True).get(pk=task.subject_id)
            decider = holders("facility_manager", task.scope_id).exclude(pk=own).first()
            if decider is not None:
                with clock.standing_at(min(task.created_at + timedelta(hours=self.chance.randint(3, 60)), self.now)):
                    decide(task, "approve", by=decider, note="")

    def _worth_a_look(self) -> None:
        """In the manager's inbox: one that collides with maintenance, one whose training is missing, one clean row."""
        scientist = self.people.named["scientist"]
        by_code = {row.code: row for row in self.places.instruments if row.facility.slug == "diamond"}
        self._request(by_code["B18"], scientist, days_ago=2)
        colliding = self._request(by_code["I11"], scientist, days_ago=3, after=timedelta(days=20))
        if colliding is not None:
            zone = ZoneInfo(colliding.instrument.facility.zone)
            day = colliding.starts_at.astimezone(zone).replace(hour=0, minute=0)
            add_block(
                colliding.instrument.facility, colliding.instrument, Block.Kind.MAINTENANCE,
                DateTimeTZRange(day, day + timedelta(hours=16)), "Detector cooling to be repaired",
                by=self.people.named["manager"], planned=False,
            )  # fmt: skip
        untrained = self.people.scientists[-1]
        untrained.trainings.all().delete()
        self._request(by_code["I18"], untrained, days_ago=1)
        for code in ("B18", "I11", "I18", "I20"):
            by_code[code].required_trainings.add(self.places.courses["diamond"])

"""Time given back, waited for, lost and taken by priority: one case of each, by the real commands."""

from datetime import datetime, timedelta
from typing import Any

from accounts.models import User
from config.demo.people import People
from config.demo.places import Places
from core import clock
from core.errors import DomainError
from facilities.commands.bookings import cancel_booking
from facilities.commands.downtime import compensate, end_downtime, report_downtime
from facilities.commands.priority import set_priority_rule
from facilities.commands.terms import set_terms
from facilities.commands.waiting import Wish, join_waiting, offer_free_time
from facilities.models import Access, Booking, Downtime, Instrument, Waiting


class Lists:
    """At the facility of the demonstration's manager, and for its scientist."""

    def __init__(self, places: Places, people: People, *, now: datetime) -> None:
        self.places, self.people, self.now = places, people, now
        self.by_code: dict[str, Instrument] = {row.code: row for row in places.instruments}
        self.manager: Any = people.named["manager"]
        self.operator: Any = people.named["operator"]

    def make(self) -> None:
        facility = self.by_code["B18"].facility
        with clock.standing_at(self.now - timedelta(days=60)):
            set_terms(facility, None, by=self.manager, notice_hours=14 * 24, deducted_percent=100)
            set_priority_rule(
                facility, Access.RAPID, by=self.manager, displaces=[Access.GENERAL], notice_hours=72, compensates=True
            )
        self._cancelled_late()
        self._waiting()
        self._downtimes()
        for model in (Booking, Downtime, Waiting):
            model.objects.filter(is_demo=False).update(is_demo=True)

    def _cancelled_late(self) -> None:
        """The first approved booking of the coming fortnight that its requester can still cancel, and does."""
        coming = Booking.objects.filter(
            state="approved",
            period__startswith__gt=self.now + timedelta(days=1),
            period__startswith__lt=self.now + timedelta(days=13),
        ).exclude(requester__in=self.people.named.values())
        for booking in coming.select_related("requester").order_by("allocation_id", "period", "pk")[:1]:
            cancel_booking(booking, by=booking.requester, note="The sample did not survive the transport.")

    def _waiting(self) -> None:
        """Others wait; the scientist is offered time, which stands until tomorrow."""
        others = [row for row in self.people.scientists[5:9] if row.pk != self.people.named["scientist"].pk]
        for n, person in enumerate(others):
            with clock.standing_at(self.now - timedelta(days=9 - n)):
                self._join("I11", person, first=1, days=6)
        self._join("I18", self.people.named["scientist"], first=20, days=30)
        offer_free_time()

    def _join(self, code: str, person: User, *, first: int, days: int) -> None:
        instrument = self.by_code[code]
        start = self.now + timedelta(days=first)
        wish = Wish(
            starts_at=start,
            ends_at=start + timedelta(days=days),
            min_minutes=instrument.min_minutes,
            max_minutes=instrument.min_minutes * 3,
            instrument=instrument,
            mode="remote" if "remote" in instrument.modes else instrument.modes[0],
            purpose="Whatever comes free; the samples are ready.",
        )
        try:
            join_waiting(wish, by=person)
        except DomainError:
            return

    def _downtimes(self) -> None:
        """A fault that took half of a run, with its compensation, and one that lasts."""
        past = Booking.objects.filter(
            instrument__facility=self.by_code["B18"].facility,
            state="completed",
            requester__isnull=False,
            period__endswith__lt=self.now - timedelta(days=1),
        ).select_related("instrument__facility")
        booking = past.order_by("-period", "-pk").first()
        if booking is not None:
            half = booking.starts_at + (booking.ends_at - booking.starts_at) / 2
            with clock.standing_at(half + timedelta(minutes=20)):
                fault = self._report(booking.instrument, booking.starts_at, half, "source", "Beam lost, kicker magnet")
                end_downtime(fault, by=self.operator, at=half)
                if booking.losses.exists():
                    compensate(booking, by=self.manager, note="Reserve time, when it comes free.")
        start = self.now - timedelta(hours=2)
        with clock.standing_at(start):
            self._report(
                self.by_code["I20"], start, self.now + timedelta(hours=30), "sample_environment", "Cryostat warm"
            )

    def _report(self, instrument: Instrument, start: datetime, end: datetime, cause: str, title: str) -> Downtime:
        return report_downtime(instrument.facility, instrument, start, end, by=self.operator, cause=cause, title=title)

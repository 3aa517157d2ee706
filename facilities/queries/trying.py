"""Tries a policy on bookings that were made without it: which ones it would have refused, and why."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import QuerySet
from django.db.models.functions import Coalesce

from core import clock
from core.models import Job
from core.times import zone_of
from facilities.models import Block, Booking, Cycle, Policy, TrainingRecord
from facilities.queries.checks import request_of
from facilities.queries.facts import allotment_of
from facilities.queries.policies import complete, completed
from facilities.rules import BookingRequest, Facts, Standing, policy_rules
from facilities.rules.windows import within
from facilities.stretches import minus
from facilities.workflows import CLAIMING, LIVE

Progress = Callable[[int], Any]
TRIAL = "try_policy"
"""The kind of a job that tries a policy: its message names the policy while it runs, its result when it has ended."""
MOST_AT_ONCE = 1000
"""More bookings than this are judged in the background."""


@dataclass(frozen=True)
class Refused:
    """A booking that the policy refuses, with its sentences."""

    booking: Booking
    sentences: tuple[str, ...]


@dataclass(frozen=True)
class Trial:
    """How many bookings were judged, and those that the policy would have refused, in the order of their making."""

    starts_at: datetime
    ends_at: datetime
    judged: int
    refused: Sequence[Refused]


def try_policy(policy: Policy, starts_at: datetime, ends_at: datetime, *, say: Progress = lambda done: None) -> Trial:
    """Judge the bookings of a period as if the policy, saved or not, had held when each of them was asked for.

    One after the other, in the order of their making: each sees what was asked for before it, without what the policy
    would have refused by then. Bookings given up since have left no claim and are not counted. `say` hears how many
    are done.
    """
    rows = tried_on(policy, starts_at, ends_at)
    refused = list(_refusals(policy, rows.iterator(chunk_size=500), say))
    return Trial(starts_at, ends_at, rows.count(), refused)


def tried_on(policy: Policy, starts_at: datetime, ends_at: datetime) -> QuerySet[Booking]:
    """The bookings of a period that a policy is about and that still claim their time."""
    return _about(policy).filter(state__in=CLAIMING, period__overlap=DateTimeTZRange(starts_at, ends_at))


def last_trial(policy: Policy) -> Job | None:
    """The latest job that tried a policy, running or ended; its result is about the policy as it was then."""
    return Job.objects.filter(result__policy=str(policy.pk), kind=TRIAL).order_by("-created_at", "-id").first()


def trial_of(job: Job) -> Trial:
    """The trial that an ended job has kept."""
    kept = job.result
    reasons = {UUID(each["booking"]): tuple(each["reasons"]) for each in kept["bookings"]}
    rows = Booking.objects.filter(pk__in=reasons).select_related("instrument", "requester")
    refused = [Refused(row, reasons[row.pk]) for row in rows.order_by("created_at", "id")]
    starts_at, ends_at = (datetime.fromisoformat(kept[name]) for name in ("starts_at", "ends_at"))
    return Trial(starts_at, ends_at, kept["judged"], refused)


def broken_by(policy: Policy) -> list[Refused]:
    """Bookings still to come that a policy would refuse from now on; they stay. A policy about the moment of asking
    breaks none: a request that was in time stays so."""
    rule = policy_rules()[policy.rule]
    if rule.at_asking:
        return []
    rows = _about(policy).filter(state__in=LIVE, period__overlap=DateTimeTZRange(clock.now(), None))
    return list(_refusals(policy, rows, lambda done: None, as_of_now=True))


def last_cycle(policy: Policy) -> Cycle | None:
    """The cycle of a policy's facility that ended last, else the one that runs."""
    cycles = Cycle.objects.filter(facility=policy.facility, period__startswith__lt=clock.now())
    ended = cycles.filter(period__endswith__lte=clock.now()).order_by("-period").first()
    return ended or cycles.order_by("-period").first()


def _about(policy: Policy) -> QuerySet[Booking]:
    rows = Booking.objects.filter(instrument__facility=policy.facility)
    if policy.instrument_id is not None:
        rows = rows.filter(instrument=policy.instrument_id)
    return (
        rows.select_related("instrument__facility", "requester", "team", "allocation")
        .prefetch_related("people__user")
        .order_by(Coalesce("requested_at", "created_at"), "id")
    )


def _refusals(policy: Policy, rows: Iterable[Booking], say: Progress, *, as_of_now: bool = False) -> Iterator[Refused]:
    rule = policy_rules()[policy.rule]
    surroundings = _Surroundings(policy)
    refused: set[UUID] = set()
    for number, booking in enumerate(rows, 1):
        request = request_of(booking)
        asked_at = booking.requested_at or booking.created_at
        facts = Facts(
            now=clock.now() if as_of_now else asked_at,
            instrument=booking.instrument,
            allotment=allotment_of(booking.allocation, booking),
            policies=(surroundings.standing(request),),
        )
        before = booking.created_at
        facts = complete(request, facts, booking=booking, before=before, without=refused)
        if found := tuple(violation.message for violation in rule.violations(request, facts)):
            refused.add(booking.pk)
            yield Refused(booking, found)
        say(number)


class _Surroundings:
    """What a policy sees of its facility's calendar, read once."""

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        self.cycles = [row.period for row in Cycle.objects.filter(facility=policy.facility).order_by("period")]
        self.reserve = list(
            Block.objects.filter(facility=policy.facility, kind=Block.Kind.RESERVE).values_list(
                "instrument_id", "period"
            )
        )

    def standing(self, request: BookingRequest) -> Standing:
        """The policy as if it held for this request."""
        policy, stay = self.policy, (request.starts_at, request.ends_at)
        reserve = [
            (period.lower, period.upper)
            for instrument, period in self.reserve
            if instrument in (None, request.instrument.pk)
        ]
        return Standing(
            id=policy.pk,
            rule=policy.rule,
            parameters=completed(policy.rule, policy.parameters),
            overridable=policy.override == Policy.Override.MANAGER,
            source=policy.source,
            of_instrument=policy.instrument_id is not None,
            cycles=tuple(
                (period.lower, period.upper)
                for period in self.cycles
                if period.lower < request.ends_at and request.starts_at < period.upper
            ),
            in_reserve=within(stay, reserve) == request.ends_at - request.starts_at,
            untrained=self._untrained(request),
        )

    def _untrained(self, request: BookingRequest) -> tuple[str, ...]:
        """Who on site lacks the training that the policy names, on some day of the stay."""
        course = self.policy.parameters.get("course")
        if not course or not request.on_site:
            return ()
        zone, day = zone_of(self.policy.facility.zone), timedelta(days=1)
        first = request.starts_at.astimezone(zone).date()
        after = (request.ends_at - timedelta(microseconds=1)).astimezone(zone).date() + day
        passed: dict[Any, list[tuple[date, date]]] = {}
        records = TrainingRecord.objects.filter(course__facility=self.policy.facility, course__name=course)
        for each in records.filter(user__in=[person.pk for person in request.people]):
            passed.setdefault(each.user_id, []).append((each.passed_on, each.valid_until + day))
        return tuple(person.name for person in request.people if minus(first, after, passed.get(person.pk, ())))

"""Policies that share time out: quotas over windows in the facility's zone, and how many requests may be open."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import names
from facilities.models import Team
from facilities.rules.access import CATEGORIES
from facilities.rules.base import policy, shown
from facilities.rules.facts import BookingRequest, Facts
from facilities.rules.parameters import Parameter
from facilities.rules.standing import Look, Standing, Stay
from facilities.rules.windows import Window, windows, within

HOUR = timedelta(hours=1)


PER = {
    "person": gettext_lazy("Each person"),
    "team": gettext_lazy("Each team"),
    "program": gettext_lazy("Each joint programme"),
    "organisation": gettext_lazy("Each organisation"),
    "everybody": gettext_lazy("Everybody together"),
}
MEASURES = {
    "hours": gettext_lazy("Hours"),
    "units": gettext_lazy("Units of the instrument"),
    "bookings": gettext_lazy("Bookings"),
}
OVER = {
    "day": gettext_lazy("In a day"),
    "week": gettext_lazy("In a week"),
    "cycle": gettext_lazy("In a cycle"),
    "rolling": gettext_lazy("In any so many days in a row"),
}
IN_ANY = {"rolling": gettext_lazy("in any %(days)s days in a row")}


def counted_together(request: BookingRequest, policy: Standing) -> bool:
    """Whether the request is one of those that a quota counts."""
    if policy["categories"] and request.access not in policy["categories"]:
        return False
    if policy["per"] == "program":
        return request.team is not None and request.team.kind == Team.Kind.PROGRAM
    return policy["per"] != "team" or request.team is not None


def all_windows(request: BookingRequest, facts: Facts, policy: Standing) -> list[Window]:
    zone = facts.instrument.facility.zone
    return windows(policy["over"], policy["days"], zone, request.starts_at, request.ends_at, policy.cycles)


def quota_looks(request: BookingRequest, facts: Facts, policy: Standing) -> Look | None:
    touched = all_windows(request, facts, policy)
    if not touched or not counted_together(request, policy):
        return None
    per = policy["per"]
    return Look(
        lower=touched[0][0],
        upper=touched[-1][1],
        persons=tuple(subjects(request)) if per == "person" else None,
        team=request.team.pk if request.team is not None and per in ("team", "program") else None,
        organisation=per == "organisation",
        categories=tuple(policy["categories"]) or None,
    )


@policy(
    source="R-17",
    field="starts_at",
    label=gettext_lazy("Quota"),
    summary=gettext_lazy("%(per)s: at most %(most)s %(measure)s %(over)s (%(categories)s)"),
    parameters=(
        Parameter("most", gettext_lazy("At most"), 40, least=0, step=0.5),
        Parameter("measure", gettext_lazy("Counted in"), "hours", options=MEASURES),
        Parameter("per", gettext_lazy("Of whom"), "person", options=PER),
        Parameter("over", gettext_lazy("Over"), "week", options=OVER, said=IN_ANY),
        Parameter("days", gettext_lazy("Days, for any so many days"), 7, unit=gettext_lazy("days"), least=1, most=366),
        Parameter(
            "categories",
            gettext_lazy("Only these access categories"),
            [],
            hint=gettext_lazy("None chosen: all of them."),
            options=CATEGORIES,
            when_empty=gettext_lazy("all access categories"),
        ),
    ),
    looks=quota_looks,
)
def quota(request: BookingRequest, facts: Facts, policy: Standing) -> Iterator[str]:
    """Amounts of the bookings that claim time, with this request, in every window that it touches; stays across the
    edge of a window count in each for the part that lies in it, bookings in the one in which they start."""
    told: set[str] = set()
    for who, window, taken, over in exceeded(request, facts, policy):
        if who not in told:
            told.add(who)
            yield _(
                "%(who)s: at most %(most)s from %(start)s to %(end)s, and %(taken)s are taken: %(over)s too many. "
                "Ask for less, or for another time."
            ) % {
                "who": who,
                "most": measured(Decimal(str(policy["most"])), policy, facts),
                "start": shown(window[0], facts),
                "end": shown(window[1], facts),
                "taken": names.number(taken),
                "over": names.number(over),
            }


def exceeded(request: BookingRequest, facts: Facts, policy: Standing) -> Iterator[tuple[str, Window, Decimal, Decimal]]:
    """For whom and in which windows the request is too much: what others take of it, and by how much it is over."""
    if not counted_together(request, policy):
        return
    most = Decimal(str(policy["most"]))
    for who, stays in shares(request, policy):
        for window in all_windows(request, facts, policy):
            asked, taken = amount_asked(request, facts, policy, window), amount_taken(stays, facts, policy, window)
            if asked and asked + taken > most:
                yield who, window, taken, asked + taken - most


@dataclass(frozen=True)
class Spent:
    """A window in which a quota has nothing left for a stay of the wanted length, at an instrument or a facility."""

    facility: UUID
    instrument: UUID | None
    lower: datetime
    upper: datetime


def spent_windows(request: BookingRequest, facts: Facts) -> list[Spent]:
    """Where no stay of this length is legal whenever it begins, so that a search for another time leaves it out."""
    instrument = facts.instrument
    return [
        Spent(instrument.facility_id, instrument.pk if policy.of_instrument else None, *window)
        for policy in facts.policies
        if policy.rule == "quota"
        for _who, window, _taken, _over in exceeded(request, facts, policy)
        if window[0] <= request.starts_at and request.ends_at <= window[1]
    ]


def shares(request: BookingRequest, policy: Standing) -> Iterator[tuple[str, list[Stay]]]:
    """For whom is counted, and what is counted: every person for themselves, all others as one."""
    if policy["per"] != "person":
        yield whose(request, policy["per"]), list(policy.stays)
        return
    for key, name in subjects(request).items():
        yield name, [stay for stay in policy.stays if key == stay.requester or key in stay.people]


def subjects(request: BookingRequest) -> dict[Any, str]:
    """Who asks and who takes part, with their names; nobody gets round a quota by sending others."""
    people = (*request.people, *([request.requester] if request.requester else []))
    return {person.pk: person.name for person in people}


def whose(request: BookingRequest, per: str) -> str:
    if per in ("team", "program") and request.team is not None:
        return f"“{request.team}”"
    return _("Your organisation") if per == "organisation" else _("Everybody together")


def amount_asked(request: BookingRequest, facts: Facts, policy: Standing, window: Window) -> Decimal:
    span = (request.starts_at, request.ends_at)
    if policy["measure"] == "bookings":
        return Decimal(window[0] <= span[0] < window[1])
    hours = in_hours(within(window, [span]))
    if policy["measure"] == "hours":
        return hours
    return facts.units(request) * hours / in_hours(span[1] - span[0])


def amount_taken(stays: Iterable[Stay], facts: Facts, policy: Standing, window: Window) -> Decimal:
    """What other bookings take of a window. Units never mix: only those in the instrument's own count."""
    by_booking: dict[Any, list[Stay]] = {}
    for stay in stays:
        by_booking.setdefault(stay.booking, []).append(stay)
    return sum((_amount(each, facts, policy, window) for each in by_booking.values()), Decimal(0))


def _amount(parts: list[Stay], facts: Facts, policy: Standing, window: Window) -> Decimal:
    """Of one booking, whose open change may claim other time beside its own."""
    spans = [(part.starts_at, part.ends_at) for part in parts]
    if policy["measure"] == "bookings":
        return Decimal(any(window[0] <= start < window[1] for start, _end in spans))
    if policy["measure"] == "hours":
        return in_hours(within(window, spans))
    return sum(
        (
            part.units * in_hours(within(window, [span])) / in_hours(span[1] - span[0])
            for part, span in zip(parts, spans, strict=True)
            if part.unit == facts.instrument.unit
        ),
        Decimal(0),
    )


def measured(amount: Decimal, policy: Standing, facts: Facts) -> str:
    if policy["measure"] == "units":
        return names.units(amount, facts.instrument.unit)
    if policy["measure"] == "hours":
        return names.units(amount, "hour")
    return _("%(n)s bookings") % {"n": names.number(amount)}


def in_hours(length: timedelta) -> Decimal:
    return Decimal(length // timedelta(microseconds=1)) / Decimal(HOUR // timedelta(microseconds=1))


def open_looks(request: BookingRequest, facts: Facts, policy: Standing) -> Look | None:
    if request.requester is None:
        return None
    return Look(lower=facts.now, persons=(request.requester.pk,), undecided=True)


@policy(
    source="R-22",
    field="instrument",
    label=gettext_lazy("Open requests"),
    summary=gettext_lazy("Each person: at most %(most)s requests that wait for a decision"),
    parameters=(Parameter("most", gettext_lazy("At most"), 5, unit=gettext_lazy("requests"), least=1),),
    looks=open_looks,
    at_asking=True,
)
def open_requests(request: BookingRequest, facts: Facts, policy: Standing) -> Iterator[str]:
    waiting = {stay.booking for stay in policy.stays if request.requester and stay.requester == request.requester.pk}
    if len(waiting) >= policy["most"]:
        yield _(
            "%(n)d of your requests wait for a decision already, and more than %(most)d are too many. "
            "Wait for an answer, or withdraw one."
        ) % {"n": len(waiting), "most": policy["most"]}

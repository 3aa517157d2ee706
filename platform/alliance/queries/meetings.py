"""Reads meetings: who is invited, who is there and may vote, the quorum now and over time, who attended and how."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from accounts.models import User
from alliance.models import Attendance, Meeting, Membership, Representative
from alliance.permissions.governance import governance_parties, lasting, meetings_visible_to
from alliance.queries.membership import active_memberships, represented_by, voting_memberships
from alliance.rules.voting import quorum_met, quorum_needed
from alliance.workflows.governance import MEETING
from core import times
from core.lookup import find
from workflow.machine import Move


@dataclass(frozen=True)
class Share:
    """A quorum that some rule of the alliance asks for, and whether so many make it."""

    numerator: int
    denominator: int
    base: int
    needed: int
    met: bool

    @property
    def fraction(self) -> str:
        return f"{self.numerator}/{self.denominator}"


@dataclass(frozen=True)
class Quorum:
    """Voting members present, of all that may vote, and what that is enough for."""

    present: int
    voting: int
    members: int
    shares: list[Share]


@dataclass(frozen=True)
class Step:
    """From an instant on so many voting members were present."""

    at: datetime
    present: int


@dataclass(frozen=True)
class Report:
    """Who of the voting members attended, once each: on site where anybody of theirs was, else online; then guests."""

    voting: int
    onsite: list[Membership]
    online: list[Membership]
    others: list[Attendance]

    @property
    def attended(self) -> int:
        return len(self.onsite) + len(self.online)


def day_of(meeting: Meeting) -> date:
    """The day on which it starts, where it is."""
    return meeting.starts_at.astimezone(times.zone_of(meeting.zone)).date()


def find_meeting(user: Any, key: str | UUID) -> Meeting:
    """A meeting that the person may see. Raises NotFound."""
    return find(meetings_visible_to(user).select_related("body__alliance", "event", "minutes"), key)


def meeting_moves(user: Any, meeting: Meeting) -> list[Move]:
    """What a person may do with a meeting now."""
    return MEETING.open_moves(meeting.state, governance_parties(user, meeting.body.alliance))


def entitled(meeting: Meeting) -> QuerySet[Membership]:
    """The members that may vote in it: all with a vote in a body of members, else those that hold a seat."""
    day, body = day_of(meeting), meeting.body
    voting = voting_memberships(body.alliance, day)
    if body.of_members:
        return voting
    return voting.filter(pk__in=body.seats.filter(lasting(day)).order_by().values("membership"))


def present_voters(meeting: Meeting, at: datetime) -> QuerySet[Membership]:
    """Members entitled to vote of whom somebody is there at an instant; each once, however many they are (R-42)."""
    there = Attendance.objects.filter(Q(to_at=None) | Q(to_at__gt=at), meeting=meeting, from_at__lte=at)
    return entitled(meeting).filter(pk__in=there.order_by().values("membership"))


def quorum_now(meeting: Meeting, at: datetime) -> Quorum:
    """The quorum at an instant, by every fraction that a rule of the alliance asks for; a half where none is set."""
    return _quorum(meeting, present_voters(meeting, at).count())


def presence_over_time(meeting: Meeting) -> list[Step]:
    """How many voting members were present from when on, from the first arrival to the last departure."""
    members = set(entitled(meeting).values_list("pk", flat=True))
    rows = meeting.attendances.filter(membership__in=members).values_list("membership_id", "from_at", "to_at")
    changes: dict[datetime, list[tuple[UUID, int]]] = {}
    for membership, arrived, left in rows:
        changes.setdefault(arrived, []).append((membership, 1))
        if left:
            changes.setdefault(left, []).append((membership, -1))
    there: dict[UUID, int] = {}
    steps: list[Step] = []
    for at in sorted(changes):
        for membership, change in changes[at]:
            there[membership] = there.get(membership, 0) + change
        present = sum(count > 0 for count in there.values())
        if not steps or steps[-1].present != present:
            steps.append(Step(at, present))
    return steps


def attendance_report(meeting: Meeting) -> Report:
    """Who attended and how, over the whole meeting."""
    voting = list(entitled(meeting))
    rows = list(meeting.attendances.select_related("membership__organisation").order_by("from_at", "id"))
    modes: dict[UUID | None, set[str]] = {}
    for row in rows:
        modes.setdefault(row.membership_id, set()).add(row.mode)
    known = {row.pk for row in voting}
    onsite = [row for row in voting if Attendance.Mode.ONSITE in modes.get(row.pk, ())]
    online = [row for row in voting if modes.get(row.pk) == {Attendance.Mode.ONLINE}]
    return Report(len(voting), onsite, online, [row for row in rows if row.membership_id not in known])


def quorum_result(meeting: Meeting, at: datetime) -> dict[str, Any]:
    """What is kept at the close: who attended and how, how many were there at once, and which quorums that made."""
    report = attendance_report(meeting)
    most = max((step.present for step in presence_over_time(meeting)), default=0)
    quorum = _quorum(meeting, most)
    return {
        "at": at.isoformat(),
        "voting": report.voting,
        "attended": report.attended,
        "onsite": len(report.onsite),
        "online": len(report.online),
        "most_at_once": most,
        "present_at_close": present_voters(meeting, at).count(),
        "quorums": [{**asdict(share), "fraction": share.fraction} for share in quorum.shares],
    }


def invited_to(meeting: Meeting) -> list[User]:
    """Whom a notice reaches: who sits on the body, and in a body of members who speaks for an active one."""
    day = day_of(meeting)
    people = Q(pk__in=meeting.body.seats.filter(lasting(day)).order_by().values("person"))
    if meeting.body.of_members:
        members = active_memberships(meeting.body.alliance, day).order_by().values("pk")
        speaks = Representative.objects.filter(lasting(day), membership__in=members).order_by()
        people |= Q(pk__in=speaks.values("person"))
    return list(User.objects.filter(people, is_active=True).order_by("id"))


def may_attend_for(user: Any, meeting: Meeting) -> QuerySet[Membership]:
    """For which members a person may be there: whom they speak for, or whose seat they hold."""
    day = day_of(meeting)
    if meeting.body.of_members:
        return represented_by(user, meeting.body.alliance, day)
    seats = meeting.body.seats.filter(lasting(day), person=user).order_by().values("membership")
    return active_memberships(meeting.body.alliance, day).filter(pk__in=seats)


def sits_in(user: Any, meeting: Meeting) -> bool:
    """Whether a person holds a seat of the body, perhaps for no member."""
    return meeting.body.seats.filter(lasting(day_of(meeting)), person=user).exists()


def _quorum(meeting: Meeting, present: int) -> Quorum:
    voting = entitled(meeting).count()
    members = active_memberships(meeting.body.alliance, day_of(meeting)).count()
    rules = meeting.body.alliance.voting_rules.filter(archived_at=None).order_by()
    asked = set(rules.values_list("quorum_numerator", "quorum_denominator", "quorum_base").distinct())
    return Quorum(present, voting, members, _shares(asked or {(1, 2, "voting")}, present, voting, members))


def _shares(asked: Iterable[tuple[int, int, str]], present: int, voting: int, members: int) -> list[Share]:
    found = []
    for numerator, denominator, of in sorted(asked, key=lambda each: (each[0] / each[1], each[2])):
        base = members if of == "members" else voting
        needed = quorum_needed(base, numerator, denominator)
        found.append(Share(numerator, denominator, base, needed, quorum_met(present, base, numerator, denominator)))
    return found

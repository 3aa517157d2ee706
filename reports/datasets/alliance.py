"""The alliance itself: who is a member, who applies, who comes to its meetings and votes: K32, K35."""

from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from alliance.models import Alliance, Attendance, Meeting, MembershipApplication
from alliance.queries.membership import active_on, rights_of_classes
from reports import metrics
from reports.datasets.frames import IN_PERIOD, asked, buckets, frame, read, records
from reports.parameters import Query

if TYPE_CHECKING:
    from pandas import DataFrame

MEMBERS = ["alliance_id", "alliance", "period", "until", "member_class", "members", "countries"]


def membership(query: Query, *, count: bool) -> "DataFrame":
    """K35 by period and class: active members on its last day, in the class of that day, and their countries."""
    periods = read(f"select period, until from ({buckets(query['by'])}) k order by first", asked(query))
    last = {period: until - timedelta(days=1) for period, until in periods}
    active = active_on(set(last.values()))
    rows = []
    for alliance in Alliance.objects.order_by("-is_main", "name", "id"):
        for period, until in periods:
            members: Counter[str] = Counter()
            countries: dict[str, set[str]] = {}
            for member, standing in active.get((alliance.pk, last[period]), []):
                members[standing.member_class] += 1
                countries.setdefault(standing.member_class, set()).add(member.organisation.country)
            for held, number in sorted(members.items()):
                line = (str(alliance.pk), str(alliance), period, until, held, number, len(countries[held] - {""}))
                rows.append(dict(zip(MEMBERS, line, strict=True)))
    return records(rows, MEMBERS)


def applications(query: Query, *, count: bool) -> "DataFrame":
    """K35 by state: applications that were submitted within the period, and the median days to the signed charter."""
    found = frame(
        f"""
        select p.state, count(*)::bigint as applications, percentile_cont(0.5) within group (
            order by p.signed_on - (p.submitted_at at time zone a.zone)::date
        ) as days, null::bigint as parties
        from alliance_membershipapplication p join alliance_alliance a on a.id = p.alliance_id
        where p.submitted_at is not null and {IN_PERIOD.format(at="p.submitted_at at time zone a.zone")}
        group by p.state
        """,
        asked(query),
        days="float64",
    )
    order = [name for name, _label in MembershipApplication._meta.get_field("state").choices or ()]
    place = found["state"].map({name: n for n, name in enumerate(order)})
    return found.iloc[place.argsort(kind="stable")]


ATTENDANCE = ["meeting_id", "meeting", "held_on", "voting", "present", "online", "attendance", "online_share"]


def attendance(query: Query, *, count: bool) -> "DataFrame":
    """K32 by meeting of all members held within the period: voting members then, how many of them somebody was there
    for, and for how many only online. Of a meeting of the past as a source tells it: what that says, the rest is not
    known."""
    meetings = Meeting.objects.filter(state="closed", body__of_members=True).select_related("body__alliance")
    if query.since:
        meetings = meetings.filter(starts_at__date__gte=query.since)
    if query.until:
        meetings = meetings.filter(starts_at__date__lt=query.until)
    there: dict[Any, dict[Any, set[str]]] = {}
    found = Attendance.objects.filter(meeting__in=meetings, membership__isnull=False).order_by()
    for key, member, mode in found.values_list("meeting", "membership", "mode"):
        there.setdefault(key, {}).setdefault(member, set()).add(mode)
    held = list(meetings.order_by("-starts_at", "-id"))
    active = active_on({meeting.starts_at.date() for meeting in held})
    votes = {alliance: rights_of_classes(alliance) for alliance in {meeting.body.alliance for meeting in held}}
    rows = []
    for meeting in held:
        if meeting.source:
            counts = [meeting.quorum_result.get(name) for name in ("voting", "attended", "online")]
            rows.append(_attended(meeting, *counts))
            continue
        alliance = meeting.body.alliance
        members = active.get((alliance.pk, meeting.starts_at.date()), [])
        voting = {row.pk for row, stood in members if stood.good_standing and votes[alliance][stood.member_class].votes}
        present = {member: modes for member, modes in there.get(meeting.pk, {}).items() if member in voting}
        online = sum(1 for modes in present.values() if modes == {Attendance.Mode.ONLINE})
        rows.append(_attended(meeting, len(voting), len(present), online))
    return records(rows, ATTENDANCE)


def _attended(meeting: Meeting, voting: int | None, present: int | None, online: int | None) -> dict[str, Any]:
    attendance = None if voting is None or present is None else metrics.attendance(present, voting)
    share = None if present is None or online is None else metrics.ratio(online, present)
    day = meeting.starts_at.astimezone(ZoneInfo(meeting.zone)).date()
    line = (str(meeting.pk), meeting.title, day, voting, present, online, attendance, share)
    return dict(zip(ATTENDANCE, line, strict=True))


def participation(query: Query, *, count: bool) -> "DataFrame":
    """K32 by vote that was closed within the period: members that could vote and did, days from the motion to the
    resolution. Of a secret vote it is known who voted, never how."""
    found = frame(
        f"""
        select m.id::text as motion_id, m.title as motion, m.state,
            (b.closed_at at time zone a.zone)::date as closed_on,
            count(*)::bigint as eligible,
            count(*) filter (where exists (select from alliance_vote v where v.voter_id = w.id))::bigint as cast_votes,
            max(r.decided_on - (m.created_at at time zone a.zone)::date) as days, null::bigint as parties
        from alliance_ballot b join alliance_motion m on m.id = b.motion_id
        join alliance_alliance a on a.id = m.alliance_id join alliance_voter w on w.ballot_id = b.id
        left join alliance_resolution r on r.motion_id = m.id
        where b.closed_at is not null and {IN_PERIOD.format(at="b.closed_at at time zone a.zone")}
        group by m.id, b.id, a.zone order by b.closed_at desc, m.id
        """,
        asked(query),
    )
    pairs = zip(found["cast_votes"].tolist(), found["eligible"].tolist(), strict=True)
    found["participation"] = [metrics.participation(cast, eligible) for cast, eligible in pairs]
    return found

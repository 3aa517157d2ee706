"""Reads motions, their rules, votes, results and resolutions."""

import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from alliance.models import Alliance, Ballot, Membership, Motion, Paper, Proxy, Resolution, Vote, Voter, VotingRule
from alliance.permissions.voting import (
    motion_parties,
    motions_visible_to,
    resolutions_visible_to,
    sees_alliance,
    spoken_for,
    votes_on,
)
from alliance.rules.voting import DEFAULTS, Count, Rule, decide
from alliance.workflows.governance import MOTION
from core import clock
from core.errors import NotFound
from core.lookup import find
from workflow.machine import Move


@dataclass(frozen=True)
class Participation:
    """How a vote goes on without what anybody chose: its span, the members that may vote and those that did."""

    is_secret: bool
    opened_at: datetime
    closes_at: datetime | None
    closed_at: datetime | None
    voters: int
    voted: int


@dataclass(frozen=True)
class NamedRule:
    """A rule with its name and where it comes from; `row` is None while the default of R-41 holds."""

    rule: Rule
    name: str
    source: str = ""
    row: VotingRule | None = None


def rule_of(row: VotingRule) -> NamedRule:
    """What a stored rule says."""
    return NamedRule(Rule(**{name: getattr(row, name) for name in Rule().as_dict()}), row.name, row.source, row)


def rule_for(alliance: Alliance, kind: str) -> NamedRule:
    """The rule for a kind of motion: what the alliance set, else the default (R-41)."""
    row = VotingRule.objects.filter(alliance=alliance, kind=kind, archived_at=None).first()
    if row is not None:
        return rule_of(row)
    return NamedRule(DEFAULTS.get(kind, Rule()), str(Motion.Kind(kind).label), "R-41")


def rules_of(alliance: Alliance) -> dict[str, NamedRule]:
    """The rule for every kind of motion."""
    set_here = {row.kind: rule_of(row) for row in alliance.voting_rules.filter(archived_at=None).exclude(kind="")}
    return {
        kind: set_here.get(kind) or NamedRule(DEFAULTS.get(kind, Rule()), str(label), "R-41")
        for kind, label in Motion.Kind.choices
    }


def rules_offered(alliance: Alliance) -> QuerySet[VotingRule]:
    """Rules that the chair may choose for motions of kind other, by name."""
    return VotingRule.objects.filter(alliance=alliance, kind="", archived_at=None).order_by("name", "id")


def find_alliance(user: Any, key: str | UUID) -> Alliance:
    """An alliance whose governance a person has to do with. Raises NotFound."""
    found = find(Alliance.objects.order_by("name", "id"), key)
    if not sees_alliance(user, found):
        raise NotFound
    return found


def alliances_of(user: Any) -> QuerySet[Alliance]:
    """The alliances whose governance a person has to do with, the main one first."""
    rows = Alliance.objects.order_by("-is_main", "name", "id")
    return rows.filter(pk__in=[alliance.pk for alliance in rows if sees_alliance(user, alliance)])


def find_motion(user: Any, key: str | UUID) -> Motion:
    """A motion that the person may see. Raises NotFound."""
    rows = motions_visible_to(user).select_related(
        "alliance", "body", "mover", "agenda_item__meeting", "application__organisation", "membership__organisation",
        "version_of_document__document", "term__office", "ballot", "resolution",
    )  # fmt: skip
    return find(rows, key)


def motions_listed(
    user: Any, alliance: Alliance, *, state: str = "", kind: str = "", search: str = ""
) -> QuerySet[Motion]:
    """The motions of an alliance that a person may see and that the filters leave, the latest first."""
    rows = motions_visible_to(user).filter(alliance=alliance).select_related("ballot", "resolution")
    if state in MOTION.states:
        rows = rows.filter(state=state)
    if kind in Motion.Kind.values:
        rows = rows.filter(kind=kind)
    return rows.filter(Q(title__icontains=search) | Q(title_zh__icontains=search)) if search else rows


def resolutions_listed(user: Any, alliance: Alliance, *, year: str = "", search: str = "") -> QuerySet[Resolution]:
    """The resolutions of an alliance that a person may see and that the filters leave, the latest first."""
    rows = resolutions_visible_to(user).filter(alliance=alliance)
    if year.isdecimal() and len(year) == 4:
        rows = rows.filter(year=int(year))
    return rows.filter(Q(title__icontains=search) | Q(title_zh__icontains=search)) if search else rows


def find_resolution(user: Any, key: str | UUID) -> Resolution:
    """A resolution that the person may see. Raises NotFound."""
    return find(resolutions_visible_to(user), key)


def motions_to_vote(user: Any) -> QuerySet[Motion]:
    """Open votes in which a member that a person speaks for has not voted yet, those that close first."""
    silent = Voter.objects.filter(ballot__motion=OuterRef("pk"), membership__in=spoken_for(user), votes=None)
    rows = Motion.objects.filter(Exists(silent), state="open").select_related("alliance", "ballot")
    return rows.order_by(F("ballot__closes_at").asc(nulls_last=True), "id")


def motion_moves(user: Any, motion: Motion) -> list[Move]:
    """What a person may do with a motion now; not to close a vote that has not come to its end."""
    moves = MOTION.open_moves(motion.state, motion_parties(user, motion))
    return [move for move in moves if move.name != "close" or may_close(motion)]


def may_close(motion: Motion) -> bool:
    """Whether an open vote has come to its end: in a meeting at any time, in writing at its announced end or when every
    member has voted."""
    ballot = ballot_of(motion)
    if ballot is None or motion.agenda_item_id is not None:
        return True
    if ballot.closes_at is None or ballot.closes_at <= clock.now():
        return True
    return not ballot.voters.filter(votes=None).exists()


def ballot_of(motion: Motion) -> Ballot | None:
    """The vote on a motion, once it was opened."""
    return getattr(motion, "ballot", None)


def participation(motion: Motion) -> Participation | None:
    """How the vote on a motion goes on; None before it was opened."""
    ballot = ballot_of(motion)
    if ballot is None:
        return None
    voted = ballot.voters.filter(votes__isnull=False).distinct().count()
    span = ballot.opened_at, ballot.closes_at, ballot.closed_at
    return Participation(ballot.is_secret, *span, ballot.voters.count(), voted)


def last_votes(ballot: Ballot) -> QuerySet[Vote]:
    """The vote of each member that counts: its last one, by the members' names."""
    rows = Vote.objects.filter(voter__ballot=ballot).order_by("voter_id", "-number").distinct("voter_id")
    return Vote.objects.filter(pk__in=rows.values("pk")).select_related("voter").order_by("voter__name", "voter_id")


def present_in(motion: Motion, at: datetime) -> set[UUID]:
    """The members present in the meeting of a motion and entitled to vote."""
    from alliance.queries.meetings import present_voters

    return {row.pk for row in present_voters(motion.agenda_item.meeting, at)} if motion.agenda_item else set()


def proxies_in(motion: Motion) -> dict[UUID, UUID]:
    """Giver to holder, as far as the rule of the motion lets a member hold proxies, the earliest given first."""
    limit = motion.rule.get("proxies_max", 0)
    if not limit or motion.agenda_item is None:
        return {}
    held: Counter[UUID] = Counter()
    found = {}
    for row in Proxy.objects.filter(meeting=motion.agenda_item.meeting).order_by("created_at", "id"):
        if held[row.holder_id] < limit:
            held[row.holder_id] += 1
            found[row.giver_id] = row.holder_id
    return found


def attending(ballot: Ballot, at: datetime) -> set[UUID]:
    """The voting members that count as present in the meeting: there, by proxy of one who is, or having voted."""
    there = present_in(ballot.motion, at)
    there |= {giver for giver, holder in proxies_in(ballot.motion).items() if holder in there}
    voted = Vote.objects.filter(voter__ballot=ballot).values_list("voter__membership", flat=True)
    return (there | set(voted)) & set(ballot.voters.values_list("membership", flat=True))


def votes_for(user: Any, motion: Motion) -> list[Membership]:
    """The members for which a person may vote: their own, and by proxy."""
    own = list(votes_on(user, motion))
    keys = {row.pk for row in own}
    given = [giver for giver, holder in proxies_in(motion).items() if holder in keys]
    return own + list(Membership.objects.filter(pk__in=given).exclude(pk__in=keys).select_related("organisation"))


def papers_of(ballot: Ballot) -> list[tuple[str, str, str]]:
    """What was counted: of an open vote member, country and choice, of a secret one receipt, nothing and choice.

    In an order of its own, and nothing before the close.
    """
    if ballot.closed_at is None:
        return []
    return _papers(ballot)


def sheet_of(ballot: Ballot) -> dict[str, Any]:
    """The result counted from the rows as they are: rule, counts, fractions, outcome, checksum of the papers."""
    papers = _papers(ballot)
    chosen = Counter(choice for _who, _where, choice in papers)
    count = Count(
        votes_for=chosen["for"],
        against=chosen["against"],
        abstain=chosen["abstain"],
        present=len(papers) if ballot.present is None else ballot.present,
        voters=ballot.voters.count(),
        members=ballot.members,
    )
    result = decide(Rule.from_dict(ballot.motion.rule), count)
    return {
        "rule": ballot.motion.rule,
        "count": {**asdict(count), "voted": count.voted},
        **result.as_dict(),
        "papers_sha256": checksum(papers),
    }


def recounted(ballot: Ballot) -> tuple[dict[str, Any], bool]:
    """The sheet counted again from the rows, and whether it says the same as the one that was kept."""
    if ballot.closed_at is None:
        raise NotFound
    again = sheet_of(ballot)
    return again, all(ballot.result.get(name) == value for name, value in again.items())


def counted(sheet: dict[str, Any]) -> dict[str, Any]:
    """The counts of a sheet, for the audit trail."""
    return {name: sheet[name] for name in ("count", "papers_sha256")}


def checksum(papers: Iterable[tuple[str, str, str]]) -> str:
    """SHA-256 of the papers as lines of who, where and choice, tabs between, sorted, each ending in a line feed."""
    lines = sorted(f"{who}\t{where}\t{choice}\n" for who, where, choice in papers)
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def _papers(ballot: Ballot) -> list[tuple[str, str, str]]:
    if ballot.is_secret:
        return sorted((row.receipt, "", row.choice) for row in Paper.objects.filter(ballot=ballot))
    return [(vote.voter.name, vote.voter.country, vote.choice) for vote in last_votes(ballot)]


def open_to_member(user: Any, membership: Membership) -> QuerySet[Motion]:
    """Open motions that the person sees and the member votes on, the first to close first; `has_voted`, never how."""
    voters = Voter.objects.filter(ballot__motion=OuterRef("pk"), membership=membership)
    rows = motions_visible_to(user).filter(Exists(voters), alliance=membership.alliance, state="open")
    rows = rows.annotate(has_voted=Exists(voters.filter(votes__isnull=False)))
    return rows.select_related("ballot").order_by(F("ballot__closes_at").asc(nulls_last=True), "id")

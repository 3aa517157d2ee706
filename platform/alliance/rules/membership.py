"""What the classes of members may do by default, and which entry of a history decides what."""

from dataclasses import dataclass

from alliance.models import MemberClass, MembershipChange

Kind = MembershipChange.Kind


@dataclass(frozen=True)
class Rights:
    """What the members of one class may do, beside what every member may."""

    votes: bool = False
    speaks: bool = True
    stands: bool = False
    sponsors: bool = False
    proposes: bool = False


DEFAULT_RIGHTS = {
    MemberClass.FOUNDING: Rights(votes=True, stands=True, sponsors=True, proposes=True),
    MemberClass.FULL: Rights(votes=True, stands=True, sponsors=True, proposes=True),
    MemberClass.ASSOCIATE: Rights(),
    MemberClass.OBSERVER: Rights(),
    MemberClass.HONORARY: Rights(),
}
"""Where an alliance has set nothing: associates and observers see and speak, without a vote (R-42)."""

DECIDES: dict[str, frozenset[str]] = {
    "member_class": frozenset({Kind.JOINED, Kind.CLASS}),
    "state": frozenset({Kind.JOINED, Kind.SUSPENDED, Kind.RESUMED, Kind.WITHDRAWN, Kind.EXCLUDED}),
    "good_standing": frozenset({Kind.JOINED, Kind.STANDING}),
}
"""For each column of a membership the kinds of entry that decide it; the latest one on a day holds."""

LEFT = frozenset({Kind.WITHDRAWN, Kind.EXCLUDED})
MAY_BE_ASKED_FOR = tuple(each for each in MemberClass if each != MemberClass.FOUNDING)
"""Classes that a centre may apply for: founding members are those that founded it."""

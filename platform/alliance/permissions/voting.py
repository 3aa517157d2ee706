"""Who a person is to a motion and its vote, and which motions and resolutions they may see."""

from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from alliance.models import Alliance, Body, BodyMembership, Membership, Motion, Representative, Resolution, Voter
from alliance.queries.membership import lasting, represented_by, rights_of_classes, voting_memberships
from alliance.rules.days import today_in
from core import clock, permissions

RUN = "alliance.run_governance"
OPEN = "alliance.open_votes"


def motion_parties(user: Any, motion: Motion) -> frozenset[str]:
    """The parties of the workflow that a person is to a motion."""
    if not user.is_authenticated:
        return frozenset()
    if user.is_system:
        return frozenset({"system"})
    rights = {"secretary": RUN, "chair": OPEN}
    parties = {party for party, right in rights.items() if permissions.allowed(user, right, motion.alliance)}
    if parties and not motion.rule.get("is_electronic", True):
        parties.add("teller")
    if motion.mover_id == user.pk:
        parties.add("mover")
    if votes_on(user, motion).exists():
        parties.add("voter")
    return frozenset(parties)


def electorate(motion: Motion) -> QuerySet[Membership]:
    """The members that vote on a motion, by name: those of its ballot, before the opening those it would have.

    In a body of members every member in good standing whose class votes, otherwise those of them that sit on it.
    """
    voters = Voter.objects.filter(ballot__motion=motion)
    if voters.exists():
        found = Membership.objects.filter(pk__in=voters.values("membership"))
    else:
        today = today_in(motion.alliance)
        found = voting_memberships(motion.alliance, today)
        if not motion.body.of_members:
            seats = BodyMembership.objects.filter(lasting(today), body=motion.body, membership__isnull=False)
            found = found.filter(pk__in=seats.values("membership"))
    return found.select_related("organisation").order_by("organisation__name", "id")


def deciding_bodies(alliance: Alliance) -> QuerySet[Body]:
    """The bodies in which members vote today: those of all members, and those on which a member has a seat."""
    seats = BodyMembership.objects.filter(lasting(today_in(alliance)), membership__isnull=False)
    voting = Q(of_members=True) | Q(pk__in=seats.order_by().values("body"))
    return Body.objects.filter(voting, alliance=alliance, archived_at=None).order_by("name", "id")


def votes_on(user: Any, motion: Motion) -> QuerySet[Membership]:
    """The members for which a person votes on a motion as their representative of today (R-42), by name."""
    own = represented_by(user, motion.alliance, today_in(motion.alliance))
    return electorate(motion).filter(pk__in=[member.pk for member in own])


def may_draft(user: Any, alliance: Alliance) -> bool:
    """Whether a person may draft motions: officers, and who speaks for a member whose class proposes."""
    if not user.is_authenticated:
        return False
    if any(permissions.allowed(user, right, alliance) for right in (RUN, OPEN)):
        return True
    rights = rights_of_classes(alliance)
    return any(rights[row.member_class].proposes for row in represented_by(user, alliance, today_in(alliance)))


def motions_visible_to(user: Any) -> QuerySet[Motion]:
    """What was tabled, for the members' representatives and who sits on the body; everything for the officers; drafts
    else only for their mover. Nothing for the public."""
    if not user.is_authenticated or not user.is_active:
        return Motion.objects.none()
    seen = Q(mover=user) | Q(alliance__in=_offices(user)) | ~Q(state="draft") & _of_own_bodies(user, "")
    return Motion.objects.filter(seen).select_related("alliance", "body", "mover").order_by("-created_at", "-id")


def resolutions_visible_to(user: Any) -> QuerySet[Resolution]:
    """Those of the motions that a person may see, and those of an alliance recorded without a motion."""
    if not user.is_authenticated or not user.is_active:
        return Resolution.objects.none()
    recorded = Q(motion=None, alliance__in=spoken_for(user).values("alliance"))
    seen = Q(alliance__in=_offices(user)) | recorded | Q(motion__isnull=False) & _of_own_bodies(user, "motion__")
    return Resolution.objects.filter(seen).select_related("alliance", "motion").order_by("-year", "-number", "id")


def sees_alliance(user: Any, alliance: Alliance) -> bool:
    """Whether a person has anything to do with the governance of an alliance: officer, representative or seated."""
    if not user.is_authenticated or not user.is_active:
        return False
    if alliance.pk in _offices(user) or spoken_for(user).filter(alliance=alliance).exists():
        return True
    return BodyMembership.objects.filter(lasting(clock.now().date()), person=user, body__alliance=alliance).exists()


def _offices(user: Any) -> list[UUID]:
    return [pk for right in (RUN, OPEN) for pk in permissions.container_ids(user, right, Alliance)]


def spoken_for(user: Any) -> QuerySet[Membership]:
    """The active members that a person speaks for today."""
    speaks = Representative.objects.filter(lasting(clock.now().date()), membership=OuterRef("pk"), person=user)
    return Membership.objects.filter(Exists(speaks), state="active").order_by()


def _of_own_bodies(user: Any, prefix: str) -> Q:
    """Of bodies of an alliance that a person's member belongs to, or on which they or their member sit."""
    own = spoken_for(user)
    seats = BodyMembership.objects.filter(lasting(clock.now().date())).filter(
        Q(person=user) | Q(membership__in=own.values("pk"))
    )
    return Q(**{f"{prefix}body__of_members": True, f"{prefix}alliance__in": own.values("alliance")}) | Q(
        **{f"{prefix}body__in": seats.order_by().values("body")}
    )

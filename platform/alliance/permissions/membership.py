"""Who a person is to an application and to a membership, and which of them they may see."""

from typing import Any

from django.db.models import Q, QuerySet

from accounts.models import Organisation
from alliance.models import Alliance, Membership, MembershipApplication, Representative
from alliance.permissions.governance import lasting
from core import clock, permissions, times

MANAGE = "alliance.manage_members"
OPEN_VOTES = "alliance.open_votes"
SIGN = "accounts.sign_for_organisation"


def application_parties(user: Any, application: MembershipApplication) -> frozenset[str]:
    """The parties of the workflow that a person is.

    Who applies never checks the application or puts it to the vote, whatever office they hold.
    """
    if not user.is_authenticated or not user.is_active:
        return frozenset()
    if user.is_system:
        return frozenset({"system"})
    parties = {"head"} if is_head(user, application) else set()
    if application.contact_id == user.pk:
        return frozenset(parties | {"applicant"})
    held = {"secretary": MANAGE, "chair": OPEN_VOTES}
    parties |= {party for party, right in held.items() if permissions.allowed(user, right, application.alliance)}
    return frozenset(parties)


def is_head(user: Any, application: MembershipApplication) -> bool:
    """Whether a person signs for the organisation: its signatory, or the account of the head that was named."""
    named = bool(application.head_email) and application.head_email.casefold() == user.email.casefold()
    return named or permissions.allowed(user, SIGN, application.organisation)


def applications_visible_to(user: Any) -> QuerySet[MembershipApplication]:
    """One's own; what lies with the office that one holds; and as its head what waits for one's signature.

    What was never submitted is its contact's alone.
    """
    if not user.is_authenticated or not user.is_active:
        return MembershipApplication.objects.none()
    held = [key for right in (MANAGE, OPEN_VOTES) for key in permissions.container_ids(user, right, Alliance)]
    signs = permissions.container_ids(user, SIGN, Organisation)
    is_his = Q(head_email__iexact=user.email) | Q(organisation__in=signs)
    visible = Q(contact=user) | Q(alliance__in=held, submitted_at__isnull=False)
    visible |= is_his & Q(state__in=["signature", "member"])
    return MembershipApplication.objects.filter(visible).order_by("-created_at", "-id")


def membership_parties(user: Any, membership: Membership) -> frozenset[str]:
    """`secretary` of its alliance, `head` or `delegate` of the member on this day."""
    if not user.is_authenticated or not user.is_active:
        return frozenset()
    if user.is_system:
        return frozenset({"system"})
    kinds = set(_representing(user).filter(membership=membership).values_list("kind", flat=True))
    parties = {"head"} if Representative.Kind.HEAD in kinds else set()
    parties |= {"delegate"} if kinds else set()
    if permissions.allowed(user, MANAGE, membership.alliance):
        parties.add("secretary")
    return frozenset(parties)


def memberships_visible_to(user: Any) -> QuerySet[Membership]:
    """Those whose inside one may read: of alliances whose members one manages, and those one speaks for today."""
    if not user.is_authenticated or not user.is_active:
        return Membership.objects.none()
    held = permissions.container_ids(user, MANAGE, Alliance)
    visible = Q(alliance__in=held) | Q(pk__in=_representing(user).values("membership"))
    return Membership.objects.filter(visible).select_related("organisation").order_by("organisation__name", "id")


def _representing(user: Any) -> QuerySet[Representative]:
    """What a person represents today, in any alliance by its zone and whatever the member's state, in no order."""
    now, holds = clock.now(), Q(pk__in=[])
    for zone in Alliance.objects.order_by().values_list("zone", flat=True).distinct():
        holds |= lasting(now.astimezone(times.zone_of(zone)).date()) & Q(membership__alliance__zone=zone)
    return Representative.objects.filter(holds, person=user).order_by()

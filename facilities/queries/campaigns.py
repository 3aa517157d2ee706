"""Reads campaigns: which a person may see, and how much of each leg: of another facility's only that it is busy."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from core.lookup import find
from facilities import sql
from facilities.coupling import LegState, Link
from facilities.models import Booking, Campaign, Leg
from facilities.queries.bookings import facilities_seen_by
from facilities.workflows import CLAIMING

WITH_BOOKING = ("booking__instrument__facility", "booking__requester", "booking__team")


@dataclass(frozen=True)
class SeenLeg:
    """A leg as one reader may see it: `leg` is None where it is another facility's and only its time is told."""

    position: int
    starts_at: datetime
    ends_at: datetime
    leg: Leg | None = None


def campaigns_visible_to(user: Any) -> QuerySet[Campaign]:
    """One's own, those of one's teams or in which one takes part, and those with a leg at a facility whose calendar
    one sees in full; newest first. How much of them: `legs_seen`."""
    rows = Campaign.objects.select_related("requester", "team")
    if not user.is_authenticated or not user.is_active:
        return rows.none()
    if not (user.is_system or user.is_superuser):
        here = Leg.objects.filter(booking__instrument__facility__in=facilities_seen_by(user)).values("campaign_id")
        rows = rows.filter(_involving(user) | Q(pk__in=here))
    return rows.order_by("-created_at", "-id")


def campaigns_of(user: Any) -> QuerySet[Campaign]:
    """Those a person asked for, takes part in, or whose team they are on; newest first."""
    rows = Campaign.objects.filter(_involving(user)).select_related("requester", "team")
    return rows.order_by("-created_at", "-id")


def campaigns_waiting(user: Any) -> QuerySet[Campaign]:
    """Those of a person that are not decided, each with how many of its legs are approved (`given`) of `total`."""
    approved = Q(legs__booking__state="approved")
    return (
        campaigns_of(user).filter(state="requested").annotate(given=Count("legs", filter=approved), total=Count("legs"))
    )


def find_campaign(user: Any, key: str | UUID) -> Campaign:
    """By identifier or reference (`C-000123`). Raises NotFound for one that is not there or not to be seen."""
    return find(campaigns_visible_to(user), key, numbered="C-")


def campaign_of(booking_id: UUID) -> Campaign | None:
    """The campaign a booking is a leg of."""
    return Campaign.objects.filter(legs__booking=booking_id).first()


def sees_whole(user: Any, campaign: Campaign) -> bool:
    """Whether a person is of the campaign, and not only of a facility that one of its legs goes to."""
    if user.is_system or user.is_superuser:
        return True
    return Campaign.objects.filter(_involving(user), pk=campaign.pk).exists()


def legs_seen(user: Any, campaign: Campaign) -> list[SeenLeg]:
    """The legs in their order. Of another facility's leg only its time is there, and that only while it is claimed."""
    return legs_of_each(user, [campaign])[campaign.pk]


def legs_of_each(user: Any, campaigns: Iterable[Campaign]) -> dict[UUID, list[SeenLeg]]:
    """The same for several campaigns, in as many statements as for one."""
    found: dict[UUID, list[SeenLeg]] = {each.pk: [] for each in campaigns}
    own = Campaign.objects.filter(pk__in=found) if user.is_system or user.is_superuser else None
    if own is None:
        own = Campaign.objects.filter(_involving(user), pk__in=found)
    whole, facilities = set(own.values_list("pk", flat=True)), set(facilities_seen_by(user))
    rows = Leg.objects.filter(campaign__in=found).select_related(*WITH_BOOKING).order_by("campaign_id", "position")
    for leg in rows:
        mine = leg.campaign_id in whole or leg.booking.instrument.facility_id in facilities
        if mine or leg.booking.state in CLAIMING:
            at = leg.booking.starts_at, leg.booking.ends_at
            found[leg.campaign_id].append(SeenLeg(leg.position, *at, leg if mine else None))
    return found


def legs_of(campaign: Campaign) -> list[Leg]:
    return list(campaign.legs.select_related(*WITH_BOOKING).order_by("position"))


def states_of(legs: list[Leg]) -> list[LegState]:
    return [LegState(leg.booking.state, leg.is_lead) for leg in legs]


def links_of(booking: Booking) -> tuple[Link, ...]:
    """The other legs that a booking must keep its distance from when it moves; those that ended bind nobody."""
    leg = Leg.objects.filter(booking=booking).select_related("after__booking").first()
    if leg is None:
        return ()
    links = [_link(leg, leg.after.booking.ends_at, earlier=True)] if leg.after and _binds(leg.after) else []
    followers = leg.followers.select_related("booking").order_by("position")
    links += [_link(each, each.booking.starts_at, earlier=False) for each in followers if _binds(each)]
    return tuple(links)


def _binds(leg: Leg) -> bool:
    return leg.booking.state in CLAIMING


def _link(leg: Leg, at: datetime, *, earlier: bool) -> Link:
    most = None if leg.max_gap_minutes is None else timedelta(minutes=leg.max_gap_minutes)
    return Link(earlier, at, timedelta(minutes=leg.min_gap_minutes), most)


def _involving(user: Any) -> Q:
    [(teams, _taking_part)] = sql.rows(sql.INVOLVED, {"user": user.pk})
    part = Leg.objects.filter(booking__people__user=user).values("campaign_id")
    return Q(requester=user) | Q(team__in=teams) | Q(pk__in=part)

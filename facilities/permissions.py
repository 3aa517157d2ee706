"""Who is what to a booking, a team and a facility's calendar; roles are held on the facility alone."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from core import clock
from core.permissions import allowed, container_ids
from facilities.models import Allocation, Booking, Campaign, Facility, TeamMember, Waiting
from workflow import approvals

PARTY_PERMISSIONS = (
    ("decider", "facilities.decide_bookings"),
    ("operator", "facilities.run_sessions"),
    ("manager", "facilities.override_rules"),
)


def booking_parties(user: Any, booking: Booking) -> frozenset[str]:
    """The parties of the booking's workflow that a person is.

    Requester: who asked, and the leads of the team. Decider, operator and manager: by role at the facility.
    Approver: who approved it minutes ago. `route` is nobody: the approval route itself acts.
    """
    if not user.is_authenticated or not user.is_active:
        return frozenset()
    parties = {"system"} if user.is_system else set()
    if booking.requester_id == user.pk or (booking.team_id and leads_team(user, booking.team_id)):
        parties.add("requester")
    facility = booking.instrument.facility
    parties |= {party for party, permission in PARTY_PERMISSIONS if allowed(user, permission, facility)}
    if booking.state == "approved" and booking.starts_at > clock.now() and approvals.may_reopen(user, booking):
        parties.add("approver")
    return frozenset(parties)


def waiting_parties(user: Any, waiting: Waiting) -> frozenset[str]:
    """The parties of a place on a list that a person is.

    Requester: who waits, and the leads of the team. Decider: who decides about the instrument.
    """
    return waiting_parties_of(user, [waiting])[waiting.pk]


def waiting_parties_of(user: Any, rows: Iterable[Waiting]) -> dict[UUID, frozenset[str]]:
    """The same for several places, in two statements."""
    led = set(TeamMember.objects.filter(user=user, role=TeamMember.Role.LEAD).values_list("team_id", flat=True))
    decided = set(container_ids(user, "facilities.decide_bookings", Facility))
    found = {}
    for row in rows:
        parties = {"system"} if user.is_system else set()
        if row.person_id == user.pk or row.team_id in led:
            parties.add("requester")
        if row.instrument and row.instrument.facility_id in decided:
            parties.add("decider")
        found[row.pk] = frozenset(parties)
    return found


def campaign_parties(user: Any, campaign: Campaign) -> frozenset[str]:
    """Requester of a campaign: who asked, and the leads of the team."""
    if not user.is_authenticated or not user.is_active:
        return frozenset()
    mine = campaign.requester_id == user.pk or (campaign.team_id and leads_team(user, campaign.team_id))
    return frozenset({"requester"} if mine else ()) | frozenset({"system"} if user.is_system else ())


def leads_team(user: Any, team_id: Any) -> bool:
    return TeamMember.objects.filter(team_id=team_id, user=user, role=TeamMember.Role.LEAD).exists()


def manages_accounts(user: Any, facility: Facility) -> bool:
    """Whether a person gives the facility's time: grants, carries over, takes in from other instruments."""
    return bool(user.is_system) or allowed(user, "facilities.manage_calendar", facility)


def may_spend(user: Any, allocation: Allocation) -> bool:
    """Whether a person may let go of units: a lead of the team, or who gives the facility's time."""
    return leads_team(user, allocation.team_id) or manages_accounts(user, allocation.instrument.facility)


def may_override(user: Any, facility: Facility) -> bool:
    return allowed(user, "facilities.override_rules", facility)


def may_see_all(user: Any, facility: Facility) -> bool:
    """Whether every booking of a facility is shown in full."""
    return allowed(user, "facilities.view_private_calendar", facility)

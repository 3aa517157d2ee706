"""What becomes of the whole when one of its bookings ends or is given: of its series, of its campaign."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.queries import holders
from core.rows import insert
from facilities.announcing import campaign_messages, concerned_with_campaign
from facilities.commands.bookings.routing import send_through_route
from facilities.commands.locks import lock_bookings
from facilities.coupling import Coupling, is_broken, is_complete
from facilities.models import Booking, Campaign, Leg
from facilities.queries.campaigns import legs_of, states_of
from facilities.queries.series import moving, series_of, waiting
from facilities.telling import messages_of
from facilities.workflows import CAMPAIGN, LIVE
from workflow import approvals
from workflow.commands import advance

SYSTEM = frozenset({"system"})


def settle_series(booking: Booking, *, by: Any) -> None:
    """The task of a series stops asking when the last date that it decides has ended by itself."""
    series = series_of(booking.pk)
    if series is not None and not waiting(series) and not moving(series):
        approvals.stop(series, by=by)


@dataclass(frozen=True)
class Broken:
    """A campaign whose coupling can no longer be met, why, and its other bookings that are to be released, locked."""

    campaign: Campaign
    why: str
    left: list[Booking]


def settle_campaign(booking: Booking, *, by: Any, note: str) -> Broken | None:
    """What the end of a leg, locked with its campaign, breaks. None where it breaks nothing."""
    campaign = _running(booking).first()
    if campaign is None:
        return None
    legs = legs_of(campaign)
    if not is_broken(campaign.coupling, campaign.at_least, states_of(legs)):
        _confirm_if_complete(campaign, legs, by=by)
        return None
    fallen = next(leg for leg in legs if leg.booking_id == booking.pk)
    why = _("Leg %(leg)d, %(instrument)s: %(state)s. %(note)s") % {
        "leg": fallen.position,
        "instrument": booking.instrument.name,
        "state": booking.get_state_display(),
        "note": note,
    }
    advance(campaign, CAMPAIGN, "break", by=by, parties=SYSTEM, note=why.strip(), leg=fallen.position)
    left = {leg.booking_id for leg in legs if leg.booking.state in LIVE - {"running"}} - {booking.pk}
    lock_bookings(left)
    return Broken(campaign, why.strip(), [leg.booking for leg in legs_of(campaign) if leg.booking_id in left])


def tell_broken(broken: Broken, *, by: Any) -> None:
    """Those who asked hear of it in one message that explains it all, when every leg is released; the end of the leg
    needs no message of its own."""
    campaign = broken.campaign
    told = [person.pk for person in concerned_with_campaign(campaign)]
    legs = [leg.booking for leg in legs_of(campaign)]
    insert(campaign_messages(campaign, "campaign_broken", told, legs, by=by, note=broken.why))


def go_on_with_campaign(booking: Booking, *, by: Any, approve: Callable[..., Any]) -> None:
    """A leg was approved, locked with its campaign: the lead lets the others go to their facilities, and when all that
    is needed is in, the campaign is confirmed and everybody told."""
    campaign = _running(booking).filter(state="requested").first()
    if campaign is None:
        return
    legs = legs_of(campaign)
    if campaign.coupling == Coupling.LEAD and any(leg.is_lead and leg.booking_id == booking.pk for leg in legs):
        for leg in legs:
            if not leg.is_lead and leg.booking.state == "requested":
                send_through_route(leg.booking, by=by, approve=approve)
        campaign.refresh_from_db()
    _confirm_if_complete(campaign, legs_of(campaign), by=by)


def wait_again_with_campaign(booking: Booking, *, by: Any) -> None:
    """The approval of a leg was taken back: a campaign that is not complete without it waits again."""
    campaign = _running(booking).filter(state="confirmed").first()
    if campaign and not is_complete(campaign.coupling, campaign.at_least, states_of(legs_of(campaign))):
        advance(campaign, CAMPAIGN, "reopen", by=by, parties=SYSTEM)


def tell_facility(booking: Booking, kind: str, *, by: Any, note: str) -> None:
    """The managers of a leg's facility hear what became of it, and nothing of the others."""
    managers = [user.pk for user in holders("facility_manager", booking.instrument.facility_id)]
    insert(messages_of(booking, kind, managers, by=by, note=note))


def release_note(campaign: Campaign) -> str:
    """Why a leg is released, in words that every facility may read."""
    return _("Campaign %(reference)s cannot take place: another part of it has ended.") % {
        "reference": campaign.reference
    }


def _running(booking: Booking) -> QuerySet[Campaign]:
    legs = Leg.objects.filter(booking=booking)
    rows = Campaign.objects.filter(pk__in=legs.values("campaign_id"), state__in=["requested", "confirmed"])
    return rows.select_related("requester", "team")


def _confirm_if_complete(campaign: Campaign, legs: list[Leg], *, by: Any) -> None:
    if campaign.state != "requested" or not is_complete(campaign.coupling, campaign.at_least, states_of(legs)):
        return
    advance(campaign, CAMPAIGN, "confirm", by=by, parties=SYSTEM)
    told = [person.pk for person in concerned_with_campaign(campaign)]
    insert(campaign_messages(campaign, "campaign_confirmed", told, [leg.booking for leg in legs], by=by))

"""Taking a campaign back as a whole: every leg that has not begun ends, in one act and with one message."""

from typing import Any

from django.db import transaction

from core.rows import insert
from facilities.announcing import campaign_messages, concerned_with_campaign
from facilities.commands.bookings.belonging import tell_facility
from facilities.commands.bookings.ending import end_booking
from facilities.commands.locks import lock_bookings, lock_time
from facilities.models import Campaign
from facilities.permissions import campaign_parties
from facilities.queries.campaigns import legs_of
from facilities.workflows import CAMPAIGN
from workflow.commands import advance

ENDS = {"requested": "withdraw", "countered": "withdraw", "approved": "cancel"}


@transaction.atomic
def withdraw_campaign(campaign: Campaign, *, by: Any, note: str) -> Campaign:
    """The requester ends every leg that has not begun; facilities that had approved are told of their own.

    Withdrawn already: nothing happens. Raises NotPermitted, Invalid (no reason), WrongState.
    """
    lock_time(leg.booking.instrument_id for leg in legs_of(campaign))
    campaign = Campaign.objects.select_for_update(of=("self",)).select_related("requester", "team").get(pk=campaign.pk)
    parties = campaign_parties(by, campaign)
    if campaign.state == "withdrawn" and "requester" in parties:
        return campaign
    advance(campaign, CAMPAIGN, "withdraw", by=by, parties=parties, note=note)
    lock_bookings(leg.booking_id for leg in legs_of(campaign))
    ended = [leg.booking for leg in legs_of(campaign) if leg.booking.state in ENDS]
    for booking in ended:
        move = ENDS[booking.state]
        end_booking(booking, move, by=by, parties=frozenset({"requester"}), note=note, kind="", told=False)
        if move == "cancel":
            tell_facility(booking, "booking_cancelled", by=by, note=note)
    told = [person.pk for person in concerned_with_campaign(campaign)]
    insert(campaign_messages(campaign, "campaign_withdrawn", told, ended, by=by, note=note))
    return campaign

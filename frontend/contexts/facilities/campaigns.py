"""Pages of campaigns: the form with what stands against each leg, and a campaign as far as its reader may see it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from core import audit
from core.models import AuditEntry
from facilities.coupling import Coupling
from facilities.models import Booking, Campaign
from facilities.permissions import campaign_parties
from facilities.queries.campaigns import SeenLeg, legs_of_each, legs_seen, sees_whole
from facilities.workflows import CAMPAIGN
from frontend.forms.facilities.bookings import CampaignsForm
from frontend.history import Entry
from frontend.paging import Page, paged
from frontend.status import look
from workflow.queries import who_decides_each


@dataclass(frozen=True)
class LegRow:
    """A leg on the page. Of another facility's only the time is known, shown on the clock of the reader's own."""

    seen: SeenLeg
    zone: str
    waits: str
    due_at: datetime | None

    @property
    def booking(self) -> Any:
        return self.seen.leg.booking if self.seen.leg else None


@dataclass(frozen=True)
class CampaignPage:
    """A campaign. `whole` says that the reader is of it, and not only of a facility with a leg in it."""

    campaign: Campaign
    legs: list[LegRow]
    whole: bool
    holds: str
    withdraw: str
    history: list[Entry]


def campaign_page(campaign: Campaign, user: Any) -> CampaignPage:
    """The page for one who may see the campaign."""
    whole = sees_whole(user, campaign)
    seen = legs_seen(user, campaign)
    own = next((each.leg.booking.instrument.facility.zone for each in seen if each.leg), "UTC")
    waiting = who_decides_each("facilities.booking", [each.leg.booking_id for each in seen if each.leg])
    moves = {move.name for move in CAMPAIGN.open_moves(campaign.state, campaign_parties(user, campaign))}
    return CampaignPage(
        campaign=campaign,
        legs=[_row(each, campaign, own, waiting) for each in seen],
        whole=whole,
        holds=holds_together(campaign),
        withdraw=reverse("campaign_withdraw", args=[campaign.pk]) if "withdraw" in moves else "",
        history=[_entry(each, own) for each in reversed(list(audit.history(campaign)))] if whole else [],
    )


def holds_together(campaign: Campaign) -> str:
    """The coupling in words."""
    if campaign.coupling == Coupling.AT_LEAST:
        return _("At least %(n)d of the legs, or none") % {"n": campaign.at_least}
    return str(Coupling(campaign.coupling).label)


def _row(seen: SeenLeg, campaign: Campaign, own: str, waiting: dict[Any, list[dict[str, Any]]]) -> LegRow:
    if seen.leg is None:
        return LegRow(seen, own, "", None)
    booking = seen.leg.booking
    asked = waiting.get(booking.pk, [])
    says = ""
    if campaign.state == "requested" and booking.state == "approved":
        says = _("waits for the other legs")
    elif campaign.state == "requested" and booking.state == "requested" and not asked:
        says = _("is asked when the lead is approved")
    elif asked:
        says = str(asked[0]["step"])
    return LegRow(seen, booking.instrument.facility.zone, says, asked[0]["due_at"] if asked else None)


def _entry(entry: AuditEntry, zone: str) -> Entry:
    word = str(look(entry.to_state).word) if entry.to_state else entry.verb
    return Entry(word, entry.actor_name, entry.at, zone, entry.note)


@dataclass(frozen=True)
class CampaignLine:
    """A line of the list, with the instruments of the legs that the reader sees."""

    campaign: Campaign
    holds: str
    legs: list[SeenLeg]

    @property
    def bookings(self) -> list[Booking]:
        return [each.leg.booking for each in self.legs if each.leg]

    @property
    def first(self) -> Booking | None:
        """The first to begin."""
        return min(self.bookings, key=lambda row: row.starts_at, default=None)


@dataclass(frozen=True)
class CampaignList:
    """A page of the campaigns that a person sees and that the filters leave, the latest first."""

    form: CampaignsForm
    rows: list[CampaignLine]
    paging: Page


def campaign_list(form: CampaignsForm, user: Any, asked: QueryDict) -> CampaignList:
    page = paged(form.filtered(user), asked)
    legs = legs_of_each(user, page.rows)
    return CampaignList(form, [CampaignLine(row, holds_together(row), legs[row.pk]) for row in page.rows], page)

"""API of campaigns: propose dates, check and ask for several legs, look at one as far as one may, withdraw it."""

from datetime import datetime
from typing import Any

from django.urls import path
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core import audit
from core.api.views import ApiView, ListView
from core.errors import Invalid, NotFound, Violation
from facilities.api import shapes
from facilities.api.bookings import read_request
from facilities.api.reading import Reader
from facilities.commands.campaigns import (
    CampaignWish,
    LegWish,
    check_campaign,
    request_campaign,
    withdraw_campaign,
)
from facilities.coupling import Coupling
from facilities.models import Campaign, Equipment
from facilities.permissions import campaign_parties
from facilities.queries.campaigns import SeenLeg, campaigns_visible_to, find_campaign, legs_seen, sees_whole
from facilities.queries.proposing import Stay, propose_dates
from facilities.workflows import BOOKING, CAMPAIGN


class LegTie(serializers.Serializer[Any]):
    after = serializers.IntegerField(required=False, allow_null=True, help_text="position, from 1, of an earlier leg")
    min_gap_minutes = serializers.IntegerField(required=False, default=0)
    max_gap_minutes = serializers.IntegerField(required=False, allow_null=True)


class LegIn(LegTie, shapes.BookingIn):
    lead = serializers.BooleanField(required=False, default=False)


class CampaignIn(serializers.Serializer[Any]):
    title = serializers.CharField(max_length=400)
    coupling = serializers.ChoiceField(choices=Coupling.choices, required=False, default=Coupling.ALL)
    at_least = serializers.IntegerField(required=False, help_text="at_least: how many legs are needed")
    legs = LegIn(many=True)


class PlacedOut(serializers.Serializer[Any]):
    leg = serializers.IntegerField()
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    units = serializers.CharField()
    unit = serializers.CharField()
    violations = shapes.ViolationOut(many=True)
    alternatives = shapes.SlotOut(many=True)


class CampaignCheckOut(serializers.Serializer[Any]):
    ok = serializers.BooleanField()
    legs = PlacedOut(many=True)


class StayIn(LegTie):
    instrument = serializers.CharField(help_text="id or slug")
    minutes = serializers.IntegerField()
    places = serializers.IntegerField(required=False, min_value=1, default=1)
    equipment = serializers.ListField(child=serializers.UUIDField(), required=False)


class ProposalIn(serializers.Serializer[Any]):
    earliest = serializers.DateTimeField()
    latest = serializers.DateTimeField()
    legs = StayIn(many=True)


class CampaignRow(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    reference = serializers.CharField()
    title = serializers.CharField()
    state = serializers.ChoiceField(choices=CAMPAIGN.choices)
    coupling = serializers.ChoiceField(choices=Coupling.choices)
    at_least = serializers.IntegerField()
    requester_name = serializers.CharField()
    program = serializers.UUIDField(allow_null=True)
    created_at = serializers.DateTimeField()


class LegOut(serializers.Serializer[Any]):
    leg = serializers.IntegerField()
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    booking = serializers.UUIDField(
        allow_null=True, help_text="null: another facility's, of which only the time is told"
    )
    reference = serializers.CharField(allow_null=True)
    state = serializers.ChoiceField(choices=BOOKING.choices, allow_null=True)
    instrument = serializers.UUIDField(allow_null=True)
    instrument_name = serializers.CharField(allow_null=True)
    facility_name = serializers.CharField(allow_null=True)
    zone = serializers.CharField(allow_null=True)
    lead = serializers.BooleanField(allow_null=True)


class CampaignOut(CampaignRow):
    legs = LegOut(many=True)
    moves = serializers.ListField(child=serializers.CharField())
    history = shapes.HistoryOut(many=True, help_text="empty for a facility, which reads that of its own booking")


class CampaignMoveIn(serializers.Serializer[Any]):
    note = serializers.CharField(required=False, allow_blank=True)


def read_campaign(data: Any, by: Any) -> CampaignWish:
    """The body of a request for a campaign. Raises Invalid with everything that is wrong, each leg by its number."""
    read = Reader(data)
    title = read.text("title", most=400, required=True)
    coupling = read.text("coupling", most=20) or Coupling.ALL
    at_least = read.whole("at_least") or 0
    legs = [leg for leg in (_leg(read, n, each, by) for n, each in enumerate(_list(read), 1)) if leg]
    read.done()
    return CampaignWish(title, legs, coupling, at_least)


def _list(read: Reader) -> list[Any]:
    given = read.data.get("legs")
    if not isinstance(given, list) or len(given) > 100:
        read.wrong("legs", _("Give a list of legs."))
        return []
    return given


def _leg(read: Reader, position: int, given: Any, by: Any) -> LegWish | None:
    try:
        wanted = read_request(given, by)
        tie = Reader(given)
        after, least, most = tie_of(tie)
        tie.done()
    except Invalid as error:
        read.violations += [
            Violation(each.rule, each.message, f"legs.{position}.{each.field}") for each in error.violations
        ] or [Violation("invalid", error.message, f"legs.{position}")]
        return None
    return LegWish(wanted, given.get("lead") is True, after, least, most)


def tie_of(read: Reader) -> tuple[int | None, int, int | None]:
    least = read.whole("min_gap_minutes") or 0
    return read.whole("after"), least, read.whole("max_gap_minutes")


class Campaigns(ListView):
    """Campaigns you may see, newest first; ask for one."""

    ordering = ("-created_at", "-id")

    @extend_schema(responses=CampaignRow(many=True))
    def get(self, request: Request) -> Response:
        return self.page(campaigns_visible_to(self.me), line)

    @extend_schema(request=CampaignIn, responses={201: CampaignOut})
    def post(self, request: Request) -> Response:
        campaign = request_campaign(read_campaign(request.data, self.me), by=self.me)
        return Response(whole(campaign, self.me), status=201)


class CheckCampaign(ApiView):
    """What every leg would meet, without writing."""

    @extend_schema(request=CampaignIn, responses=CampaignCheckOut)
    def post(self, request: Request) -> Response:
        found = check_campaign(read_campaign(request.data, self.me), by=self.me)
        return Response({"ok": found.ok, "legs": [{"leg": n, **one.as_dict()} for n, one in enumerate(found.legs, 1)]})


class ProposeCampaign(ApiView):
    """The earliest free times for legs of these lengths that obey order and gaps; none when nothing fits."""

    @extend_schema(request=ProposalIn, responses=shapes.SlotsOut)
    def post(self, request: Request) -> Response:
        read = Reader(request.data)
        earliest, latest = read.instant("earliest"), read.instant("latest")
        stays = [stay for stay in (_stay(read, n, each) for n, each in enumerate(_list(read), 1)) if stay]
        read.done()
        found = propose_dates(stays, earliest, latest)
        return Response({"results": [slot.as_dict() for slot in found]})


def _stay(read: Reader, position: int, given: Any) -> Stay | None:
    one = Reader(given if isinstance(given, dict) else {})
    instrument, minutes = one.instrument("instrument"), one.whole("minutes")
    after, least, most = tie_of(one)
    places, equipment = one.places(), one.rows("equipment", Equipment.objects.all())
    if not minutes:
        one.wrong("minutes", _("Give the minutes of this leg."), "required")
    if after is not None and not 1 <= after < position:
        one.wrong("after", _("Leg %(n)d can only come after an earlier one.") % {"n": position}, "leg_order")
    read.violations += [Violation(each.rule, each.message, f"legs.{position}.{each.field}") for each in one.violations]
    if one.violations or instrument is None or not minutes:
        return None
    return Stay(instrument, minutes, after, least, most, places, equipment)


class CampaignPage(ApiView):
    """One campaign, by id or reference; of other facilities' legs a facility sees only the time."""

    @extend_schema(responses=CampaignOut)
    def get(self, request: Request, key: str) -> Response:
        return Response(whole(find_campaign(self.me, key), self.me))


class CampaignMove(ApiView):
    """`withdraw` ends every leg that has not begun."""

    @extend_schema(request=CampaignMoveIn, responses=CampaignOut)
    def post(self, request: Request, key: str, move: str) -> Response:
        campaign = find_campaign(self.me, key)
        if move != "withdraw":
            raise NotFound(_("There is no such move."))
        read = Reader(request.data or {})
        note = read.text("note", most=10_000)
        read.done()
        return Response(whole(withdraw_campaign(campaign, by=self.me, note=note), self.me))


def line(campaign: Campaign) -> dict[str, Any]:
    return {
        "id": campaign.pk,
        "reference": campaign.reference,
        "title": campaign.title,
        "state": campaign.state,
        "coupling": campaign.coupling,
        "at_least": campaign.at_least,
        "requester_name": campaign.requester.name,
        "program": campaign.team_id,
        "created_at": campaign.created_at,
    }


def whole(campaign: Campaign, user: Any) -> dict[str, Any]:
    moves = CAMPAIGN.open_moves(campaign.state, campaign_parties(user, campaign))
    history = audit.history(campaign) if sees_whole(user, campaign) else ()
    return line(campaign) | {
        "legs": [leg_line(seen) for seen in legs_seen(user, campaign)],
        "moves": [move.name for move in moves],
        "history": [shapes.entry(each) for each in history],
    }


def leg_line(seen: SeenLeg) -> dict[str, Any]:
    times: dict[str, int | datetime] = {"leg": seen.position, "starts_at": seen.starts_at, "ends_at": seen.ends_at}
    if seen.leg is None:
        hidden = ("booking", "reference", "state", "instrument", "instrument_name", "facility_name", "zone", "lead")
        return times | dict.fromkeys(hidden)
    booking = seen.leg.booking
    return times | {
        "booking": booking.pk,
        "reference": booking.reference,
        "state": booking.state,
        "instrument": booking.instrument_id,
        "instrument_name": booking.instrument.name,
        "facility_name": booking.instrument.facility.name,
        "zone": booking.instrument.facility.zone,
        "lead": seen.leg.is_lead,
    }


urlpatterns = [
    path("campaigns", Campaigns.as_view()),
    path("campaigns/check", CheckCampaign.as_view()),
    path("campaigns/propose", ProposeCampaign.as_view()),
    path("campaigns/<str:key>", CampaignPage.as_view()),
    path("campaigns/<str:key>/<str:move>", CampaignMove.as_view()),
]

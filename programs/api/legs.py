"""API of legs: what instrument and safety staff say of them, and the applicant's choice of another instrument."""

from typing import Any

from django.db.models import QuerySet
from django.urls import path
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.views import ApiView, ListView
from core.errors import Invalid, NotFound, Violation
from facilities.models import Instrument
from facilities.queries.catalogue import find_instrument
from programs.commands import feasibility
from programs.models import Feasibility, Leg, SafetyReview
from programs.permissions.proposals import leg_parties
from programs.queries.feasibility import (
    find_leg,
    latest_feasibility,
    latest_safety,
    legs_to_judge,
    legs_visible_to,
)
from programs.workflows.proposals import LEG


class FeasibilityOut(serializers.ModelSerializer[Feasibility]):
    """`internal_note` is for the facility and the panel; the team does not get it."""

    at = serializers.DateTimeField(source="created_at")
    offers: Any = serializers.SlugRelatedField(slug_field="slug", many=True, read_only=True)

    class Meta:
        model = Feasibility
        fields = ["at", "result", "units_recommended", "note", "internal_note", "offers"]


class SafetyOut(serializers.ModelSerializer[SafetyReview]):
    at = serializers.DateTimeField(source="created_at")

    class Meta:
        model = SafetyReview
        fields = ["at", "result", "conditions", "note"]


class LegOut(serializers.ModelSerializer[Leg]):
    """Time wanted at one instrument."""

    proposal = serializers.CharField(source="proposal.reference")
    title = serializers.CharField(source="proposal.title")
    instrument = serializers.CharField(source="instrument.slug")
    preferred = serializers.CharField(source="preferred.slug")
    alternates: Any = serializers.SlugRelatedField(slug_field="slug", many=True, read_only=True)
    unit = serializers.CharField(source="instrument.unit")

    class Meta:
        model = Leg
        fields = [
            "id", "proposal", "title", "position", "state", "instrument", "preferred", "alternates", "mode", "unit",
            "units", "least_units", "required", "safety", "samples", "conditions",
        ]  # fmt: skip
        ref_name = "ProposalLeg"


class LegPageOut(LegOut):
    feasibility = FeasibilityOut(allow_null=True)
    safety_review = SafetyOut(allow_null=True)

    class Meta(LegOut.Meta):
        fields = [*LegOut.Meta.fields, "feasibility", "safety_review"]
        ref_name = "ProposalLegPage"


def shown(user: Any, leg: Leg) -> dict[str, Any]:
    """The leg as a person may see it."""
    said, safe = latest_feasibility(leg), latest_safety(leg)
    data = {
        **LegOut(leg).data,
        "feasibility": FeasibilityOut(said).data if said else None,
        "safety_review": SafetyOut(safe).data if safe else None,
    }
    if data["feasibility"] and leg_parties(user, leg) & {"member", "signatory"}:
        data["feasibility"]["internal_note"] = ""
    return data


class Legs(ListView):
    """Legs of the proposals one may see, newest first; `waiting` for those one has to look at."""

    serializer_class = LegOut

    def get_queryset(self) -> QuerySet[Leg]:
        waiting = self.request.query_params.get("waiting", "").lower() in {"true", "1"}
        rows = legs_to_judge(self.me) if waiting else legs_visible_to(self.me)
        state = self.request.query_params.get("state", "")
        return rows.filter(state=state) if state else rows

    @extend_schema(
        parameters=[
            OpenApiParameter("waiting", bool, description="those whose feasibility or safety waits for me"),
            OpenApiParameter("state", str, enum=list(LEG.states)),
        ]
    )
    def get(self, request: Request) -> Response:
        return self.page(self.get_queryset(), lambda row: LegOut(row).data)


class LegPage(ApiView):
    """One leg with what was said of it last."""

    @extend_schema(responses=LegPageOut)
    def get(self, request: Request, key: str) -> Response:
        return Response(shown(self.me, find_leg(self.me, key)))


class FeasibilityIn(serializers.Serializer[Any]):
    result = serializers.ChoiceField(Feasibility.Result.choices)
    units = serializers.DecimalField(max_digits=14, decimal_places=3, required=False, allow_null=True, default=None)
    note = serializers.CharField(required=False, allow_blank=True, default="", help_text="for the applicant")
    internal_note = serializers.CharField(required=False, allow_blank=True, default="", help_text="for the panel")
    offers = serializers.ListField(
        child=serializers.CharField(),
        required=False,
        default=list,
        help_text="instruments that could do it, id or slug",
    )


class LegFeasibility(ApiView):
    """The instrument's own people say whether it can be done."""

    @extend_schema(request=FeasibilityIn, responses=LegPageOut)
    def post(self, request: Request, key: str) -> Response:
        leg = find_leg(self.me, key)
        given = FeasibilityIn(data=request.data)
        given.is_valid(raise_exception=True)
        said = given.validated_data
        offers = [instrument_named(name, "offers") for name in said.pop("offers")]
        feasibility.judge_feasibility(leg, feasibility.Judgement(**said, offers=offers), by=self.me)
        return Response(shown(self.me, find_leg(self.me, key)))


class SafetyIn(serializers.Serializer[Any]):
    result = serializers.ChoiceField(SafetyReview.Result.choices)
    conditions = serializers.CharField(required=False, allow_blank=True, default="")
    note = serializers.CharField(required=False, allow_blank=True, default="")


class LegSafety(ApiView):
    """Safety staff give it a class and conditions, which every booking of it carries."""

    @extend_schema(request=SafetyIn, responses=LegPageOut)
    def post(self, request: Request, key: str) -> Response:
        leg = find_leg(self.me, key)
        given = SafetyIn(data=request.data)
        given.is_valid(raise_exception=True)
        feasibility.judge_safety(leg, by=self.me, **given.validated_data)
        return Response(shown(self.me, find_leg(self.me, key)))


class AlternateIn(serializers.Serializer[Any]):
    instrument = serializers.CharField(help_text="id or slug")
    note = serializers.CharField(required=False, allow_blank=True, default="")


class LegAlternate(ApiView):
    """Who leads the proposal takes an alternate that was offered; its people are asked next."""

    @extend_schema(request=AlternateIn, responses=LegPageOut)
    def post(self, request: Request, key: str) -> Response:
        leg = find_leg(self.me, key)
        given = AlternateIn(data=request.data)
        given.is_valid(raise_exception=True)
        instrument = instrument_named(given.validated_data["instrument"], "instrument")
        feasibility.accept_alternate(leg, instrument, by=self.me, note=given.validated_data["note"])
        return Response(shown(self.me, find_leg(self.me, key)))


def instrument_named(name: str, field: str) -> Instrument:
    """The instrument of that id or slug. Raises Invalid."""
    try:
        return find_instrument(name)
    except NotFound:
        message = _("There is nothing called “%(name)s” here.") % {"name": name}
        raise Invalid(message, [Violation("unknown", message, field)]) from None


urlpatterns = [
    path("legs", Legs.as_view()),
    path("legs/<str:key>", LegPage.as_view()),
    path("legs/<str:key>/feasibility", LegFeasibility.as_view()),
    path("legs/<str:key>/safety", LegSafety.as_view()),
    path("legs/<str:key>/accept-alternate", LegAlternate.as_view()),
]

"""API of industrial access: file an enquiry, follow it, and the moves of the company and of the office."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.urls import path
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from alliance.queries import main_alliance
from core import audit
from core.api.views import ApiView, ListView
from core.errors import Invalid, NotFound, Violation, WrongState
from facilities.models import Instrument, Technique
from facilities.queries.catalogue import find_facility, find_instrument
from programs.commands import industry
from programs.models import IndustrialRequest, Payment, Quotation
from programs.queries.capping import cap_shown
from programs.queries.industry import (
    find_industrial_request,
    industrial_moves,
    industrial_requests_listed,
    title_acts,
)


class QuotationOut(serializers.ModelSerializer[Quotation]):
    class Meta:
        model = Quotation
        fields = ["number", "instrument", "units", "unit", "prices", "services", "total", "currency", "valid_until",
                  "terms", "created_at"]  # fmt: skip


class PaymentOut(serializers.ModelSerializer[Payment]):
    class Meta:
        model = Payment
        fields = ["id", "amount", "received_on", "reference"]


class HistoryOut(serializers.Serializer[Any]):
    who = serializers.CharField(source="actor_name")
    move = serializers.CharField(source="verb")
    when = serializers.DateTimeField(source="at")
    note = serializers.CharField()


class IndustrialOut(serializers.ModelSerializer[IndustrialRequest]):
    class Meta:
        model = IndustrialRequest
        fields = ["id", "reference", "title", "company", "country", "state", "facility", "instrument", "mode",
                  "created_at", "version"]  # fmt: skip


class CappedOut(serializers.Serializer[Any]):
    cycle = serializers.CharField(source="name")
    until = serializers.DateTimeField()
    most_percent = serializers.IntegerField(source="most")
    hours = serializers.DecimalField(max_digits=14, decimal_places=3, source="room")


class CapOut(serializers.Serializer[Any]):
    """What the cap of proprietary time leaves, in hours of one place, for the office."""

    left_hours = serializers.DecimalField(max_digits=14, decimal_places=3, source="left")
    promised_hours = serializers.DecimalField(max_digits=14, decimal_places=3, source="promised")
    cycles = CappedOut(many=True)
    binding = serializers.BooleanField(help_text="whether every planned cycle in reach is capped")


class IndustrialPageOut(IndustrialOut):
    quotations = QuotationOut(many=True)
    payments = PaymentOut(many=True)
    history = serializers.SerializerMethodField()
    moves = serializers.SerializerMethodField()
    statement = serializers.SerializerMethodField()
    published_title = serializers.SerializerMethodField()
    cap = serializers.SerializerMethodField()

    class Meta(IndustrialOut.Meta):
        fields = [*IndustrialOut.Meta.fields, "question", "technique", "nda_on", "signed_on", "agreement", "team",
                  "allocation", "quotations", "payments", "statement", "published_title", "cap", "history",
                  "moves"]  # fmt: skip

    def get_history(self, request: IndustrialRequest) -> list[dict[str, Any]]:
        return [dict(HistoryOut(entry).data) for entry in audit.history(request)]

    def get_moves(self, request: IndustrialRequest) -> list[str]:
        moves = [move.name for move in industrial_moves(self.context["me"], request)]
        return moves + title_acts(self.context["me"], request)

    def get_published_title(self, request: IndustrialRequest) -> str:
        return getattr(getattr(request, "published", None), "title", "")

    @extend_schema_field(CapOut(allow_null=True))
    def get_cap(self, request: IndustrialRequest) -> Any:
        cap = cap_shown(self.context["me"], request)
        return CapOut(cap).data if cap else None

    def get_statement(self, request: IndustrialRequest) -> dict[str, Any] | None:
        sent = getattr(request, "statement_sent", None)
        return None if sent is None else {**sent.content, "sha256": sent.sha256}


class EnquiryIn(serializers.Serializer[Any]):
    company = serializers.CharField(max_length=200)
    title = serializers.CharField(max_length=200, help_text="may be published")
    question = serializers.CharField()
    country = serializers.CharField(required=False, allow_blank=True, default="", max_length=2)
    mode = serializers.ChoiceField(choices=Instrument.Mode.choices, required=False, default=Instrument.Mode.ONSITE)
    facility = serializers.CharField(required=False, help_text="id or slug; empty: the alliance's office passes it on")
    instrument = serializers.CharField(required=False, help_text="id or slug")
    technique = serializers.CharField(required=False, help_text="code, as in PaNET")


class PriceIn(serializers.Serializer[Any]):
    from_unit = serializers.IntegerField(min_value=1)
    price = serializers.DecimalField(max_digits=14, decimal_places=2, min_value=0)


class IndustrialMoveIn(serializers.Serializer[Any]):
    note = serializers.CharField(required=False, allow_blank=True, default="")
    on = serializers.DateField(required=False, help_text="agree-nda, sign")
    reference = serializers.CharField(required=False, max_length=120, help_text="sign, pay")
    number = serializers.IntegerField(required=False, help_text="accept: the quotation that was read")
    facility = serializers.CharField(required=False, help_text="pass-on: id or slug")
    amount = serializers.DecimalField(max_digits=14, decimal_places=2, required=False, help_text="pay")
    received_on = serializers.DateField(required=False, help_text="pay")
    instrument = serializers.CharField(required=False, help_text="quote: id or slug")
    units = serializers.DecimalField(max_digits=14, decimal_places=3, required=False, help_text="quote")
    prices = PriceIn(many=True, required=False, help_text="quote")
    currency = serializers.CharField(required=False, max_length=3, help_text="quote: ISO 4217")
    services = serializers.DecimalField(max_digits=14, decimal_places=2, required=False, default=Decimal(0))
    terms = serializers.CharField(required=False, allow_blank=True, default="", help_text="quote")


NEEDS = {
    "agree-nda": ("on",),
    "quote": ("instrument", "units", "prices", "currency"),
    "accept": ("number",),
    "sign": ("on", "reference"),
    "pay": ("amount", "received_on", "reference"),
    "pass-on": ("facility",),
}
"""What a move must be told beside a note."""

PLAIN: dict[str, Callable[..., Any]] = {
    "finish": industry.finish_request,
    "state": industry.send_statement,
    "decline": industry.decline_request,
    "withdraw": industry.withdraw_request,
    "accept": industry.accept_quotation,
    "agree-nda": industry.agree_nda,
    "sign": industry.sign_agreement,
    "pay": industry.record_payment,
    "publish-title": industry.publish_title,
    "withdraw-title": industry.withdraw_title,
}
"""Moves whose command takes what the body names as it is."""


class IndustrialRequests(ListView):
    """Industrial requests that I filed, or that lie with my office; newest first."""

    serializer_class = IndustrialOut

    def get_queryset(self) -> QuerySet[IndustrialRequest]:
        asked = {name: self.request.query_params.get(name, "") for name in ("state", "facility", "search")}
        return industrial_requests_listed(self.me, **asked)

    @extend_schema(
        parameters=[
            OpenApiParameter("state", str, description="a state, or `open` for all that have not ended"),
            OpenApiParameter("facility", str, description="slug"),
            OpenApiParameter("search", str, description="words of title or company"),
        ]
    )
    def get(self, request: Request) -> Response:
        return self.page(self.get_queryset(), lambda row: IndustrialOut(row).data)

    @extend_schema(request=EnquiryIn, responses={201: IndustrialPageOut})
    def post(self, request: Request) -> Response:
        given = EnquiryIn(data=request.data)
        given.is_valid(raise_exception=True)
        told = dict(given.validated_data)
        lookups: dict[str, Callable[[str], Any]] = {
            "facility": find_facility,
            "instrument": find_instrument,
            "technique": _technique,
        }
        found = {name: lookup(told.pop(name)) for name, lookup in lookups.items() if told.get(name)}
        enquiry = industry.Enquiry(**told, **found)
        alliance = main_alliance()
        if alliance is None:
            raise NotFound()
        return _shown(self.me, industry.file_enquiry(alliance, enquiry, by=self.me), status=201)


class IndustrialPage(ApiView):
    """One industrial request."""

    @extend_schema(responses=IndustrialPageOut)
    def get(self, request: Request, key: str) -> Response:
        return _shown(self.me, find_industrial_request(self.me, key))


class IndustrialMove(ApiView):
    """Do a move that `moves` of a request names; `pass-on` gives it to another facility's office."""

    @extend_schema(
        request=IndustrialMoveIn,
        responses=IndustrialPageOut,
        parameters=[OpenApiParameter("move", str, "path", enum=[*PLAIN, "quote", "pass-on"])],
    )
    def post(self, request: Request, key: str, move: str) -> Response:
        row = find_industrial_request(self.me, key)
        if move not in PLAIN and move not in {"quote", "pass-on"}:
            raise WrongState(_("There is no move “%(move)s” here.") % {"move": move})
        given = IndustrialMoveIn(data=request.data)
        given.is_valid(raise_exception=True)
        told = given.validated_data
        needed = NEEDS.get(move, ())
        if missing := [name for name in needed if name not in told]:
            raise Invalid(
                _("Please correct what is marked."),
                [Violation("required", _("This is needed."), name) for name in missing],
            )
        if move == "quote":
            prices = [(each["from_unit"], each["price"]) for each in told["prices"]]
            offered = industry.Offered(
                find_instrument(told["instrument"]),
                told["units"],
                prices,
                told["currency"],
                told["services"],
                told["terms"],
            )
            industry.quote(row, offered, by=self.me, note=told["note"])
        elif move == "pass-on":
            industry.pass_on(row, find_facility(told["facility"]), by=self.me, note=told["note"])
            return Response(status=204)
        else:
            PLAIN[move](row, by=self.me, note=told["note"], **{name: told[name] for name in needed})
        return _shown(self.me, find_industrial_request(self.me, row.pk))


def _technique(code: str) -> Technique:
    found = Technique.objects.filter(code=code).first()
    if found is None:
        message = _("There is no technique of this code.")
        raise Invalid(message, [Violation("unknown", message, "technique")])
    return found


def _shown(me: Any, row: IndustrialRequest, *, status: int = 200) -> Response:
    return Response(IndustrialPageOut(row, context={"me": me}).data, status=status)


urlpatterns = [
    path("industrial-requests", IndustrialRequests.as_view()),
    path("industrial-requests/<str:key>", IndustrialPage.as_view()),
    path("industrial-requests/<str:key>/<str:move>", IndustrialMove.as_view()),
]

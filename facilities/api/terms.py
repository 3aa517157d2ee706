"""API of what a place agrees with its users: terms of cancelling and of offers, who may displace whom, displacing."""

from typing import Any

from django.urls import path
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from core.api.views import ApiView
from core.lookup import find
from facilities.api import shapes
from facilities.api.bookings import read_request
from facilities.api.reading import Reader
from facilities.commands.priority import displace, set_priority_rule
from facilities.commands.terms import set_terms
from facilities.models import Access, Facility, PriorityRule, Terms
from facilities.queries.catalogue import facilities_listed
from facilities.queries.priority import priority_rules
from facilities.queries.terms import terms_at


class AccessTermsOut(serializers.Serializer[Any]):
    instrument = serializers.UUIDField(allow_null=True)
    notice_hours = serializers.IntegerField()
    deducted_percent = serializers.IntegerField()
    fee = serializers.CharField()
    currency = serializers.CharField()
    answer_hours = serializers.IntegerField()
    contact_days = serializers.IntegerField()
    precedence = serializers.ListField(child=serializers.ChoiceField(choices=Access.choices))


class AccessTermsIn(serializers.Serializer[Any]):
    instrument = serializers.CharField(required=False, help_text="id or slug; the whole facility when absent")
    notice_hours = serializers.IntegerField(required=False, min_value=0)
    deducted_percent = serializers.IntegerField(required=False, min_value=0, max_value=100)
    fee = serializers.DecimalField(required=False, max_digits=10, decimal_places=2)
    currency = serializers.CharField(required=False, allow_blank=True, max_length=3)
    answer_hours = serializers.IntegerField(required=False, min_value=1)
    contact_days = serializers.IntegerField(required=False, min_value=0)
    precedence = serializers.ListField(child=serializers.ChoiceField(choices=Access.choices), required=False)


class RuleOut(serializers.Serializer[Any]):
    category = serializers.ChoiceField(choices=Access.choices)
    displaces = serializers.ListField(child=serializers.ChoiceField(choices=Access.choices))
    notice_hours = serializers.IntegerField()
    compensates = serializers.BooleanField()


class RulesOut(serializers.Serializer[Any]):
    results = RuleOut(many=True)


class DisplaceIn(shapes.BookingIn):
    to = serializers.UUIDField(help_text="Who gets the time.")
    reason = serializers.CharField(help_text="Those who give way read it.")


class DisplacedOut(shapes.BookingMade):
    displaced = serializers.ListField(child=serializers.UUIDField(), help_text="Bookings that gave way.")


def _terms(terms: Terms) -> dict[str, Any]:
    return {
        "instrument": terms.instrument_id,
        "notice_hours": terms.notice_hours,
        "deducted_percent": terms.deducted_percent,
        "fee": str(terms.fee),
        "currency": terms.currency,
        "answer_hours": terms.answer_hours,
        "contact_days": terms.contact_days,
        "precedence": terms.precedence,
    }


def _rule(rule: PriorityRule) -> dict[str, Any]:
    return {
        "category": rule.category,
        "displaces": rule.displaces,
        "notice_hours": rule.notice_hours,
        "compensates": rule.compensates,
    }


class FacilityTerms(ApiView):
    """The terms of a facility, for everybody to read; its manager sets them, also for one instrument. What is absent
    stays as it is; bookings made before keep the terms that held then."""

    @extend_schema(responses=AccessTermsOut)
    def get(self, request: Request, key: str) -> Response:
        return Response(_terms(terms_at(_facility(key))))

    @extend_schema(request=AccessTermsIn, responses=AccessTermsOut)
    def post(self, request: Request, key: str) -> Response:
        facility, read = _facility(key), Reader(request.data)
        instrument = read.instrument("instrument", required=False)
        current = terms_at(facility, instrument)
        numbers = {
            name: getattr(current, name) if (given := read.whole(name)) is None else given
            for name in ("notice_hours", "deducted_percent", "answer_hours", "contact_days")
        }
        fee = read.number("fee")
        order = read.data.get("precedence")
        if order is not None and not (isinstance(order, list) and all(isinstance(each, str) for each in order)):
            read.wrong("precedence", _("Give a list of categories."))
        currency = read.text("currency", most=3) or current.currency
        read.done()
        terms = set_terms(
            facility,
            instrument,
            by=self.me,
            fee=current.fee if fee is None else fee,
            currency=currency,
            precedence=order or current.precedence,
            **numbers,
        )
        return Response(_terms(terms))


class PriorityRules(ApiView):
    """Who may displace whom at a facility, for everybody to read; its manager publishes a rule for a category."""

    @extend_schema(responses=RulesOut)
    def get(self, request: Request, key: str) -> Response:
        return Response({"results": [_rule(rule) for rule in priority_rules(_facility(key))]})

    @extend_schema(request=RuleOut, responses=RulesOut)
    def post(self, request: Request, key: str) -> Response:
        facility, read = _facility(key), Reader(request.data)
        category = read.text("category", most=15, required=True)
        notice, compensates = read.whole("notice_hours") or 0, read.flag("compensates", True)
        displaces = read.data.get("displaces") or []
        if not isinstance(displaces, list) or not all(isinstance(each, str) for each in displaces):
            read.wrong("displaces", _("Give a list of categories."))
        read.done()
        set_priority_rule(
            facility,
            category,
            by=self.me,
            displaces=displaces,
            notice_hours=notice,
            compensates=compensates,
        )
        return self.get(request, key)


class Displace(ApiView):
    """Give somebody time of a category with priority; what is in the way gives way by the facility's published rule."""

    @extend_schema(request=DisplaceIn, responses={201: DisplacedOut})
    def post(self, request: Request) -> Response:
        read = Reader(request.data)
        person = read.row("to", User.objects.filter(is_active=True), required=True)
        reason = read.text("reason", most=10_000)
        read.done()
        done = displace(read_request(request.data, person), to=person, by=self.me, reason=reason)
        displaced = [each.pk for each in done.gave_way]
        return Response(shapes.made(done.booking) | {"displaced": displaced}, status=201)


def _facility(key: str) -> Facility:
    found: Facility = find(facilities_listed(), key)
    return found


urlpatterns = [
    path("facilities/<str:key>/terms", FacilityTerms.as_view()),
    path("facilities/<str:key>/priority", PriorityRules.as_view()),
    path("displacements", Displace.as_view()),
]

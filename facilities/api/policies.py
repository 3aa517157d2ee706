"""API of policies: the rules to choose from, the policies of a place, trying one, and switching it on or off."""

from typing import Any
from uuid import UUID

from django.urls import path
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.views import ApiView, ListView
from core.lookup import find
from core.permissions import require
from facilities.api.reading import Reader
from facilities.api.times import PERIOD, period_of
from facilities.commands.policies import MANAGE, PolicyDraft, remove_policy, set_policy, switch_policy
from facilities.models import Facility, Instrument, Policy
from facilities.queries.rulebook import managed_facility, policies_visible_to
from facilities.queries.trying import Refused, Trial, broken_by, last_cycle, try_policy
from facilities.rules import Parameter, PolicyRule, policy_rules


class ParameterOut(serializers.Serializer[Any]):
    name = serializers.CharField()
    label: Any = serializers.CharField()
    kind = serializers.ChoiceField(choices=["number", "choice", "choices", "name"])
    default = serializers.JSONField()
    unit = serializers.CharField()
    options = serializers.DictField(child=serializers.CharField())
    least = serializers.FloatField()
    most = serializers.FloatField()
    step = serializers.FloatField()


class PolicyRuleOut(serializers.Serializer[Any]):
    name = serializers.CharField()
    label: Any = serializers.CharField()
    source: Any = serializers.CharField()
    parameters = ParameterOut(many=True)


class PolicyRulesOut(serializers.Serializer[Any]):
    results = PolicyRuleOut(many=True)


class PolicyIn(serializers.Serializer[Any]):
    rule = serializers.CharField(help_text="a name of /policy-rules")
    parameters = serializers.DictField(required=False, help_text="by name; absent ones are the rule's defaults")
    instrument = serializers.CharField(required=False, help_text="id or slug; the whole facility when absent")
    override = serializers.ChoiceField(required=False, choices=Policy.Override.choices, default="manager")
    source: Any = serializers.CharField(help_text="whose rule it is, e.g. “House rules 2026 §4”")
    starts_on = serializers.DateField(required=False, allow_null=True)
    ends_on = serializers.DateField(required=False, allow_null=True)
    version = serializers.IntegerField(required=False, help_text="of the policy that you read; for a change")
    seen = serializers.ListField(
        child=serializers.UUIDField(), required=False, help_text="bookings that it breaks, as listed"
    )


class SwitchIn(serializers.Serializer[Any]):
    on = serializers.BooleanField()
    seen = serializers.ListField(
        child=serializers.UUIDField(), required=False, help_text="bookings that it breaks, as listed"
    )


class PolicyOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    facility = serializers.UUIDField()
    facility_slug = serializers.CharField()
    instrument = serializers.UUIDField(allow_null=True)
    instrument_slug = serializers.CharField(allow_null=True)
    rule = serializers.CharField()
    label: Any = serializers.CharField()
    says = serializers.CharField()
    parameters = serializers.DictField()
    override = serializers.ChoiceField(choices=Policy.Override.choices)
    source: Any = serializers.CharField()
    starts_on = serializers.DateField(allow_null=True)
    ends_on = serializers.DateField(allow_null=True)
    active = serializers.BooleanField()
    version = serializers.IntegerField()


class RefusedOut(serializers.Serializer[Any]):
    booking = serializers.UUIDField()
    reference = serializers.CharField()
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    instrument = serializers.UUIDField()
    reasons = serializers.ListField(child=serializers.CharField())


class TrialOut(serializers.Serializer[Any]):
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    judged = serializers.IntegerField()
    refused = RefusedOut(many=True)


class BreaksOut(serializers.Serializer[Any]):
    results = RefusedOut(many=True)


def parameter_row(each: Parameter) -> dict[str, Any]:
    return {
        "name": each.name,
        "label": str(each.label),
        "kind": each.kind,
        "default": each.default,
        "unit": str(each.unit),
        "options": {name: str(label) for name, label in each.options.items()},
        "least": each.least,
        "most": each.most,
        "step": each.step,
    }


def rule_row(rule: PolicyRule) -> dict[str, Any]:
    parameters = [parameter_row(each) for each in rule.parameters]
    return {"name": rule.name, "label": str(rule.label), "source": rule.source, "parameters": parameters}


def policy_row(policy: Policy) -> dict[str, Any]:
    rule = policy_rules()[policy.rule]
    return {
        "id": policy.pk,
        "facility": policy.facility_id,
        "facility_slug": policy.facility.slug,
        "instrument": policy.instrument_id,
        "instrument_slug": policy.instrument.slug if policy.instrument else None,
        "rule": policy.rule,
        "label": str(rule.label),
        "says": rule.described(policy.parameters),
        "parameters": policy.parameters,
        "override": policy.override,
        "source": policy.source,
        "starts_on": policy.starts_on,
        "ends_on": policy.ends_on,
        "active": policy.is_active,
        "version": policy.version,
    }


def refused_row(each: Refused) -> dict[str, Any]:
    booking = each.booking
    return {
        "booking": booking.pk,
        "reference": booking.reference,
        "starts_at": booking.starts_at,
        "ends_at": booking.ends_at,
        "instrument": booking.instrument_id,
        "reasons": each.sentences,
    }


def trial_row(trial: Trial) -> dict[str, Any]:
    return {
        "starts_at": trial.starts_at,
        "ends_at": trial.ends_at,
        "judged": trial.judged,
        "refused": [refused_row(each) for each in trial.refused],
    }


def read_draft(read: Reader) -> PolicyDraft:
    """The body of a policy. What its parameters may be is judged by the command."""
    parameters = read.data.get("parameters") or {}
    if not isinstance(parameters, dict):
        read.wrong("parameters", _("Give an object with the rule's parameters by name."))
    instrument: Instrument | None = read.instrument("instrument", required=False)
    draft = PolicyDraft(
        rule=read.text("rule", most=40, required=True),
        parameters=parameters,
        instrument=instrument,
        override=read.text("override", most=10) or Policy.Override.MANAGER,
        source=read.text("source", most=1000),
        starts_on=read.day("starts_on"),
        ends_on=read.day("ends_on"),
    )
    read.done()
    return draft


def read_seen(read: Reader) -> frozenset[UUID]:
    wanted = read.data.get("seen") or []
    if not isinstance(wanted, list):
        read.wrong("seen", _("Give a list of identifiers."))
        return frozenset()
    return frozenset(pk for each in wanted if (pk := read.as_identifier("seen", each)))


class PolicyRules(ApiView):
    """The rules of which policies are made, with the parameters that each takes."""

    @extend_schema(responses=PolicyRulesOut)
    def get(self, request: Request) -> Response:
        return Response({"results": [rule_row(rule) for rule in policy_rules().values()]})


class FacilityPolicies(ListView):
    """Policies of a facility: those that hold, and all of them for its managers; write one down, switched off."""

    ordering = ("facility_id", "rule", "created_at", "id")

    @extend_schema(responses=PolicyOut(many=True))
    def get(self, request: Request, key: str) -> Response:
        facility = find(Facility.objects.filter(archived_at=None), key)
        return self.page(policies_visible_to(self.me).filter(facility=facility), policy_row)

    @extend_schema(request=PolicyIn, responses={201: PolicyOut})
    def post(self, request: Request, key: str) -> Response:
        policy = set_policy(managed_facility(self.me, key), read_draft(Reader(request.data)), by=self.me)
        return Response(policy_row(policy), status=201)


class FacilityTrial(ApiView):
    """What a policy that is not written down yet would have refused, of the last cycle when no time is given."""

    @extend_schema(request=PolicyIn, parameters=PERIOD, responses=TrialOut)
    def post(self, request: Request, key: str) -> Response:
        facility = managed_facility(self.me, key)
        draft = read_draft(Reader(request.data)).policy(facility)
        return Response(trial_row(self._tried(draft, Reader(request.query_params))))

    def _tried(self, policy: Policy, read: Reader) -> Trial:
        cycle = None if read.data.get("from") else last_cycle(policy)
        if cycle is not None:
            return try_policy(policy, cycle.period.lower, cycle.period.upper)
        starts_at, ends_at = period_of(read, 183)
        read.done()
        return try_policy(policy, starts_at, ends_at)


class PolicyPage(ApiView):
    """One policy: read it, change it (one that holds: after the bookings that it breaks were seen), put it away."""

    @extend_schema(responses=PolicyOut)
    def get(self, request: Request, key: UUID) -> Response:
        return Response(policy_row(find(policies_visible_to(self.me), key)))

    @extend_schema(request=PolicyIn, responses=PolicyOut)
    def put(self, request: Request, key: UUID) -> Response:
        policy = find(policies_visible_to(self.me), key)
        read = Reader(request.data)
        seen, expected = read_seen(read), read.whole("version")
        draft = read_draft(read)
        saved = set_policy(policy.facility, draft, by=self.me, policy=policy, expected=expected, seen=seen)
        return Response(policy_row(saved))

    @extend_schema(responses={204: None})
    def delete(self, request: Request, key: UUID) -> Response:
        remove_policy(find(policies_visible_to(self.me), key), by=self.me)
        return Response(status=204)


class PolicyBreaks(ApiView):
    """Bookings to come that a policy would break, were it switched on now. For the facility's managers."""

    @extend_schema(responses=BreaksOut)
    def get(self, request: Request, key: UUID) -> Response:
        policy = find(policies_visible_to(self.me), key)
        require(self.me, MANAGE, policy.facility)
        return Response({"results": [refused_row(each) for each in broken_by(policy)]})


class PolicySwitch(ApiView):
    """Let a policy hold, or no more. 409 `bookings_break` names the bookings that it breaks and that are not `seen`."""

    @extend_schema(request=SwitchIn, responses=PolicyOut)
    def post(self, request: Request, key: UUID) -> Response:
        read = Reader(request.data)
        read.given("on", required=True)
        on, seen = read.flag("on"), read_seen(read)
        read.done()
        policy = find(policies_visible_to(self.me), key)
        return Response(policy_row(switch_policy(policy, by=self.me, on=on, seen=seen)))


urlpatterns = [
    path("policy-rules", PolicyRules.as_view()),
    path("facilities/<str:key>/policies", FacilityPolicies.as_view()),
    path("facilities/<str:key>/policies/try", FacilityTrial.as_view()),
    path("policies/<uuid:key>", PolicyPage.as_view()),
    path("policies/<uuid:key>/breaks", PolicyBreaks.as_view()),
    path("policies/<uuid:key>/switch", PolicySwitch.as_view()),
]

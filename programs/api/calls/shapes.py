"""What the API says about calls: what is public of each, and what only its office sees."""

from typing import Any

from rest_framework import serializers

from accounts.models import User
from core import clock
from facilities.models import Facility
from programs.models import Call, Criterion, Offer, PartnerDeadline, QuestionnaireVersion, ScoreScale, Window
from programs.permissions.calls import call_parties
from programs.queries.calls.judging import opening_problems
from programs.queries.calls.listing import moves_open_to


class CallFacility(serializers.ModelSerializer[Facility]):
    class Meta:
        model = Facility
        fields = ["id", "slug", "name", "country", "zone"]


class CallOut(serializers.ModelSerializer[Call]):
    """A call in a list. Instants are UTC; `zone` is that in which its deadlines are meant."""

    alliance = serializers.CharField(source="alliance.slug")
    facility = CallFacility(allow_null=True)
    open = serializers.SerializerMethodField(help_text="whether proposals are taken now")

    class Meta:
        model = Call
        fields = [
            "id", "slug", "name", "name_zh", "kind", "category", "state", "open", "alliance", "facility", "zone",
            "opens_at", "closes_at", "notify_at",
        ]  # fmt: skip

    def get_open(self, call: Call) -> bool:
        now = clock.now()
        return call.state == "open" and call.opens_at <= now and (call.closes_at is None or now <= call.closes_at)


class WindowOut(serializers.ModelSerializer[Window]):
    starts_at = serializers.DateTimeField(source="period.lower")
    ends_at = serializers.DateTimeField(source="period.upper")

    class Meta:
        model = Window
        fields = ["stage", "starts_at", "ends_at"]
        ref_name = "CallWindow"


class DeadlineOut(serializers.ModelSerializer[PartnerDeadline]):
    organisation = serializers.UUIDField(source="organisation_id")
    organisation_slug = serializers.CharField(source="organisation.slug")

    class Meta:
        model = PartnerDeadline
        fields = ["organisation", "organisation_slug", "closes_at"]


class OfferOut(serializers.ModelSerializer[Offer]):
    instrument = serializers.UUIDField(source="instrument_id")
    instrument_slug = serializers.CharField(source="instrument.slug")
    code = serializers.CharField(source="instrument.code")
    facility = serializers.CharField(source="instrument.facility.slug")
    unit = serializers.CharField(source="instrument.unit")
    cycle = serializers.CharField(source="cycle.name", default=None, allow_null=True)

    class Meta:
        model = Offer
        fields = ["instrument", "instrument_slug", "code", "facility", "units", "unit", "cycle", "most_per_proposal"]


class CriterionOut(serializers.ModelSerializer[Criterion]):
    class Meta:
        model = Criterion
        fields = ["slug", "name", "name_zh", "help", "help_zh", "weight"]


class ScaleOut(serializers.ModelSerializer[ScoreScale]):
    bands = serializers.ListField(child=serializers.DictField())

    class Meta:
        model = ScoreScale
        fields = ["id", "name", "lowest", "highest", "step", "best", "bands"]


class AsksOut(serializers.ModelSerializer[QuestionnaireVersion]):
    """The frozen questionnaire that a new proposal in the call begins with."""

    name = serializers.CharField(source="questionnaire.name")
    content = serializers.DictField()

    class Meta:
        model = QuestionnaireVersion
        fields = ["id", "name", "number", "sha256", "content"]


class RuleOut(serializers.Serializer[Any]):
    rule = serializers.CharField()
    parameters = serializers.DictField()
    can_be_waived = serializers.BooleanField()
    source: Any = serializers.CharField()


class ProblemOut(serializers.Serializer[Any]):
    rule = serializers.CharField()
    message = serializers.CharField()
    field: Any = serializers.CharField()


class CallPageOut(CallOut):
    """One call; the fields from `version` on only for its office."""

    windows = WindowOut(many=True)
    partner_deadlines = DeadlineOut(many=True)
    offers = OfferOut(many=True)
    criteria = CriterionOut(many=True)
    scale = ScaleOut(allow_null=True)
    rules = RuleOut(many=True)
    questionnaire = AsksOut(allow_null=True)
    moves = serializers.ListField(child=serializers.CharField())
    version = serializers.IntegerField(required=False)
    office_closes_at = serializers.DateTimeField(required=False, allow_null=True)
    reviews_wanted = serializers.IntegerField(required=False)
    internal_wanted = serializers.IntegerField(required=False)
    problems = ProblemOut(many=True, required=False, help_text="of a draft: what keeps it from opening")

    class Meta(CallOut.Meta):
        fields = [
            *CallOut.Meta.fields, "text", "text_zh", "contact", "blind", "needs_consent", "abstract_words", "windows",
            "partner_deadlines", "offers", "criteria", "scale", "rules", "questionnaire", "moves", "version",
            "office_closes_at", "reviews_wanted", "internal_wanted", "problems",
        ]  # fmt: skip


def shown(user: User, call: Call) -> dict[str, Any]:
    """The call as this reader may see it."""
    offers = call.offers.select_related("instrument__facility", "cycle").order_by(
        "instrument__facility__name", "instrument__code", "id"
    )
    plain = ("text", "text_zh", "contact", "blind", "needs_consent", "abstract_words")
    data: dict[str, Any] = dict(CallOut(call).data) | {name: getattr(call, name) for name in plain}
    data |= {
        "windows": WindowOut(call.windows.all(), many=True).data,
        "partner_deadlines": DeadlineOut(call.partner_deadlines.select_related("organisation"), many=True).data,
        "offers": OfferOut(offers, many=True).data,
        "criteria": CriterionOut(call.criteria.all(), many=True).data,
        "scale": ScaleOut(call.scale).data if call.scale else None,
        "rules": RuleOut(call.rules.all(), many=True).data,
        "questionnaire": AsksOut(call.questionnaire).data if call.questionnaire else None,
        "moves": [move.name for move in moves_open_to(user, call)],
    }
    if "office" not in call_parties(user, call):
        return data
    problems = opening_problems(call) if call.state == "draft" else []
    return data | {
        "version": call.version,
        "office_closes_at": call.office_closes_at,
        "reviews_wanted": call.reviews_wanted,
        "internal_wanted": call.internal_wanted,
        "problems": [{"rule": row.rule, "message": row.message, "field": row.field} for row in problems],
    }

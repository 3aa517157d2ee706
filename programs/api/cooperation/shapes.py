"""What the API says about programmes: the public part for everyone, the inside for those it concerns."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.models import Organisation, User
from facilities.models import TeamMember
from programs.models import Evaluation, Milestone, Partner, Program, ProgressReport
from programs.models.evaluations import GRADES
from programs.permissions.cooperation import sees_inside
from programs.queries.cooperation.evaluation import evaluation_of
from programs.queries.cooperation.inside import facility_time, history_of, hours_used
from programs.queries.cooperation.listing import moves_open_to
from programs.queries.cooperation.standing import LIGHTS
from programs.queries.cooperation.submission import current_version, partner_answers


class OrganisationBrief(serializers.ModelSerializer[Organisation]):
    class Meta:
        model = Organisation
        fields = ["id", "slug", "name", "name_local", "country"]
        ref_name = "ProgramOrganisation"


class PartnerOut(serializers.ModelSerializer[Partner]):
    organisation = OrganisationBrief()

    class Meta:
        model = Partner
        fields = ["organisation", "role"]


class ProgramOut(serializers.ModelSerializer[Program]):
    """What is public of an approved programme."""

    type = serializers.CharField(source="kind")
    themes = serializers.SerializerMethodField()
    lead_organisation = OrganisationBrief(allow_null=True)
    partners = PartnerOut(many=True)

    class Meta:
        model = Program
        fields = [
            "id", "number", "title", "acronym", "type", "state", "summary", "themes", "starts_on", "ends_on",
            "lead_organisation", "partners",
        ]  # fmt: skip

    def get_themes(self, program: Program) -> list[str]:
        return [theme.slug for theme in program.themes.all()]


class LightOut(serializers.Serializer[Any]):
    """How a running programme stands, for who sees its inside."""

    light = serializers.ChoiceField(choices=LIGHTS, help_text="of the last progress report")
    reported_on = serializers.DateField(allow_null=True)
    earned = serializers.FloatField(allow_null=True, help_text="share of the milestones' weight that was reached")
    due = serializers.FloatField(allow_null=True, help_text="share of it that is due by today")


class ProgramLineOut(ProgramOut):
    standing = serializers.SerializerMethodField()

    class Meta(ProgramOut.Meta):
        fields = [*ProgramOut.Meta.fields, "standing"]

    @extend_schema_field(LightOut(allow_null=True))
    def get_standing(self, program: Program) -> Any:
        known = self.context["standings"].get(program.pk)
        return LightOut(known).data if known else None


class MilestoneOut(serializers.ModelSerializer[Milestone]):
    class Meta:
        model = Milestone
        fields = ["id", "title", "weight", "starts_on", "due_on", "done_on", "evidence"]


class MemberOut(serializers.ModelSerializer[TeamMember]):
    id = serializers.UUIDField(source="user_id")
    name = serializers.CharField(source="user.name")

    class Meta:
        model = TeamMember
        fields = ["id", "name", "role"]


class PartnerAnswerOut(serializers.Serializer[Any]):
    organisation = OrganisationBrief(source="partner.organisation")
    role = serializers.CharField(source="partner.role")
    task = serializers.CharField(source="partner.task")
    contribution = serializers.DecimalField(source="partner.contribution", max_digits=14, decimal_places=2)
    state = serializers.CharField()
    answered_by = serializers.CharField(source="answer.by.name", default=None)
    answered_at = serializers.DateTimeField(source="answer.created_at", default=None)
    carried_over = serializers.BooleanField(source="answer.carried_from_id", default=False)
    note = serializers.CharField(source="answer.note", default="")


class TimeOut(serializers.Serializer[Any]):
    instrument = serializers.UUIDField(source="instrument.pk")
    code = serializers.CharField(source="instrument.code")
    facility = serializers.CharField(source="instrument.facility.slug")
    cycle = serializers.CharField()
    unit = serializers.CharField()
    units = serializers.DecimalField(source="wanted", max_digits=14, decimal_places=3, allow_null=True)
    purpose = serializers.CharField(source="entitlement.purpose", default="")
    entitlement = serializers.UUIDField(source="entitlement.pk", default=None)
    granted_note = serializers.CharField(source="entitlement.granted_note", default="")
    allocation = serializers.UUIDField(source="allocation.pk", default=None)
    granted = serializers.DecimalField(source="allocation.granted", max_digits=14, decimal_places=3, default=None)
    held = serializers.DecimalField(source="allocation.held", max_digits=14, decimal_places=3, default=None)
    used = serializers.DecimalField(source="allocation.used", max_digits=14, decimal_places=3, default=None)
    left = serializers.DecimalField(source="allocation.left", max_digits=14, decimal_places=3, default=None)


class HistoryOut(serializers.Serializer[Any]):
    at = serializers.DateTimeField()
    who = serializers.CharField(source="actor_name")
    move = serializers.CharField(source="verb")
    note = serializers.CharField()
    from_state = serializers.CharField()
    to_state = serializers.CharField()


class FrozenOut(serializers.Serializer[Any]):
    number = serializers.IntegerField()
    sha256 = serializers.CharField()
    frozen_at = serializers.DateTimeField(source="created_at")


class ReportOut(serializers.ModelSerializer[ProgressReport]):
    at = serializers.DateTimeField(source="created_at")

    class Meta:
        model = ProgressReport
        fields = ["id", "at", "starts_on", "ends_on", "rating", "text"]


class EvaluationOut(serializers.ModelSerializer[Evaluation]):
    at = serializers.DateTimeField(source="created_at")
    figures = serializers.DictField(help_text="of that day; amounts in the programme's currency")

    class Meta:
        model = Evaluation
        fields = ["at", *GRADES, "reached", "learnt", "advice", "figures"]


class ProgramPageOut(ProgramOut):
    """One programme; the fields from `version` on only for its own people, its partners and the offices."""

    moves = serializers.ListField(child=serializers.CharField())
    version = serializers.IntegerField(required=False)
    peaceful_use = serializers.BooleanField(required=False)
    open_outputs = serializers.BooleanField(required=False)
    lead_person = serializers.CharField(required=False)
    frozen = FrozenOut(required=False, allow_null=True)
    confirmations = PartnerAnswerOut(many=True, required=False)
    milestones = MilestoneOut(many=True, required=False)
    entitlements = TimeOut(many=True, required=False)
    hours_used = serializers.DecimalField(max_digits=14, decimal_places=1, required=False)
    progress_reports = ReportOut(many=True, required=False)
    evaluation = EvaluationOut(required=False, allow_null=True)
    history = HistoryOut(many=True, required=False)

    class Meta(ProgramOut.Meta):
        fields = [
            *ProgramOut.Meta.fields, "moves", "version", "peaceful_use", "open_outputs", "lead_person", "frozen",
            "confirmations", "milestones", "entitlements", "hours_used", "progress_reports", "evaluation",
            "history",
        ]  # fmt: skip


def shown(user: User, program: Program) -> dict[str, Any]:
    """The programme as this reader may see it."""
    data: dict[str, Any] = dict(ProgramOut(program).data)
    data["moves"] = [move.name for move in moves_open_to(user, program)]
    if not sees_inside(user, program):
        return data
    version, evaluation = current_version(program), evaluation_of(program)
    return data | {
        "version": program.version,
        "peaceful_use": program.peaceful_use,
        "open_outputs": program.open_outputs,
        "lead_person": program.lead_person.name if program.lead_person else "",
        "frozen": FrozenOut(version).data if version else None,
        "confirmations": PartnerAnswerOut(partner_answers(program), many=True).data,
        "milestones": MilestoneOut(program.milestones.all(), many=True).data,
        "entitlements": TimeOut(facility_time(program), many=True).data,
        "hours_used": str(hours_used(program)),
        "progress_reports": ReportOut(program.progress_reports.all(), many=True).data,
        "evaluation": EvaluationOut(evaluation).data if evaluation else None,
        "history": HistoryOut(history_of(program), many=True).data,
    }

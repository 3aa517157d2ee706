"""What the API says about proposals: a line of the list, and one proposal as its reader may see it."""

from typing import Any

from rest_framework import serializers

from accounts.models import Organisation
from programs.api.proposals.moves import MOVES
from programs.models import Attachment, EligibilityCheck, Leg, Proposal, ProposalMember, ReturnPoint
from programs.permissions.proposals import proposal_parties
from programs.queries.proposals.consent import partner_answers
from programs.queries.proposals.deadline import deadline_of
from programs.queries.proposals.eligibility import checks_of
from programs.queries.proposals.listing import history_of, moves_open_to, sees_team_side


class OrganisationBrief(serializers.ModelSerializer[Organisation]):
    class Meta:
        model = Organisation
        fields = ["id", "slug", "name", "name_local", "country"]
        ref_name = "ProposalOrganisation"


class PersonBrief(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    name = serializers.CharField()

    class Meta:
        ref_name = "ProposalPerson"


class LegLineOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    order = serializers.IntegerField(source="position")
    instrument = serializers.CharField(source="instrument.slug")
    facility = serializers.CharField(source="instrument.facility.slug")
    units = serializers.DecimalField(max_digits=14, decimal_places=3)
    unit = serializers.CharField(source="instrument.unit")
    required: Any = serializers.BooleanField()
    state = serializers.CharField()


class ProposalOut(serializers.ModelSerializer[Proposal]):
    """A line of the list."""

    call = serializers.CharField(source="call.slug")
    pi = PersonBrief()
    organisation = OrganisationBrief()
    themes = serializers.SerializerMethodField()
    legs = LegLineOut(many=True)

    class Meta:
        model = Proposal
        fields = [
            "id", "reference", "call", "title", "public_title", "state", "lineage", "pi", "organisation", "themes",
            "legs", "created_at", "submitted_at", "version",
        ]  # fmt: skip

    def get_themes(self, proposal: Proposal) -> list[str]:
        return [theme.slug for theme in proposal.themes.all()]


class LegOut(LegLineOut):
    preferred = serializers.CharField(
        source="preferred.slug", help_text="first wish; `instrument` is where it stands now"
    )
    alternates = serializers.SerializerMethodField()
    mode = serializers.CharField()
    least_units = serializers.DecimalField(max_digits=14, decimal_places=3)
    may_be_split = serializers.BooleanField()
    depends_on = serializers.SerializerMethodField()
    preferred_dates = serializers.SerializerMethodField()
    impossible_dates = serializers.SerializerMethodField()
    safety = serializers.CharField()
    samples = serializers.CharField()

    def get_alternates(self, leg: Leg) -> list[str]:
        return [row.slug for row in leg.alternates.order_by("facility__name", "code", "id")]

    def get_depends_on(self, leg: Leg) -> list[int]:
        return list(leg.depends_on.order_by("position").values_list("position", flat=True))

    def get_preferred_dates(self, leg: Leg) -> list[str]:
        return list(leg.preferred_dates)

    def get_impossible_dates(self, leg: Leg) -> list[str]:
        return list(leg.impossible_dates)


class MemberOut(serializers.ModelSerializer[ProposalMember]):
    person = PersonBrief(allow_null=True)
    organisation = OrganisationBrief(allow_null=True)

    class Meta:
        model = ProposalMember
        fields = ["id", "person", "email", "orcid", "role", "state", "organisation", "country"]
        ref_name = "ProposalMember"


class ConsentOut(serializers.Serializer[Any]):
    organisation = OrganisationBrief()
    state = serializers.ChoiceField(choices=["asked", "confirmed", "refused", "void", "overdue"])
    answered_by = serializers.CharField(source="answer.by.name", default=None, allow_null=True)
    on_behalf_of = serializers.CharField(source="answer.on_behalf_of.name", default=None, allow_null=True)
    answered_at = serializers.DateTimeField(source="answer.created_at", default=None, allow_null=True)
    carried_over = serializers.BooleanField(source="answer.carried_from_id", default=False)
    note = serializers.CharField(source="answer.note", default="")


class CheckOut(serializers.ModelSerializer[EligibilityCheck]):
    waived_by = serializers.CharField(source="waived_by.name", default=None, allow_null=True)

    class Meta:
        model = EligibilityCheck
        fields = ["id", "rule", "leg", "result", "message", "facts", "waived_by", "waived_because"]


class PointOut(serializers.ModelSerializer[ReturnPoint]):
    class Meta:
        model = ReturnPoint
        fields = ["id", "field", "leg", "text", "created_at", "mended_at"]


class AttachmentOut(serializers.ModelSerializer[Attachment]):
    class Meta:
        model = Attachment
        fields = ["id", "question", "name", "mime", "size", "sha256", "created_at"]


class VersionOut(serializers.Serializer[Any]):
    number = serializers.IntegerField()
    sha256 = serializers.CharField()
    frozen_at = serializers.DateTimeField(source="created_at")

    class Meta:
        ref_name = "ProposalVersion"


class HistoryOut(serializers.Serializer[Any]):
    at = serializers.DateTimeField()
    who = serializers.CharField(source="actor_name")
    move = serializers.CharField(source="verb")
    note = serializers.CharField()
    from_state = serializers.CharField()
    to_state = serializers.CharField()

    class Meta:
        ref_name = "ProposalHistory"


class ProposalPageOut(ProposalOut):
    """One proposal. From `excluded_names` on only for its team, the office of its call and the management."""

    legs = LegOut(many=True)
    abstract = serializers.CharField()
    science_case = serializers.CharField()
    confidentiality = serializers.CharField()
    peaceful_use = serializers.BooleanField()
    program = serializers.CharField(allow_null=True, help_text="number of the joint programme it belongs to")
    previous = serializers.ListField(child=serializers.CharField(), help_text="references of earlier proposals")
    deadline = serializers.DateTimeField(allow_null=True, help_text="the last instant to submit, inclusive")
    zone = serializers.CharField(help_text="of the call")
    moves = serializers.ListField(child=serializers.CharField())
    members = MemberOut(many=True)
    attachments = AttachmentOut(many=True)
    versions = VersionOut(many=True)
    confirmations = ConsentOut(many=True)
    excluded_names = serializers.CharField(required=False)
    excluded_reviewers = PersonBrief(many=True, required=False)
    checks = CheckOut(many=True, required=False)
    points = PointOut(many=True, required=False)
    history = HistoryOut(many=True, required=False)

    class Meta(ProposalOut.Meta):
        fields = [
            *ProposalOut.Meta.fields, "abstract", "science_case", "confidentiality", "peaceful_use", "program",
            "previous", "deadline", "zone", "moves", "members", "attachments", "versions", "confirmations",
            "excluded_names", "excluded_reviewers", "checks", "points", "history",
        ]  # fmt: skip


def shown(user: Any, proposal: Proposal) -> dict[str, Any]:
    """The proposal as this reader may see it."""
    parties = proposal_parties(user, proposal)
    members = proposal.members.select_related("person", "organisation").order_by("role", "created_at", "id")
    deadline = deadline_of(proposal)
    data: dict[str, Any] = dict(ProposalOut(proposal).data) | {
        "legs": LegOut(proposal.legs.all(), many=True).data,
        "abstract": proposal.abstract,
        "science_case": proposal.science_case,
        "confidentiality": proposal.confidentiality,
        "peaceful_use": proposal.peaceful_use,
        "program": proposal.program.number if proposal.program else None,
        "previous": [row.reference for row in proposal.previous.order_by("number")],
        "deadline": serializers.DateTimeField().to_representation(deadline) if deadline else None,
        "zone": proposal.call.zone,
        "moves": [move.name for move in moves_open_to(user, proposal) if move.name in MOVES],
        "members": MemberOut(members, many=True).data,
        "attachments": AttachmentOut(proposal.attachments.all(), many=True).data,
        "versions": VersionOut(proposal.versions.all(), many=True).data,
        "confirmations": ConsentOut(partner_answers(proposal), many=True).data,
    }
    if not sees_team_side(user, proposal):
        return data
    return data | {
        "excluded_names": proposal.excluded_names,
        "excluded_reviewers": PersonBrief(proposal.excluded_reviewers.order_by("name", "id"), many=True).data,
        "checks": CheckOut(checks_of(proposal), many=True).data if parties & {"office", "management"} else [],
        "points": PointOut(proposal.points.all(), many=True).data,
        "history": HistoryOut(history_of(proposal), many=True).data,
    }

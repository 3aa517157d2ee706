"""What the API of motions takes and gives."""

from typing import Any

from rest_framework import serializers

from alliance.models import Choice, Motion, Resolution, VotingRule
from alliance.queries import voting as reading


class MotionOut(serializers.ModelSerializer[Motion]):
    alliance = serializers.CharField(source="alliance.slug")
    body = serializers.CharField(source="body.slug")
    mover = serializers.CharField(source="mover.name")

    class Meta:
        model = Motion
        fields = ["id", "alliance", "body", "kind", "title", "title_zh", "state", "mover", "created_at", "version"]


class ParticipationOut(serializers.Serializer[Any]):
    """Who may vote and how many did; never what they chose while the vote is open."""

    is_secret = serializers.BooleanField()
    opened_at = serializers.DateTimeField()
    closes_at = serializers.DateTimeField(allow_null=True)
    closed_at = serializers.DateTimeField(allow_null=True)
    voters = serializers.IntegerField()
    voted = serializers.IntegerField()


class VotesForOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    name = serializers.CharField(source="organisation.name")


class MotionPageOut(MotionOut):
    """`votes_for` are the members for which the reader votes, `moves` what the reader may do now."""

    vote = serializers.SerializerMethodField(help_text="from the opening on: voters, voted, opened_at, closes_at, …")
    votes_for = serializers.SerializerMethodField()
    moves = serializers.SerializerMethodField()
    resolution = serializers.SerializerMethodField()

    class Meta(MotionOut.Meta):
        fields = [
            *MotionOut.Meta.fields, "text", "agenda_item", "version_of_document", "application", "membership", "term",
            "effective_on", "rule", "vote", "votes_for", "moves", "resolution",
        ]  # fmt: skip

    def get_vote(self, motion: Motion) -> dict[str, Any] | None:
        found = reading.participation(motion)
        return None if found is None else dict(ParticipationOut(found).data)

    def get_votes_for(self, motion: Motion) -> list[dict[str, Any]]:
        return [dict(VotesForOut(member).data) for member in reading.votes_for(self.context["me"], motion)]

    def get_moves(self, motion: Motion) -> list[str]:
        return [move.name for move in reading.motion_moves(self.context["me"], motion)]

    def get_resolution(self, motion: Motion) -> str | None:
        found = getattr(motion, "resolution", None)
        return found.reference if found else None


class DraftIn(serializers.Serializer[Any]):
    title = serializers.CharField(max_length=200)
    title_zh = serializers.CharField(max_length=200, required=False, allow_blank=True, default="")
    text = serializers.CharField()
    kind = serializers.ChoiceField(choices=Motion.Kind.choices, required=False, default=Motion.Kind.OTHER)
    body = serializers.CharField(required=False, help_text="id or slug; without it the one on which every member sits")
    agenda_item = serializers.UUIDField(required=False, help_text="the point of a meeting's agenda")
    version = serializers.UUIDField(required=False, help_text="of a document: charter, declaration, plan, document")
    application = serializers.UUIDField(required=False, help_text="admit")
    membership = serializers.UUIDField(required=False, help_text="suspend, resume, exclude")
    term = serializers.UUIDField(required=False, help_text="appoint")
    effective_on = serializers.DateField(required=False, allow_null=True, default=None)


class NoteIn(serializers.Serializer[Any]):
    note = serializers.CharField(required=False, allow_blank=True, default="", help_text="withdraw needs it")


class OpenIn(serializers.Serializer[Any]):
    closes_at = serializers.DateTimeField(required=False, allow_null=True, default=None, help_text="needed in writing")
    secret = serializers.BooleanField(required=False, default=False)
    rule = serializers.UUIDField(required=False, allow_null=True, default=None, help_text="for motions of kind other")


class VoteIn(serializers.Serializer[Any]):
    choice = serializers.ChoiceField(choices=Choice.choices)
    member = serializers.UUIDField(required=False, allow_null=True, default=None, help_text="if you vote for several")


class CastOut(serializers.Serializer[Any]):
    """`receipt`, of a secret vote, is told once and kept nowhere: find it on the published list after the close."""

    number = serializers.IntegerField(help_text="how often this member has voted; the last one counts")
    member = serializers.CharField()
    receipt = serializers.CharField(allow_blank=True)


class PaperOut(serializers.Serializer[Any]):
    who = serializers.CharField(help_text="the member, or the receipt of a secret vote")
    country = serializers.CharField(allow_blank=True)
    choice = serializers.ChoiceField(choices=Choice.choices)


class ResultOut(serializers.Serializer[Any]):
    """The sheet as it was kept at the close, the papers it was counted from, and whether they still say the same."""

    sheet = serializers.DictField()
    papers = PaperOut(many=True)
    agrees = serializers.BooleanField()


class ResolutionOut(serializers.ModelSerializer[Resolution]):
    alliance = serializers.CharField(source="alliance.slug")
    reference = serializers.CharField()

    class Meta:
        model = Resolution
        fields = ["id", "alliance", "reference", "title", "title_zh", "text", "decided_on", "effective_on", "source",
                  "motion"]  # fmt: skip


class VotingRuleOut(serializers.Serializer[Any]):
    """`kind` is the kind of motion it decides, empty where the chair may choose it; `id` is empty for a default."""

    id = serializers.UUIDField(source="row.id", allow_null=True, default=None)
    kind = serializers.CharField(allow_blank=True)
    name = serializers.CharField()
    source: Any = serializers.CharField(allow_blank=True)
    rule = serializers.DictField()


class VotingRuleIn(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(choices=["", *Motion.Kind.values], required=False, default="")
    name = serializers.CharField(max_length=120)
    source: Any = serializers.CharField(max_length=200, required=False, allow_blank=True, default="")
    threshold = serializers.ChoiceField(choices=VotingRule.Threshold.choices, required=False)
    base = serializers.ChoiceField(choices=VotingRule.Base.choices, required=False)
    abstentions_count = serializers.BooleanField(required=False)
    abstention_breaks_unanimity = serializers.BooleanField(required=False)
    quorum_numerator = serializers.IntegerField(required=False, min_value=0, max_value=1000)
    quorum_denominator = serializers.IntegerField(required=False, min_value=1, max_value=1000)
    quorum_base = serializers.ChoiceField(choices=VotingRule.QuorumBase.choices, required=False)
    proxies_max = serializers.IntegerField(required=False, min_value=0, max_value=1000)
    is_secret = serializers.BooleanField(required=False)
    is_electronic = serializers.BooleanField(required=False)

"""API of questionnaires: what an office builds, its frozen versions, and what two of them differ in."""

from typing import Any, ClassVar

from django.db.models import QuerySet
from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.views import ApiView, ListView
from core.lookup import find
from facilities.queries.catalogue import find_facility
from programs.api.calls.reading import alliance_named
from programs.commands import calls
from programs.models import Questionnaire, QuestionnaireVersion
from programs.permissions.calls import questionnaires_visible_to
from programs.rules.building import definition_violations, differences


class VersionOut(serializers.ModelSerializer[QuestionnaireVersion]):
    content = serializers.DictField()

    class Meta:
        model = QuestionnaireVersion
        fields = ["id", "number", "sha256", "created_at", "content"]
        ref_name = "QuestionnaireVersion"


class QuestionnaireProblem(serializers.Serializer[Any]):
    rule = serializers.CharField()
    message = serializers.CharField()
    field: Any = serializers.CharField()


class QuestionnaireOut(serializers.ModelSerializer[Questionnaire]):
    alliance = serializers.CharField(source="alliance.slug", default=None, allow_null=True)
    facility = serializers.CharField(source="facility.slug", default=None, allow_null=True)
    draft = serializers.DictField()
    problems = serializers.SerializerMethodField(help_text="what keeps the draft from being frozen")

    class Meta:
        model = Questionnaire
        fields = ["id", "name", "alliance", "facility", "version", "draft", "problems"]

    @extend_schema(responses=QuestionnaireProblem(many=True))
    def get_problems(self, row: Questionnaire) -> list[dict[str, str]]:
        return [
            {"rule": each.rule, "message": each.message, "field": each.field}
            for each in definition_violations(row.draft)
        ]


class QuestionnaireIn(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=120)
    content = serializers.DictField(required=False)
    alliance = serializers.CharField(required=False, help_text="id or slug; the main one if not given")
    facility = serializers.CharField(required=False, help_text="id or slug, for one of a facility")


class QuestionnairePatch(serializers.Serializer[Any]):
    version = serializers.IntegerField(help_text="the version that you edited")
    name = serializers.CharField(required=False, max_length=120)
    content = serializers.DictField()


class Questionnaires(ListView):
    """Questionnaires of the alliances and facilities whose calls one runs, by name."""

    serializer_class = QuestionnaireOut
    ordering: ClassVar[tuple[str, ...]] = ("name", "id")

    def get_queryset(self) -> QuerySet[Questionnaire]:
        return questionnaires_visible_to(self.me).select_related("alliance", "facility")

    def get(self, request: Request) -> Response:
        return self.page(self.get_queryset(), lambda row: QuestionnaireOut(row).data)

    @extend_schema(request=QuestionnaireIn, responses={201: QuestionnaireOut})
    def post(self, request: Request) -> Response:
        given = QuestionnaireIn(data=request.data)
        given.is_valid(raise_exception=True)
        asked = given.validated_data
        owner = find_facility(asked["facility"]) if asked.get("facility") else alliance_named(asked.get("alliance"))
        row = calls.draft_questionnaire(owner, asked["name"], by=self.me, content=asked.get("content"))
        return Response(QuestionnaireOut(row).data, status=201)


class QuestionnairePage(ApiView):
    """One questionnaire as it is being built."""

    @extend_schema(responses=QuestionnaireOut)
    def get(self, request: Request, key: str) -> Response:
        return Response(QuestionnaireOut(mine(self.me, key)).data)

    @extend_schema(request=QuestionnairePatch, responses=QuestionnaireOut)
    def patch(self, request: Request, key: str) -> Response:
        row = mine(self.me, key)
        given = QuestionnairePatch(data=request.data)
        given.is_valid(raise_exception=True)
        return Response(QuestionnaireOut(calls.edit_questionnaire(row, by=self.me, **given.validated_data)).data)


class Versions(ListView):
    """Frozen versions, the latest first; POST freezes the draft."""

    serializer_class = VersionOut
    ordering: ClassVar[tuple[str, ...]] = ("-number", "id")

    @extend_schema(responses=VersionOut(many=True))
    def get(self, request: Request, key: str) -> Response:
        return self.page(mine(self.me, key).versions.all(), lambda row: VersionOut(row).data)

    @extend_schema(request=None, responses={201: VersionOut})
    def post(self, request: Request, key: str) -> Response:
        return Response(VersionOut(calls.freeze_questionnaire(mine(self.me, key), by=self.me)).data, status=201)


class DifferenceOut(serializers.Serializer[Any]):
    label: Any = serializers.CharField()
    what = serializers.ChoiceField(choices=["added", "removed", "changed"])
    before = serializers.DictField()
    after = serializers.DictField()
    fields: Any = serializers.ListField(child=serializers.CharField())


class DifferencesOut(serializers.Serializer[Any]):
    results = DifferenceOut(many=True)


class Compared(ApiView):
    """Question by question, what a version (`after`) has otherwise than another (`before`)."""

    @extend_schema(responses=DifferencesOut)
    def get(self, request: Request, key: str, before: int, after: int) -> Response:
        versions = mine(self.me, key).versions.all()
        old, new = (find(versions, str(number), by="number") for number in (before, after))
        found = differences(old.content, new.content)
        rows = [
            {"label": each.label, "what": each.what, "before": each.before, "after": each.after, "fields": each.fields}
            for each in found
        ]
        return Response({"results": rows})


def mine(user: Any, key: str) -> Questionnaire:
    """A questionnaire that a person builds. Raises NotFound for everybody else."""
    return find(questionnaires_visible_to(user).select_related("alliance", "facility"), key)


urlpatterns = [
    path("questionnaires", Questionnaires.as_view()),
    path("questionnaires/<str:key>", QuestionnairePage.as_view()),
    path("questionnaires/<str:key>/versions", Versions.as_view()),
    path("questionnaires/<str:key>/versions/<int:before>/<int:after>", Compared.as_view()),
]

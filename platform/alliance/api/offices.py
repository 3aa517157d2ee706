"""API of offices and bodies: who holds what as of a day, terms and their moves, the bodies one sees."""

from collections.abc import Callable
from typing import Any

from django.urls import path
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from alliance.commands import offices
from alliance.commands.corrections import OF_BODY, OF_OFFICE, OF_TERM, correct_body, correct_office, correct_term
from alliance.models import Body, Office, OfficeTerm
from alliance.permissions.governance import RUN, bodies_visible_to
from alliance.queries import alliances
from alliance.queries.offices import Officers, officers_on, standing
from alliance.queries.voting import find_alliance
from alliance.rules.days import today_in
from core.api.views import ApiView, ListView, Public
from core.errors import WrongState
from core.lookup import find
from core.permissions import require


class TermOut(serializers.ModelSerializer[OfficeTerm]):
    """`standing` is how it stands today: nominated, elected, in_office, expired or ended."""

    standing = serializers.SerializerMethodField()

    class Meta:
        model = OfficeTerm
        fields = ["id", "name", "name_local", "ordinal", "designation", "state", "standing", "decided_on", "resolution",
                  "starts_on", "ends_on", "ended_by", "source", "version"]  # fmt: skip

    def get_standing(self, term: OfficeTerm) -> str:
        return standing(term, self.context["day"])


class OfficersOut(serializers.Serializer[Any]):
    """An office on a day; `vacant_since` only where somebody held it before."""

    id = serializers.UUIDField(source="office.pk")
    title = serializers.CharField(source="office.title")
    title_zh = serializers.CharField(source="office.title_zh")
    holders = TermOut(many=True)
    acting = TermOut(many=True)
    elects = TermOut(many=True)
    vacant_since = serializers.DateField(allow_null=True)


class OfficeIn(serializers.ModelSerializer[Office]):
    class Meta:
        model = Office
        fields = ["title", "title_zh", "single_holder", "default_term_months"]


class NominationIn(serializers.ModelSerializer[OfficeTerm]):
    designation = serializers.ChoiceField(choices=["elect", "acting"], default="elect")

    class Meta:
        model = OfficeTerm
        fields = ["name", "name_local", "designation", "ordinal", "starts_on", "ends_on"]


class TermMoveIn(serializers.ModelSerializer[OfficeTerm]):
    """`elect` takes `decided_on` and `source`; `take-office` takes `on` (else today), `ends_on` (else after the usual
    term) and `note`; `end` takes `ending`, `on` and the reason in `note`."""

    on = serializers.DateField(required=False)
    ending = serializers.ChoiceField(choices=OfficeTerm.Ending.choices, default=OfficeTerm.Ending.OTHER)
    note = serializers.CharField(required=False, allow_blank=True, default="")

    class Meta:
        model = OfficeTerm
        fields = ["decided_on", "source", "on", "ends_on", "ending", "note"]


class BodyOut(serializers.ModelSerializer[Body]):
    alliance = serializers.CharField(source="alliance.slug")

    class Meta:
        model = Body
        fields = [
            "id",
            "alliance",
            "slug",
            "kind",
            "name",
            "name_zh",
            "seat",
            "seat_zh",
            "of_members",
            "places",
            "source",
        ]


class TermCorrectionIn(serializers.ModelSerializer[OfficeTerm]):
    """What was recorded wrongly of a term, and in `note` why and where one can see it."""

    note = serializers.CharField()

    class Meta:
        model = OfficeTerm
        fields = [*OF_TERM, "note"]


class OfficeCorrectionIn(serializers.ModelSerializer[Office]):
    """What was recorded wrongly of an office, and in `note` why and where one can see it."""

    note = serializers.CharField()

    class Meta:
        model = Office
        fields = [*OF_OFFICE, "note"]


class BodyCorrectionIn(serializers.ModelSerializer[Body]):
    note = serializers.CharField()

    class Meta:
        model = Body
        fields = [*OF_BODY, "note"]


TAKES: dict[str, tuple[Callable[..., OfficeTerm], tuple[str, ...], tuple[str, ...]]] = {
    "elect": (offices.record_election, ("decided_on", "source"), ()),
    "take-office": (offices.take_office, (), ("on", "ends_on", "note")),
    "end": (offices.end_term, (), ("ending", "on", "note")),
}
"""Move → its command, what it must be told, what it may be told."""


class OfficersView(Public, ApiView):
    """Every office of an alliance as of a day, for everybody; a new one by who runs its governance."""

    @extend_schema(parameters=[OpenApiParameter("on", OpenApiTypes.DATE)], responses=OfficersOut(many=True))
    def get(self, request: Request, key: str) -> Response:
        alliance = alliances.find_alliance(key)
        asked = request.query_params.get("on", "")
        day = serializers.DateField().run_validation(asked) if asked else today_in(alliance)
        rows: list[Officers] = officers_on(alliance, day)
        return Response(OfficersOut(rows, many=True, context={"day": day}).data)

    @extend_schema(request=OfficeIn, responses={201: OfficersOut})
    def post(self, request: Request, key: str) -> Response:
        alliance = find_alliance(self.me, key)
        given = OfficeIn(data=request.data)
        given.is_valid(raise_exception=True)
        office = offices.create_office(alliance, by=self.me, **given.validated_data)
        context = {"day": today_in(alliance)}
        return Response(OfficersOut(Officers(office), context=context).data, status=201)


class Terms(ApiView):
    """Nominate somebody for an office."""

    @extend_schema(request=NominationIn, responses={201: TermOut})
    def post(self, request: Request, key: str) -> Response:
        office = find(Office.objects.select_related("alliance").order_by("id"), key)
        find_alliance(self.me, office.alliance.pk)
        given = NominationIn(data=request.data)
        given.is_valid(raise_exception=True)
        term = offices.nominate(office, by=self.me, **given.validated_data)
        return Response(_shown(term), status=201)


class TermMove(ApiView):
    """Record the election, take office, or end a term."""

    @extend_schema(
        request=TermMoveIn, responses=TermOut, parameters=[OpenApiParameter("move", str, "path", enum=[*TAKES])]
    )
    def post(self, request: Request, key: str, move: str) -> Response:
        term = find(OfficeTerm.objects.select_related("office__alliance").order_by("id"), key)
        find_alliance(self.me, term.office.alliance.pk)
        require(self.me, RUN, term.office.alliance)
        command, needed, allowed = find_move(move)
        given = TermMoveIn(data=request.data)
        for name in needed:
            given.fields[name].required = True
        given.is_valid(raise_exception=True)
        told = {name: value for name, value in given.validated_data.items() if name in {*needed, *allowed}}
        return Response(_shown(command(term, by=self.me, **told)))


class TermCorrection(ApiView):
    """Put right what was recorded wrongly of a term: an entry with its reason, which keeps what stood before."""

    @extend_schema(request=TermCorrectionIn, responses=TermOut)
    def post(self, request: Request, key: str) -> Response:
        term = find(OfficeTerm.objects.select_related("office__alliance").order_by("id"), key)
        find_alliance(self.me, term.office.alliance.pk)
        given = TermCorrectionIn(data=request.data, partial=True)
        return Response(_shown(correct_term(term, by=self.me, **_told(given))))


class OfficeCorrection(ApiView):
    """The same of an office."""

    @extend_schema(request=OfficeCorrectionIn, responses=OfficersOut)
    def post(self, request: Request, key: str) -> Response:
        office = find(Office.objects.select_related("alliance").order_by("id"), key)
        find_alliance(self.me, office.alliance.pk)
        given = OfficeCorrectionIn(data=request.data, partial=True)
        office = correct_office(office, by=self.me, **_told(given))
        day = today_in(office.alliance)
        row = next(row for row in officers_on(office.alliance, day) if row.office == office)
        return Response(OfficersOut(row, context={"day": day}).data)


class Bodies(ListView):
    """The bodies that the reader runs or sits on, or in which they speak for a member."""

    serializer_class = BodyOut
    ordering = ("alliance_id", "name", "id")

    def get(self, request: Request) -> Response:
        rows = bodies_visible_to(self.me).select_related("alliance")
        return self.page(rows, lambda row: BodyOut(row).data)


class BodyCorrection(ApiView):
    """The same of a body; who sits and votes in it stays."""

    @extend_schema(request=BodyCorrectionIn, responses=BodyOut)
    def post(self, request: Request, key: str) -> Response:
        body = find(bodies_visible_to(self.me).select_related("alliance"), key)
        given = BodyCorrectionIn(data=request.data, partial=True)
        return Response(BodyOut(correct_body(body, by=self.me, **_told(given))).data)


def find_move(name: str) -> tuple[Callable[..., OfficeTerm], tuple[str, ...], tuple[str, ...]]:
    """What a move of a term takes. Raises WrongState for one that there is not."""
    if name not in TAKES:
        raise WrongState(_("There is no move “%(move)s” here.") % {"move": name})
    return TAKES[name]


def _told(given: serializers.Serializer[Any]) -> dict[str, Any]:
    """What a correction says; without a reason the command refuses it. Raises ValidationError."""
    given.is_valid(raise_exception=True)
    return {"note": "", **given.validated_data}


def _shown(term: OfficeTerm) -> Any:
    return TermOut(term, context={"day": today_in(term.office.alliance)}).data


urlpatterns = [
    path("alliances/<str:key>/officers", OfficersView.as_view()),
    path("offices/<uuid:key>/terms", Terms.as_view()),
    path("offices/<uuid:key>/correct", OfficeCorrection.as_view()),
    path("terms/<uuid:key>/correct", TermCorrection.as_view()),
    path("terms/<uuid:key>/<str:move>", TermMove.as_view()),
    path("bodies", Bodies.as_view()),
    path("bodies/<uuid:key>/correct", BodyCorrection.as_view()),
]

"""API of memberships: as of a day, with their history and moves, and of what each class of members may do."""

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from django.db.models import QuerySet
from django.urls import path
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.queries import find_organisation
from alliance.commands import membership as commands
from alliance.commands.class_rights import set_class_rights
from alliance.models import Alliance, MemberClass, Membership, MembershipChange
from alliance.permissions.membership import membership_parties
from alliance.permissions.voting import resolutions_visible_to
from alliance.queries.alliances import find_alliance
from alliance.queries.membership import find_membership, members_listed, rights_of_classes
from alliance.rules.days import today_in
from alliance.rules.membership import Rights
from alliance.workflows.membership import MEMBERSHIP
from core.api.views import ApiView, ListView, Public
from core.errors import Invalid, Violation, WrongState
from core.lookup import find


class MembershipOut(serializers.ModelSerializer[Membership]):
    """A membership as it stood on the day that was asked for."""

    alliance = serializers.CharField(source="alliance.slug")
    organisation = serializers.CharField(source="organisation.slug")
    member_class = serializers.CharField(source="member_class_then")
    state = serializers.CharField(source="state_then")
    good_standing = serializers.BooleanField(source="good_standing_then")

    class Meta:
        model = Membership
        fields = ["id", "alliance", "organisation", "member_class", "state", "good_standing", "joined_on", "left_on"]


class MembershipChangeOut(serializers.ModelSerializer[MembershipChange]):
    corrected_by = serializers.UUIDField(source="corrected_by.pk", allow_null=True, default=None)

    class Meta:
        model = MembershipChange
        fields = ["id", "kind", "effective_on", "member_class", "state", "good_standing", "resolution", "reason",
                  "corrects", "corrected_by", "created_at"]  # fmt: skip


class MembershipPageOut(serializers.ModelSerializer[Membership]):
    """A membership as it stands today, with everything that was entered about it."""

    alliance = serializers.CharField(source="alliance.slug")
    organisation = serializers.CharField(source="organisation.slug")
    changes = MembershipChangeOut(many=True)
    moves = serializers.SerializerMethodField(help_text="what you may do with it now")

    class Meta:
        model = Membership
        fields = ["id", "alliance", "organisation", "member_class", "state", "good_standing", "joined_on", "left_on",
                  "source", "version", "changes", "moves"]  # fmt: skip

    def get_moves(self, row: Membership) -> list[str]:
        parties = membership_parties(self.context["me"], row)
        return [move.name for move in MEMBERSHIP.open_moves(row.state, parties)]


class MembershipIn(serializers.Serializer[Any]):
    organisation = serializers.CharField(help_text="id or slug")
    member_class = serializers.ChoiceField(choices=MemberClass.choices)
    joined_on = serializers.DateField()
    source: Any = serializers.CharField(required=False, allow_blank=True, default="", max_length=200)
    reason = serializers.CharField(required=False, allow_blank=True, default="")


class MembershipMoveIn(serializers.Serializer[Any]):
    reason = serializers.CharField()
    on = serializers.DateField(required=False, help_text="from which day; today without it")
    member_class = serializers.ChoiceField(choices=MemberClass.choices, required=False, help_text="change-class")
    resolution = serializers.UUIDField(required=False, help_text="change-class")
    good_standing = serializers.BooleanField(required=False, default=None, allow_null=True, help_text="set-standing")


class CorrectionIn(serializers.Serializer[Any]):
    """What is not given is as the wrong entry said."""

    reason = serializers.CharField()
    effective_on = serializers.DateField(required=False)
    kind = serializers.ChoiceField(choices=MembershipChange.Kind.choices, required=False)
    member_class = serializers.ChoiceField(choices=MemberClass.choices, required=False)
    good_standing = serializers.BooleanField(required=False, default=None, allow_null=True)


class RightsOut(serializers.Serializer[Any]):
    votes = serializers.BooleanField()
    speaks = serializers.BooleanField()
    stands = serializers.BooleanField(help_text="for an office")
    sponsors = serializers.BooleanField(help_text="applications for membership")
    proposes = serializers.BooleanField(help_text="motions")


class ClassRightsOut(RightsOut):
    member_class = serializers.CharField()


class RightsIn(RightsOut):
    note = serializers.CharField(required=False, allow_blank=True, default="")


TAKES: dict[str, tuple[Callable[..., Membership], tuple[str, ...], tuple[str, ...]]] = {
    "withdraw": (commands.withdraw_membership, (), ("on",)),
    "change-class": (commands.change_class, ("member_class",), ("on", "resolution")),
    "set-standing": (commands.set_standing, ("good_standing",), ("on",)),
}
"""Move → its command, what it must be told beside the reason, what it may be told. A resolution does the others."""


class Memberships(ListView):
    """Memberships of an alliance whose inside I may read, as they stood on a day, by name."""

    serializer_class = MembershipOut
    ordering = ("organisation__name", "id")

    def get_queryset(self) -> QuerySet[Membership]:
        alliance, asked = find_alliance(self.kwargs["key"]), self.request.query_params
        given = asked.get("on", "")
        day = serializers.DateField().run_validation(given) if given else today_in(alliance)
        rows = members_listed(
            self.me, alliance, day, state=asked.get("state", ""), member_class=asked.get("member_class", "")
        )
        return rows.select_related("alliance", "organisation")

    @extend_schema(
        parameters=[
            OpenApiParameter("on", OpenApiTypes.DATE, description="today where the alliance sits without it"),
            OpenApiParameter("state", str, enum=list(MEMBERSHIP.states)),
            OpenApiParameter("member_class", str, enum=list(MemberClass.values)),
        ]
    )
    def get(self, request: Request, key: str) -> Response:
        return self.page(self.get_queryset(), lambda row: MembershipOut(row).data)

    @extend_schema(request=MembershipIn, responses={201: MembershipPageOut})
    def post(self, request: Request, key: str) -> Response:
        told = read(MembershipIn, request)
        organisation = find_organisation(told.pop("organisation"))
        row = commands.record_membership(find_alliance(key), organisation, told.pop("member_class"), by=self.me, **told)
        return Response(_shown(self.me, row), status=201)


class MembershipPage(ApiView):
    """One membership with its history: for its representatives and the secretariat."""

    @extend_schema(responses=MembershipPageOut)
    def get(self, request: Request, key: str) -> Response:
        return Response(_shown(self.me, find_membership(self.me, key)))


class MembershipMove(ApiView):
    """Leave, change the class, set the standing: each an entry with its day and reason."""

    @extend_schema(
        request=MembershipMoveIn,
        responses=MembershipPageOut,
        parameters=[OpenApiParameter("move", str, "path", enum=list(TAKES))],
    )
    def post(self, request: Request, key: str, move: str) -> Response:
        row = find_membership(self.me, key)
        if move not in TAKES:
            raise WrongState(_("There is no move “%(move)s” here.") % {"move": move})
        command, needed, allowed = TAKES[move]
        told = {name: value for name, value in read(MembershipMoveIn, request).items() if value is not None}
        if missing := [name for name in needed if name not in told]:
            raise Invalid(
                _("Please correct what is marked."),
                [Violation("required", _("This is needed."), name) for name in missing],
            )
        given = {name: value for name, value in told.items() if name in {"reason", *needed, *allowed}}
        if "resolution" in given:
            given["resolution"] = find(resolutions_visible_to(self.me), given["resolution"])
        return Response(_shown(self.me, command(row, by=self.me, **given)))


class Correction(ApiView):
    """A new entry in the place of a wrong one, which stays readable."""

    @extend_schema(request=CorrectionIn, responses={201: MembershipPageOut})
    def post(self, request: Request, key: str, change: str) -> Response:
        row = find_membership(self.me, key)
        entry = find(row.changes.select_related("membership"), change)
        commands.correct_entry(entry, by=self.me, **read(CorrectionIn, request))
        return Response(_shown(self.me, find_membership(self.me, key)), status=201)


class ClassRightsList(Public, ApiView):
    """What the members of each class may do."""

    @extend_schema(responses=ClassRightsOut(many=True))
    def get(self, request: Request, key: str) -> Response:
        return Response(_rights(find_alliance(key)))


class OneClassRights(ApiView):
    """The secretariat sets what the members of a class may do; open votes keep their voters."""

    @extend_schema(request=RightsIn, responses=ClassRightsOut(many=True))
    def put(self, request: Request, key: str, member_class: str) -> Response:
        told, alliance = read(RightsIn, request), find_alliance(key)
        note = told.pop("note")
        set_class_rights(alliance, member_class, Rights(**told), by=self.me, note=note)
        return Response(_rights(alliance))


def read(form: type[serializers.Serializer[Any]], request: Request) -> dict[str, Any]:
    """What the body says. Raises ValidationError."""
    given = form(data=request.data)
    given.is_valid(raise_exception=True)
    return dict(given.validated_data)


def _shown(me: Any, row: Membership) -> dict[str, Any]:
    return dict(MembershipPageOut(row, context={"me": me}).data)


def _rights(alliance: Alliance) -> Any:
    rows = [{"member_class": name, **asdict(rights)} for name, rights in rights_of_classes(alliance).items()]
    return ClassRightsOut(rows, many=True).data


urlpatterns = [
    path("alliances/<str:key>/memberships", Memberships.as_view()),
    path("alliances/<str:key>/class-rights", ClassRightsList.as_view()),
    path("alliances/<str:key>/class-rights/<slug:member_class>", OneClassRights.as_view()),
    path("memberships/<uuid:key>", MembershipPage.as_view()),
    path("memberships/<uuid:key>/changes/<uuid:change>/correct", Correction.as_view()),
    path("memberships/<uuid:key>/<slug:move>", MembershipMove.as_view()),
]

"""API of applications for membership, from the draft to the signed charter."""

from collections.abc import Callable
from dataclasses import fields
from typing import Any

from django.db.models import QuerySet
from django.http import FileResponse
from django.urls import path
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.queries import find_organisation
from alliance.api.members.memberships import read
from alliance.commands import applications as commands
from alliance.models import ApplicationFile, ApplicationPoint, MembershipApplication
from alliance.permissions.governance import bodies_visible_to
from alliance.permissions.membership import application_parties
from alliance.queries.alliances import find_alliance
from alliance.queries.applications import (
    OFFICE,
    application_moves,
    applications_listed,
    find_application,
    points_to_mend,
)
from alliance.queries.membership import active_memberships
from alliance.rules.days import today_in
from alliance.rules.membership import MAY_BE_ASKED_FOR
from core.api.views import ApiView, ListView
from core.errors import Invalid, Violation, WrongState
from core.files import download
from core.lookup import find

CLASSES = [(each.value, each.label) for each in MAY_BE_ASKED_FOR]
SAID = tuple(field.name for field in fields(commands.Wanted))


class PointOut(serializers.ModelSerializer[ApplicationPoint]):
    class Meta:
        model = ApplicationPoint
        ref_name = "ApplicationPoint"
        fields = ["about", "text"]


class ApplicationOut(serializers.ModelSerializer[MembershipApplication]):
    alliance = serializers.CharField(source="alliance.slug")
    organisation = serializers.CharField(source="organisation.slug")
    contact = serializers.CharField(source="contact.name")

    class Meta:
        model = MembershipApplication
        fields = ["id", "alliance", "organisation", "contact", "member_class", "state", "submitted_at", "version"]


class ApplicationPageOut(ApplicationOut):
    """`visit_report` is told to the secretariat and the chair only; `points` are those of the latest return."""

    sponsors = serializers.SerializerMethodField(help_text="slugs of the members")
    points = serializers.SerializerMethodField()
    visit_report = serializers.SerializerMethodField()
    moves = serializers.SerializerMethodField(help_text="what you may do with it now")

    class Meta(ApplicationOut.Meta):
        fields = [*ApplicationOut.Meta.fields, "motivation", "facilities_offered", "head_name", "head_email",
                  "sponsors", "points", "visit_on", "visit_report", "signed_by", "signed_on", "membership",
                  "moves"]  # fmt: skip

    def get_sponsors(self, row: MembershipApplication) -> list[str]:
        return list(row.sponsors.order_by("organisation__slug").values_list("organisation__slug", flat=True))

    def get_points(self, row: MembershipApplication) -> list[dict[str, Any]]:
        return [dict(PointOut(point).data) for point in points_to_mend(row)]

    def get_visit_report(self, row: MembershipApplication) -> str | None:
        return row.visit_report if application_parties(self.context["me"], row) & OFFICE else None

    def get_moves(self, row: MembershipApplication) -> list[str]:
        return [move.name for move in application_moves(self.context["me"], row)]


class ApplicationIn(serializers.Serializer[Any]):
    """A draft may leave all but the class empty."""

    member_class = serializers.ChoiceField(choices=CLASSES, required=False)
    motivation = serializers.CharField(required=False, allow_blank=True)
    facilities_offered = serializers.CharField(required=False, allow_blank=True)
    head_name = serializers.CharField(required=False, allow_blank=True, max_length=200)
    head_email = serializers.EmailField(required=False, allow_blank=True)
    sponsors = serializers.ListField(
        child=serializers.CharField(), required=False, help_text="members by id or slug of their organisation"
    )


class NewApplicationIn(ApplicationIn):
    alliance = serializers.CharField(help_text="id or slug")
    organisation = serializers.CharField(help_text="id or slug")


class ApplicationPatch(ApplicationIn):
    version = serializers.IntegerField(required=False, help_text="the version that you edited; another answers 409")


class PointIn(serializers.Serializer[Any]):
    about = serializers.ChoiceField(choices=ApplicationPoint.About.choices)
    text = serializers.CharField()


class ApplicationMoveIn(serializers.Serializer[Any]):
    note = serializers.CharField(required=False, allow_blank=True, default="")
    points = PointIn(many=True, required=False, help_text="return")
    on = serializers.DateField(required=False, help_text="plan-visit")
    report = serializers.CharField(required=False, help_text="report-visit")
    text = serializers.CharField(required=False, help_text="put-to-vote: what the members read")
    body = serializers.CharField(required=False, help_text="put-to-vote: id; the members' body without it")
    name = serializers.CharField(required=False, help_text="sign")
    signed_on = serializers.DateField(required=False, help_text="sign, on paper, by the secretariat")


class ApplicationFileOut(serializers.ModelSerializer[ApplicationFile]):
    class Meta:
        model = ApplicationFile
        fields = ["id", "name", "mime", "size", "sha256", "created_at"]


class ApplicationFileIn(serializers.Serializer[Any]):
    file = serializers.FileField()


Told = dict[str, Any]
MOVES: dict[str, tuple[tuple[str, ...], Callable[[MembershipApplication, Any, Told], Any]]] = {
    "submit": ((), lambda row, by, told: commands.submit_application(row, by=by, note=told["note"])),
    "check": ((), lambda row, by, told: commands.start_check(row, by=by, note=told["note"])),
    "return": (
        ("points",),
        lambda row, by, told: commands.return_application(
            row, [(each["about"], each["text"]) for each in told["points"]], by=by, note=told["note"]
        ),
    ),
    "plan-visit": (("on",), lambda row, by, told: commands.plan_visit(row, told["on"], by=by, note=told["note"])),
    "report-visit": (("report",), lambda row, by, told: commands.report_visit(row, told["report"], by=by)),
    "put-to-vote": (
        (),
        lambda row, by, told: commands.put_to_vote(
            row,
            by=by,
            text=told.get("text", ""),
            body=find(bodies_visible_to(by), told["body"]) if "body" in told else None,
            note=told["note"],
        ),
    ),
    "sign": (
        (),
        lambda row, by, told: commands.sign_charter(
            row, by=by, name=told.get("name", ""), signed_on=told.get("signed_on")
        ),
    ),
    "withdraw": ((), lambda row, by, told: commands.withdraw_application(row, by=by, note=told["note"])),
}
"""Move → what it must be told beside a note, and how it is made. A resolution makes the others."""


class Applications(ListView):
    """My applications, those of my office, and those that wait for my signature; newest first."""

    serializer_class = ApplicationOut

    def get_queryset(self) -> QuerySet[MembershipApplication]:
        asked = self.request.query_params
        alliance = find_alliance(asked["alliance"]) if asked.get("alliance") else None
        return applications_listed(self.me, alliance, state=asked.get("state", ""), search=asked.get("search", ""))

    @extend_schema(
        parameters=[
            OpenApiParameter("alliance", str, description="id or slug"),
            OpenApiParameter("state", str, description="a state, or `open` for all that have not ended"),
            OpenApiParameter("search", str, description="words of the centre's name"),
        ]
    )
    def get(self, request: Request) -> Response:
        return self.page(self.get_queryset(), lambda row: ApplicationOut(row).data)

    @extend_schema(request=NewApplicationIn, responses={201: ApplicationPageOut})
    def post(self, request: Request) -> Response:
        told = read(NewApplicationIn, request)
        alliance, organisation = find_alliance(told.pop("alliance")), find_organisation(told.pop("organisation"))
        row = commands.start_application(alliance, organisation, _wanted(alliance, told), by=self.me)
        return Response(_shown(self.me, row), status=201)


class ApplicationPage(ApiView):
    """One application; PATCH changes a draft, or one that was returned."""

    @extend_schema(responses=ApplicationPageOut)
    def get(self, request: Request, key: str) -> Response:
        return Response(_shown(self.me, find_application(self.me, key)))

    @extend_schema(request=ApplicationPatch, responses=ApplicationPageOut)
    def patch(self, request: Request, key: str) -> Response:
        row, told = find_application(self.me, key), read(ApplicationPatch, request)
        version = told.pop("version", None)
        known = {name: getattr(row, name) for name in SAID if name != "sponsors"}
        known["sponsors"] = list(row.sponsors.all())
        wanted = _wanted(row.alliance, told, **known)
        return Response(_shown(self.me, commands.edit_application(row, wanted, by=self.me, version=version)))


class ApplicationFiles(ApiView):
    """Documents of an application; its applicant adds to a draft, or to one that was returned."""

    parser_classes = [MultiPartParser]

    @extend_schema(responses=ApplicationFileOut(many=True))
    def get(self, request: Request, key: str) -> Response:
        return Response(ApplicationFileOut(find_application(self.me, key).files.all(), many=True).data)

    @extend_schema(request={"multipart/form-data": ApplicationFileIn}, responses={201: ApplicationFileOut})
    def post(self, request: Request, key: str) -> Response:
        row, told = find_application(self.me, key), read(ApplicationFileIn, request)
        return Response(
            ApplicationFileOut(commands.add_application_file(row, told["file"], by=self.me)).data, status=201
        )


class ApplicationFilePage(ApiView):
    """One document, as a download only."""

    @extend_schema(responses={(200, "application/octet-stream"): OpenApiTypes.BINARY})
    def get(self, request: Request, key: str, file: str) -> FileResponse:
        return download(find(find_application(self.me, key).files.all(), file))

    @extend_schema(responses={204: None})
    def delete(self, request: Request, key: str, file: str) -> Response:
        commands.remove_application_file(find(find_application(self.me, key).files.all(), file), by=self.me)
        return Response(status=204)


class ApplicationMove(ApiView):
    """Do a move that `moves` of an application names."""

    @extend_schema(
        request=ApplicationMoveIn,
        responses=ApplicationPageOut,
        parameters=[OpenApiParameter("move", str, "path", enum=list(MOVES))],
    )
    def post(self, request: Request, key: str, move: str) -> Response:
        row, told = find_application(self.me, key), read(ApplicationMoveIn, request)
        if move not in MOVES:
            raise WrongState(_("There is no move “%(move)s” here.") % {"move": move})
        needed, act = MOVES[move]
        if missing := [name for name in needed if name not in told]:
            raise Invalid(
                _("Please correct what is marked."),
                [Violation("required", _("This is needed."), name) for name in missing],
            )
        act(row, self.me, told)
        return Response(_shown(self.me, find_application(self.me, key)))


def _wanted(alliance: Any, told: Told, **known: Any) -> commands.Wanted:
    if "sponsors" in told:
        members = active_memberships(alliance, today_in(alliance))
        asked = [find_organisation(key).pk for key in told["sponsors"]]
        told = told | {"sponsors": list(members.filter(organisation__in=asked))}
        if len(told["sponsors"]) < len(set(asked)):
            message = _("Choose sponsors among the active members.")
            raise Invalid(message, [Violation("unknown_sponsor", message, "sponsors")])
    return commands.Wanted(**known | told)


def _shown(me: Any, row: MembershipApplication) -> Told:
    return dict(ApplicationPageOut(row, context={"me": me}).data)


urlpatterns = [
    path("applications", Applications.as_view()),
    path("applications/<uuid:key>", ApplicationPage.as_view()),
    path("applications/<uuid:key>/files", ApplicationFiles.as_view()),
    path("applications/<uuid:key>/files/<uuid:file>", ApplicationFilePage.as_view()),
    path("applications/<uuid:key>/<slug:move>", ApplicationMove.as_view()),
]

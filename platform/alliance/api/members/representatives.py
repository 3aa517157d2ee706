"""API of who speaks for a member: as of a day, named and ended by its head or the secretariat."""

from typing import Any

from django.urls import path
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from alliance.api.members.memberships import read
from alliance.commands.representatives import end_representation, name_representative
from alliance.models import Membership, Representative
from alliance.permissions.membership import memberships_visible_to
from alliance.queries.membership import find_membership, representatives_of
from alliance.rules.days import today_in
from core.api.views import ApiView
from core.lookup import find
from workflow.queries import people_at


class RepresentativeOut(serializers.ModelSerializer[Representative]):
    has_account = serializers.SerializerMethodField()

    class Meta:
        model = Representative
        fields = ["id", "membership", "name", "kind", "starts_on", "ends_on", "has_account"]

    def get_has_account(self, row: Representative) -> bool:
        return row.person_id is not None


class RepresentativeIn(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(choices=Representative.Kind.choices)
    name = serializers.CharField(required=False, allow_blank=True, default="", max_length=200)
    email = serializers.EmailField(required=False, help_text="of an account here; else the name alone")
    starts_on = serializers.DateField(required=False)
    ends_on = serializers.DateField(required=False, help_text="the day from which on it is over")


class RepresentationEndIn(serializers.Serializer[Any]):
    on = serializers.DateField(required=False, help_text="the day from which on it is over; today without it")
    note = serializers.CharField(required=False, allow_blank=True, default="")


class Representatives(ApiView):
    """Who speaks for a member on a day, its head first."""

    @extend_schema(parameters=[OpenApiParameter("on", OpenApiTypes.DATE)], responses=RepresentativeOut(many=True))
    def get(self, request: Request, key: str) -> Response:
        row = find_membership(self.me, key)
        given = request.query_params.get("on", "")
        day = serializers.DateField().run_validation(given) if given else today_in(row.alliance)
        return Response(RepresentativeOut(representatives_of(row, day), many=True).data)

    @extend_schema(request=RepresentativeIn, responses={201: RepresentativeOut})
    def post(self, request: Request, key: str) -> Response:
        row: Membership = find_membership(self.me, key)
        told = read(RepresentativeIn, request)
        [person] = people_at([told.pop("email")]) if "email" in told else [None]
        made = name_representative(row, told.pop("kind"), by=self.me, person=person, **told)
        return Response(RepresentativeOut(made).data, status=201)


class RepresentationEnd(ApiView):
    """Somebody speaks for the member no longer."""

    @extend_schema(request=RepresentationEndIn, responses=RepresentativeOut)
    def post(self, request: Request, key: str) -> Response:
        seen = Representative.objects.filter(membership__in=memberships_visible_to(self.me).order_by().values("pk"))
        row = find(seen.select_related("membership"), key)
        return Response(
            RepresentativeOut(end_representation(row, by=self.me, **read(RepresentationEndIn, request))).data
        )


urlpatterns = [
    path("memberships/<uuid:key>/representatives", Representatives.as_view()),
    path("representatives/<uuid:key>/end", RepresentationEnd.as_view()),
]

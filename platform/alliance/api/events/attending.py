"""Registering for an event, inviting to it, and who came."""

from typing import Any

from django.db.models import QuerySet
from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from alliance.api.events.reading import RegistrationOut
from alliance.commands import events as commands
from alliance.models import Invitation, Registration
from alliance.permissions.events import invitations_visible_to, registrations_visible_to, speaks_for
from alliance.queries.events import find_event
from core.api.views import ApiView, ListView
from core.lookup import find


class RegisterIn(serializers.Serializer[Any]):
    mode = serializers.ChoiceField(Registration.Mode.choices)


class AttendanceIn(serializers.Serializer[Any]):
    attended = serializers.BooleanField()
    minutes = serializers.IntegerField(required=False, allow_null=True, min_value=0, max_value=100_000, default=None)


class InvitationOut(serializers.ModelSerializer[Invitation]):
    membership = serializers.UUIDField(source="membership_id", allow_null=True)

    class Meta:
        model = Invitation
        fields = ["id", "name", "email", "membership", "state", "sent_at", "answered_at"]


class InvitationIn(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=200)
    email = serializers.EmailField()
    membership = serializers.UUIDField(required=False, allow_null=True, default=None, help_text="whom you speak for")


class AnswerIn(serializers.Serializer[Any]):
    accept = serializers.BooleanField()


class Registrations(ListView):
    """Register oneself; read one's own registration, and all of them where one organises the event."""

    serializer_class = RegistrationOut

    def get_queryset(self) -> QuerySet[Registration]:
        return registrations_visible_to(self.me).filter(event=find_event(self.me, self.kwargs["key"]))

    def get(self, request: Request, key: str) -> Response:
        return self.page(self.get_queryset(), lambda row: RegistrationOut(row).data)

    @extend_schema(request=RegisterIn, responses={201: RegistrationOut})
    def post(self, request: Request, key: str) -> Response:
        given = RegisterIn(data=request.data)
        given.is_valid(raise_exception=True)
        row = commands.register(find_event(self.me, key), given.validated_data["mode"], by=self.me)
        return Response(RegistrationOut(row).data, status=201)


class CancelRegistration(ApiView):
    """Give a place back; who waits longest gets it."""

    @extend_schema(request=None, responses=RegistrationOut)
    def post(self, request: Request, pk: str) -> Response:
        row = commands.cancel_registration(find(registrations_visible_to(self.me), pk), by=self.me)
        return Response(RegistrationOut(row).data)


class RecordAttendance(ApiView):
    """Whether somebody came, and for how many minutes."""

    @extend_schema(request=AttendanceIn, responses=RegistrationOut)
    def post(self, request: Request, pk: str) -> Response:
        given = AttendanceIn(data=request.data)
        given.is_valid(raise_exception=True)
        found = find(registrations_visible_to(self.me), pk)
        row = commands.record_attendance(found, by=self.me, **given.validated_data)
        return Response(RegistrationOut(row).data)


class Invitations(ListView):
    """Invite somebody; read the invitations of the members one speaks for, or all where one organises the event."""

    serializer_class = InvitationOut

    def get_queryset(self) -> QuerySet[Invitation]:
        return invitations_visible_to(self.me).filter(event=find_event(self.me, self.kwargs["key"]))

    def get(self, request: Request, key: str) -> Response:
        return self.page(self.get_queryset(), lambda row: InvitationOut(row).data)

    @extend_schema(request=InvitationIn, responses={201: InvitationOut})
    def post(self, request: Request, key: str) -> Response:
        given = InvitationIn(data=request.data)
        given.is_valid(raise_exception=True)
        asked = dict(given.validated_data)
        event, member = find_event(self.me, key), asked.pop("membership")
        membership = find(speaks_for(self.me).filter(alliance=event.alliance), member) if member else None
        row = commands.invite(event, **asked, by=self.me, membership=membership)
        return Response(InvitationOut(row).data, status=201)


class AnswerInvitation(ApiView):
    """Accept or decline one's own invitation."""

    @extend_schema(request=AnswerIn, responses=InvitationOut)
    def post(self, request: Request, pk: str) -> Response:
        given = AnswerIn(data=request.data)
        given.is_valid(raise_exception=True)
        found = find(invitations_visible_to(self.me), pk)
        row = commands.answer_invitation(found, given.validated_data["accept"], by=self.me)
        return Response(InvitationOut(row).data)


urlpatterns = [
    path("events/<str:key>/registrations", Registrations.as_view()),
    path("events/<str:key>/invitations", Invitations.as_view()),
    path("registrations/<uuid:pk>/cancel", CancelRegistration.as_view()),
    path("registrations/<uuid:pk>/attendance", RecordAttendance.as_view()),
    path("event-invitations/<uuid:pk>/answer", AnswerInvitation.as_view()),
]

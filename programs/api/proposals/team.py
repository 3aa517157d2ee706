"""The team of a proposal through the API: who is on it, asking people, joining, declining, leaving."""

from typing import Any

from django.urls import path
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.views import ApiView
from core.errors import NotFound
from core.lookup import find
from programs.api.proposals.reading import MemberIn
from programs.api.proposals.shapes import MemberOut
from programs.commands import proposals
from programs.models import ProposalMember
from programs.queries.proposals.listing import find_proposal, invitations_of


class RoleIn(serializers.Serializer[Any]):
    role = serializers.ChoiceField(choices=ProposalMember.Role.choices)

    class Meta:
        ref_name = "ProposalRoleIn"


class InvitationOut(MemberOut):
    proposal = serializers.CharField(source="proposal.reference")
    title = serializers.CharField(source="proposal.title")

    class Meta(MemberOut.Meta):
        fields = ["id", "proposal", "title", "role", "state"]
        ref_name = "ProposalInvitation"


class Members(ApiView):
    """The team; those who lead ask others to join while it is edited."""

    @extend_schema(responses=MemberOut(many=True))
    def get(self, request: Request, key: str) -> Response:
        rows = find_proposal(self.me, key).members.select_related("person", "organisation")
        return Response(MemberOut(rows.order_by("role", "created_at", "id"), many=True).data)

    @extend_schema(request=MemberIn, responses={201: MemberOut})
    def post(self, request: Request, key: str) -> Response:
        proposal = find_proposal(self.me, key)
        given = MemberIn(data=request.data)
        given.is_valid(raise_exception=True)
        member = proposals.invite_member(proposal, by=self.me, **given.validated_data)
        return Response(MemberOut(member).data, status=201)


class Member(ApiView):
    """One member, by the id in the list."""

    @extend_schema(request=RoleIn, responses=MemberOut)
    def patch(self, request: Request, key: str, member: str) -> Response:
        row = find(find_proposal(self.me, key).members.all(), member)
        given = RoleIn(data=request.data)
        given.is_valid(raise_exception=True)
        return Response(MemberOut(proposals.change_role(row, given.validated_data["role"], by=self.me)).data)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, key: str, member: str) -> Response:
        proposals.remove_member(find(find_proposal(self.me, key).members.all(), member), by=self.me)
        return Response(status=204)


class Invitations(ApiView):
    """Proposals that you were asked to join."""

    @extend_schema(responses=InvitationOut(many=True))
    def get(self, request: Request) -> Response:
        return Response(InvitationOut(invitations_of(self.me), many=True).data)


class TokenIn(serializers.Serializer[Any]):
    token = serializers.CharField(required=False, allow_blank=True, default="", help_text="of the mail's link")


class Invitation(ApiView):
    """Join or decline: by the id of the invitation, or with the token of the mail."""

    @extend_schema(
        request=TokenIn,
        responses=InvitationOut,
        parameters=[OpenApiParameter("answer", str, "path", enum=["join", "decline"])],
    )
    def post(self, request: Request, invitation: str, answer: str) -> Response:
        given = TokenIn(data=request.data)
        given.is_valid(raise_exception=True)
        token = given.validated_data["token"]
        row = proposals.member_invited(token) if token else find(invitations_of(self.me), invitation)
        if str(row.pk) != invitation or answer not in {"join", "decline"}:
            raise NotFound()
        command = proposals.join_proposal if answer == "join" else proposals.decline_invitation
        return Response(InvitationOut(command(row, by=self.me, token=token)).data)


urlpatterns = [
    path("invitations", Invitations.as_view()),
    path("invitations/<str:invitation>/<str:answer>", Invitation.as_view()),
    path("proposals/<str:key>/members", Members.as_view()),
    path("proposals/<str:key>/members/<str:member>", Member.as_view()),
]

"""API of deciding about many requests at once; one alone is decided through its task."""

from typing import Any

from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.views import ApiView
from facilities.api.shapes import ViolationOut
from facilities.commands.bookings import approve_clean


class ApproveIn(serializers.Serializer[Any]):
    bookings = serializers.ListField(child=serializers.UUIDField(), min_length=1, max_length=200)
    versions = serializers.DictField(
        child=serializers.IntegerField(),
        required=False,
        help_text="By identifier, the version that was looked at: a request that was changed since is left.",
    )


class LeftOut(serializers.Serializer[Any]):
    booking = serializers.UUIDField()
    code = serializers.CharField()
    detail = serializers.CharField()
    violations = ViolationOut(many=True)


class ApprovedOut(serializers.Serializer[Any]):
    approved = serializers.ListField(child=serializers.UUIDField())
    left = LeftOut(many=True)


class ApproveMany(ApiView):
    """Approve, of the requests that wait for you, those that collide with nothing and break no rule now.

    The others are left with the reason, to be decided one by one; what does not wait for you is in neither list.
    """

    @extend_schema(request=ApproveIn, responses=ApprovedOut)
    def post(self, request: Request) -> Response:
        given = ApproveIn(data=request.data)
        given.is_valid(raise_exception=True)
        versions = given.validated_data.get("versions", {})
        seen = {pk: versions.get(str(pk)) for pk in given.validated_data["bookings"]}
        approved, left = approve_clean(seen, by=self.me)
        return Response(
            {
                "approved": [booking.pk for booking in approved],
                "left": [
                    {
                        "booking": each.booking.pk,
                        "code": each.refusal.code,
                        "detail": str(each.refusal),
                        "violations": [violation.as_dict() for violation in each.refusal.violations],
                    }
                    for each in left
                ],
            }
        )


urlpatterns = [path("bookings/approve", ApproveMany.as_view())]

"""API of the one search box."""

from typing import Any

from django.urls import path
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.views import ApiView, Public
from core.errors import Invalid, Violation
from core.reading import whole_number
from programs.queries.finding import KINDS, find_everything

MOST_FINDS = 50


class FoundOut(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(choices=KINDS)
    id = serializers.UUIDField()
    key = serializers.CharField(help_text="Slug; of a technique its code, of a document `alliance/slug`.")
    label: Any = serializers.CharField()
    label_local = serializers.CharField()
    detail = serializers.CharField(help_text="City, facility, definition, alliance or host.")
    country = serializers.CharField()


class SearchOut(serializers.Serializer[Any]):
    results = FoundOut(many=True)


class Search(Public, ApiView):
    """Places, techniques, news, events, documents and offers in one box, as far as you may read them; places first.

    Names are found whatever the typing errors.
    """

    @extend_schema(
        parameters=[
            OpenApiParameter("q", str, description="what somebody typed"),
            OpenApiParameter("kind", str, description="one of the kinds only", enum=list(KINDS)),
            OpenApiParameter("limit", int, description=f"1 to {MOST_FINDS}, 20 if not given"),
        ],
        responses=SearchOut,
    )
    def get(self, request: Request) -> Response:
        given = request.query_params
        kinds = [given["kind"]] if given.get("kind") else None
        return Response(
            SearchOut(
                {"results": find_everything(self.me, given.get("q", ""), kinds, _limit(given.get("limit", "20")))}
            ).data
        )


def _limit(given: str) -> int:
    limit = whole_number(given)
    if limit is None or not 1 <= limit <= MOST_FINDS:
        message = _("The limit is a number from 1 to %(most)d.") % {"most": MOST_FINDS}
        raise Invalid(message, [Violation("limit", message, field="limit")])
    return limit


urlpatterns = [path("search", Search.as_view())]

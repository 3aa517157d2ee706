"""Lists in keyset pages: the cost of a page does not grow with its number, and a count is made only when asked for."""

from typing import Any

from django.core import signing
from django.utils.translation import gettext as _
from rest_framework.pagination import Cursor, CursorPagination
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

from core.errors import NotFound


class Pages(CursorPagination):
    """`{"next", "previous", "results"}`, `page_size` up to 200, `count` with `?count=true`.

    A view names its total order in `ordering`; the last column of it must be unique.
    """

    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 200
    ordering = ("-created_at", "-id")

    def decode_cursor(self, request: Any) -> Cursor | None:
        """The place that this list once gave out; another would be a value that the database cannot read."""
        given = request.query_params.get(self.cursor_query_param)
        try:
            return None if given is None else Cursor(*signing.loads(given, salt=request.path))
        except signing.BadSignature as error:
            raise NotFound(_("This is no cursor of this list.")) from error

    def encode_cursor(self, cursor: Cursor) -> str:
        signed = signing.dumps(cursor, salt=self.request.path)
        return replace_query_param(str(self.base_url), self.cursor_query_param, signed)

    def paginate_queryset(self, queryset: Any, request: Any, view: Any = None) -> list[Any] | None:
        self.request = request
        self.count = queryset.order_by().count() if request.query_params.get("count") == "true" else None
        return super().paginate_queryset(queryset, request, view)

    def get_ordering(self, request: Any, queryset: Any, view: Any) -> tuple[str, ...]:
        return tuple(getattr(view, "ordering", None) or self.ordering)

    def get_paginated_response(self, data: Any) -> Response:
        page = {"next": self.get_next_link(), "previous": self.get_previous_link(), "results": data}
        return Response(page if self.count is None else {"count": self.count, **page})

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        described = super().get_paginated_response_schema(schema)
        described["properties"]["count"] = {"type": "integer", "description": "Only with ?count=true."}
        return described

"""Lists in keyset pages: the cost of a page does not grow with its number, and a count is made only when asked for."""

from typing import Any

from django.core import signing
from django.utils.translation import gettext as _
from rest_framework.pagination import CursorPagination
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

from core.errors import NotFound
from core.keyset import columns_of, place_of, rows_beyond


class Pages(CursorPagination):
    """`{"next", "previous", "results"}`, `page_size` up to 200, `count` with `?count=true`.

    A view names its total order in `ordering`; the last column of it must be unique. Of DRF's paginator are the names:
    its cursor knows the first column only, counts along rows that share it, and loses some of them on the way back.
    """

    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 200

    def paginate_queryset(self, queryset: Any, request: Any, view: Any = None) -> list[Any] | None:
        self.request = request
        self.address = str(request.build_absolute_uri())
        self.columns = columns_of(view.ordering)
        self.count = queryset.order_by().count() if request.query_params.get("count") == "true" else None
        size = self.get_page_size(request) or self.page_size
        rows = queryset.order_by(*view.ordering)
        forward, place = self._asked()
        if place is not None:
            rows = rows_beyond(rows, self.columns, place, forward=forward)
        found = list((rows if forward else rows.reverse())[: size + 1])
        more, came_from = len(found) > size, place is not None
        self.page = found[:size] if forward else found[:size][::-1]
        self.has_next, self.has_previous = (more, came_from) if forward else (came_from, more)
        return self.page

    def _asked(self) -> tuple[bool, list[Any] | None]:
        """The way and the place that this list once gave out: the database could not read every other value."""
        given = self.request.query_params.get(self.cursor_query_param)
        if given is None:
            return True, None
        try:
            forward, place = signing.loads(given, salt=self.request.path)
        except (signing.BadSignature, ValueError) as error:
            raise NotFound(_("This is no cursor of this list.")) from error
        return forward, place

    def _address(self, row: Any, *, forward: bool) -> str:
        signed = signing.dumps([forward, place_of(row, self.columns)], salt=self.request.path)
        return str(replace_query_param(self.address, self.cursor_query_param, signed))

    def get_next_link(self) -> str | None:
        return self._address(self.page[-1], forward=True) if self.has_next and self.page else None

    def get_previous_link(self) -> str | None:
        return self._address(self.page[0], forward=False) if self.has_previous and self.page else None

    def get_paginated_response(self, data: Any) -> Response:
        page = {"next": self.get_next_link(), "previous": self.get_previous_link(), "results": data}
        return Response(page if self.count is None else {"count": self.count, **page})

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        counted = {
            "name": "count",
            "in": "query",
            "description": "whether to count all",
            "schema": {"type": "boolean"},
        }
        return [*super().get_schema_operation_parameters(view), counted]

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        described = super().get_paginated_response_schema(schema)
        described["properties"]["count"] = {"type": "integer", "description": "Only with ?count=true."}
        return described

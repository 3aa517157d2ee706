"""The base of every API view: who asks, what may be asked, and the same answer to the same POST."""

import hashlib
from typing import Any, ClassVar

from django.db import transaction
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from rest_framework.generics import GenericAPIView
from rest_framework.permissions import AllowAny, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.api.authentication import AUTHENTICATION
from core.api.pages import Pages
from core.api.rendering import AsItIs
from core.errors import DomainError, NotFound
from core.models import IdempotentAnswer


class Replayed(Exception):
    """The request was answered before; carries that answer."""

    def __init__(self, answer: IdempotentAnswer) -> None:
        self.answer = answer


class ApiView(APIView):
    """One endpoint. POSTs accept `Idempotency-Key`: the same key and body replays the first answer."""

    authentication_classes: Any = AUTHENTICATION
    permission_classes: Any = [IsAuthenticated]
    content_negotiation_class = AsItIs
    keeps_answers = True
    """Whether answers are kept for `Idempotency-Key`; not where keeping a request or its answer would tell a secret."""
    _answer: IdempotentAnswer | None = None

    @property
    def me(self) -> Any:
        """Who asks."""
        return self.request.user

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method != "POST" or "Idempotency-Key" not in request.headers or not self.keeps_answers:
            return super().dispatch(request, *args, **kwargs)
        with transaction.atomic():
            response = super().dispatch(request, *args, **kwargs)
            if self._answer is not None and isinstance(response, Response) and response.status_code < 500:
                self._answer.status = response.status_code
                self._answer.body = response.render().content
                self._answer.save(update_fields=["status", "body"])
            elif response.status_code >= 500:
                transaction.set_rollback(True)
        return response

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        key = request.headers.get("Idempotency-Key")
        if key and self.keeps_answers and request.method == "POST" and request.user.is_authenticated:
            self._answer = self._first_time(request, key)

    def handle_exception(self, exc: Exception) -> Response:
        if not isinstance(exc, Replayed):
            return super().handle_exception(exc)
        import orjson

        body = orjson.loads(exc.answer.body) if exc.answer.body else None
        response = Response(body, status=exc.answer.status, headers={"Idempotent-Replay": "true"})
        if exc.answer.status and exc.answer.status >= 400:
            response.content_type = "application/problem+json"
        return response

    def _first_time(self, request: Request, key: str) -> IdempotentAnswer:
        """Reserve the key; a second request with it waits here until the first has been answered."""
        digest = hashlib.sha256(request.path.encode() + b"\0" + request.body).hexdigest()
        answer = IdempotentAnswer(user_id=self.me.pk, key=key[:200], path=request.path[:200], body_sha256=digest)
        IdempotentAnswer.objects.bulk_create([answer], ignore_conflicts=True)
        stored = IdempotentAnswer.objects.get(user_id=self.me.pk, key=key[:200])
        if stored.body_sha256 != digest:
            raise DomainError(
                _("This Idempotency-Key was used for another request. Choose a new one."), "idempotency_key_reused"
            )
        if stored.status is not None:
            raise Replayed(stored)
        return stored


class ListView(ApiView, GenericAPIView):
    """A list: a `…_visible_to` queryset, filters in `filterset_class`, a total order in `ordering`."""

    pagination_class = Pages
    ordering: ClassVar[tuple[str, ...]] = ("-created_at", "-id")

    def page(self, queryset: Any, render: Any) -> Response:
        """One page of a queryset, each row rendered by `render`."""
        rows = self.paginate_queryset(queryset)
        return self.get_paginated_response([render(row) for row in rows or []])


class Public:
    """Mixed in before ApiView or ListView: no account is needed."""

    permission_classes: Any = [AllowAny]


class Nothing(Public, ApiView):
    """Every address of the API that names nothing: 404 as a problem, like all other errors."""

    schema = None

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        raise NotFound(_("There is no such address in the API; /api/v1/schema/ lists them all."))

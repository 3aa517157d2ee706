"""Bearer tokens, checked with one query; a read-only token may not write."""

from typing import Any

from django.utils.translation import gettext as _
from knox.crypto import hash_token
from knox.models import get_token_model
from rest_framework.authentication import BaseAuthentication, SessionAuthentication
from rest_framework.exceptions import AuthenticationFailed, PermissionDenied
from rest_framework.request import Request

from core import clock

SAFE = {"GET", "HEAD", "OPTIONS"}


class BearerToken(BaseAuthentication):
    """`Authorization: Bearer TOKEN`."""

    def authenticate(self, request: Request) -> tuple[Any, Any] | None:
        scheme, _space, text = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            return None
        token = (
            get_token_model()
            .objects.select_related("user")
            .filter(digest=hash_token(text.strip()), expiry__gt=clock.now(), user__is_active=True)
            .first()
        )
        if token is None:
            raise AuthenticationFailed(_("The token is unknown, expired or revoked."))
        if request.method not in SAFE and not token.may_write:
            raise PermissionDenied(_("This token may only read."))
        return token.user, token

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


AUTHENTICATION = [BearerToken, SessionAuthentication]

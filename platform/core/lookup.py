"""Finds one row by identifier or slug, so that an address works with either, and makes the slugs."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.text import slugify
from django.utils.translation import gettext as _

from core.errors import NotFound
from core.search import fold


def find(rows: QuerySet[Any], key: str | UUID) -> Any:
    """The row of a visible-to queryset with that id or slug. Raises NotFound (404) when there is none to see."""
    if isinstance(key, str) and "\x00" in key:  # PostgreSQL knows no such text
        raise NotFound(_("Nothing is here, or it is not yours to see."))
    try:
        found = rows.filter(pk=key if isinstance(key, UUID) else UUID(key)).first()
    except ValueError:
        has_slug = any(field.name == "slug" for field in rows.model._meta.fields)
        found = rows.filter(slug=key).first() if has_slug else None
    if found is None:
        raise NotFound(_("Nothing is here, or it is not yours to see."))
    return found


def free_slug(rows: QuerySet[Any], *names: str) -> str:
    """A slug that no row has: of the first name that gives one and is free, else of the first with a number."""
    longest = rows.model._meta.get_field("slug").max_length - 5
    wanted = [slug for name in names if (slug := slugify(fold(name))[:longest].strip("-"))]
    wanted = wanted or [rows.model._meta.model_name]
    taken = set(rows.filter(slug__startswith=wanted[0]).values_list("slug", flat=True))
    taken |= set(rows.filter(slug__in=wanted).values_list("slug", flat=True))
    numbered = (f"{wanted[0]}-{number}" for number in range(2, len(taken) + 3))
    return next(slug for slug in [*wanted, *numbered] if slug not in taken)

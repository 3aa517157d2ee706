"""Finds one row by identifier or slug, so that an address works with either, and makes the slugs."""

import re
from typing import Any, TypeVar
from uuid import UUID

from django.db.models import Model, Q, QuerySet
from django.utils.text import slugify

from core.errors import NotFound
from core.search import fold

M = TypeVar("M", bound=Model)


def find(rows: QuerySet[M], key: str | UUID, *, by: str = "slug", numbered: str = "") -> M:
    """The row of a visible-to queryset with that identifier or name. Raises NotFound when there is none to see.

    `by` is the column of names, if the model has one; `numbered` is what references begin with, "B-" of B-000123.
    """
    named = _named(rows.model, key, by, numbered)
    found = rows.filter(named).first() if named else None
    if found is None:
        raise NotFound
    return found


def _named(model: type[Model], key: str | UUID, by: str, numbered: str) -> Q | None:
    if isinstance(key, UUID):
        return Q(pk=key)
    if numbered and (reference := re.fullmatch(f"{numbered}([0-9]{{1,18}})", key, re.IGNORECASE)):
        return Q(number=int(reference[1]))
    try:
        return Q(pk=UUID(key))
    except ValueError:
        has_names = any(field.name == by for field in model._meta.fields)
        return Q((by, key)) if has_names else None


def free_slug(rows: QuerySet[Any], *names: str) -> str:
    """A slug that no row has: of the first name that gives one and is free, else of the first with a number."""
    longest = rows.model._meta.get_field("slug").max_length - 5
    wanted = [slug for name in names if (slug := slugify(fold(name))[:longest].strip("-"))]
    wanted = wanted or [rows.model._meta.model_name]
    taken = set(rows.filter(slug__startswith=wanted[0]).values_list("slug", flat=True))
    taken |= set(rows.filter(slug__in=wanted).values_list("slug", flat=True))
    numbered = (f"{wanted[0]}-{number}" for number in range(2, len(taken) + 3))
    return next(slug for slug in [*wanted, *numbered] if slug not in taken)

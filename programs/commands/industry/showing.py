"""What an alliance shows to industry: who publishes for it writes, publishes and takes down offers and cases."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.text import slugify

from accounts.commands import invalid
from core import audit, clock
from core.permissions import require
from programs.models import ApplicationCase, IndustrialOffer

Shown = IndustrialOffer | ApplicationCase


@transaction.atomic
def save_shown(row: Shown, *, by: Any) -> Shown:
    """Write an offer or a case, or change it. Raises NotPermitted, Invalid."""
    require(by, "alliance.publish", row.alliance)
    is_new = row._state.adding
    if is_new:
        row.created_by = None if by.is_system else by
        row.slug = row.slug or _free_slug(row)
    else:
        type(row)._default_manager.select_for_update().get(pk=row.pk)
        row.version += 1
    try:
        row.full_clean()
    except ValidationError as error:
        raise invalid(error) from error
    row.save()
    audit.record("create" if is_new else "change", row, by=by)
    return row


@transaction.atomic
def publish_shown(row: Shown, *, by: Any) -> Shown:
    """Everybody may read it from now on. Raises NotPermitted."""
    return _set_published(row, "publish", by=by)


@transaction.atomic
def take_down_shown(row: Shown, *, by: Any) -> Shown:
    """Nobody reads it in public any more; it is kept. Raises NotPermitted."""
    return _set_published(row, "take-down", by=by)


def _set_published(row: Shown, verb: str, *, by: Any) -> Shown:
    require(by, "alliance.publish", row.alliance)
    row = type(row)._default_manager.select_for_update(of=("self",)).get(pk=row.pk)
    if (row.published_at is not None) is (verb == "publish"):
        return row
    row.published_at = clock.now() if verb == "publish" else None
    row.version += 1
    row.save(update_fields=["published_at", "version", "updated_at"])
    audit.record(verb, row, by=by)
    return row


def _free_slug(row: Shown) -> str:
    base = slugify(row.title)[:100] or "offer"
    taken = set(type(row)._default_manager.filter(slug__startswith=base).values_list("slug", flat=True))
    return next(name for name in (base, *(f"{base}-{n}" for n in range(2, len(taken) + 3))) if name not in taken)

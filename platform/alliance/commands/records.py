"""Writes what the secretariat keeps: the alliance's own record, its members, news and events."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.commands import invalid
from alliance.models import Alliance, Event, Membership, NewsItem
from core import audit
from core.permissions import require

Kept = Alliance | Membership | NewsItem | Event


@transaction.atomic
def save_record(row: Kept, *, by: Any) -> Kept:
    """Create or change one of them, with its entry in the trail. Raises NotPermitted, Invalid."""
    alliance = row if isinstance(row, Alliance) else row.alliance
    require(by, "alliance.publish" if isinstance(row, NewsItem | Event) else "alliance.manage_members", alliance)
    is_new = row._state.adding
    if is_new:
        row.created_by = None if by.is_system else by
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

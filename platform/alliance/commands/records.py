"""Writes what the secretariat keeps: the alliance's own record, news, documents and drafts of circulars."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from alliance.commands.keeping import keep
from alliance.models import Alliance, Circular, Document, NewsItem
from core import clock
from core.errors import DomainError, Invalid, Violation, WrongState
from core.permissions import require

Kept = Alliance | NewsItem | Document | Circular
PUBLISHED = NewsItem | Document | Circular


@transaction.atomic
def save_record(row: Kept, *, by: Any) -> Kept:
    """Create or change one of them, with its entry in the trail. `row.version` is the one that the writer saw.

    Raises NotPermitted, Invalid; 409 `changed_meanwhile` where somebody else wrote since, WrongState for a circular
    that is sent.
    """
    alliance = row if isinstance(row, Alliance) else row.alliance
    require(by, "alliance.publish" if isinstance(row, PUBLISHED) else "alliance.manage_members", alliance)
    is_new = row._state.adding
    if is_new:
        row.created_by = None if by.is_system else by
    else:
        now = type(row)._default_manager.select_for_update().get(pk=row.pk)
        if isinstance(now, Circular) and now.sent_at is not None:
            raise WrongState(_("The circular is sent and cannot be changed."))
        if now.version != row.version:
            raise DomainError(
                _("Somebody changed this while you were writing. Yours is still here; compare, then save again."),
                "changed_meanwhile",
                status=409,
                details={"version": now.version},
            )
        row.version += 1
    return keep(row, "create" if is_new else "change", by=by)


@transaction.atomic
def withdraw_news(item: NewsItem, *, by: Any, note: str) -> NewsItem:
    """Take a piece of news back, with the reason; nobody else finds it any more. Safe to run twice.

    Raises NotPermitted, Invalid.
    """
    row = NewsItem.objects.select_for_update(of=("self",)).select_related("alliance").get(pk=item.pk)
    require(by, "alliance.publish", row.alliance)
    if row.withdrawn_at is not None:
        return row
    if not note.strip():
        message = _("Say why it is withdrawn.")
        raise Invalid(message, [Violation("reason_required", message, "note")])
    row.withdrawn_at = clock.now()
    row.version += 1
    return keep(row, "withdraw", by=by, note=note)

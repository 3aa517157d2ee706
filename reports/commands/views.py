"""Saves pages of figures under a name, shares and forgets them. A view lends no rights: its page judges its reader."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from alliance.commands.keeping import keep
from alliance.models import Alliance
from core import audit
from core.errors import Invalid, NotFound, NotPermitted, Violation
from core.permissions import require
from facilities.models import Facility
from reports.addresses import read_address
from reports.models import SavedView
from reports.permissions import reader_of

Audience = SavedView.Audience


@transaction.atomic
def save_view(
    name: str,
    address: str,
    *,
    by: Any,
    audience: str = Audience.ME,
    alliance: Alliance | None = None,
    facility: Facility | None = None,
    moving: bool = False,
) -> SavedView:
    """Keep the address of a page of figures (path and query) under a name; `moving` keeps it without its period.

    Raises Invalid for an address that is no page of figures and for a name that its owner has used, NotPermitted for
    an audience whose figures `by` does not read.
    """
    if not by.is_authenticated:
        raise NotPermitted(_("Sign in to save a view."))
    try:
        read = read_address(address, moving=moving)
    except NotFound:
        message = _("Only pages of figures can be saved as a view.")
        raise Invalid(message, [Violation("address", message, field="address")]) from None
    view = SavedView(name=name.strip(), owner=by, path=read.path, query=read.query)
    _share(view, audience, alliance, facility, by=by)
    return keep(view, "save", by=by, address=view.address, audience=view.audience)


@transaction.atomic
def rename_view(view: SavedView, name: str, *, by: Any) -> SavedView:
    """Its owner only. Raises NotPermitted, Invalid."""
    view = _owned(view, by)
    before, view.name = view.name, name.strip()
    return keep(view, "rename", by=by, before=before) if before != view.name else view


@transaction.atomic
def share_view(
    view: SavedView,
    audience: str,
    *,
    by: Any,
    alliance: Alliance | None = None,
    facility: Facility | None = None,
) -> SavedView:
    """Say who finds the view among theirs: only its owner, or who reads the figures of an alliance or a facility.

    Its owner only, and only among those whose figures they read themselves. Raises NotPermitted, Invalid.
    """
    view = _owned(view, by)
    _share(view, audience, alliance, facility, by=by)
    return keep(view, "share", by=by, audience=view.audience)


@transaction.atomic
def delete_view(view: SavedView, *, by: Any) -> None:
    """Forget a view and who has it sent. Its owner only; a second time changes nothing. Raises NotPermitted."""
    try:
        view = _owned(view, by)
    except SavedView.DoesNotExist:
        return
    audit.record("delete", view, by=by, name=view.name, address=view.address)
    view.delete()


def _owned(view: SavedView, by: Any) -> SavedView:
    view = SavedView.objects.select_for_update(of=("self",)).select_related("owner").get(pk=view.pk)
    if by.pk != view.owner_id and not by.is_system:
        raise NotPermitted(_("A view is changed by who saved it."))
    return view


def _share(view: SavedView, audience: str, alliance: Alliance | None, facility: Facility | None, *, by: Any) -> None:
    """Set the audience with its container. Raises Invalid and NotPermitted."""
    if audience not in Audience.values:
        message = _("Choose who finds it.")
        raise Invalid(message, [Violation("audience", message, field="audience")])
    view.audience = audience
    view.alliance = alliance if audience == Audience.ALLIANCE else None
    view.facility = facility if audience == Audience.FACILITY else None
    if audience == Audience.ALLIANCE and view.alliance is not None:
        require(by, "alliance.view_figures", view.alliance)
    elif audience == Audience.FACILITY and view.facility is not None:
        if not reader_of(by).reads(view.facility.pk):
            raise NotPermitted(_("You do not read the figures of this facility in full."))
    elif audience != Audience.ME:
        message = _("Say of which alliance or facility.")
        raise Invalid(message, [Violation("container", message, field="audience")])

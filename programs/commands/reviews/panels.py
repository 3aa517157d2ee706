"""Panels: made and changed by the office that runs the calls there, and attached to calls."""

from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from alliance.models import Alliance
from core import audit
from core.errors import DomainError, Invalid, NotPermitted, RulesRefuse, Violation
from core.permissions import allowed
from facilities.models import Facility
from programs.models import Assessment, Call, Panel, Score, ScoreScale
from programs.permissions.calls import RUN, call_parties
from programs.permissions.reviews import runs_panel

NAME_LENGTH = 120


@transaction.atomic
def make_panel(
    alliance: Alliance, name: str, scale: ScoreScale, *, by: Any, facility: Facility | None = None, **fields: Any
) -> Panel:
    """A panel of the alliance or of one facility, by who runs calls there; `fields` as in `edit_panel`.

    Raises NotPermitted, Invalid for a name that is missing or taken there.
    """
    held = allowed(by, f"facilities.{RUN}", facility) if facility else allowed(by, f"alliance.{RUN}", alliance)
    if not held:
        raise NotPermitted(_("Only the office that runs calls here makes panels."))
    panel = Panel(alliance=alliance, facility=facility, created_by=None if by.is_system else by)
    _write(panel, {"name": name, "scale": scale, **fields})
    audit.record("create", panel, by=by, name=panel.name)
    return panel


@transaction.atomic
def edit_panel(panel: Panel, changes: Mapping[str, Any], *, by: Any, version: int) -> Panel:
    """Change `name`, `name_zh`, `scale`, `themes` and `techniques`, those that are given.

    `version` is that of the panel that was read: another one by now answers 409. Raises NotPermitted, Invalid;
    RulesRefuse for another scale when scores were given on this one.
    """
    panel = panel_locked(panel, by)
    if panel.version != version:
        message = _("Somebody changed it after you opened this page. Read what is there now before you save.")
        raise DomainError(message, "version_changed", status=409)
    scale = changes.get("scale", panel.scale)
    if scale.pk != panel.scale_id and Score.objects.filter(review__assessment__panel=panel).exists():
        message = _("Scores were given on the scale “%(scale)s” already; make another panel for another scale.")
        message %= {"scale": panel.scale.name}
        raise RulesRefuse(message, [Violation("scale_in_use", message, "scale")])
    panel.version += 1
    _write(panel, changes)
    audit.record("edit", panel, by=by, fields=sorted(changes))
    return panel


@transaction.atomic
def attach_panel(panel: Panel, call: Call, *, by: Any) -> None:
    """Let a panel judge a call's proposals. Attached already: nothing happens. Raises NotPermitted; RulesRefuse for a
    panel of another alliance or another facility."""
    _require_office_of(call, by)
    if panel.alliance_id != call.alliance_id or (
        call.facility_id and panel.facility_id not in (None, call.facility_id)
    ):
        message = _("This panel belongs to others: choose one of the call's own alliance or facility.")
        raise RulesRefuse(message, [Violation("panel_of_others", message, "panel")])
    if not panel.calls.filter(pk=call.pk).exists():
        panel.calls.add(call)
        audit.record("attach", panel, by=by, call=str(call.pk))


@transaction.atomic
def detach_panel(panel: Panel, call: Call, *, by: Any) -> None:
    """The panel judges nothing more of a call. Detached already: nothing happens. Raises NotPermitted; RulesRefuse
    while proposals of the call are before it."""
    _require_office_of(call, by)
    Panel.objects.select_for_update().get(pk=panel.pk)
    if n := Assessment.objects.filter(panel=panel, proposal__call=call).count():
        message = _("%(n)d proposals of this call are before it already.") % {"n": n}
        raise RulesRefuse(message, [Violation("panel_at_work", message, "panel")])
    if panel.calls.filter(pk=call.pk).exists():
        panel.calls.remove(call)
        audit.record("detach", panel, by=by, call=str(call.pk))


def panel_locked(panel: Panel, by: Any) -> Panel:
    """The panel with its row locked, for the office that runs the calls there. Raises NotPermitted."""
    rows = Panel.objects.select_for_update(of=("self",)).select_related("alliance", "facility", "scale")
    found = rows.get(pk=panel.pk)
    if not runs_panel(by, found):
        raise NotPermitted(_("Only the office that runs calls here looks after its panels."))
    return found


def _require_office_of(call: Call, by: Any) -> None:
    if not call_parties(by, call) & {"office", "system"}:
        raise NotPermitted(_("Only the office of the call chooses its panels."))


def _write(panel: Panel, changes: Mapping[str, Any]) -> None:
    columns = {name: value for name, value in changes.items() if name not in ("themes", "techniques")}
    for name, value in columns.items():
        setattr(panel, name, value.strip() if isinstance(value, str) else value)
    if not panel.name or len(panel.name) > NAME_LENGTH:
        message = _("Give the panel a name of at most %(n)d characters.") % {"n": NAME_LENGTH}
        raise Invalid(message, [Violation("name", message, "name")])
    try:
        with transaction.atomic():
            panel.save()
    except IntegrityError as error:
        if "panel_name_once" not in str(error):
            raise
        message = _("There is a panel of this name already. Choose another.")
        raise Invalid(message, [Violation("name_taken", message, "name")]) from error
    if "themes" in changes:
        panel.themes.set(changes["themes"])
    if "techniques" in changes:
        panel.techniques.set(changes["techniques"])

"""Panels: made, attached to calls, with members for terms; and what reviewers know about."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.translation import gettext as _

from accounts.models import User
from alliance.models import Alliance
from core import audit
from core.errors import Invalid, NotPermitted, RulesRefuse, Violation
from core.permissions import allowed
from facilities.models import Facility, Technique
from programs.models import Call, Expertise, Panel, PanelMember, ScoreScale, Theme
from programs.permissions.calls import RUN, call_parties

LEVELS = (1, 2, 3)


@transaction.atomic
def make_panel(
    alliance: Alliance, name: str, scale: ScoreScale, *, by: Any, facility: Facility | None = None, **fields: Any
) -> Panel:
    """A panel of the alliance or of one facility, by who runs calls there. Raises NotPermitted."""
    held = allowed(by, f"facilities.{RUN}", facility) if facility else allowed(by, f"alliance.{RUN}", alliance)
    if not held:
        raise NotPermitted(_("Only the office that runs calls here makes panels."))
    panel = Panel.objects.create(alliance=alliance, facility=facility, name=name, scale=scale, **fields)
    audit.record("create", panel, by=by, name=name)
    return panel


@transaction.atomic
def attach_panel(panel: Panel, call: Call, *, by: Any) -> None:
    """Let a panel judge a call's proposals. Attached already: nothing happens. Raises NotPermitted."""
    if not call_parties(by, call) & {"office", "system"}:
        raise NotPermitted(_("Only the office of the call chooses its panels."))
    panel.calls.add(call)
    audit.record("attach", panel, by=by, call=str(call.pk))


@transaction.atomic
def appoint(
    panel: Panel, person: User, *, by: Any, starts_on: date, ends_on: date | None = None, role: str = "member",
    most: int = 12,
) -> PanelMember:  # fmt: skip
    """A person sits on a panel from a day until before another. Raises NotPermitted, Invalid, RulesRefuse when they
    sit on it in those days already."""
    panel = Panel.objects.select_for_update(of=("self",)).select_related("alliance", "facility").get(pk=panel.pk)
    _require_office(panel, by)
    if ends_on is not None and ends_on <= starts_on:
        message = _("The term ends before it starts.")
        raise Invalid(message, [Violation("term", message, "ends_on")])
    term = DateRange(starts_on, ends_on)
    if panel.members.filter(person=person, term__overlap=term).exists():
        message = _("%(name)s sits on this panel in those days already.") % {"name": person.name}
        raise RulesRefuse(message, [Violation("on_a_panel_once_at_a_time", message, "person")])
    seat = PanelMember.objects.create(panel=panel, person=person, role=role, term=term, most=most)
    audit.record("appoint", panel, by=by, person=str(person.pk), role=role)
    return seat


@transaction.atomic
def set_expertise(person: User, levels: Mapping[Technique | Theme, int], *, by: Any) -> list[Expertise]:
    """Say what a person knows about: techniques and themes with a level of 1 (some) to 3 (expert), replacing what was
    said before. Done by oneself, or by the system. Raises NotPermitted, Invalid."""
    if by.pk != person.pk and not by.is_system:
        raise NotPermitted(_("Everyone says for themselves what they know about."))
    if any(level not in LEVELS for level in levels.values()):
        message = _("A level is 1 (some), 2 (good) or 3 (expert).")
        raise Invalid(message, [Violation("level", message, "level")])
    person.expertise.all().delete()
    rows = Expertise.objects.bulk_create(
        Expertise(
            person=person,
            technique=thing if isinstance(thing, Technique) else None,
            theme=thing if isinstance(thing, Theme) else None,
            level=level,
        )
        for thing, level in levels.items()
    )
    audit.record("set-expertise", person, by=by, count=len(rows))
    return rows


def _require_office(panel: Panel, by: Any) -> None:
    container, right = (panel.facility, "facilities") if panel.facility else (panel.alliance, "alliance")
    if not allowed(by, f"{right}.{RUN}", container):
        raise NotPermitted(_("Only the office that runs calls here fills its panels."))

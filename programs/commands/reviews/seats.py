"""Who sits on panels, for which term and how much, and what reviewers know about."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.translation import gettext as _

from accounts.models import User
from core import audit
from core.errors import Invalid, NotPermitted, RulesRefuse, Violation
from facilities.models import Technique
from programs.commands.reviews.panels import panel_locked
from programs.models import Expertise, Panel, PanelMember, Theme
from programs.permissions.reviews import may_record_expertise

LEVELS = (1, 2, 3)


@transaction.atomic
def appoint(
    panel: Panel, person: User, *, by: Any, starts_on: date, ends_on: date | None = None, role: str = "member",
    most: int = 12,
) -> PanelMember:  # fmt: skip
    """A person sits on a panel from a day until before another. Raises NotPermitted, Invalid, RulesRefuse when they
    sit on it in those days already."""
    panel = panel_locked(panel, by)
    term = _term(starts_on, ends_on)
    _require_free(panel, person, term)
    seat = PanelMember.objects.create(panel=panel, person=person, role=role, term=term, most=most)
    audit.record("appoint", panel, by=by, person=str(person.pk), role=role)
    return seat


@transaction.atomic
def change_seat(
    seat: PanelMember, *, by: Any, starts_on: date, ends_on: date | None, role: str, most: int
) -> PanelMember:
    """Another term, role or most reviews in a call; to let somebody go, end the term. What they were asked for stays
    theirs. Raises as `appoint`."""
    panel = panel_locked(seat.panel, by)
    seat = PanelMember.objects.select_for_update(of=("self",)).select_related("person").get(pk=seat.pk)
    seat.term = _term(starts_on, ends_on)
    _require_free(panel, seat.person, seat.term, but=seat)
    seat.role, seat.most = role, most
    seat.save()
    audit.record(
        "change-seat", panel, by=by, person=str(seat.person_id), role=role, most=most,
        starts_on=starts_on.isoformat(), ends_on=ends_on.isoformat() if ends_on else "",
    )  # fmt: skip
    return seat


@transaction.atomic
def set_expertise(person: User, levels: Mapping[Technique | Theme, int], *, by: Any) -> list[Expertise]:
    """Say what a person knows about: techniques and themes with a level of 1 (some) to 3 (expert), replacing what was
    said before. Done by oneself, or by the office of a panel on which they sit. Raises NotPermitted, Invalid."""
    if not may_record_expertise(by, person):
        raise NotPermitted(_("What people know about is said by themselves, or by the office of their panel."))
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


def _term(starts_on: date, ends_on: date | None) -> "DateRange":
    if ends_on is not None and ends_on <= starts_on:
        message = _("The term ends before it starts.")
        raise Invalid(message, [Violation("term", message, "ends_on")])
    return DateRange(starts_on, ends_on)


def _require_free(panel: Panel, person: User, term: "DateRange", but: PanelMember | None = None) -> None:
    others = panel.members.filter(person=person, term__overlap=term)
    if but is not None:
        others = others.exclude(pk=but.pk)
    if others.exists():
        message = _("%(name)s sits on this panel in those days already.") % {"name": person.name}
        raise RulesRefuse(message, [Violation("on_a_panel_once_at_a_time", message, "person")])

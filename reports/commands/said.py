"""Sets targets of figures and writes notes on numbers, each with who said it and from when until when it holds."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from alliance.commands.keeping import keep
from alliance.models import Alliance
from core import audit
from core.errors import Invalid, NotPermitted, Violation
from core.permissions import require
from facilities.models import Facility
from reports.catalogue import KPIS
from reports.models import NumberNote, Target
from reports.permissions import reader_of
from reports.registry import report_named


@transaction.atomic
def set_target(
    kpi: str, value: Decimal, *, of: Alliance | Facility, first: date, source: str, by: Any, until: date | None = None
) -> Target:
    """What a figure is to be from a day on, in its own unit (a share as a fraction). One that runs on until then
    without an end ends on that day.

    Raises NotPermitted for who does not read the figures of `of` in full, Invalid for an unknown figure, for another
    target from the same day, and for what the columns refuse.
    """
    _permit(of, by)
    if kpi not in KPIS:
        message = _("There is no figure of this name in the catalogue.")
        raise Invalid(message, [Violation("kpi", message, field="kpi")])
    place = {"alliance": of} if isinstance(of, Alliance) else {"facility": of}
    held = Target.objects.select_for_update().filter(kpi=kpi, until=None, first__lt=first, **place).order_by("id")
    for open_ended in held:
        open_ended.until = first
        keep(open_ended, "end", by=by)
    target = Target(kpi=kpi, value=value, first=first, until=until, source=source.strip(), created_by=by, **place)
    return keep(target, "set", by=by, kpi=kpi, value=str(value))


@transaction.atomic
def withdraw_target(target: Target, *, by: Any) -> None:
    """A target that was a mistake; the trail keeps it. Raises NotPermitted."""
    _permit(target.alliance or target.facility, by)
    audit.record("withdraw", target, by=by, kpi=target.kpi, value=str(target.value), first=target.first.isoformat())
    target.delete()


@transaction.atomic
def write_note(
    report: str, text: str, *, first: date, until: date, by: Any, facility: Facility | None = None
) -> NumberNote:
    """Say why the numbers of a report are as they are from `first` up to, not including, `until`, at one facility or
    in all. Who sees the numbers whole reads it with its author.

    Raises NotFound, Invalid, and NotPermitted for who does not read these figures in full.
    """
    report_named(report)
    _permit(facility, by)
    note = NumberNote(report=report, text=text.strip(), facility=facility, first=first, until=until, created_by=by)
    return keep(note, "write", by=by, report=report)


@transaction.atomic
def delete_note(note: NumberNote, *, by: Any) -> None:
    """Its author only; the trail keeps the text. Raises NotPermitted."""
    if by.pk != note.created_by_id and not by.is_system:
        raise NotPermitted(_("A note is deleted by who wrote it."))
    audit.record("delete", note, by=by, report=note.report, text=note.text)
    note.delete()


def _permit(of: Alliance | Facility | None, by: Any) -> None:
    if isinstance(of, Alliance):
        require(by, "alliance.view_figures", of)
    elif not reader_of(by).reads(of.pk if of else None):
        raise NotPermitted(_("Only who reads these figures in full may say so."))

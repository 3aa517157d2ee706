"""Writes cycles and blocks that a file plans; each row is taken or refused by itself, with the command's own reason."""

from collections.abc import Sequence
from itertools import islice
from typing import Any

from django.utils.translation import gettext as _

from core.errors import DomainError
from core.permissions import require
from core.progress import ImportRun
from facilities.commands.calendar.blocks import add_block
from facilities.commands.calendar.bounds import MANAGE, period_of
from facilities.commands.calendar.cycles import add_cycle
from facilities.commands.history import Outcome
from facilities.imports.cycles import CalendarDraft, Planned
from facilities.models import Block, Cycle, Facility, Instrument

BATCH = 200


def import_calendar(
    planned: Planned, facility: Facility, run: ImportRun, *, by: Any, kind: str = "", cycle: str = ""
) -> list[tuple[int, str]]:
    """Take every row that can be taken; line and reason of the others. Raises NotPermitted.

    With `kind`, cycles become blocks of that kind as well. With `cycle`, rows of other cycles are skipped.
    """
    refused = []
    drafts = iter(planned.drafts)
    while batch := list(islice(drafts, BATCH)):
        run.read(len(batch))
        rows = [(line, draft) for line, draft, _why in batch if draft and cycle in ("", draft.cycle)]
        run.skipped(_("of another cycle"), sum(1 for _l, draft, _w in batch if draft) - len(rows))
        problems = [(line, why) for line, draft, why in batch if draft is None]
        outcomes = record_calendar(facility, [draft for _line, draft in rows], by=by, kind=kind)
        for (line, _draft), outcome in zip(rows, outcomes, strict=True):
            if outcome.status == "created":
                run.created()
            elif outcome.status == "skipped":
                run.skipped(_("known already"))
            else:
                problems.append((line, outcome.reason))
        for line, why in sorted(problems, key=lambda each: each[0].number):
            run.refused(line.number, line.cells, why)
            refused.append((line.number, why))
    return refused


def record_calendar(facility: Facility, drafts: Sequence[CalendarDraft], *, by: Any, kind: str = "") -> list[Outcome]:
    """A cycle, a block or both of each draft; an outcome for each, in order. Raises NotPermitted."""
    require(by, MANAGE, facility)
    codes = {row.code.casefold(): row for row in facility.instruments.filter(archived_at=None)}
    codes |= {row.slug: row for row in codes.values()}
    return [_recorded(facility, draft, codes, kind, by) for draft in drafts]


def _recorded(facility: Facility, draft: CalendarDraft, codes: dict[str, Instrument], kind: str, by: Any) -> Outcome:
    instrument = codes.get(draft.instrument.casefold())
    if draft.instrument and instrument is None:
        reason = _("there is no instrument “%(name)s” at %(where)s")
        return Outcome("refused", reason=reason % {"name": draft.instrument, "where": facility})
    known = True
    try:
        period = period_of(draft.starts_at, draft.ends_at)
        if draft.cycle and not draft.kind:
            known = Cycle.objects.filter(facility=facility, name=draft.cycle, period=period).exists()
            add_cycle(facility, draft.cycle, draft.starts_at, draft.ends_at, by=by)
        if wanted := draft.kind or kind:
            same = Block.objects.filter(facility=facility, instrument=instrument, kind=wanted, period=period)
            known = same.exists() and known
            add_block(facility, instrument, wanted, period, draft.reason, by=by, planned=draft.planned)
        elif not draft.cycle:
            return Outcome("refused", reason=_("it names neither a cycle nor what the time is for"))
    except DomainError as refusal:
        return Outcome("refused", reason=str(refusal))
    return Outcome("skipped" if known else "created")

"""Writes the points of a meeting's agenda and what was said under each."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from alliance.commands.keeping import keep
from alliance.commands.meetings import locked_meeting
from alliance.models import AgendaItem, Document, Meeting
from alliance.permissions.governance import governance_parties
from core import audit
from core.errors import Invalid, NotPermitted, Violation, WrongState

OPEN = frozenset({"planned", "called", "running"})


@transaction.atomic
def add_agenda_item(
    meeting: Meeting, *, by: Any, title: str, documents: Iterable[Document] = (), **fields: Any
) -> AgendaItem:
    """A point at the end of the agenda. Raises NotPermitted, WrongState, Invalid."""
    meeting = _editable(meeting, by)
    last = meeting.agenda.aggregate(last=Max("number"))["last"] or 0
    item = keep(AgendaItem(meeting=meeting, number=last + 1, title=title, **fields), "add-item", by=by)
    _set_documents(item, documents)
    return item


@transaction.atomic
def change_agenda_item(
    item: AgendaItem, *, by: Any, documents: Iterable[Document] | None = None, **fields: Any
) -> AgendaItem:
    """Another title, text or other papers of a point. Raises NotPermitted, WrongState, Invalid."""
    meeting = _editable(item.meeting, by)
    item = meeting.agenda.get(pk=item.pk)
    for name, value in fields.items():
        setattr(item, name, value)
    keep(item, "change", by=by, changed=sorted(fields))
    if documents is not None:
        _set_documents(item, documents)
    return item


@transaction.atomic
def order_agenda(meeting: Meeting, items: Iterable[AgendaItem], *, by: Any) -> None:
    """Number the points anew in the order given, which names each once. Raises NotPermitted, WrongState, Invalid."""
    meeting = _editable(meeting, by)
    rows, wanted = {row.pk: row for row in meeting.agenda.all()}, [item.pk for item in items]
    if sorted(wanted) != sorted(rows):
        message = _("The order must name every point of the agenda once.")
        raise Invalid(message, [Violation("agenda_order", message, "items")])
    for number, key in enumerate(wanted, start=1):
        rows[key].number = number
        rows[key].save(update_fields=["number", "updated_at"])
    audit.record("order-agenda", meeting, by=by)


@transaction.atomic
def shift_agenda_item(item: AgendaItem, *, by: Any, places: int) -> None:
    """Take a point so many places further down, or up where negative, as far as there are. Raises as the others."""
    meeting = _editable(item.meeting, by)
    rows = list(meeting.agenda.order_by("number"))
    here = next(index for index, row in enumerate(rows) if row.pk == item.pk)
    rows.insert(max(here + places, 0), rows.pop(here))
    order_agenda(meeting, rows, by=by)


@transaction.atomic
def remove_agenda_item(item: AgendaItem, *, by: Any) -> None:
    """Take a point off the agenda; not one under which something was moved or promised. Raises as the others."""
    meeting = _editable(item.meeting, by)
    item = meeting.agenda.get(pk=item.pk)
    if item.motions.exists() or item.actions.exists():
        message = _("A motion or an action stands under this point.")
        raise Invalid(message, [Violation("agenda_used", message, "agenda")])
    audit.record("remove-item", meeting, by=by, number=item.number, title=item.title)
    item.delete()
    for number, row in enumerate(meeting.agenda.order_by("number"), start=1):
        row.number = number
        row.save(update_fields=["number", "updated_at"])


@transaction.atomic
def record_said(item: AgendaItem, *, by: Any, record: str) -> AgendaItem:
    """What was said under a point, while the meeting runs or after it, until its minutes are made.

    Raises NotPermitted, WrongState.
    """
    meeting = locked_meeting(item.meeting)
    _require_secretary(meeting, by)
    if meeting.state not in {"running", "closed"} or meeting.minutes_id:
        raise WrongState(_("What was said is recorded from the opening until the minutes are made."))
    item = meeting.agenda.get(pk=item.pk)
    item.record = record
    return keep(item, "record-said", by=by)


def _editable(meeting: Meeting, by: Any) -> Meeting:
    meeting = locked_meeting(meeting)
    _require_secretary(meeting, by)
    if meeting.state not in OPEN:
        raise WrongState(_("The meeting is over: its agenda stays as it was."))
    return meeting


def _require_secretary(meeting: Meeting, by: Any) -> None:
    if not governance_parties(by, meeting.body.alliance) & {"secretary", "chair"}:
        raise NotPermitted(_("The agenda is written by the secretariat of the alliance."))


def _set_documents(item: AgendaItem, documents: Iterable[Document]) -> None:
    chosen = list(documents)
    if any(each.alliance_id != item.meeting.body.alliance_id for each in chosen):
        message = _("This document belongs to another alliance.")
        raise Invalid(message, [Violation("other_alliance", message, "documents")])
    item.documents.set(chosen)

"""Writes meetings: planned, called with an invitation, its agenda circulated, held, closed with its quorum (R-46)."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from alliance.commands.documents.writing import minutes_document
from alliance.commands.keeping import keep
from alliance.models import Body, Meeting
from alliance.permissions.governance import governance_parties
from alliance.queries.meetings import invited_to, quorum_result
from alliance.workflows.governance import MEETING
from core import audit, clock, times
from core.errors import Invalid, NotPermitted, RulesRefuse, Violation, WrongState
from notifications.commands import notify
from workflow.commands import advance, permitted_move

PLAN = ("title", "title_zh", "starts_at", "ends_at", "zone", "mode", "venue", "link", "event", "source")
"""Columns that planning and changing a meeting may set."""


@transaction.atomic
def plan_meeting(body: Body, *, by: Any, **plan: Any) -> Meeting:
    """A meeting of a body; nobody is told before it is called. Raises NotPermitted, Invalid."""
    _require_secretary(by, body)
    meeting = Meeting(body=body, created_by=by, **_known(plan))
    meeting.zone = meeting.zone or body.alliance.zone
    return keep(meeting, "plan", by=by)


@transaction.atomic
def record_meeting(body: Body, *, by: Any, attendance: dict[str, Any], source: str, **plan: Any) -> Meeting:
    """A meeting of the past as a source tells it: closed, with the numbers known of who was there.

    `attendance` may say `voting`, `attended`, `onsite`, `online`; nobody is invented. Raises NotPermitted, Invalid.
    """
    _require_secretary(by, body)
    if not source.strip():
        message = _("Say where the decision is written down, such as minutes or a published report.")
        raise Invalid(message, [Violation("source_missing", message, "source")])
    result = {**attendance, "source": source.strip()}
    meeting = Meeting(body=body, created_by=by, state="closed", source=source, quorum_result=result, **_known(plan))
    meeting.zone = meeting.zone or body.alliance.zone
    if meeting.ends_at > clock.now():
        message = _("This day lies ahead. Record it when it has happened.")
        raise Invalid(message, [Violation("in_the_future", message, "ends_at")])
    return keep(meeting, "record", by=by)


@transaction.atomic
def change_meeting(meeting: Meeting, *, by: Any, **plan: Any) -> Meeting:
    """Another time, place or title; who was invited gets a new invitation. Raises NotPermitted, WrongState, Invalid."""
    meeting = locked_meeting(meeting)
    parties = governance_parties(by, meeting.body.alliance)
    permitted_move(MEETING, "change", meeting.state, parties)
    for name, value in _known(plan).items():
        setattr(meeting, name, value)
    meeting.version += 1
    keep(meeting, "change", by=by, changed=sorted(plan))
    if meeting.state == "called":
        _tell(meeting, "meeting_changed", by=by)
    return meeting


@transaction.atomic
def call_meeting(meeting: Meeting, *, by: Any, note: str = "") -> Meeting:
    """Invite everybody who sits on the body or speaks for a member of it. Raises NotPermitted, WrongState."""
    meeting = locked_meeting(meeting)
    meeting.notice_sent_at = clock.now()
    _move(meeting, "call", by=by, note=note, also=["notice_sent_at"])
    _tell(meeting, "meeting_called", by=by, note=note)
    return meeting


@transaction.atomic
def circulate_agenda(meeting: Meeting, *, by: Any, note: str = "") -> Meeting:
    """Tell the agenda; less than 30 days ahead it is late, which is kept and shown but not refused (R-46).

    The first circulation counts; a later one is in the trail. Raises NotPermitted, WrongState, Invalid.
    """
    meeting = locked_meeting(meeting)
    permitted_move(MEETING, "circulate", meeting.state, governance_parties(by, meeting.body.alliance))
    if not meeting.agenda.exists():
        message = _("There is nothing on the agenda yet.")
        raise Invalid(message, [Violation("agenda_empty", message, "agenda")])
    if meeting.agenda_circulated_at is None:
        meeting.agenda_circulated_at = clock.now()
        ahead = meeting.starts_at - meeting.agenda_circulated_at
        meeting.is_late_circulation = ahead < timedelta(days=settings.CIRCULATION_DAYS)
    _move(meeting, "circulate", by=by, note=note, also=["agenda_circulated_at", "is_late_circulation"])
    _tell(meeting, "agenda_circulated", by=by, note=note, calendar=False)
    return meeting


@transaction.atomic
def start_meeting(meeting: Meeting, *, by: Any, note: str = "") -> Meeting:
    """Open it, from the time on when people may check in. Raises NotPermitted, WrongState, RulesRefuse."""
    meeting = locked_meeting(meeting)
    permitted_move(MEETING, "start", meeting.state, governance_parties(by, meeting.body.alliance))
    if not arrival_open(meeting):
        message = _("It begins on %(when)s. Change its plan first if it is held earlier.")
        message %= {"when": times.moment(meeting.starts_at, meeting.zone)}
        raise RulesRefuse(message, [Violation("not_begun", message)])
    _move(meeting, "start", by=by, note=note)
    return meeting


@transaction.atomic
def close_meeting(meeting: Meeting, *, by: Any, note: str = "") -> Meeting:
    """Everybody leaves, and who was there is counted for good. Raises NotPermitted, WrongState."""
    meeting = locked_meeting(meeting)
    permitted_move(MEETING, "close", meeting.state, governance_parties(by, meeting.body.alliance))
    now = clock.now()
    meeting.quorum_result = quorum_result(meeting, now)
    for row in meeting.attendances.filter(to_at=None):
        row.to_at = max(now, row.from_at + timedelta(seconds=1))
        row.save(update_fields=["to_at", "updated_at"])
    _move(meeting, "close", by=by, note=note, also=["quorum_result"])
    return meeting


@transaction.atomic
def cancel_meeting(meeting: Meeting, *, by: Any, note: str) -> Meeting:
    """It does not take place; who was invited is told why. Raises NotPermitted, WrongState, Invalid."""
    meeting = locked_meeting(meeting)
    was_called = meeting.state == "called"
    _move(meeting, "cancel", by=by, note=note)
    if was_called:
        _tell(meeting, "meeting_cancelled", by=by, note=note, method="CANCEL")
    return meeting


@transaction.atomic
def make_minutes(meeting: Meeting, *, by: Any, text: str) -> Meeting:
    """Keep the text as the minutes of a closed meeting, a draft of a document for its body; later a new version.

    Raises NotPermitted, WrongState, Invalid.
    """
    meeting = locked_meeting(meeting)
    _require_secretary(by, meeting.body)
    if meeting.state != "closed":
        raise WrongState(_("Minutes are made when the meeting is closed."))
    if not text.strip():
        message = _("The minutes say nothing yet.")
        raise Invalid(message, [Violation("minutes_empty", message, "text")])
    meeting.minutes = minutes_document(meeting, text, by=by)
    meeting.version += 1
    meeting.save(update_fields=["minutes", "version", "updated_at"])
    audit.record("make-minutes", meeting, by=by, number=meeting.minutes.number)
    return meeting


def locked_meeting(meeting: Meeting) -> Meeting:
    """The row, locked, with its body and alliance: it owns who is there and what its agenda says."""
    return Meeting.objects.select_for_update(of=("self",)).select_related("body__alliance").get(pk=meeting.pk)


def arrival_open(meeting: Meeting) -> bool:
    """Whether people check in now: while it runs, and an hour before it starts."""
    begins = meeting.starts_at - timedelta(minutes=settings.ARRIVAL_MINUTES)
    return meeting.state == "running" or (meeting.state == "called" and clock.now() >= begins)


def _move(meeting: Meeting, name: str, *, by: Any, note: str = "", also: Iterable[str] = ()) -> None:
    parties = governance_parties(by, meeting.body.alliance)
    advance(meeting, MEETING, name, by=by, parties=parties, note=note, also=also)


def _tell(
    meeting: Meeting, kind: str, *, by: Any, note: str = "", method: str = "REQUEST", calendar: bool = True
) -> None:
    people: list[User] = [person for person in invited_to(meeting) if person.pk != by.pk]
    context = {
        "meeting": meeting.title,
        "body": meeting.body.name,
        "alliance": str(meeting.body.alliance),
        "starts_at": meeting.starts_at.isoformat(),
        "ends_at": meeting.ends_at.isoformat(),
        "zone": meeting.zone,
        "venue": meeting.venue,
        "by": by.name,
        "note": note,
    }
    entry = {
        "uid": f"meeting-{meeting.pk}",
        "sequence": meeting.version,
        "method": method,
        "summary": meeting.title,
        "location": meeting.venue or meeting.link,
        **{name: context[name] for name in ("starts_at", "ends_at", "zone")},
    }
    notify(people, kind, subject=meeting, context=context, calendar=entry if calendar else None)


def _require_secretary(by: Any, body: Body) -> None:
    if not governance_parties(by, body.alliance) & {"secretary", "chair"}:
        raise NotPermitted(_("Meetings are planned by the secretariat of the alliance."))


def _known(plan: dict[str, Any]) -> dict[str, Any]:
    if unknown := plan.keys() - set(PLAN):
        raise TypeError(f"no columns of a plan: {sorted(unknown)}")
    return plan

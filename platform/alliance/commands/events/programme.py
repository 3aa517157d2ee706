"""Builds the programme of an event: sessions in tracks beside each other, talks in them; no room and nobody twice."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from alliance.commands.events.locking import checked, locked_for, touch
from alliance.models import Event, EventSession, Talk
from alliance.rules.events import overlapping, speaker_key
from core import audit, times
from core.errors import Invalid, RulesRefuse, Violation, WrongState

SESSION = frozenset({"kind", "track", "title", "title_zh", "chair_name", "position", "starts_at", "ends_at"})
TALK = frozenset(
    {
        "kind", "title", "title_zh", "abstract", "speaker", "speaker_name", "organisation", "mode", "position",
        "starts_at", "ends_at",
    }
)  # fmt: skip


@transaction.atomic
def save_session(
    event: Event, details: Mapping[str, Any], *, by: Any, session: EventSession | None = None
) -> EventSession:
    """A new session, or a change of one. Raises NotPermitted, WrongState, Invalid; RulesRefuse where its track is taken
    at that time, or where its talks would no longer lie within it."""
    event = _programme_of(event, by)
    row = EventSession(event=event) if session is None else event.sessions.get(pk=session.pk)
    _set(row, details, SESSION)
    violations = _times(row, event)
    others = event.sessions.filter(track=row.track).exclude(pk=row.pk)
    for other in overlapping(others, row.starts_at, row.ends_at):
        given = {"track": row.track or _("the main room"), "session": other.title, "when": _when(other, event)}
        violations.append(
            Violation("track_taken", _("In %(track)s there is “%(session)s” then (%(when)s).") % given, "track")
        )
    if not row._state.adding and row.starts_at and row.ends_at:
        for talk in row.talks.exclude(starts_at=None):
            if not _within(talk, row):
                given = {"talk": talk.title, "when": _when(talk, event)}
                violations.append(
                    Violation("talk_outside", _("“%(talk)s” (%(when)s) would lie outside.") % given, "starts_at")
                )
    _keep(row, event, violations, by, exclude=("event",))
    return row


@transaction.atomic
def save_talk(session: EventSession, details: Mapping[str, Any], *, by: Any, talk: Talk | None = None) -> Talk:
    """A new talk in a session, or a change of one; who speaks may be open still.

    Raises NotPermitted, WrongState, Invalid; RulesRefuse where the speaker is in another room at that time.
    """
    event = _programme_of(session.event, by)
    row = Talk(session=session, event=event) if talk is None else event.talks.get(pk=talk.pk)
    row.session = session
    _set(row, details, TALK)
    if row.speaker is not None and not row.speaker_name:
        row.speaker_name = row.speaker.name
    row.speaker_key = speaker_key(row.speaker, row.speaker_name)
    violations = _times(row, event)
    if not _within(row, session):
        given = {"when": _when(session, event)}
        violations.append(Violation("outside_session", _("The session is %(when)s.") % given, "starts_at"))
    others = event.talks.filter(speaker_key=row.speaker_key).exclude(pk=row.pk).select_related("session")
    for other in overlapping(others if row.speaker_key else [], row.starts_at, row.ends_at):
        given = {
            "speaker": row.speaker_name, "talk": other.title, "when": _when(other, event),
            "room": other.session.track or other.session.title,
        }  # fmt: skip
        message = _("%(speaker)s gives “%(talk)s” in %(room)s then (%(when)s).") % given
        violations.append(Violation("speaker_elsewhere", message, "speaker_name"))
    _keep(row, event, violations, by, exclude=("event", "session", "speaker", "organisation"))
    return row


@transaction.atomic
def remove_session(session: EventSession, *, by: Any) -> None:
    """Take a session out, with its talks. Raises NotPermitted, WrongState."""
    event = _programme_of(session.event, by)
    audit.record("remove-session", event, by=by, session=session.title)
    session.delete()
    touch(event)


@transaction.atomic
def remove_talk(talk: Talk, *, by: Any) -> None:
    """Take a talk out. Raises NotPermitted, WrongState."""
    event = _programme_of(talk.event, by)
    audit.record("remove-talk", event, by=by, talk=talk.title)
    talk.delete()
    touch(event)


def _programme_of(event: Event, by: Any) -> Event:
    event = locked_for(event, by)
    if event.state == "cancelled":
        raise WrongState(_("A cancelled event stays as it is."))
    return event


def _set(row: Any, details: Mapping[str, Any], known: frozenset[str]) -> None:
    if unknown := details.keys() - known:
        raise Invalid(_("Unknown: %(names)s.") % {"names": ", ".join(sorted(unknown))})
    for name, value in details.items():
        setattr(row, name, value)


def _times(row: Any, event: Event) -> list[Violation]:
    if (row.starts_at is None) != (row.ends_at is None):
        return [Violation("dates_half", _("Give both the start and the end, or neither."), "ends_at")]
    if row.starts_at is None:
        return []
    if row.ends_at <= row.starts_at:
        return [Violation("ends_before_start", _("It ends before it starts."), "ends_at")]
    if not _within(row, event):
        return [Violation("outside_event", _("The event is %(when)s.") % {"when": _when(event, event)}, "starts_at")]
    return []


def _within(part: Any, whole: Any) -> bool:
    """Whether one lies in the other, as far as both have times."""
    if not (part.starts_at and whole.starts_at):
        return True
    return bool(whole.starts_at <= part.starts_at and part.ends_at <= whole.ends_at)


def _when(row: Any, event: Event) -> str:
    return times.span(row.starts_at, row.ends_at, event.zone)


def _keep(row: Any, event: Event, violations: list[Violation], by: Any, *, exclude: tuple[str, ...]) -> None:
    if violations:
        raise RulesRefuse(_("The programme cannot be so."), violations)
    checked(row, exclude=exclude, constraints=False)
    is_new = row._state.adding
    row.save()
    audit.record("add" if is_new else "change", row, by=by, event=str(event.pk))
    touch(event)

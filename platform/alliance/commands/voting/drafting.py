"""Drafts motions, changes them while they are drafts, tables and withdraws them."""

from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from alliance.commands.voting.resolving import back_to_check
from alliance.models import (
    AgendaItem,
    Alliance,
    Body,
    DocumentVersion,
    Membership,
    MembershipApplication,
    Motion,
    OfficeTerm,
)
from alliance.permissions.voting import may_draft, motion_parties
from alliance.workflows.governance import MOTION
from core import audit
from core.errors import Invalid, NotPermitted, Violation, WrongState
from workflow.commands import advance, permitted_move

SUBJECTS = {
    "charter_adopt": "version",
    "charter_amend": "version",
    "declaration": "version",
    "plan": "version",
    "document": "version",
    "admit": "application",
    "suspend": "membership",
    "resume": "membership",
    "exclude": "membership",
    "appoint": "term",
}
"""What a motion of each kind must be about."""


@dataclass(frozen=True)
class Draft:
    """What a motion says. Without a body it goes to the one on which every member sits."""

    title: str
    text: str
    kind: str = "other"
    title_zh: str = ""
    body: Body | None = None
    agenda_item: AgendaItem | None = None
    version: DocumentVersion | None = None
    application: MembershipApplication | None = None
    membership: Membership | None = None
    term: OfficeTerm | None = None
    effective_on: date | None = None


@transaction.atomic
def draft_motion(alliance: Alliance, draft: Draft, *, by: Any) -> Motion:
    """A new motion. Raises NotPermitted, Invalid with everything that is missing."""
    if not may_draft(by, alliance):
        raise NotPermitted(_("Motions are drafted by the officers and by members whose class may propose."))
    motion = Motion(alliance=alliance, mover=by, created_by=None if by.is_system else by)
    _write(motion, draft)
    motion.save()
    audit.record("draft", motion, by=by, to_state=motion.state)
    return motion


@transaction.atomic
def change_motion(motion: Motion, draft: Draft, *, by: Any) -> Motion:
    """Change a draft. Raises NotPermitted, WrongState once it is tabled, Invalid."""
    found = _locked(motion)
    permitted_move(MOTION, "edit", found.state, motion_parties(by, found))
    if motion.version != found.version:
        raise WrongState(_("Somebody else has changed this since you opened it. Look again, then send it once more."))
    _write(found, draft)
    found.version += 1
    found.save()
    audit.record("edit", found, by=by)
    return found


@transaction.atomic
def table_motion(motion: Motion, *, by: Any, note: str = "") -> Motion:
    """Put a draft before its body: members read it from now on. Raises NotPermitted, WrongState."""
    found = _locked(motion)
    advance(found, MOTION, "table", by=by, parties=motion_parties(by, found), note=note)
    return found


@transaction.atomic
def withdraw_motion(motion: Motion, *, by: Any, note: str) -> Motion:
    """Take a motion back before the vote; an application for membership goes back to the check.

    Raises NotPermitted, WrongState, Invalid without a reason.
    """
    found = _locked(motion)
    advance(found, MOTION, "withdraw", by=by, parties=motion_parties(by, found), note=note)
    if found.application is not None and found.application.state == "voting":
        back_to_check(found, note)
    return found


def _locked(motion: Motion) -> Motion:
    return Motion.objects.select_for_update(of=("self",)).select_related("alliance", "body").get(pk=motion.pk)


def _write(motion: Motion, draft: Draft) -> None:
    violations = []
    body = draft.body or (draft.agenda_item.meeting.body if draft.agenda_item else _assembly(motion.alliance))
    if body is None or body.alliance_id != motion.alliance_id:
        violations.append(Violation("body", _("Choose a body of this alliance."), field="body"))
    if draft.agenda_item is not None and draft.agenda_item.meeting.body != body:
        violations.append(Violation("agenda", _("That point is on the agenda of another body."), field="agenda_item"))
    if not draft.title.strip():
        violations.append(Violation("title", _("Give the motion a title."), field="title"))
    if not draft.text.strip():
        violations.append(Violation("text", _("Write what is to be decided."), field="text"))
    if draft.kind not in Motion.Kind.values:
        violations.append(Violation("kind", _("Choose what the motion is to do."), field="kind"))
    violations += _subject_violations(motion.alliance, draft)
    if violations:
        raise Invalid(_("The motion cannot be kept like this."), violations)
    for field in fields(draft):
        setattr(motion, {"version": "version_of_document"}.get(field.name, field.name), getattr(draft, field.name))
    assert body is not None
    motion.body = body


def _subject_violations(alliance: Alliance, draft: Draft) -> list[Violation]:
    wanted = SUBJECTS.get(draft.kind)
    found = []
    for name in dict.fromkeys(SUBJECTS.values()):
        subject = getattr(draft, name)
        if name == wanted and subject is None:
            found.append(Violation("subject", _("Choose what the motion is about."), field=name))
        elif name != wanted and subject is not None:
            found.append(Violation("subject", _("A motion of this kind is not about that."), field=name))
        elif subject is not None and _alliance_of(subject) != alliance.pk:
            found.append(Violation("subject", _("That belongs to another alliance."), field=name))
    return found


def _alliance_of(subject: Any) -> Any:
    if isinstance(subject, DocumentVersion):
        return subject.document.alliance_id
    return subject.office.alliance_id if isinstance(subject, OfficeTerm) else subject.alliance_id


def _assembly(alliance: Alliance) -> Body | None:
    return (
        Body.objects.filter(alliance=alliance, of_members=True, archived_at=None).order_by("created_at", "id").first()
    )

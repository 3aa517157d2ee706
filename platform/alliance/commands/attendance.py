"""Writes who is at a meeting, on site or online, from when to when, and for which member."""

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from alliance.commands.keeping import keep
from alliance.commands.meetings import arrival_open, locked_meeting
from alliance.models import Attendance, Meeting, Membership
from alliance.permissions.governance import governance_parties
from alliance.queries.meetings import may_attend_for, sits_in
from core import audit, clock
from core.errors import Invalid, NotPermitted, Violation, WrongState

Mode = Attendance.Mode


@transaction.atomic
def check_in(meeting: Meeting, *, by: Any, membership: Membership | None = None) -> Attendance:
    """Somebody joins online, for the member they speak for; the same again changes nothing.

    Raises NotPermitted, WrongState, Invalid where one speaks for several and names none.
    """
    meeting = locked_meeting(meeting)
    mine = list(may_attend_for(by, meeting))
    if not mine and not sits_in(by, meeting):
        raise NotPermitted(_("Who sits on the body or speaks for a member of it checks in."))
    if membership is not None and membership not in mine:
        raise NotPermitted(_("You do not speak for this member."))
    if membership is None and len(mine) > 1:
        message = _("Say for which member you are here.")
        raise Invalid(message, [Violation("membership_missing", message, "membership")])
    return _arrive(meeting, by=by, name=by.name, person=by, membership=membership or next(iter(mine), None),
                   mode=Mode.ONLINE)  # fmt: skip


@transaction.atomic
def admit(
    meeting: Meeting,
    *,
    by: Any,
    name: str = "",
    person: Any = None,
    membership: Membership | None = None,
    mode: str = Mode.ONSITE,
) -> Attendance:
    """The secretary notes that somebody is there, with or without an account, for a member or as a guest.

    Raises NotPermitted, WrongState, Invalid.
    """
    meeting = locked_meeting(meeting)
    if not governance_parties(by, meeting.body.alliance) & {"secretary", "chair"}:
        raise NotPermitted(_("Who is on site is noted by the secretariat."))
    if membership is not None and membership.alliance_id != meeting.body.alliance_id:
        message = _("This member belongs to another alliance.")
        raise Invalid(message, [Violation("other_alliance", message, "membership")])
    if person is not None and membership is None:
        membership = may_attend_for(person, meeting).first()
    return _arrive(meeting, by=by, name=name or str(person or ""), person=person, membership=membership, mode=mode,
                   verified_by=by)  # fmt: skip


@transaction.atomic
def leave(attendance: Attendance, *, by: Any) -> Attendance:
    """They leave, by their own word or the secretary's; once. Raises NotPermitted."""
    meeting = locked_meeting(attendance.meeting)
    attendance = Attendance.objects.get(pk=attendance.pk)
    is_secretary = governance_parties(by, meeting.body.alliance) & {"secretary", "chair"}
    if attendance.person_id != by.pk and not is_secretary:
        raise NotPermitted(_("You note only that you leave yourself."))
    if attendance.to_at is None:
        _depart(attendance, by=by)
    return attendance


def _arrive(meeting: Meeting, *, by: Any, person: Any, **fields: Any) -> Attendance:
    if not arrival_open(meeting):
        raise WrongState(_("People check in from an hour before the start until the meeting is closed."))
    there = meeting.attendances.filter(to_at=None)
    there = there.filter(person=person) if person else there.filter(person=None, name=fields["name"].strip())
    row = there.first()
    if row is not None:
        if (row.mode, row.membership_id) == (fields["mode"], fields["membership"] and fields["membership"].pk):
            return row
        _depart(row, by=by)
    fields["name"] = fields["name"].strip()
    row = Attendance(meeting=meeting, person=person, from_at=clock.now(), **fields)
    return keep(row, "arrive", by=by, meeting=str(meeting.pk))


def _depart(attendance: Attendance, *, by: Any) -> None:
    attendance.to_at = max(clock.now(), attendance.from_at + timedelta(microseconds=1))
    attendance.save(update_fields=["to_at", "updated_at"])
    audit.record("leave", attendance, by=by)

"""Assembles the minutes of a meeting from what happened in it, as Markdown that the secretary then edits."""

from uuid import UUID

from django.utils.translation import gettext as _

from alliance.models import ActionItem, AgendaItem, Meeting, Membership, Motion
from alliance.queries.meetings import Report, attendance_report, presence_over_time
from core import times
from core.names import local

COUNTS = ("votes_for", "against", "abstain")


def assemble_minutes(meeting: Meeting) -> str:
    """Title, time and place, attendance, quorum over time, every point with what was said, moved, decided, promised."""
    where = " · ".join(part for part in (meeting.venue, meeting.get_mode_display()) if part)
    parts = [
        f"# {local(meeting, 'title')}",
        f"{local(meeting.body, 'name')}, {local(meeting.body.alliance, 'name')}",
        f"{times.span(meeting.starts_at, meeting.ends_at, meeting.zone)} · {where}",
        *(_recorded(meeting) if meeting.notice_sent_at is None else _attendance(meeting, attendance_report(meeting))),
        *_presence(meeting),
    ]
    items = meeting.agenda.prefetch_related("documents", "actions__owner", "actions__owner_organisation")
    for item in items.order_by("number"):
        parts += _point(item)
    return "\n\n".join(part for part in parts if part) + "\n"


def _attendance(meeting: Meeting, report: Report) -> list[str]:
    said = {
        "attended": report.attended,
        "voting": report.voting,
        "onsite": len(report.onsite),
        "online": len(report.online),
    }
    lines = [
        f"## {_('Attendance')}",
        _("%(attended)d of %(voting)d voting members: %(onsite)d on site, %(online)d online.") % said,
    ]
    for title, members in ((_("On site"), report.onsite), (_("Online"), report.online)):
        if members:
            lines.append(f"{title}: " + "; ".join(_name(row) + _people(meeting, row.pk) for row in members))
    if report.others:
        names = dict.fromkeys(f"{row.name} ({_name(row.membership)})" if row.membership else row.name
                              for row in report.others)  # fmt: skip
        lines.append(_("Without a vote: %(names)s") % {"names": "; ".join(names)})
    return lines


def _name(member: Membership) -> str:
    return local(member.organisation, "name")


def _recorded(meeting: Meeting) -> list[str]:
    """Of a meeting that was recorded from a source: the numbers that it tells, and no others."""
    attended, source = meeting.quorum_result.get("attended"), meeting.quorum_result.get("source", "")
    if attended is None:
        return []
    said = _("%(attended)d representatives (%(source)s).") % {"attended": attended, "source": source}
    return [f"## {_('Attendance')}", said]


def _people(meeting: Meeting, membership: UUID) -> str:
    names = meeting.attendances.filter(membership=membership).order_by("from_at", "id").values_list("name", flat=True)
    return f" ({', '.join(dict.fromkeys(names))})"


def _presence(meeting: Meeting) -> list[str]:
    steps = presence_over_time(meeting)
    if not steps:
        return []
    rows = [f"- {times.short_moment(step.at, meeting.zone)}: {step.present}" for step in steps]
    asked = meeting.quorum_result.get("quorums", [])
    held = [
        (_("The quorum of %(fraction)s (%(needed)d) was reached.") if share["met"]
         else _("The quorum of %(fraction)s (%(needed)d) was not reached.")) % share
        for share in asked
    ]  # fmt: skip
    return [f"## {_('Voting members present')}", "\n".join(rows), *held]


def _point(item: AgendaItem) -> list[str]:
    lines = [f"## {item.number}. {local(item, 'title')}", item.text, item.record]
    if papers := [local(each, "title") for each in item.documents.all()]:
        lines.append(_("Papers: %(names)s") % {"names": "; ".join(papers)})
    motions = item.motions.exclude(state="draft").select_related("ballot", "resolution").order_by("created_at", "id")
    lines += [_motion(motion) for motion in motions]
    lines += [_action(action) for action in item.actions.all()]
    return lines


def _motion(motion: Motion) -> str:
    said = f"**{_('Motion')}: {local(motion, 'title')}.** {motion.get_state_display()}."
    ballot = getattr(motion, "ballot", None)
    count = (ballot.result or {}).get("count", {}) if ballot else {}
    if all(name in count for name in COUNTS):
        words = _("%(votes_for)d for, %(against)d against, %(abstain)d abstaining.")
        said += " " + words % {name: count[name] for name in COUNTS}
    resolution = getattr(motion, "resolution", None)
    return said + (" " + _("Resolution %(number)s.") % {"number": resolution.reference} if resolution else "")


def _action(action: ActionItem) -> str:
    owner = ", ".join(local(each, "name") for each in (action.owner, action.owner_organisation) if each)
    said = {"title": action.title, "owner": owner, "day": times.plain_day(action.due_on)}
    return "- " + _("Action: %(title)s. %(owner)s, by %(day)s.") % said

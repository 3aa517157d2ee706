"""A1, the desk of a secretariat: what waits, what ends soon, what was promised."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from alliance.models import ActionItem, Alliance, Meeting
from alliance.permissions.membership import MANAGE
from alliance.queries import desk
from alliance.rules.days import today_in
from core.names import local
from core.permissions import allowed
from frontend.contexts.alliance.documents import address as document_address
from frontend.contexts.shell import address
from programs.queries.cooperation.waiting import agreements_ending, programs_waiting_for


@dataclass(frozen=True)
class Waiting:
    """One thing that waits for the office: since or until when, what it is, and its page if it has one."""

    title: str
    note: str
    state: str
    url: str = ""
    at: datetime | None = None


@dataclass(frozen=True)
class Group:
    """Things of one kind that wait."""

    id: str
    title: str
    empty: str
    rows: list[Waiting]
    url: str = ""


@dataclass(frozen=True)
class EndingLine:
    """Something that ends soon, or is over."""

    title: str
    kind: str
    ends_on: date
    within: int
    url: str = ""


@dataclass(frozen=True)
class Promise:
    item: ActionItem
    owner: str
    is_overdue: bool


@dataclass(frozen=True)
class DeskPage:
    alliance: Alliance
    others: list[Alliance]
    groups: list[Group]
    endings: list[EndingLine]
    promises: list[Promise]
    alerts: tuple[int, ...]
    manages: bool

    @property
    def waiting(self) -> int:
        return sum(len(group.rows) for group in self.groups)


def desk_page(alliance: Alliance, user: Any, others: list[Alliance]) -> DeskPage:
    today = today_in(alliance)
    return DeskPage(
        alliance=alliance,
        others=others,
        groups=[_applications(alliance, user), _meetings(alliance, user), _motions(alliance, user),
                _documents(alliance, user), _circulars(alliance, user), _events(alliance, user),
                _programmes(alliance, user)],
        endings=sorted(_endings(alliance, user, today), key=lambda line: (line.ends_on, line.title)),
        promises=[
            Promise(item, local(item.owner or item.owner_organisation, "name"), item.due_on < today)
            for item in desk.promised(alliance, user, today)
        ],
        alerts=settings.TERM_ALERT_DAYS,
        manages=allowed(user, MANAGE, alliance),
    )  # fmt: skip


def _applications(alliance: Alliance, user: Any) -> Group:
    rows = [
        Waiting(
            local(row.organisation, "name"),
            row.get_member_class_display(),
            row.get_state_display(),
            reverse("alliance_application", args=[alliance.slug, row.pk]),
            row.submitted_at,
        )
        for row in desk.applications_at(alliance, user)
    ]
    everything = reverse("applications", args=[alliance.slug])
    return Group("applications", _("Applications"), _("No application waits."), rows, everything)


def _meetings(alliance: Alliance, user: Any) -> Group:
    rows = [
        Waiting(
            local(row, "title"),
            _lacking(row),
            row.get_state_display(),
            reverse("meeting", args=[row.pk]),
            row.starts_at,
        )
        for row in desk.meetings_at(alliance, user)
    ]
    everything = f"{reverse('meetings')}?alliance={alliance.slug}"
    return Group("meetings", _("Meetings to prepare or to close"), _("No meeting waits."), rows, everything)


def _lacking(meeting: Meeting) -> str:
    if meeting.state == "planned":
        return _("The notice is not sent.")
    if meeting.state == "called":
        return _("The agenda is not circulated.")
    return _("It runs and is to be closed.") if meeting.state == "running" else _("There are no minutes yet.")


def _circulars(alliance: Alliance, user: Any) -> Group:
    rows = [
        Waiting(local(row, "title"), _("Written"), _("Not sent"), reverse("circular", args=[row.pk]), row.created_at)
        for row in desk.circulars_at(alliance, user)
    ]
    return Group("circulars", _("Circulars to send"), _("No circular is written."), rows)


def _motions(alliance: Alliance, user: Any) -> Group:
    rows = [
        Waiting(
            local(row, "title"),
            local(row.body, "name"),
            row.get_state_display(),
            address("motion", row.pk) or "",
            row.ballot.closes_at if row.state == "open" else None,
        )
        for row in desk.motions_at(alliance, user)
    ]
    return Group("motions", _("Motions to open or close"), _("No motion is tabled or open."), rows)


def _documents(alliance: Alliance, user: Any) -> Group:
    rows = [
        Waiting(
            local(row.document, "title"),
            f"{row.document.get_kind_display()} · v{row.number}",
            row.get_state_display(),
            document_address(row.document, version=row),
        )
        for row in desk.versions_at(alliance, user)
    ]
    return Group("documents", _("Documents awaiting adoption"), _("No version is proposed."), rows)


def _events(alliance: Alliance, user: Any) -> Group:
    rows = [
        Waiting(
            local(event, "title"),
            _("%(n)d registered") % {"n": registered},
            event.get_state_display(),
            address("event", event.slug) or "",
            event.registration_until,
        )
        for event, registered in desk.registrations_at(alliance, user)
    ]
    return Group("registrations", _("Registrations"), _("No registration is open."), rows)


def _programmes(alliance: Alliance, user: Any) -> Group:
    rows = [
        Waiting(
            each.program.title,
            each.program.number,
            each.program.get_state_display(),
            reverse("program", args=[each.program.pk]),
            each.program.submitted_at,
        )
        for each in programs_waiting_for(user)
        if each.what in {"check", "decide", "evaluate"} and each.program.alliance_id == alliance.pk
    ]
    return Group("programmes", _("Programmes to check"), _("No programme waits."), rows, reverse("programs"))


def _endings(alliance: Alliance, user: Any, today: date) -> list[EndingLine]:
    found = [
        EndingLine(
            f"{local(each.what.office, 'title')}: {local(each.what, 'name')}", _("Term of office"), each.ends_on,
            each.within, reverse("office", args=[each.what.office_id]),
        )
        for each in desk.terms_ending(alliance, today)
    ]  # fmt: skip
    found += [
        EndingLine(
            f"{local(each.what.organisation, 'name')}", _("Membership"), each.ends_on, each.within,
            reverse("alliance_member", args=[alliance.slug, each.what.pk]),
        )
        for each in desk.memberships_ending(alliance, user, today)
    ]  # fmt: skip
    found += [
        EndingLine(
            f"{each.what.name}, {local(each.what.membership.organisation, 'name')}", _("Representative"), each.ends_on,
            each.within, reverse("alliance_member", args=[alliance.slug, each.what.membership_id]),
        )
        for each in desk.representations_ending(alliance, user, today)
    ]  # fmt: skip
    until = today + timedelta(days=max(settings.TERM_ALERT_DAYS))
    found += [
        EndingLine(
            each.program.title, _("Agreement"), each.valid_until,
            desk.within(each.valid_until, today), reverse("program", args=[each.program_id]),
        )
        for each in agreements_ending(alliance, until)
    ]  # fmt: skip
    return found

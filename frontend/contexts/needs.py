"""What needs a person, one line each: by when, what, why; from proposals, granted time and the alliance."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from alliance.models import ActionItem, Circular
from alliance.queries.actions import owed_by
from alliance.queries.applications import applications_waiting_for
from alliance.queries.circulars import unread_by
from alliance.queries.voting import motions_to_vote
from core import times
from core.names import local
from facilities.models import Booking
from programs.models import Appeal, Candidacy, ExperimentReport, Leg, Transfer
from programs.queries.opportunities import candidacies_waiting_for
from programs.queries.outcomes import reports_listed, runs_without_feedback, unpublished_listed
from programs.queries.proposals.listing import invitations_of
from programs.queries.proposals.waiting import checks_waiting_for, proposals_waiting_for
from programs.queries.standing import appeals_to_answer, legs_to_confirm
from programs.queries.transfers import transfers_waiting_for

SHOWN = 8


@dataclass(frozen=True)
class Need:
    """One thing that waits for the reader: by when, what, why, and the way to it."""

    title: str
    url: str
    note: str
    button: str
    due_at: datetime | None = None
    zone: str = "UTC"

    @property
    def day(self) -> str:
        """The day of the deadline where the thing is; midnight ends the day before."""
        return times.short_day(times.ends(self.due_at, self.zone)[0].date()) if self.due_at else ""

    @property
    def clock(self) -> str:
        """The hour of the deadline, with its zone."""
        if self.due_at is None:
            return ""
        return f"{times.ends(self.due_at, self.zone)[1]} {times.zone_letters(self.due_at, self.zone)}"


def needs_of_alliance(user: Any) -> list[Need]:
    """Votes that are open to the reader's member, applications to mend or to sign for, promises, circulars to read."""
    votes = [
        Need(
            _("Vote on “%(title)s”") % {"title": local(motion, "title")},
            reverse("motion", args=[motion.pk]),
            str(motion.alliance),
            _("Vote"),
            motion.ballot.closes_at,
            motion.alliance.zone,
        )
        for motion in motions_to_vote(user)[:SHOWN]
    ]
    titles = {
        "draft": _("Finish the application of %(name)s"),
        "returned": _("Mend the application of %(name)s"),
        "signature": _("Sign the charter for %(name)s"),
    }
    applications = [
        Need(
            titles[row.state] % {"name": local(row.organisation, "name")},
            reverse("application", args=[row.pk]),
            str(row.alliance),
            _("Open"),
        )
        for row in applications_waiting_for(user)[:SHOWN]
    ]
    actions = [_of_action(row) for row in owed_by(user)[:SHOWN]]
    return [*votes, *applications, *actions, *(_of_circular(row) for row in unread_by(user)[:SHOWN])]


def _of_circular(row: Circular) -> Need:
    title = _("Read circular %(number)d: “%(title)s”") % {"number": row.number or 0, "title": local(row, "title")}
    return Need(title, reverse("circular", args=[row.pk]), str(row.alliance), _("Read"))


def needs_of_places(user: Any) -> list[Need]:
    """Applications for trainings, scholarships and exchanges to finish, places to answer, people to nominate."""
    return [_of_candidacy(row, user) for row in candidacies_waiting_for(user)[:SHOWN]]


def _of_candidacy(row: Candidacy, user: Any) -> Need:
    offer = row.opportunity
    until: datetime | None = offer.closes_at
    title = _("Finish your application for “%(offer)s”")
    if row.state == "offered":
        title, until = _("Take the place in “%(offer)s”, or leave it to others"), row.answer_by
    elif row.person_id != user.pk:
        title, until = _("Nominate %(person)s for “%(offer)s”"), None
    names = {"offer": local(offer, "title"), "person": local(row.person, "name")}
    return Need(
        title % names, reverse("candidacy", args=[row.pk]), local(offer.host, "name"), _("Open"), until, offer.zone
    )


def _of_action(action: ActionItem) -> Need:
    """What the reader promised, by the end of its day where the alliance sits."""
    zone = action.alliance.zone
    ends = datetime.combine(action.due_on + timedelta(days=1), datetime.min.time(), times.zone_of(zone))
    where = action.agenda_item.meeting if action.agenda_item else action.plan
    note = " · ".join(part for part in (str(action.alliance), local(where, "title")) if part)
    return Need(action.title, reverse("action", args=[action.pk]), note, _("It is done"), ends, zone)


def needs_of_proposals(user: Any) -> list[Need]:
    """Invitations, drafts, confirmations, time to confirm, appeals to answer and, as one line, checks."""
    found = [
        Need(
            _("Answer the invitation to “%(title)s”") % {"title": member.proposal.title},
            reverse("proposals"),
            f"{member.proposal.pi.name} · {local(member.proposal.call, 'name')}",
            _("Answer"),
            member.proposal.call.closes_at,
            member.proposal.call.zone,
        )
        for member in invitations_of(user)
    ]
    titles = {
        "finish": _("Finish the proposal “%(title)s”"),
        "mend": _("Mend the proposal “%(title)s”"),
        "confirm": _("Confirm the proposal “%(title)s” for your organisation"),
    }
    for row in proposals_waiting_for(user):
        page = "proposal_confirm" if row.what == "confirm" else "proposal_edit"
        found.append(
            Need(
                titles[row.what] % {"title": row.proposal.title},
                reverse(page, args=[row.proposal.pk]),
                f"{row.proposal.reference} · {local(row.proposal.call, 'name')}",
                _("Read and confirm") if row.what == "confirm" else _("Continue"),
                row.until,
                row.proposal.call.zone,
            )
        )
    if n := checks_waiting_for(user):
        title = ngettext("%(n)d proposal waits for the check", "%(n)d proposals wait for the check", n) % {"n": n}
        found.append(Need(title, f"{reverse('proposals')}?state=submitted", "", _("Check")))
    found += [_time_given(leg) for leg in legs_to_confirm(user)[:SHOWN]]
    found += [_transfer(row) for row in transfers_waiting_for(user)[:SHOWN]]
    return found + [_appeal(row) for row in appeals_to_answer(user)[:SHOWN]]


def needs_of_outcomes(user: Any) -> list[Need]:
    """Reports and publications that a person's teams owe, and runs on which they have not said how they went."""
    owed = [_of_report(row) for row in reports_listed(user, which="owed", mine=True)[:SHOWN]]
    owed += [_to_publish(row) for row in unpublished_listed(user, which="late", mine=True)[:SHOWN]]
    return owed + [_of_run(row) for row in runs_without_feedback(user)[:SHOWN]]


def _time_given(leg: Leg) -> Need:
    facility = leg.instrument.facility
    return Need(
        _("Confirm the time at %(place)s") % {"place": f"{leg.instrument.code}, {facility}"},
        reverse("proposal", args=[leg.proposal_id]),
        f"{leg.proposal.reference} · {leg.proposal.title}",
        _("Confirm"),
        leg.confirm_by,
        facility.zone,
    )


def _appeal(appeal: Appeal) -> Need:
    return Need(
        _("Answer the appeal on “%(title)s”") % {"title": appeal.proposal.title},
        reverse("proposal_appeal", args=[appeal.proposal_id]),
        f"{appeal.proposal.reference} · {appeal.by.name}",
        _("Answer"),
    )


def _transfer(transfer: Transfer) -> Need:
    return Need(
        _("Agree that a part moves from %(source)s to %(target)s")
        % {"source": transfer.source.code, "target": transfer.target.code},
        reverse("transfer", args=[transfer.pk]),
        f"{transfer.leg.proposal.reference} · {transfer.leg.proposal.title}",
        _("Answer"),
    )


def _of_run(booking: Booking) -> Need:
    facility = booking.instrument.facility
    return Need(
        _("Say how your run at %(place)s went") % {"place": f"{booking.instrument.code}, {facility}"},
        reverse("booking_feedback", args=[booking.pk]),
        times.span(booking.starts_at, booking.ends_at, facility.zone),
        _("Give feedback"),
    )


def _to_publish(report: ExperimentReport) -> Need:
    facility = report.booking.instrument.facility
    return Need(
        _("Add a publication of %(place)s, or say why there is none")
        % {"place": f"{report.booking.instrument.code}, {facility}"},
        reverse("experiment_report", args=[report.pk]),
        f"{report.proposal.reference} · {report.proposal.title}",
        _("Answer"),
        datetime.combine(report.publish_by + timedelta(days=1), datetime.min.time(), times.zone_of(facility.zone)),
        facility.zone,
    )


def _of_report(report: ExperimentReport) -> Need:
    """A report that the reader's team owes, by the end of its day where the instrument is."""
    facility = report.booking.instrument.facility
    ends = datetime.combine(report.due_on + timedelta(days=1), datetime.min.time(), times.zone_of(facility.zone))
    return Need(
        _("Hand in the report on %(place)s") % {"place": f"{report.booking.instrument.code}, {facility}"},
        reverse("experiment_report", args=[report.pk]),
        f"{report.proposal.reference} · {report.proposal.title}",
        _("Write"),
        ends,
        facility.zone,
    )

"""Decided lines become what everyone sees: states of legs and proposals, allocations of the team, messages."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from dateutil.relativedelta import relativedelta
from django.conf import settings
from django.utils import translation

from accounts.models import User
from accounts.queries import system_user
from core import clock
from facilities.commands.allocations import grant_allocation
from facilities.commands.teams import add_member, set_team_active
from facilities.models import TeamMember
from notifications.commands import notify
from notifications.rendering import language_of
from programs.models import Leg, Line, Offer, Proposal, ProposalMember
from programs.permissions.proposals import LEADING
from programs.rules.verdicts import outcome_of, reason_of
from programs.workflows.proposals import GRANTED, LEG, PROPOSAL
from workflow.commands import advance

SYSTEM = frozenset({"system"})
MOVES = {"allocated": "allocate", "reserve": "reserve", "refused": "refuse"}
RESULTS = {
    "accepted": "accept",
    "partially_accepted": "accept-in-part",
    "reserve": "put-on-reserve",
    "rejected": "reject",
}
FORWARD = {"feasibility": "forward-to-review", "review": "forward-to-panel"}


def apply_lines(proposal: Proposal, lines: Iterable[Line], *, by: Any) -> str:
    """Give a locked proposal the states that its lines decide, grant its time and tell its team; its new state.

    A leg that is where its line says already stays. Allocations are the system's work: the decision permitted them.
    """
    rows = sorted(lines, key=lambda line: line.leg.position)
    result = outcome_of([(line.leg.required, line.verdict) for line in rows])
    while result != "rejected" and proposal.state in FORWARD:
        advance(proposal, PROPOSAL, FORWARD[proposal.state], by=system_user(), parties=SYSTEM)
    offers = {row.instrument_id: row for row in proposal.call.offers.select_related("cycle")}
    for line in rows:
        leg = line.leg
        if leg.state == line.verdict:
            continue
        leg.why, leg.reason = line.reason, line.override_reason
        give(leg, line, offers.get(line.instrument_id), by=by)
    proposal.notified_at = clock.now()
    if proposal.state != result:
        advance(proposal, PROPOSAL, RESULTS[result], by=system_user(), parties=SYSTEM, also=["notified_at"])
    if result in GRANTED:
        open_account(proposal)
    tell_result(proposal, rows, by=by)
    return result


def give(leg: Leg, line: Line, offer: Offer | None, *, by: Any) -> None:
    """Move one leg as its line says; time becomes an allocation, to be confirmed by the PI in time (R-22)."""
    leg.instrument, leg.priority, leg.rank, leg.granted = line.instrument, line.priority, line.place, None
    also = ["instrument", "priority", "rank", "granted", "why", "reason"]
    if line.verdict == Line.Verdict.ALLOCATED:
        now = clock.now()
        begins, ends = validity(offer, now)
        leg.granted, leg.valid_until = line.units, ends
        leg.confirm_by, leg.confirmed_at = now + timedelta(days=settings.CONFIRM_DAYS), None
        leg.allocation = grant_allocation(
            leg.proposal.team,
            line.instrument,
            line.units,
            cycle=offer.cycle if offer else None,
            valid_from=begins,
            valid_until=ends,
            by=system_user(),
            note=leg.proposal.reference,
            category=line.category,
            conditions=leg.conditions,
        )
        also += ["valid_until", "confirm_by", "confirmed_at", "allocation"]
    advance(leg, LEG, MOVES[line.verdict], by=system_user(), parties=SYSTEM, also=also, decided_by=str(by.pk))


def validity(offer: Offer | None, now: datetime) -> tuple[datetime, datetime]:
    """The cycle the time was offered in; else from now on for the months in which it is to be used (R-18)."""
    if offer is not None and offer.cycle is not None and offer.cycle.period.upper > now:
        return offer.cycle.period.lower, offer.cycle.period.upper
    return now, now + relativedelta(months=settings.LEG_MONTHS)


def open_account(proposal: Proposal) -> None:
    """The team may book: it is active, and everyone who joined the proposal is on it."""
    set_team_active(proposal.team, True, by=system_user())
    for member in proposal.members.filter(state=ProposalMember.State.JOINED).select_related("person"):
        if member.person is not None and member.person.is_active:
            role = TeamMember.Role.LEAD if member.role in LEADING else TeamMember.Role.MEMBER
            add_member(proposal.team, member.person, by=system_user(), role=role)


def tell_result(proposal: Proposal, lines: Sequence[Line], *, by: Any) -> None:
    """Everyone who joined reads what became of each leg, and why."""
    readers: dict[str, list[User]] = defaultdict(list)
    for row in proposal.members.filter(state="joined").select_related("person"):
        if row.person:
            readers[language_of(row.person)].append(row.person)
    for language, people in readers.items():
        with translation.override(language):
            why = {line.leg_id: reason_of(line.leg) for line in lines}
        notify(people, "proposal_result", subject=proposal, context=_told(proposal, lines, why))


def _told(proposal: Proposal, lines: Iterable[Line], why: Mapping[UUID, str]) -> dict[str, Any]:
    with translation.override(None):
        label = str(PROPOSAL.states[proposal.state])
    legs = [
        {
            "instrument": line.instrument.name,
            "facility": line.instrument.facility.name,
            "verdict": line.verdict,
            "units": str(line.units.normalize()) if line.verdict == "allocated" else "",
            "unit": line.instrument.unit,
            "priority": line.priority,
            "place": line.place,
            "reason": why[line.leg_id],
        }
        for line in lines
    ]
    return {
        "proposal": proposal.title,
        "number": proposal.reference,
        "call": proposal.call.name,
        "stage": label,
        "legs": legs,
        "confirm_days": settings.CONFIRM_DAYS if proposal.state in GRANTED else 0,
    }

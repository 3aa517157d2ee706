"""After the results: the PI confirms, time not confirmed goes to the reserve, the reserve moves up, decisions are
appealed."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Max, QuerySet, Sum
from django.utils.translation import gettext as _

from accounts.queries import system_user
from core import audit, clock, names
from core.errors import Invalid, NotPermitted, RulesRefuse, Violation, WrongState
from facilities.commands.allocations import return_units
from facilities.models import Instrument
from programs.commands.rounds.applying import MOVES, RESULTS, SYSTEM, give, open_account, tell_result
from programs.models import Appeal, Call, Leg, Line, Proposal
from programs.permissions.proposals import leg_parties, proposal_parties
from programs.queries.rounds.problem import category_of
from programs.rules.verdicts import outcome_of
from programs.workflows.proposals import GRANTED, LEG, PROPOSAL
from workflow.commands import advance

HOLDING = ("allocated", "scheduled", "on_hold", "done", "lost")
"""States of a leg whose units are not free for others."""


@transaction.atomic
def confirm_leg(leg: Leg, *, by: Any) -> Leg:
    """The PI takes the time that was given (R-22). Again: a replay. Raises NotPermitted, WrongState."""
    leg = _leg(leg.pk)
    parties = leg_parties(by, leg)
    if leg.confirmed_at is not None and "pi" in parties:
        return leg
    leg.confirmed_at = clock.now()
    advance(leg, LEG, "confirm", by=by, parties=parties, also=["confirmed_at"])
    return leg


def take_back_unconfirmed(now: datetime | None = None) -> int:
    """Time that nobody confirmed in time goes to the end of the reserve list, its units back to the facility; how many.

    Safe to run twice and late. Time that is booked already counts as confirmed.
    """
    moment = now or clock.now()
    due = Leg.objects.filter(state="allocated", confirmed_at=None, confirm_by__lte=moment).order_by("pk")
    return sum(_take_back(pk, moment) for pk in due.values_list("pk", flat=True))


@transaction.atomic
def _take_back(pk: UUID, moment: datetime) -> bool:
    leg = _leg(pk)
    account = leg.allocation
    if leg.state != "allocated" or leg.confirmed_at or not leg.confirm_by or leg.confirm_by > moment or account is None:
        return False
    account.refresh_from_db()
    if account.held or account.used:
        leg.confirmed_at = moment
        leg.save(update_fields=["confirmed_at", "updated_at"])
        return False
    why = _("It was not confirmed in time.")
    return_units(account, account.left, by=system_user(), note=leg.proposal.reference)
    leg.granted, leg.allocation, leg.priority, leg.reason = None, None, Leg.Priority.RESERVE, why
    leg.rank = _last_place(leg) + 1
    also = ["granted", "allocation", "priority", "reason", "rank"]
    advance(leg, LEG, "fall-back", by=system_user(), parties=SYSTEM, note=why, also=also)
    _settle(leg.proposal, by=system_user())
    return True


@transaction.atomic
def promote_from_reserve(proposal: Proposal, *, by: Any, note: str = "") -> Proposal:
    """Give a proposal on the reserve list the units that came free, to all its waiting required legs or none.

    Places on the list are kept: nobody is passed over whose least amount would fit (R-30). Raises NotPermitted,
    WrongState, and RulesRefuse with every leg that finds no room or is not the next.
    """
    call = Call.objects.select_for_update().get(pk=proposal.call_id)
    proposal = _proposal(proposal.pk)
    if not proposal_parties(by, proposal) & {"office", "management"}:
        raise NotPermitted(_("The reserve list is worked through by those who run or decide the call."))
    legs = list(_legs(proposal).filter(state="reserve"))
    if call.state != "notified" or not legs:
        raise WrongState(_("It is not on a reserve list."))
    free = {leg.pk: free_units(call, leg.instrument) for leg in legs}
    found = [_no_room(leg, free[leg.pk]) for leg in legs if leg.required and free[leg.pk] < leg.least_units]
    found += [_passed_over(leg, other) for leg in legs if (other := _before(leg, free[leg.pk])) is not None]
    if found:
        raise RulesRefuse(_("The reserve list cannot move up like this."), found)
    offers = {row.instrument_id: row for row in call.offers.select_related("cycle")}
    for leg in legs:
        units = min(leg.units, free[leg.pk])
        if units >= leg.least_units:
            line = Line(
                leg=leg,
                instrument=leg.instrument,
                verdict=Line.Verdict.ALLOCATED,
                units=units,
                priority=Leg.Priority.B,
                category=category_of(proposal),
            )
            leg.reason = _("Units came free.")
            give(leg, line, offers.get(leg.instrument_id), by=by)
    audit.record("promote", proposal, by=by, note=note)
    _settle(proposal, by=by)
    return proposal


def free_units(call: Call, instrument: Instrument) -> Decimal:
    """What the call offers of an instrument, less what its legs hold."""
    offered = call.offers.filter(instrument=instrument).aggregate(sum=Sum("units"))["sum"] or Decimal(0)
    held = Leg.objects.filter(proposal__call=call, instrument=instrument, state__in=HOLDING)
    return Decimal(offered) - (held.aggregate(sum=Sum("granted"))["sum"] or Decimal(0))


@transaction.atomic
def appeal_decision(proposal: Proposal, *, by: Any, reason: str) -> Appeal:
    """The PI asks for another look, within APPEAL_DAYS and once at a time. Raises NotPermitted, WrongState, Invalid."""
    proposal = _proposal(proposal.pk)
    advance(proposal, PROPOSAL, "appeal", by=by, parties=proposal_parties(by, proposal), note=reason)
    until = (proposal.notified_at or clock.now()) + timedelta(days=settings.APPEAL_DAYS)
    if clock.now() > until:
        raise WrongState(_("The time for an appeal is over."))
    if proposal.appeals.filter(answered_at=None).exists():
        raise WrongState(_("An appeal is open already: it is answered first."))
    return Appeal.objects.create(proposal=proposal, reason=reason.strip(), by=by)


@transaction.atomic
def answer_appeal(appeal: Appeal, *, upheld: bool, answer: str, by: Any) -> Appeal:
    """The management keeps the decision, or opens the proposal to decide it again; either way it says why.

    A rejected proposal goes back to the panel; one on the reserve list or accepted in part is moved up from there.
    Raises NotPermitted, WrongState, Invalid.
    """
    proposal = _proposal(appeal.proposal_id)
    appeal = Appeal.objects.select_for_update().get(pk=appeal.pk)
    if appeal.answered_at is not None:
        raise WrongState(_("This appeal is answered already."))
    if not answer.strip():
        message = _("Give a reason: the other side reads it.")
        raise Invalid(message, [Violation("reason_required", message, "answer")])
    move = "reopen" if upheld and proposal.state == "rejected" else "dismiss-appeal"
    advance(proposal, PROPOSAL, move, by=by, parties=proposal_parties(by, proposal), note=answer, upheld=upheld)
    appeal.answer, appeal.upheld, appeal.answered_by, appeal.answered_at = answer.strip(), upheld, by, clock.now()
    appeal.save()
    return appeal


def _settle(proposal: Proposal, *, by: Any) -> None:
    """The state that its legs give the proposal now (R-12), told to the team where it changed."""
    legs = list(_legs(proposal))
    verdicts = {leg.pk: _verdict(leg) for leg in legs}
    result = outcome_of([(leg.required, verdicts[leg.pk]) for leg in legs])
    if result == proposal.state or result == "rejected":
        return
    advance(proposal, PROPOSAL, RESULTS[result], by=system_user(), parties=SYSTEM)
    if result in GRANTED:
        open_account(proposal)
    lines = [
        Line(
            leg=leg,
            instrument=leg.instrument,
            verdict=verdicts[leg.pk],
            units=leg.granted or Decimal(0),
            priority=leg.priority,
            place=leg.rank,
        )
        for leg in legs
    ]
    tell_result(proposal, lines, by=by)


def _verdict(leg: Leg) -> str:
    if leg.state in HOLDING:
        return "allocated"
    return leg.state if leg.state in MOVES else "refused"


def _proposal(pk: UUID) -> Proposal:
    rows = Proposal.objects.select_for_update(of=("self",))
    return rows.select_related("team", "call__alliance", "call__facility", "pi", "program").get(pk=pk)


def _leg(pk: UUID) -> Leg:
    """The leg, locked after its proposal."""
    proposal = _proposal(Leg.objects.values_list("proposal_id", flat=True).get(pk=pk))
    leg = Leg.objects.select_for_update(of=("self",)).select_related("instrument__facility", "allocation").get(pk=pk)
    leg.proposal = proposal
    return leg


def _legs(proposal: Proposal) -> QuerySet[Leg]:
    rows = proposal.legs.select_for_update(of=("self",)).exclude(state="cancelled")
    return rows.select_related("instrument__facility", "proposal__team", "proposal__call").order_by("position")


def _waiting(leg: Leg) -> QuerySet[Leg]:
    others = Leg.objects.filter(proposal__call=leg.proposal.call_id, instrument=leg.instrument, state="reserve")
    return others.exclude(proposal=leg.proposal_id).select_related("proposal")


def _before(leg: Leg, free: Decimal) -> Leg | None:
    """Who waits before this leg and would fit."""
    return _waiting(leg).filter(rank__lt=leg.rank or 0, least_units__lte=free).order_by("rank", "id").first()


def _last_place(leg: Leg) -> int:
    return int(_waiting(leg).aggregate(last=Max("rank"))["last"] or 0)


def _no_room(leg: Leg, free: Decimal) -> Violation:
    message = _("%(instrument)s: only %(left)s are free.") % {
        "instrument": leg.instrument.code,
        "left": names.units(max(free, Decimal(0)), leg.instrument.unit),
    }
    return Violation("units_free", message, "legs")


def _passed_over(leg: Leg, other: Leg) -> Violation:
    message = _("%(instrument)s: %(proposal)s waits before it and would fit.") % {
        "instrument": leg.instrument.code,
        "proposal": other.proposal.reference,
    }
    return Violation("in_order", message, "legs", source="R-30")

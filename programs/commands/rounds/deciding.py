"""Decisions by hand: a line of the round is overridden, a single proposal is decided; sealed while an embargo holds."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Max, Sum
from django.utils.translation import gettext as _

from core import audit, clock, names
from core.errors import Invalid, NotPermitted, RulesRefuse, Violation, WrongState
from facilities.models import Instrument
from programs.commands.rounds.applying import apply_lines
from programs.models import Call, Leg, Line, Proposal, Round
from programs.permissions.proposals import proposal_parties
from programs.queries.rounds.problem import category_of
from programs.queries.rounds.reading import current_round, round_parties
from programs.rules.verdicts import torn
from programs.workflows.proposals import PROPOSAL
from workflow.commands import advance


@dataclass(frozen=True)
class Verdict:
    """What a leg gets: `allocated` with units and priority A or B, `reserve`, or `refused`."""

    verdict: str
    units: Decimal = Decimal(0)
    priority: str = Leg.Priority.A
    instrument: Instrument | None = None


@transaction.atomic
def override_line(line: Line, verdict: Verdict, *, by: Any, reason: str) -> Line:
    """The panel or the management decides a line otherwise than the solver, and says why. It stays sealed.

    Raises NotPermitted, WrongState once the results are out, Invalid, and RulesRefuse where the instrument has not
    that much left.
    """
    call = Call.objects.select_for_update().get(pk=line.round.call_id)
    line = (
        Line.objects.select_for_update(of=("self",))
        .select_related("round", "leg__proposal", "instrument")
        .get(pk=line.pk)
    )
    if not round_parties(by, call):
        raise NotPermitted(_("Lines are decided by those who run or decide the call."))
    if call.state != "allocating" or not line.round.is_current:
        raise WrongState(_("Only lines of the current round are changed, before the results are announced."))
    _require(verdict, line.leg, reason)
    _write(line, verdict, by=by, reason=reason)
    audit.record(
        "override-line", call, by=by, note=reason, leg=str(line.leg_id), verdict=verdict.verdict, units=str(line.units)
    )
    return line


@transaction.atomic
def decide_proposal(proposal: Proposal, verdicts: Mapping[UUID, Verdict], *, by: Any, note: str = "") -> Proposal:
    """The management decides one proposal, leg by leg; legs that are not named are refused.

    Without an embargo, or after it, the team is told at once; before it the decision waits in the round. Deciding
    again after the states are out raises WrongState, so two who accept at once make one set of allocations. Raises
    NotPermitted, Invalid, and RulesRefuse for required legs of which only some have time (R-12).
    """
    call = Call.objects.select_for_update().get(pk=proposal.call_id)
    proposal = (
        Proposal.objects.select_for_update(of=("self",))
        .select_related("team", "call", "pi", "program")
        .get(pk=proposal.pk)
    )
    legs = list(
        proposal.legs.select_for_update(of=("self",))
        .exclude(state="cancelled")
        .select_related("instrument__facility", "proposal")
    )
    advance(proposal, PROPOSAL, "decide", by=by, parties=proposal_parties(by, proposal) & {"management"}, note=note)
    chosen = {leg.pk: verdicts.get(leg.pk, Verdict("refused")) for leg in legs}
    if proposal.state == "checking" and any(each.verdict != "refused" for each in chosen.values()):
        raise WrongState(_("Its check is not passed yet: until then it can only be rejected."))
    if torn([(leg.required, chosen[leg.pk].verdict) for leg in legs]):
        message = _("Required legs are given together or not at all.")
        raise RulesRefuse(message, [Violation("legs_together", message, "verdicts", source="R-12")])
    found = current_round(call) or Round.objects.create(call=call, number=call.rounds.count() + 1)
    lines = []
    for leg in legs:
        _require(chosen[leg.pk], leg, note or "-")
        line = found.lines.filter(leg=leg).first() or Line(round=found, leg=leg, instrument=leg.instrument)
        line.leg, line.category = leg, category_of(proposal)
        _write(line, chosen[leg.pk], by=by, reason=note.strip() or _("Decided by the management."))
        lines.append(line)
    if not sealed(call):
        apply_lines(proposal, lines, by=by)
    return proposal


def sealed(call: Call) -> bool:
    """Whether decisions wait for the announcement: a call with an embargo that has not announced yet."""
    return call.notify_at is not None and call.state != "notified"


def _require(verdict: Verdict, leg: Leg, reason: str) -> None:
    found = []
    if not reason.strip():
        found.append(Violation("reason_required", _("Give a reason: it stays with the line."), "reason"))
    if verdict.verdict not in Line.Verdict.values:
        found.append(Violation("verdict_unknown", _("Choose time, reserve or refused."), "verdict"))
    elif verdict.verdict == Line.Verdict.ALLOCATED:
        unit = (verdict.instrument or leg.instrument).unit
        if not leg.least_units <= verdict.units <= leg.units:
            message = _("Give between %(least)s and %(most)s.") % {
                "least": names.units(leg.least_units, unit),
                "most": names.units(leg.units, unit),
            }
            found.append(Violation("units_between", message, "units"))
        if verdict.priority not in (Leg.Priority.A, Leg.Priority.B):
            found.append(Violation("priority_unknown", _("Choose priority A or B."), "priority"))
    if found:
        raise Invalid(_("Please correct what is marked."), found)


def _write(line: Line, verdict: Verdict, *, by: Any, reason: str) -> None:
    allocated = verdict.verdict == Line.Verdict.ALLOCATED
    line.instrument = verdict.instrument or line.instrument
    line.units = verdict.units if allocated else Decimal(0)
    if allocated:
        _require_room(line)
    line.verdict, line.place = verdict.verdict, None
    line.priority = verdict.priority if allocated else ""
    if verdict.verdict == Line.Verdict.RESERVE:
        line.priority, line.place = Leg.Priority.RESERVE, _last_place(line) + 1
    line.reason = {"code": "override"}
    line.overridden_by, line.override_reason = by, reason.strip()
    line.updated_at = clock.now()
    line.save()


def _require_room(line: Line) -> None:
    """What the call offers of an instrument is all there is; quotas and shares a person may set aside with a reason."""
    offer = line.round.call.offers.filter(instrument=line.instrument).first()
    offered = Decimal(line.round.limits.get("units", {}).get(str(line.instrument_id), offer.units if offer else 0))
    others = line.round.lines.filter(instrument=line.instrument).exclude(pk=line.pk)
    left = offered - (others.aggregate(sum=Sum("units"))["sum"] or 0)
    if line.units > left:
        message = _("%(instrument)s: only %(left)s of what the call offers are left.") % {
            "instrument": line.instrument.code,
            "left": names.units(max(Decimal(0), left), line.instrument.unit),
        }
        raise RulesRefuse(message, [Violation("units_on_offer", message, "units")])


def _last_place(line: Line) -> int:
    others = line.round.lines.filter(instrument=line.instrument).exclude(pk=line.pk)
    return int(others.aggregate(last=Max("place"))["last"] or 0)

"""What instrument and safety staff say of a leg, the alternates they offer, and the applicant's choice among them."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from core import audit
from core.errors import Invalid, NotPermitted, RulesRefuse, Violation, WrongState
from facilities.models import Instrument
from notifications.commands import notify
from programs.models import Feasibility, Leg, Offer, Proposal, SafetyReview
from programs.permissions.proposals import leg_parties
from programs.queries.feasibility import JUDGED_IN, latest_feasibility
from programs.workflows.proposals import LEG
from workflow.commands import advance, permitted_move


@dataclass(frozen=True)
class Judgement:
    """`units` as recommended, in the instrument's unit; `note` is for the applicant, `internal_note` for the panel;
    `offers` are instruments that could do it instead."""

    result: str
    units: Decimal | None = None
    note: str = ""
    internal_note: str = ""
    offers: Sequence[Instrument] = ()


@transaction.atomic
def judge_feasibility(leg: Leg, judgement: Judgement, *, by: Any) -> Feasibility:
    """The instrument's own people say whether a leg can be done there, with how many units, or where else (R-05).

    Who says so gives no science score on what stands at that instrument in this call (R-07). Raises NotPermitted,
    WrongState outside the feasibility stage, Invalid and RulesRefuse with every rule.
    """
    leg = _locked(leg)
    parties = leg_parties(by, leg)
    feasible = judgement.result != Feasibility.Result.NOT_FEASIBLE
    move = "find-feasible" if feasible else "find-infeasible"
    if LEG.find(move).target != leg.state:
        permitted_move(LEG, move, leg.state, parties, judgement.note)
    elif "feasibility" not in parties:
        raise NotPermitted(_("Only the people of the instrument say whether it is feasible."))
    if leg.proposal.state != "feasibility":
        raise WrongState(_("The feasibility of this proposal is not being looked at now."))
    _check(leg, judgement, feasible=feasible)
    row = Feasibility.objects.create(
        leg=leg,
        instrument=leg.instrument,
        result=judgement.result,
        units_recommended=judgement.units,
        note=judgement.note,
        internal_note=judgement.internal_note,
        by=by,
    )
    row.offers.set(judgement.offers)
    if LEG.find(move).target != leg.state:
        advance(leg, LEG, move, by=by, parties=parties, note=judgement.note, result=judgement.result)
    else:
        audit.record(move, leg, by=by, note=judgement.note, from_state=leg.state, to_state=leg.state)
    if judgement.offers:
        _tell_leads(leg, "leg_alternates", by=by, offers=", ".join(_named(one) for one in judgement.offers))
    return row


@transaction.atomic
def judge_safety(leg: Leg, result: str, *, by: Any, conditions: str = "", note: str = "") -> SafetyReview:
    """Safety staff give a leg its class and the conditions that every booking of it carries; the latest word counts.

    Raises NotPermitted, WrongState, Invalid: yellow and red need conditions, a refusal its reason.
    """
    leg = _locked(leg)
    if "safety" not in leg_parties(by, leg):
        raise NotPermitted(_("Only the safety staff of the facility say what is safe."))
    if leg.proposal.state not in JUDGED_IN:
        raise WrongState(_("The safety of this proposal is not being looked at now."))
    if result not in SafetyReview.Result.values:
        message = _("Choose green, yellow, red or refused.")
        raise Invalid(message, [Violation("result", message, "result")])
    if result in ("yellow", "red") and not conditions.strip():
        message = _("Name the conditions: they are shown with every booking of this leg.")
        raise Invalid(message, [Violation("conditions_required", message, "conditions")])
    if result == SafetyReview.Result.REFUSED and not note.strip():
        message = _("Give a reason: the other side reads it.")
        raise Invalid(message, [Violation("reason_required", message, "note")], code="reason_required")
    row = SafetyReview.objects.create(leg=leg, result=result, conditions=conditions, note=note, by=by)
    leg.conditions = conditions
    if result != SafetyReview.Result.REFUSED:
        leg.safety = result
    leg.save(update_fields=["conditions", "safety", "updated_at"])
    audit.record("judge-safety", leg, by=by, note=note, result=result, conditions=conditions)
    return row


@transaction.atomic
def accept_alternate(leg: Leg, instrument: Instrument, *, by: Any, note: str = "") -> Leg:
    """The applicant takes an alternate that the instrument's people offered, or that was named in the proposal: the
    leg stands there from now on, and its people are asked. There already: nothing happens.

    Raises NotPermitted, WrongState, RulesRefuse for an instrument that was not offered or is not in the call.
    """
    leg = _locked(leg)
    parties = leg_parties(by, leg)
    if not parties & {"pi", "office"}:
        raise NotPermitted(_("Only who leads the proposal chooses another instrument."))
    if leg.instrument_id == instrument.pk:
        return leg
    if leg.proposal.state != "feasibility":
        raise WrongState(_("The feasibility of this proposal is not being looked at now."))
    said = latest_feasibility(leg)
    offered = {one.pk for one in leg.alternates.all()} | ({one.pk for one in said.offers.all()} if said else set())
    if instrument.pk not in offered or not Offer.objects.filter(call=leg.proposal.call, instrument=instrument).exists():
        message = _("%(instrument)s was not offered for this leg.") % {"instrument": instrument.code}
        raise RulesRefuse(message, [Violation("not_offered", message, "instrument")], alternatives=[])
    before = leg.instrument
    leg.instrument = instrument
    if leg.state == "requested":
        leg.save(update_fields=["instrument", "updated_at"])
        audit.record("accept-alternate", leg, by=by, note=note, before=str(before.pk), after=str(instrument.pk))
    else:
        advance(
            leg, LEG, "ask-again", by=by, parties=parties, note=note, also=("instrument",),
            before=str(before.pk), after=str(instrument.pk),
        )  # fmt: skip
    return leg


def _locked(leg: Leg) -> Leg:
    """The leg with its proposal and itself locked, in that order."""
    proposal = Proposal.objects.select_for_update(of=("self",)).select_related("call").get(pk=leg.proposal_id)
    found = Leg.objects.select_for_update(of=("self",)).select_related("instrument__facility").get(pk=leg.pk)
    found.proposal = proposal
    return found


def _check(leg: Leg, judgement: Judgement, *, feasible: bool) -> None:
    violations = []
    if judgement.result not in Feasibility.Result.values:
        message = _("Choose feasible, feasible with changes, or not feasible.")
        violations.append(Violation("result", message, "result"))
    if judgement.units is not None and not 0 < judgement.units <= leg.units:
        message = _("Recommend more than none and at most the %(units)s units that are wanted.")
        violations.append(Violation("units", message % {"units": f"{leg.units.normalize():f}"}, "units"))
    if not feasible and not judgement.note.strip():
        message = _("Give a reason: the other side reads it.")
        violations.append(Violation("reason_required", message, "note"))
    changed = judgement.result == Feasibility.Result.WITH_CHANGES
    if changed and judgement.units is None and not judgement.note.strip():
        message = _("Say what changes, or recommend units.")
        violations.append(Violation("changes_unsaid", message, "note"))
    in_call = set(Offer.objects.filter(call=leg.proposal.call).values_list("instrument_id", flat=True))
    for one in judgement.offers:
        if one.pk not in in_call or one.pk == leg.instrument_id:
            message = _("%(instrument)s is not on offer in this call.") % {"instrument": one.code}
            violations.append(Violation("not_on_offer", message, "offers"))
    if violations:
        raise Invalid(_("Please correct what is marked."), violations)


def _named(instrument: Instrument) -> str:
    return f"{instrument.code} ({instrument.facility})"


def _tell_leads(leg: Leg, kind: str, *, by: Any, **facts: Any) -> None:
    leads = User.objects.filter(
        proposal_memberships__proposal=leg.proposal_id,
        proposal_memberships__role__in=("pi", "co_pi"),
        proposal_memberships__state="joined",
        is_active=True,
    )
    context = {"title": leg.proposal.title, "number": leg.proposal.reference, "instrument": leg.instrument.code}
    notify(list(leads.order_by("id").distinct()), kind, subject=leg, context={**context, "by": by.name, **facts})

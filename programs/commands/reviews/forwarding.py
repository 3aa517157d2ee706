"""A proposal, or a whole call, goes on: to the instruments' people, to the reviewers, to the panel meeting."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from core.errors import DomainError, NotPermitted, RulesRefuse, Violation
from programs.commands.proposals.checking import check_proposal, forward_proposal
from programs.models import Assessment, Call, Leg, Panel, Proposal
from programs.permissions.calls import call_parties
from programs.permissions.proposals import proposal_parties
from programs.queries.feasibility import refused_for_safety
from programs.rules.feasibility import standing_in_the_way
from programs.rules.placing import PanelFacts, panel_for
from programs.workflows.proposals import PROPOSAL
from workflow.commands import advance, permitted_move


@transaction.atomic
def forward_to_review(proposal: Proposal, *, by: Any, note: str = "") -> Proposal:
    """Every required leg is feasible and safe: each leg goes before a panel of the call.

    Raises NotPermitted, WrongState; RulesRefuse naming every leg that stands in the way (R-05, scenario 11).
    """
    proposal = _locked(proposal)
    parties = proposal_parties(by, proposal)
    permitted_move(PROPOSAL, "forward-to-review", proposal.state, parties, note)
    legs = list(proposal.legs.select_related("instrument").order_by("position"))
    refused = refused_for_safety(proposal)
    violations = standing_in_the_way(
        (leg.position, leg.instrument.code, leg.required, leg.state, leg.pk in refused) for leg in legs
    )
    if violations:
        raise RulesRefuse(_("It cannot go before the panel yet."), violations)
    panels = list(proposal.call.panels.order_by("name", "id"))
    if not panels:
        message = _("No panel is attached to the call. Attach one first.")
        raise RulesRefuse(message, [Violation("no_panel", message)])
    put_before_panels(proposal, [leg for leg in legs if leg.state != "infeasible"], panels)
    advance(proposal, PROPOSAL, "forward-to-review", by=by, parties=parties, note=note)
    return proposal


@transaction.atomic
def forward_to_panel(proposal: Proposal, *, by: Any, note: str = "") -> Proposal:
    """The panel meets about it; reviews that are not in may still come."""
    proposal = _locked(proposal)
    advance(proposal, PROPOSAL, "forward-to-panel", by=by, parties=proposal_parties(by, proposal), note=note)
    return proposal


@dataclass(frozen=True)
class Forwarded:
    """The proposals that went on, and those that did not with everything that stands in their way."""

    moved: tuple[Proposal, ...]
    held: tuple[tuple[Proposal, Sequence[Violation]], ...]


def _forward_to_feasibility(proposal: Proposal, *, by: Any) -> Proposal:
    """Through the office's check, which begins here where it has not."""
    if proposal.state == "submitted":
        proposal = check_proposal(proposal, by=by)
    return forward_proposal(proposal, by=by)


STAGES: dict[str, tuple[tuple[str, ...], Callable[..., Proposal]]] = {
    "feasibility": (("submitted", "checking"), _forward_to_feasibility),
    "review": (("feasibility",), forward_to_review),
    "panel": (("review",), forward_to_panel),
}
"""What a whole call can be forwarded to: from which states of its proposals, and how each of them goes on."""


def to_forward(call: Call, stage: str, *, by: Any) -> QuerySet[Proposal]:
    """The proposals of a call that wait for a stage (of STAGES), in the order of their numbers. Raises NotPermitted."""
    if not call_parties(by, call) & {"office", "system"}:
        raise NotPermitted(_("Only the office of the call forwards its proposals."))
    return Proposal.objects.filter(call=call, state__in=STAGES[stage][0]).order_by("number")


def forward_all(call: Call, stage: str, *, by: Any, say: Callable[[int], None] = lambda done: None) -> Forwarded:
    """Forward every proposal of a call to a stage (of STAGES); the others stay, each for itself, and say why.

    To `feasibility` go those that pass every rule of the call, to `review` those whose legs are all found feasible,
    to `panel` all that are in review. Doing it again forwards what has become ready since. `say` hears how many are
    done. Raises NotPermitted.
    """
    _states, forward = STAGES[stage]
    moved, held = [], []
    for done, proposal in enumerate(to_forward(call, stage, by=by)):
        say(done)
        try:
            moved.append(forward(proposal, by=by))
        except DomainError as refused:
            held.append((proposal, refused.violations or [Violation(refused.code, str(refused.message))]))
    return Forwarded(tuple(moved), tuple(held))


def put_before_panels(proposal: Proposal, legs: list[Leg], panels: list[Panel]) -> list[Assessment]:
    """Give each leg to the panel that knows it best; done already: the same assessments."""
    facts = [
        PanelFacts(
            panel.pk,
            panel.facility_id,
            frozenset(panel.techniques.values_list("pk", flat=True)),
            frozenset(panel.themes.values_list("pk", flat=True)),
        )
        for panel in panels
    ]
    themes = frozenset(proposal.themes.values_list("pk", flat=True))
    by_panel: dict[Any, list[Leg]] = defaultdict(list)
    for leg in legs:
        techniques = frozenset(leg.instrument.techniques.values_list("pk", flat=True))
        by_panel[panel_for(leg.instrument.facility_id, techniques, themes, facts)].append(leg)
    rows = []
    for panel, judged in by_panel.items():
        row, _made = Assessment.objects.get_or_create(proposal=proposal, panel_id=panel)
        row.legs.set(judged)
        rows.append(row)
    return rows


def _locked(proposal: Proposal) -> Proposal:
    return Proposal.objects.select_for_update(of=("self",)).select_related("call").get(pk=proposal.pk)

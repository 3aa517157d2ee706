"""The moves of a proposal: one view, one table. Whoever makes another move adds its line."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers

from accounts.models import Organisation
from accounts.queries import find_organisation
from core.errors import Invalid, NotFound, Violation
from core.lookup import find
from programs.commands import proposals
from programs.commands.reviews import forward_to_panel, forward_to_review
from programs.commands.rounds import Verdict, decide_proposal
from programs.models import Leg, Line, Proposal
from programs.permissions.proposals import proposal_parties, signs_for
from programs.workflows.proposals import PROPOSAL
from workflow.commands import permitted_move

Given = Mapping[str, Any]


class PointIn(serializers.Serializer[Any]):
    text = serializers.CharField(help_text="what to mend")
    field = serializers.CharField(required=False, allow_blank=True, default="", max_length=80)
    leg = serializers.UUIDField(required=False, allow_null=True, default=None)


class VerdictIn(serializers.Serializer[Any]):
    leg = serializers.UUIDField()
    verdict = serializers.ChoiceField(choices=Line.Verdict.choices)
    units = serializers.DecimalField(max_digits=14, decimal_places=3, required=False, default=Decimal(0))
    priority = serializers.ChoiceField(choices=Leg.Priority.choices, required=False, default=Leg.Priority.A)


class MoveIn(serializers.Serializer[Any]):
    note = serializers.CharField(required=False, allow_blank=True, default="")
    organisation = serializers.CharField(
        required=False, help_text="confirm-partner, refuse-partner: id or slug; needed when you sign for several"
    )
    sha256 = serializers.CharField(
        required=False, allow_blank=True, default="", help_text="of the version that was read; another one answers 409"
    )
    points = PointIn(many=True, required=False, help_text="return: what to mend, each tied to a field or a leg")

    legs = VerdictIn(many=True, required=False, help_text="decide: what each leg gets; one not named is refused")

    class Meta:
        ref_name = "ProposalMoveIn"


def _plain(command: Callable[..., Any]) -> Callable[[Proposal, Any, Given], Any]:
    return lambda proposal, by, given: command(proposal, by=by, note=given["note"])


def _answer(command: Callable[..., Any]) -> Callable[[Proposal, Any, Given], Any]:
    def answered(proposal: Proposal, by: Any, given: Given) -> Any:
        organisation = _answering(by, proposal, given.get("organisation"))
        return command(proposal, organisation, by=by, note=given["note"], sha256=given["sha256"])

    return answered


def _return(proposal: Proposal, by: Any, given: Given) -> Any:
    points = [
        proposals.Point(row["text"], row["field"], find(proposal.legs.all(), str(row["leg"])) if row["leg"] else None)
        for row in given.get("points", ())
    ]
    return proposals.return_proposal(proposal, by=by, note=given["note"], points=points)


def _decide(proposal: Proposal, by: Any, given: Given) -> Any:
    verdicts = {
        row["leg"]: Verdict(row["verdict"], Decimal(row["units"]), row["priority"]) for row in given.get("legs", ())
    }
    return decide_proposal(proposal, verdicts, by=by, note=given["note"])


MOVES: dict[str, Callable[[Proposal, Any, Given], Any]] = {
    "submit": _plain(proposals.submit_proposal),
    "revise": _plain(proposals.revise_proposal),
    "withdraw": _plain(proposals.withdraw_proposal),
    "confirm-partner": _answer(proposals.confirm_partner),
    "refuse-partner": _answer(proposals.refuse_partner),
    "check": _plain(proposals.check_proposal),
    "forward": _plain(proposals.forward_proposal),
    "return": _return,
    "forward-to-review": _plain(forward_to_review),
    "forward-to-panel": _plain(forward_to_panel),
    "decide": _decide,
}
"""What the API calls for each move, with who does it and the body of the request."""


def do_move(proposal: Proposal, move: str, *, by: Any, given: Given) -> None:
    """Do a move of the table. A move of the workflow that nobody does by hand is 403, or 409 in the wrong state."""
    if move in MOVES:
        MOVES[move](proposal, by, given)
    elif move in PROPOSAL.by_name:
        permitted_move(PROPOSAL, move, proposal.state, proposal_parties(by, proposal), given["note"])
    else:
        raise NotFound(_("There is no move “%(move)s” here.") % {"move": move})


def _answering(user: Any, proposal: Proposal, key: str | None) -> Organisation:
    """The organisation that a signatory answers for: the one named, or the only one; the leading one for who signs
    for none, so that the command refuses. Raises Invalid when it is not clear."""
    if key:
        return find_organisation(key)
    signing = list(signs_for(user, proposal)[:2])
    if len(signing) > 1:
        message = _("Name the organisation for which you answer.")
        raise Invalid(message, [Violation("organisation", message, "organisation")])
    return signing[0] if signing else proposal.organisation

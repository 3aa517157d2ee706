"""What follows the results: each leg as it stands with what its reader may do, appeals, and the office's page of a
call whose results are out."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from core import clock
from frontend.contexts.calls.office import crumbs_of
from frontend.contexts.proposals.trail import crumbs_of as proposal_crumbs
from frontend.forms.calls.afterwards import AnswerForm, AppealForm
from programs.models import Appeal, Call, Leg, Proposal
from programs.permissions.proposals import leg_parties, proposal_parties
from programs.queries.standing import Waiting, appeals_of, legs_standing, open_appeals, reserve_list, unconfirmed
from programs.rules.days import days_of
from programs.rules.verdicts import reason_of
from programs.workflows.proposals import LEG


@dataclass(frozen=True)
class StandingLeg:
    """A leg after the results: `moves` are the reader's, `request_url` leads to the form that asks for its time."""

    leg: Leg
    moves: frozenset[str]
    request_url: str

    @property
    def reason(self) -> str:
        return reason_of(self.leg)

    @property
    def to_confirm(self) -> bool:
        return "confirm" in self.moves and self.leg.confirmed_at is None


@dataclass(frozen=True)
class AppealPage:
    """A decision with its appeals; a form for the PI to make one, or for the management to answer it."""

    proposal: Proposal
    crumbs: list[dict[str, str]]
    legs: list[StandingLeg]
    appeals: list[Appeal]
    asking: AppealForm | None
    answering: AnswerForm | None


@dataclass(frozen=True)
class AfterPage:
    """A call whose results are out: who waits where, whose time is not confirmed yet, which decisions are appealed."""

    call: Call
    crumbs: list[dict[str, str]]
    lists: list[Waiting]
    unconfirmed: list[Leg]
    appeals: list[Appeal]


def standing_legs(proposal: Proposal, user: Any) -> list[StandingLeg]:
    return [standing_leg(leg, user) for leg in legs_standing(proposal)]


def appeal_page(
    proposal: Proposal, user: Any, *, asking: AppealForm | None, answering: AnswerForm | None
) -> AppealPage:
    return AppealPage(
        proposal=proposal,
        crumbs=proposal_crumbs(proposal, (_("Appeal"), "")),
        legs=standing_legs(proposal, user),
        appeals=list(appeals_of(user, proposal)),
        asking=asking,
        answering=answering,
    )


def after_page(call: Call) -> AfterPage:
    return AfterPage(
        call=call,
        crumbs=crumbs_of(call, _("After the results")),
        lists=reserve_list(call),
        unconfirmed=list(unconfirmed(call)),
        appeals=list(open_appeals([call])),
    )


def standing_leg(leg: Leg, user: Any) -> StandingLeg:
    moves = frozenset(move.name for move in LEG.open_moves(leg.state, leg_parties(user, leg)))
    books = "member" in proposal_parties(user, leg.proposal) and leg.state in ("allocated", "scheduled")
    return StandingLeg(leg, moves, request_url(leg) if books else "")


def request_url(leg: Leg) -> str:
    """The form that asks for time, filled with what the leg was given, on the first preferred day on which its account
    holds; empty where nothing is left of it."""
    account = leg.allocation
    if account is None or account.left <= 0 or account.valid_until <= clock.now():
        return ""
    longest = int(account.left * leg.instrument.unit_minutes)
    begins, ends = account.valid_from.date(), account.valid_until.date()
    wanted = (days_of(text) for text in leg.preferred_dates)
    day = next((max(first, begins) for first, last in wanted if last >= begins and first < ends), begins)
    asked: dict[str, Any] = {
        "instrument": leg.instrument.slug,
        "account": f"allocation:{account.pk}",
        "minutes": min(longest, leg.instrument.max_minutes),
        "mode": leg.mode,
        "safety": leg.safety,
        "purpose": leg.proposal.title,
    }
    if day > clock.now().date():
        asked["day"] = day.isoformat()
    return f"{reverse('request_time')}?{urlencode(asked)}"

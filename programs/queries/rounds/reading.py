"""A round with its lines, for those who may see it: nobody else learns anything of it before the results are out."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, QuerySet

from core.errors import NotFound
from core.lookup import find
from facilities.models import Instrument
from programs.models import Call, Leg, Line, Proposal, ProposalMember, Round
from programs.permissions.calls import call_parties, calls_visible_to
from programs.rules.verdicts import outcome_of, torn
from programs.workflows.proposals import SUBMITTED

SEES = frozenset({"office", "management", "system"})


def round_parties(user: Any, call: Call) -> frozenset[str]:
    """`office` and `management` of the call. While the results are sealed nobody who is on the team of one of its
    proposals is either: they would read their own decision, or the balance that gives it away."""
    parties = call_parties(user, call)
    if parties & SEES and call.state != "notified" and not user.is_system:
        mine = ProposalMember.objects.filter(proposal__call=call, person=user).exclude(state="declined")
        if mine.exists():
            return frozenset()
    return parties & SEES


def find_round_call(user: Any, key: str | UUID) -> Call:
    """A call whose rounds a person may see. Raises NotFound for everybody else."""
    call = find(calls_visible_to(user).select_related("alliance", "facility"), key)
    if not round_parties(user, call):
        raise NotFound
    return call


def current_round(call: Call) -> Round | None:
    return call.rounds.filter(is_current=True).first()


def lines_of(found: Round) -> QuerySet[Line]:
    """Every line, the best proposal first."""
    rows = found.lines.select_related(
        "leg__proposal__organisation", "leg__proposal__pi", "leg__instrument", "instrument__facility", "overridden_by"
    )
    return rows.order_by("rank", "leg__proposal__number", "leg__position", "id")


def legs_to_decide(proposal: Proposal) -> QuerySet[Leg]:
    """The legs on which a decision on the proposal says something, in order."""
    legs = proposal.legs.exclude(state="cancelled").select_related("instrument__facility")
    return legs.order_by("position", "id")


def lines_listed(found: Round, *, verdict: str = "", instrument: str = "", search: str = "") -> QuerySet[Line]:
    rows = lines_of(found)
    if verdict:
        rows = rows.filter(verdict=verdict)
    if instrument:
        rows = rows.filter(instrument__slug=instrument)
    for word in search.split():
        rows = rows.filter(leg__proposal__title__icontains=word)
    return rows


@dataclass(frozen=True)
class Balance:
    """What one instrument offers in a round, and what of it is asked for, given and waiting."""

    instrument: Instrument
    offered: Decimal
    asked: Decimal
    given: Decimal
    certain: Decimal
    reserve: int

    @property
    def left(self) -> Decimal:
        return self.offered - self.given


def balances(call: Call, found: Round | None) -> list[Balance]:
    """For every instrument on offer, by facility and code. Units on offer are those the round was solved with."""
    given: dict[UUID, dict[str, Any]] = defaultdict(lambda: {"given": Decimal(0), "certain": Decimal(0), "reserve": 0})
    asked: dict[UUID, Decimal] = defaultdict(Decimal)
    units = found.limits.get("units", {}) if found else {}
    for line in found.lines.select_related("leg") if found else ():
        row = given[line.instrument_id]
        row["given"] += line.units
        row["certain"] += line.units if line.priority == Leg.Priority.A else 0
        row["reserve"] += line.verdict == Line.Verdict.RESERVE
        asked[line.leg.instrument_id] += line.leg.units
    offers = call.offers.select_related("instrument__facility")
    return [
        Balance(
            row.instrument,
            Decimal(units.get(str(row.instrument_id), row.units)),
            asked[row.instrument_id],
            **given[row.instrument_id],
        )
        for row in offers.order_by("instrument__facility__name", "instrument__code", "id")
    ]


@dataclass(frozen=True)
class Outcome:
    """What a round makes of a proposal, and whether its required legs are torn apart (R-12)."""

    proposal: Proposal
    state: str
    torn: bool
    lines: list[Line]


def outcomes(lines: Iterable[Line]) -> list[Outcome]:
    grouped: dict[UUID, list[Line]] = defaultdict(list)
    for line in lines:
        grouped[line.leg.proposal_id].append(line)
    found = []
    for rows in grouped.values():
        verdicts = [(row.leg.required, row.verdict) for row in rows]
        found.append(Outcome(rows[0].leg.proposal, outcome_of(verdicts), torn(verdicts), rows))
    return found


def undecided(call: Call, found: Round | None) -> QuerySet[Proposal]:
    """Proposals on their way of which some leg has no line in the current round."""
    lines = Line.objects.filter(round=found, leg=OuterRef("pk"))
    open_legs = Leg.objects.filter(~Exists(lines), proposal=OuterRef("pk")).exclude(state="cancelled")
    return call.proposals.filter(Exists(open_legs), state__in=SUBMITTED).order_by("number")


def people_to_tell(call: Call) -> int:
    """How many people the announcement is told to: the teams of every proposal on its way."""
    members = ProposalMember.objects.filter(proposal__call=call, proposal__state__in=SUBMITTED, state="joined")
    return int(members.aggregate(n=Count("person", distinct=True))["n"])

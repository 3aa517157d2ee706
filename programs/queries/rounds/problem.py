"""What a call gives away as a problem: its legs with merit, what is on offer, quotas, shares and balances."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any
from uuid import UUID

from django.db.models import F, Sum

from accounts.models import Organisation
from alliance.models import Membership
from facilities.models import Access, Allocation, Instrument, QuotaRule, Team
from programs.models import Call, Feasibility, Leg, Offer, Proposal
from programs.queries.rounds.merits import Merit
from programs.rules.allocation import THOUSANDTHS, Limit, Place, Problem, Wish
from programs.rules.limits import Limits

CANDIDATES = ("review", "panel")
"""States in which a proposal takes part: its check and its feasibility are done and nothing is decided."""


@dataclass(frozen=True)
class Reading:
    """The problem with the rows behind its names."""

    problem: Problem
    legs: dict[str, Leg]
    merits: dict[UUID, Merit]
    categories: dict[UUID, str]
    instruments: dict[str, Instrument]
    labels: dict[str, str]


def read_problem(call: Call, merits: Mapping[UUID, Merit], limits: Limits) -> Reading:
    """`merits` by leg; a proposal of which some leg has none takes no part."""
    offers = {row.instrument_id: row for row in call.offers.select_related("instrument__facility", "cycle")}
    units = {key: limits.units.get(str(key), row.units) for key, row in offers.items()}
    proposals = candidates(call)
    legs = _legs(proposals)
    waiting = {leg.proposal_id for leg in legs if leg.pk not in merits}
    legs = [leg for leg in legs if leg.proposal_id not in waiting]
    categories = {row.pk: category_of(row) for row in proposals}
    fit = _fitting(legs)
    wishes = []
    for leg in legs:
        merit = merits[leg.pk]
        below = limits.least_merit is not None and Decimal(str(merit.value)) < limits.least_merit
        chosen = [each for each in fit[leg.pk] if each.pk in offers]
        places = [place for each in chosen if (place := place_of(leg, each, offers[each.pk]))]
        excluded = "not_feasible" if leg.state == "infeasible" and not chosen else "below" if below else ""
        wishes.append(
            Wish(
                key=str(leg.pk),
                group=str(leg.proposal_id),
                rank=merit.rank,
                merit=max(0.01, merit.value),
                places=tuple(places),
                required=leg.required,
                depends_on=tuple(sorted(str(each.pk) for each in leg.depends_on.all())),
                excluded=excluded or ("" if places else "not_offered"),
            )
        )
    minutes = {key: round(units[key] * row.instrument.unit_minutes) for key, row in offers.items()}
    shared = _Shared(call, limits, wishes, {str(leg.pk): leg for leg in legs}, offers, minutes, categories)
    bounds = [*_offers(wishes, units), *shared.quotas(), *shared.partners(), *shared.outsiders()]
    instruments = {str(key): row.instrument for key, row in offers.items()}
    labels = {key: row.code for key, row in instruments.items()} | shared.labels
    return Reading(
        problem=Problem(tuple(wishes), tuple(bounds)),
        legs=shared.legs,
        merits=dict(merits),
        categories=categories,
        instruments=instruments,
        labels=labels,
    )


def candidates(call: Call) -> list[Proposal]:
    rows = call.proposals.filter(state__in=CANDIDATES).select_related("organisation", "program", "call")
    return list(rows.prefetch_related("members").order_by("number"))


def category_of(proposal: Proposal) -> str:
    """The access category in which its time counts (R-17): its own secrecy first, then its programme, then the call."""
    if proposal.confidentiality == Proposal.Confidentiality.PROPRIETARY:
        return Access.PROPRIETARY
    return Access.PROGRAM if proposal.program_id else proposal.call.category


def place_of(leg: Leg, instrument: Instrument, offer: Offer) -> Place | None:
    """The leg at an instrument, in the instrument's steps; None where what it needs at least is more than it may get.

    Units of the wish are those of its first instrument; at another one they are converted by the minutes in each.
    """
    ratio = Fraction(leg.preferred.unit_minutes, instrument.unit_minutes)
    least, most = (Fraction(each) * ratio * THOUSANDTHS for each in (leg.least_units, leg.units))
    if offer.most_per_proposal is not None:
        most = min(most, Fraction(offer.most_per_proposal) * THOUSANDTHS)
    step = max(1, instrument.granularity_minutes * THOUSANDTHS // instrument.unit_minutes)
    first, last = -(-least // step), most // step
    if first > last and least <= most:  # wanted exactly, between two steps
        step, first, last = int(most), 1, 1
    minutes = max(1, step * instrument.unit_minutes // THOUSANDTHS)
    return Place(str(instrument.pk), step, minutes, int(first), int(last)) if 0 < first <= last else None


def _legs(proposals: list[Proposal]) -> list[Leg]:
    rows = Leg.objects.filter(proposal__in=proposals).exclude(state="cancelled")
    rows = rows.select_related("instrument__facility", "preferred", "proposal")
    return list(rows.prefetch_related("depends_on", "alternates").order_by("proposal__number", "position"))


def _fitting(legs: list[Leg]) -> dict[UUID, list[Instrument]]:
    """Where each leg may be met: its instrument unless that is not feasible, and alternates found feasible (R-05)."""
    said: dict[UUID, dict[UUID, str]] = defaultdict(dict)
    for row in Feasibility.objects.filter(leg__in=legs).order_by("created_at", "id"):
        said[row.leg_id][row.instrument_id] = row.result
    found = {}
    for leg in legs:
        places = [] if leg.state == "infeasible" else [leg.instrument]
        results = said[leg.pk]
        feasible = {key for key, result in results.items() if result != Feasibility.Result.NOT_FEASIBLE}
        others = [row for row in leg.alternates.all() if row.pk in feasible and row.pk != leg.instrument_id]
        found[leg.pk] = places + sorted(others, key=lambda row: row.pk)
    return found


def _offers(wishes: list[Wish], units: Mapping[UUID, Decimal]) -> list[Limit]:
    return [
        Limit(
            "offer", str(key), _members(wishes, lambda _wish, place, name=str(key): place == name), int(amount * 1000)
        )
        for key, amount in sorted(units.items())
    ]


def _members(wishes: list[Wish], counts: Any) -> frozenset[tuple[str, str]]:
    return frozenset(
        (wish.key, place.instrument) for wish in wishes for place in wish.places if counts(wish.key, place.instrument)
    )


class _Shared:
    """Limits in minutes over several instruments."""

    def __init__(
        self,
        call: Call,
        limits: Limits,
        wishes: list[Wish],
        legs: dict[str, Leg],
        offers: dict[UUID, Offer],
        minutes: dict[UUID, int],
        categories: dict[UUID, str],
    ) -> None:
        self.call, self.limits, self.wishes, self.legs = call, limits, wishes, legs
        self.offers, self.minutes, self.categories = offers, minutes, categories
        self.total = sum(minutes.values())
        self.labels: dict[str, str] = {}

    def quotas(self) -> list[Limit]:
        """For each cycle and category, of what is on offer in the cycle and what was given in it before."""
        found = []
        for cycle in sorted({row.cycle_id for row in self.offers.values() if row.cycle_id}):
            here = {str(key) for key, row in self.offers.items() if row.cycle_id == cycle}
            given = _given_in(cycle)
            base = sum(given.values()) + sum(self.minutes[UUID(key)] for key in here)
            rules = {row.category: (row.least, row.most) for row in QuotaRule.objects.filter(cycle=cycle)}
            for category, (least, most) in sorted({**rules, **self.limits.categories}.items()):
                before = given.get(category, 0)
                found.append(
                    self._limit(
                        "category",
                        f"{cycle}:{category}",
                        category,
                        self._in(category, here),
                        (max(0, base * least // 100 - before), max(0, base * most // 100 - before)),
                    )
                )
        if not found and self.limits.categories:
            everywhere = {str(key) for key in self.offers}
            for category, (least, most) in sorted(self.limits.categories.items()):
                bounds = (self.total * least // 100, self.total * most // 100)
                found.append(self._limit("category", category, category, self._in(category, everywhere), bounds))
        return found

    def partners(self) -> list[Limit]:
        """Shares of organisations that lead, raised by what they are owed where balances count."""
        rows = {row.slug: row for row in Organisation.objects.filter(slug__in=self.limits.partners)}
        owed = return_balances() if self.limits.balances else {}
        found = []
        for slug, (least, most) in sorted(self.limits.partners.items()):
            if slug in rows:
                more = max(0, owed.get(rows[slug].pk, 0))
                bounds = (self.total * least // 100 + more, min(self.total, self.total * most // 100 + more))
                led = _members(
                    self.wishes, lambda key, _at, pk=rows[slug].pk: self.legs[key].proposal.organisation_id == pk
                )
                found.append(self._limit("partner", slug, str(rows[slug]), led, (min(bounds), bounds[1])))
        return found

    def outsiders(self) -> list[Limit]:
        """Teams of which more than half work in countries without a member (R-14)."""
        if self.limits.outsiders is None:
            return []
        members = Membership.objects.filter(alliance=self.call.alliance, left_on=None)
        inside = set(members.values_list("organisation__country", flat=True))
        away = {
            proposal.pk
            for proposal in candidates(self.call)
            if _mostly_outside([row.country for row in proposal.members.all() if row.state == "joined"], inside)
        }
        theirs = _members(self.wishes, lambda key, _at: self.legs[key].proposal_id in away)
        return [self._limit("outsiders", "outsiders", "", theirs, (0, self.total * self.limits.outsiders // 100))]

    def _in(self, category: str, places: set[str]) -> frozenset[tuple[str, str]]:
        return _members(
            self.wishes,
            lambda key, at: at in places and self.categories[self.legs[key].proposal_id] == category,
        )

    def _limit(
        self, kind: str, name: str, label: str, members: frozenset[tuple[str, str]], bounds: tuple[int, int]
    ) -> Limit:
        self.labels[name] = label
        return Limit(kind, name, members, most=bounds[1], least=min(bounds))


def _mostly_outside(countries: list[str], inside: set[str]) -> bool:
    return 2 * sum(country not in inside for country in countries) > len(countries)


def _given_in(cycle: UUID) -> dict[str, int]:
    """Minutes given in a cycle before, by category."""
    rows = Allocation.objects.filter(cycle=cycle, granted__gt=0).order_by()
    sums = rows.values_list("category").annotate(minutes=Sum(F("granted") * F("instrument__unit_minutes")))
    return {category: round(total) for category, total in sums}


def return_balances() -> dict[UUID, int]:
    """For each organisation, the minutes that its facilities gave to proposals of others, less what its own proposals
    were given elsewhere."""
    rows = (
        Allocation.objects.filter(team__kind=Team.Kind.PROPOSAL, granted__gt=0, team__organisation__isnull=False)
        .exclude(team__organisation=F("instrument__facility__organisation"))
        .order_by()
        .values_list("team__organisation_id", "instrument__facility__organisation_id")
        .annotate(minutes=Sum(F("granted") * F("instrument__unit_minutes")))
    )
    balance: dict[UUID, int] = defaultdict(int)
    for taker, giver, minutes in rows:
        balance[taker] -= round(minutes)
        if giver:
            balance[giver] += round(minutes)
    return balance

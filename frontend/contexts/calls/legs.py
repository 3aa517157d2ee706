"""Pages of legs: the staff's inbox, and one leg with what was said of it."""

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from facilities.models import Instrument
from frontend.contexts.proposals.page import submitted_chapters
from frontend.forms.calls.reviews import FeasibilityForm, SafetyForm
from frontend.paging import Page, paged
from programs.models import Feasibility, Leg, ProposalVersion, SafetyReview
from programs.permissions.proposals import leg_parties
from programs.queries.feasibility import JUDGED_IN, latest_feasibility, latest_safety, legs_to_judge
from programs.queries.proposals.submission import current_version
from programs.queries.proposals.told import Chapter

LOOKS = {"requested": "requested", "feasible": "confirmed", "infeasible": "refused"}


@dataclass(frozen=True)
class LegsPage:
    page: Page


def legs_page(user: Any, params: QueryDict) -> LegsPage:
    """What waits for instrument and safety staff."""
    return LegsPage(paged(legs_to_judge(user), params))


def offers_in(leg: Leg) -> QuerySet[Instrument]:
    """The other instruments on offer in the leg's call."""
    offered = Instrument.objects.filter(offers__call=leg.proposal.call_id).exclude(pk=leg.instrument_id)
    return offered.select_related("facility").order_by("facility__name", "code", "id")


@dataclass(frozen=True)
class LegPage:
    """A leg. `judges` and `guards` say whether the reader may judge feasibility and safety now, `chooses` whether they
    may take one of `offered`. The internal note is for staff alone."""

    leg: Leg
    look: str
    said: Feasibility | None
    safe: SafetyReview | None
    internal: bool
    judges: bool
    guards: bool
    offered: list[Instrument]
    judging: FeasibilityForm
    safety: SafetyForm
    crumbs: list[dict[str, str]]
    chapters: list[Chapter]
    version: ProposalVersion | None


def leg_page(user: Any, leg: Leg, judging: FeasibilityForm, safety: SafetyForm) -> LegPage:
    parties = leg_parties(user, leg)
    said = latest_feasibility(leg)
    in_time = leg.proposal.state == "feasibility"
    offered = {one.pk for one in leg.alternates.all()} | ({one.pk for one in said.offers.all()} if said else set())
    return LegPage(
        leg=leg,
        look=LOOKS.get(leg.state, leg.state),
        said=said,
        safe=latest_safety(leg),
        internal=not parties & {"member", "signatory"},
        judges="feasibility" in parties and in_time,
        guards="safety" in parties and leg.proposal.state in JUDGED_IN,
        offered=[row for row in offers_in(leg) if row.pk in offered] if parties & {"pi", "office"} and in_time else [],
        judging=judging,
        safety=safety,
        crumbs=[{"label": _("Feasibility"), "url": reverse("legs")}, {"label": leg.proposal.reference, "url": ""}],
        chapters=submitted_chapters(leg.proposal, user),
        version=current_version(leg.proposal),
    )

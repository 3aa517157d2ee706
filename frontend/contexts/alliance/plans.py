"""Pages of cooperation plans and action plans: how far each is, and what was promised in it."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import QueryDict
from django.urls import reverse

from alliance.models import Alliance, Document
from alliance.permissions.governance import governance_parties
from alliance.queries.actions import Progress, actions_listed, plans_listed, progress_of
from alliance.rules.days import today_in
from frontend.forms.alliance.plans import PLAN_ASKS
from frontend.forms.asking import Asked, AskForm, asked
from frontend.paging import Page, paged


@dataclass(frozen=True)
class PlanLine:
    """A plan in a list, with how far it is."""

    plan: Document
    progress: Progress


@dataclass(frozen=True)
class PlansPage:
    alliance: Alliance
    page: Page


@dataclass(frozen=True)
class PlanPage:
    """One plan with its actions that the reader may see, due first."""

    plan: Document
    progress: Progress
    page: Page
    today: date
    asked: list[Asked]


def plans_page(user: Any, alliance: Alliance, query: QueryDict) -> PlansPage:
    page = paged(plans_listed(user, alliance), query)
    lines = [PlanLine(plan, progress_of(plan)) for plan in page.rows]
    return PlansPage(alliance, Page(lines, page.earlier, page.later, page.caption))


def plan_page(user: Any, plan: Document, query: QueryDict, bound: dict[str, AskForm]) -> PlanPage:
    rows = actions_listed(user).filter(plan=plan)
    names = list(PLAN_ASKS) if governance_parties(user, plan.alliance) & {"secretary", "chair"} else []
    url = reverse("plan", args=[plan.alliance.slug, plan.slug])
    acts = asked(PLAN_ASKS, names, plan, user, bound, url=lambda _act: url)
    return PlanPage(plan, progress_of(plan), paged(rows, query), today_in(plan.alliance), acts)

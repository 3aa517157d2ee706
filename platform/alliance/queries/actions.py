"""Reads what was promised: one's own, an alliance's, what is overdue, and how far a plan is."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet, Sum

from alliance.models import ActionItem, Alliance, Document
from alliance.permissions.documents import documents_visible_to
from alliance.permissions.governance import actions_owned_by, actions_visible_to
from core.lookup import find

PLANS = (Document.Kind.COOPERATION_PLAN, Document.Kind.ACTION_PLAN)
OPEN, DONE = ActionItem.State.OPEN, ActionItem.State.DONE


@dataclass(frozen=True)
class Progress:
    """The weight of what is done in a plan, of all that was not dropped."""

    done: int
    weight: int

    @property
    def share(self) -> Fraction | None:
        """None of a plan without actions."""
        return Fraction(self.done, self.weight) if self.weight else None


def actions_listed(user: Any, *, alliance: str = "", state: str = "", mine: bool = False) -> QuerySet[ActionItem]:
    """Actions that a person sees and that the filters leave, due first."""
    rows = actions_visible_to(user).select_related(
        "alliance", "owner", "owner_organisation", "agenda_item__meeting", "plan"
    )
    if mine:
        rows = rows.filter(actions_owned_by(user))
    if alliance:
        rows = rows.filter(alliance__slug=alliance)
    return rows.filter(state=state) if state else rows


def overdue(rows: QuerySet[ActionItem], today: date) -> QuerySet[ActionItem]:
    """Of some actions those whose day has passed."""
    return rows.filter(state=OPEN, due_on__lt=today)


def find_action(user: Any, key: str | UUID) -> ActionItem:
    """An action that the person may see. Raises NotFound."""
    return find(actions_listed(user), key)


def owed_by(user: Any) -> QuerySet[ActionItem]:
    """What a person still has to do, oneself or for a member, due first."""
    return actions_listed(user, state=OPEN, mine=True)


def plans_listed(user: Any, alliance: Alliance) -> QuerySet[Document]:
    """Cooperation plans and action plans of an alliance that a person may read, by title."""
    return documents_visible_to(user).filter(alliance=alliance, kind__in=PLANS, archived_at=None)


def progress_of(plan: Document) -> Progress:
    """How far a plan is, by weight; what was dropped weighs nothing."""
    sums = plan.actions.exclude(state=ActionItem.State.DROPPED).aggregate(
        done=Sum("weight", filter=Q(state=DONE), default=0), weight=Sum("weight", default=0)
    )
    return Progress(sums["done"], sums["weight"])

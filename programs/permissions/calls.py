"""Who runs a call and who decides it, and which calls a person may see."""

from typing import Any

from django.db.models import Q, QuerySet

from alliance.models import Alliance
from core import permissions
from facilities.models import Facility
from programs.models import Call, Questionnaire
from programs.workflows.calls import PUBLISHED

RUN = "manage_calls"
DECIDE = "decide_proposals"


def call_parties(user: Any, call: Call) -> frozenset[str]:
    """`office` runs it, `management` decides it: held on its facility, or on the alliance where it names none."""
    if not user.is_authenticated:
        return frozenset()
    if user.is_system:
        return frozenset({"system"})
    rights = {"office": RUN, "management": DECIDE}
    return frozenset(party for party, right in rights.items() if _holds(user, right, call))


def calls_of(user: Any, right: str) -> Q:
    """The calls, as a condition, on whose facility or alliance a person holds RUN or DECIDE."""
    facilities = permissions.container_ids(user, f"facilities.{right}", Facility)
    alliances = permissions.container_ids(user, f"alliance.{right}", Alliance)
    return Q(facility__in=facilities) | Q(facility=None, alliance__in=alliances)


def calls_visible_to(user: Any) -> QuerySet[Call]:
    """What was announced, for everyone; drafts for those who run or decide them."""
    visible = Q(state__in=PUBLISHED)
    if user.is_authenticated:
        visible |= calls_of(user, RUN) | calls_of(user, DECIDE)
    return Call.objects.filter(visible).order_by("-opens_at", "-id")


def runs_questionnaire(user: Any, questionnaire: Questionnaire) -> bool:
    """Whether a person runs the calls of the alliance or facility that a questionnaire belongs to."""
    if questionnaire.facility is not None:
        return permissions.allowed(user, f"facilities.{RUN}", questionnaire.facility)
    return questionnaire.alliance is not None and permissions.allowed(user, f"alliance.{RUN}", questionnaire.alliance)


def questionnaires_visible_to(user: Any) -> QuerySet[Questionnaire]:
    """Those of alliances and facilities whose calls a person runs; what a call asks is seen through the call."""
    facilities = permissions.container_ids(user, f"facilities.{RUN}", Facility)
    alliances = permissions.container_ids(user, f"alliance.{RUN}", Alliance)
    return Questionnaire.objects.filter(Q(facility__in=facilities) | Q(alliance__in=alliances)).order_by("name", "id")


def _holds(user: Any, right: str, call: Call) -> bool:
    if call.facility is not None:
        return permissions.allowed(user, f"facilities.{right}", call.facility)
    return permissions.allowed(user, f"alliance.{right}", call.alliance)

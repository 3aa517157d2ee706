"""Who is what to a review, and who sees what others think of a proposal (R-07).

Who is in conflict with a proposal sees no reviewer, score, comment or aggregate of it, whatever else they are: every
list, count, export, page and API answer starts from `assessments_visible_to` or `reviews_visible_to`.
"""

from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from alliance.models import Alliance
from core import clock
from core.permissions import allowed, container_ids
from facilities.models import Facility
from programs.models import Assessment, Call, ConflictDeclaration, Panel, PanelMember, Review
from programs.permissions.calls import DECIDE, RUN, call_parties, calls_of
from programs.queries.conflicts import conflicts, hidden_from
from programs.queries.merit import RANKED

LEADING = (PanelMember.Role.CHAIR, PanelMember.Role.SECRETARY)
TOLD = RANKED - {"review"}
"""States of a proposal in which its panel meets: members without a review of their own read the others' too."""


def review_parties(user: Any, review: Review) -> frozenset[str]:
    """`reviewer`; `office` of the call and `chair` (or secretary) of the panel unless in conflict; `system`."""
    if not user.is_authenticated or not user.is_active:
        return frozenset()
    if user.is_system:
        return frozenset({"system"})
    own = {"reviewer"} if review.reviewer_id == user.pk else set()
    return frozenset(own | (assessment_parties(user, review.assessment) & {"office", "chair"}))


def assessment_parties(user: Any, assessment: Assessment) -> frozenset[str]:
    """`office` and `management` of the call, `chair` of the panel; nobody who is in conflict with the proposal."""
    if not user.is_authenticated or not user.is_active:
        return frozenset()
    if user.is_system:
        return frozenset({"system"})
    parties = set(call_parties(user, assessment.proposal.call))
    if seats_of(user).filter(panel=assessment.panel_id, role__in=LEADING).exists():
        parties.add("chair")
    return frozenset() if parties and in_conflict(user, assessment.proposal_id) else frozenset(parties)


def in_conflict(user: Any, proposal: Any) -> bool:
    """Whether a person may not know what others think of a proposal (given by its identifier)."""
    return any(conflict.hides for conflict in conflicts([user.pk], [proposal]))


def seats_of(user: Any) -> QuerySet[PanelMember]:
    """The panels on which a person sits today."""
    return PanelMember.objects.filter(person=user, term__contains=clock.now().date())


def panels_visible_to(user: Any) -> QuerySet[Panel]:
    """The panels one sits on, and those of the calls that one runs or decides."""
    if not user.is_authenticated or not user.is_active:
        return Panel.objects.none()
    seated = Exists(seats_of(user).filter(panel=OuterRef("pk")))
    running = Exists(Call.objects.filter(calls_of(user, RUN) | calls_of(user, DECIDE), panels=OuterRef("pk")))
    return Panel.objects.filter(Q(seated) | Q(running)).order_by("name", "id")


def runs_panel(user: Any, panel: Panel) -> bool:
    """Whether a person runs the calls of the facility, or of the alliance, that a panel belongs to."""
    if panel.facility is not None:
        return allowed(user, f"facilities.{RUN}", panel.facility)
    return allowed(user, f"alliance.{RUN}", panel.alliance)


def panels_run_by(user: Any) -> QuerySet[Panel]:
    """The panels that a person makes, fills and changes as the office of their facility or alliance."""
    if not user.is_authenticated or not user.is_active:
        return Panel.objects.none()
    facilities = container_ids(user, f"facilities.{RUN}", Facility)
    alliances = container_ids(user, f"alliance.{RUN}", Alliance)
    run = Q(facility__in=facilities) | Q(facility=None, alliance__in=alliances)
    return Panel.objects.filter(run).order_by("name", "id")


def may_record_expertise(user: Any, person: Any) -> bool:
    """Everyone for themselves; the office of a panel for those who sit on it, sat on it or will."""
    if not user.is_authenticated or not user.is_active:
        return False
    return bool(
        user.pk == person.pk
        or user.is_system
        or PanelMember.objects.filter(person=person, panel__in=panels_run_by(user).order_by().values("pk")).exists()
    )


def may_withdraw(user: Any, declared: ConflictDeclaration, assessment: Assessment) -> bool:
    """Whoever declared a conflict of interest takes it back, and the office does, but not what others say of itself."""
    if declared.by_id == user.pk:
        return True
    return declared.person_id != user.pk and bool(assessment_parties(user, assessment) & {"office", "system"})


def docket_of(user: Any) -> QuerySet[Assessment]:
    """What is before the panels that a person sits on, runs or decides, whether or not they may see its reviews:
    for titles, and for saying that the rest is not theirs to see."""
    panels = panels_visible_to(user).order_by().values("pk")
    return Assessment.objects.filter(panel__in=panels, proposal__state__in=RANKED)


def assessments_visible_to(user: Any) -> QuerySet[Assessment]:
    """Those whose reviews and figures a person may see: office and management of the call, chair and secretary of the
    panel, its members once their own review is in or the panel meets. Never with an own review still to write, and
    never in conflict."""
    if not user.is_authenticated or not user.is_active:
        return Assessment.objects.none()
    own = Review.objects.filter(assessment=OuterRef("pk"), reviewer=user)
    seat = seats_of(user).filter(panel=OuterRef("panel"))
    visible = (
        Q(proposal__call__in=_run_by(user))
        | Q(Exists(seat.filter(role__in=LEADING)))
        | Q(Exists(own.filter(state="submitted")))
        | Q(Exists(seat)) & Q(proposal__state__in=TOLD)
    )
    return (
        Assessment.objects.filter(visible, proposal__state__in=RANKED)
        .exclude(Exists(own.filter(state__in=("asked", "accepted"))))
        .exclude(proposal__in=hidden_from(user))
        .order_by("panel_id", "proposal_id", "id")
    )


def reviews_visible_to(user: Any) -> QuerySet[Review]:
    """One's own; those of the assessments one may see: all for who asks for them, else those that are in."""
    if not user.is_authenticated or not user.is_active:
        return Review.objects.none()
    seen = assessments_visible_to(user).order_by()
    leading = Exists(seats_of(user).filter(panel=OuterRef("assessment__panel"), role__in=LEADING))
    asking = Q(assessment__proposal__call__in=_run_by(user)) | Q(leading)
    others = Q(assessment__in=seen.values("pk")) & (Q(state="submitted") | asking)
    return Review.objects.filter(Q(reviewer=user) | others).order_by("-created_at", "-id")


def _run_by(user: Any) -> QuerySet[Call, Any]:
    return Call.objects.filter(calls_of(user, RUN) | calls_of(user, DECIDE)).order_by().values("pk")

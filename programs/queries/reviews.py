"""Reviews as a person may see them: the list, one review with the proposal it is about, a panel's meeting."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Exists, Prefetch, QuerySet

from accounts.models import User
from core.errors import NotFound
from core.lookup import find
from programs.models import Assessment, Call, ConflictDeclaration, Feasibility, Leg, Panel, Proposal, Review, Score
from programs.permissions.calls import call_parties, calls_visible_to
from programs.permissions.reviews import (
    assessments_visible_to,
    docket_of,
    may_withdraw,
    panels_visible_to,
    review_parties,
    reviews_visible_to,
    seats_of,
)
from programs.queries.conflicts import conflicts, hidden_from
from programs.queries.merit import Line, Ranking, assessments_of, rank
from programs.workflows.reviews import REVIEW, STANDING
from workflow.machine import Move


def with_details(rows: QuerySet[Review]) -> QuerySet[Review]:
    """The rows with what a line and a page show, in a constant number of queries."""
    scores = Score.objects.select_related("criterion").order_by("criterion__position", "id")
    return rows.select_related(
        "reviewer", "assessment__panel__scale", "assessment__proposal__call__facility",
        "assessment__proposal__call__alliance", "assessment__proposal__pi", "assessment__proposal__organisation",
    ).prefetch_related(Prefetch("scores", scores))  # fmt: skip


def reviews_listed(
    user: Any, *, state: str = "", call: str = "", panel: str = "", mine: bool = False
) -> QuerySet[Review]:
    """Reviews that a person may see, newest first. `state` may be `open`; `call` is a slug or id, `panel` an id."""
    rows = reviews_visible_to(user)
    if state:
        rows = rows.filter(state__in=("asked", "accepted") if state == "open" else [state])
    if call:
        rows = rows.filter(assessment__proposal__call=find(calls_visible_to(user), call))
    if panel:
        rows = rows.filter(assessment__panel=find(panels_visible_to(user), panel))
    if mine:
        rows = rows.filter(reviewer=user)
    return with_details(rows)


def find_review(user: Any, key: str | UUID) -> Review:
    """Raises NotFound for one that is not there or not to be seen."""
    return find(with_details(reviews_visible_to(user)), key)


def declarations_of(user: Any, assessment: Assessment) -> list[ConflictDeclaration]:
    """The declared conflicts of interest that a person may take back."""
    rows = ConflictDeclaration.objects.filter(proposal=assessment.proposal_id).select_related("person")
    return [row for row in rows if may_withdraw(user, row, assessment)]


def find_assessment(user: Any, key: str | UUID) -> Assessment:
    """Something on the docket of a person's panels or calls, in conflict or not. Raises NotFound."""
    rows = docket_of(user).select_related("panel__scale", "proposal__call__facility", "proposal__call__alliance")
    return find(rows, key)


def moves_of_review(user: Any, review: Review) -> list[Move]:
    """What a person may do with a review now."""
    return REVIEW.open_moves(review.state, review_parties(user, review))


def people_hidden(user: Any, call: Call) -> bool:
    """Whether proposers and fellow reviewers are not named to a person: in a blind call, to all but those who run or
    decide it."""
    return call.blind and not call_parties(user, call) & {"office", "management"}


def reasons_against(user: Any, review: Review) -> list[str]:
    """Why a reviewer must not do what they were asked for, in words; empty for everybody else's reviews."""
    if review.reviewer_id != user.pk:
        return []
    blind = people_hidden(user, review.assessment.proposal.call)
    return list(
        dict.fromkeys(found.said(blind=blind) for found in conflicts([user.pk], [review.assessment.proposal_id]))
    )


def others_of(user: Any, review: Review) -> list[Review]:
    """The other finished reviews of the same proposal before the same panel, as far as a person may see them."""
    rows = reviews_visible_to(user).filter(assessment=review.assessment_id, state="submitted").exclude(pk=review.pk)
    return list(with_details(rows).order_by("submitted_at", "id"))


@dataclass(frozen=True)
class JudgedLeg:
    """A leg with what the instrument's people said last, for reviewers."""

    leg: Leg
    feasibility: Feasibility | None


def legs_judged(assessment: Assessment) -> list[JudgedLeg]:
    """The legs that a panel judges."""
    said: dict[UUID, Feasibility] = {}
    for row in Feasibility.objects.filter(leg__assessments=assessment).order_by("created_at", "id"):
        said[row.leg_id] = row
    legs = assessment.legs.select_related("instrument__facility").order_by("position")
    return [JudgedLeg(leg, said.get(leg.pk)) for leg in legs]


@dataclass(frozen=True)
class DocketLine:
    """A proposal on a panel's docket. `line` is None for a reader in conflict or with an own review to write: such a
    line says why, and nothing else; it stands after the others, so that its place tells nothing."""

    assessment: Assessment
    line: Line | None
    reviews: tuple[Review, ...]
    in_conflict: bool

    @property
    def proposal(self) -> Proposal:
        return self.assessment.proposal


def meeting_of(user: Any, panel: Panel, call: Call) -> list[DocketLine]:
    """A panel's docket in a call: what the reader may see in the order of merit, the rest by number."""
    all_of_it = list(
        docket_of(user)
        .filter(panel=panel, proposal__call=call)
        .select_related("proposal__organisation", "proposal__call", "panel__scale")
        .order_by("proposal__number", "id")
    )
    seen = ranking_visible_to(user, call, panel=panel)
    reviews: dict[UUID, list[Review]] = defaultdict(list)
    keys = [line.assessment.pk for line in seen.lines]
    visible = reviews_visible_to(user).filter(assessment__in=keys, state__in=STANDING)
    for review in with_details(visible).order_by("submitted_at", "created_at", "id"):
        reviews[review.assessment_id].append(review)
    hidden = set(hidden_from(user))
    shown = [DocketLine(line.assessment, line, tuple(reviews[line.assessment.pk]), False) for line in seen.lines]
    rest = [row for row in all_of_it if row.pk not in set(keys)]
    return shown + [DocketLine(row, None, (), row.proposal_id in hidden) for row in rest]


def ranking_visible_to(user: Any, call: Call, *, panel: Panel | None = None) -> Ranking:
    """The ranking of a call as a person may see it: computed from the visible rows alone, so that places, counts and
    normalised figures carry nothing of the others."""
    rows = assessments_of(call).filter(pk__in=assessments_visible_to(user).order_by().values("pk"))
    if panel is not None:
        rows = rows.filter(panel=panel)
    return rank(call, rows)


def ranked_call(user: Any, key: str) -> Call:
    """A call whose ranking a person may ask for: who runs or decides it or sits on one of its panels."""
    call = find(calls_visible_to(user), key)
    concerned = call_parties(user, call) or docket_of(user).filter(proposal__call=call).exists()
    if not concerned:
        raise NotFound()
    return call


def panels_of_call(user: Any, call: Call) -> QuerySet[Panel]:
    """The call's panels that a person may look into."""
    return panels_visible_to(user).filter(calls=call).select_related("scale", "facility")


def comments_for_applicant(proposal: Proposal) -> list[str]:
    """What reviewers and panels wrote for the applicant, without names; nothing before the results are announced."""
    if proposal.notified_at is None:
        return []
    by_reviewers = Review.objects.filter(assessment__proposal=proposal, state="submitted").order_by("id")
    by_panels = Assessment.objects.filter(proposal=proposal).order_by("id")
    texts: Iterable[str] = [
        *by_panels.values_list("comment_to_applicant", flat=True),
        *by_reviewers.values_list("comment_to_applicant", flat=True),
    ]
    return [text for text in texts if text.strip()]


def sits_on_a_panel(user: Any) -> bool:
    """Whether the reviewer's pages are for a person: who sits on a panel today or was asked for a review."""
    asked = Review.objects.filter(reviewer=user)
    return User.objects.filter(Exists(seats_of(user)) | Exists(asked), pk=user.pk).exists()

"""Pages of reviews: the reviewer's inbox, a review beside the proposal's text, the panel meeting, the ranking."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from core.errors import DomainError
from frontend.contexts.working import Work, work_of
from frontend.forms.calls.reviews import Declaring, Discussion, Writing
from frontend.paging import Page, paged
from programs.models import Assessment, Call, ConflictDeclaration, Criterion, Panel, Review
from programs.permissions.calls import call_parties
from programs.permissions.reviews import assessment_parties, docket_of, seats_of
from programs.queries.assigning import STEPS, assigned_by, lacking_in_words, last_assignment
from programs.queries.conflicts import conflicts, hidden_from
from programs.queries.merit import Ranking
from programs.queries.paper import Paper, paper_of
from programs.queries.reviews import (
    DocketLine,
    JudgedLeg,
    declarations_of,
    legs_judged,
    meeting_of,
    moves_of_review,
    others_of,
    panels_of_call,
    people_hidden,
    ranking_visible_to,
    reasons_against,
    reviews_listed,
)
from programs.rules.assignment import Assigned

LOOKS = {
    "asked": "requested",
    "accepted": "in_progress",
    "submitted": "done",
    "declined": "declined",
    "cancelled": "cancelled",
}
"""The look of a review's state in the one status language; the word is the state's own."""


@dataclass(frozen=True)
class ReviewLine:
    """A line of the inbox. `against` says that the reader is in conflict with it."""

    review: Review
    look: str
    against: bool

    @property
    def url(self) -> str:
        return reverse("review", args=[self.review.pk])


@dataclass(frozen=True)
class Sitting:
    """A panel on which the reader sits, with a call that it judges."""

    panel: Panel
    call: Call
    url: str


@dataclass(frozen=True)
class InboxPage:
    """What waits for a reviewer first, then what is in; the panels on which they sit."""

    open: list[ReviewLine]
    done: Page
    sittings: list[Sitting]


def inbox_page(user: Any, params: QueryDict) -> InboxPage:
    """The reviewer's inbox: due first."""
    own = reviews_listed(user, mine=True)
    waiting = sorted(
        own.filter(state__in=("asked", "accepted")),
        key=lambda row: (row.due_at is None, row.due_at or row.created_at, str(row.pk)),
    )
    hidden = {found.proposal for found in conflicts([user.pk], {row.assessment.proposal_id for row in waiting})}
    done = paged(own.exclude(state__in=("asked", "accepted")), params)
    return InboxPage(
        open=[_line(row, hidden) for row in waiting],
        done=Page([_line(row, set()) for row in done.rows], done.earlier, done.later, done.caption),
        sittings=_sittings(user),
    )


def _line(review: Review, hidden: set[UUID]) -> ReviewLine:
    return ReviewLine(review, LOOKS[review.state], review.assessment.proposal_id in hidden)


def _sittings(user: Any) -> list[Sitting]:
    rows = (
        docket_of(user)
        .filter(panel__in=seats_of(user).order_by().values("panel"))
        .order_by("panel__name", "proposal__call__name")
        .values_list("panel", "proposal__call")
        .distinct()
    )
    known_panels = Panel.objects.in_bulk({panel for panel, _call in rows})
    known_calls = Call.objects.in_bulk({call for _panel, call in rows})
    return [
        Sitting(known_panels[panel], known_calls[call], reverse("panel_meeting", args=[known_calls[call].slug, panel]))
        for panel, call in rows
    ]


@dataclass(frozen=True)
class ReviewPage:
    """A review beside the proposal. In conflict the text is not shown; who proposes not in a blind call."""

    review: Review
    look: str
    mine: bool
    against: list[str]
    blind: bool
    closed: bool
    moves: frozenset[str]
    paper: Paper | None
    legs: list[JudgedLeg]
    others: list[Review]
    form: Writing
    refusal: DomainError | None
    crumbs: list[dict[str, str]] = field(default_factory=list)


def writing(review: Review, data: Any = None) -> Writing:
    """The form of a review on its panel's scale."""
    criteria = Criterion.objects.filter(call=review.assessment.proposal.call_id).order_by("position", "id")
    return Writing(data, review=review, criteria=criteria, scale=review.assessment.panel.scale)


def review_page(user: Any, review: Review, form: Writing, refusal: DomainError | None = None) -> ReviewPage:
    call = review.assessment.proposal.call
    closed = review.assessment.proposal_id in set(hidden_from(user))
    return ReviewPage(
        review=review,
        look=LOOKS[review.state],
        mine=review.reviewer_id == user.pk,
        against=reasons_against(user, review),
        blind=people_hidden(user, call),
        closed=closed,
        moves=frozenset(move.name for move in moves_of_review(user, review)),
        paper=paper_of(user, review.assessment),
        legs=[] if closed else legs_judged(review.assessment),
        others=others_of(user, review),
        form=form,
        refusal=refusal,
        crumbs=[
            {"label": _("Reviews"), "url": reverse("reviews")},
            {"label": review.assessment.proposal.reference, "url": ""},
        ],
    )


@dataclass(frozen=True)
class MeetingPage:
    """A panel's docket in a call."""

    panel: Panel
    call: Call
    lines: list[DocketLine]
    blind: bool
    crumbs: list[dict[str, str]]


def meeting_page(user: Any, panel: Panel, call: Call) -> MeetingPage:
    return MeetingPage(panel, call, meeting_of(user, panel, call), people_hidden(user, call), _crumbs(panel.name))


@dataclass(frozen=True)
class DiscussionPage:
    """One proposal at the meeting, with the form of what the panel says."""

    line: DocketLine
    paper: Paper | None
    form: Discussion
    writes: bool
    blind: bool
    back: str
    refusal: DomainError | None
    crumbs: list[dict[str, str]]


def discussion_page(
    user: Any, assessment: Assessment, form: Discussion, refusal: DomainError | None = None
) -> DiscussionPage:
    call = assessment.proposal.call
    [line] = [row for row in meeting_of(user, assessment.panel, call) if row.assessment.pk == assessment.pk]
    back = reverse("panel_meeting", args=[call.slug, assessment.panel_id])
    crumbs = [*_crumbs(assessment.panel.name, back), {"label": assessment.proposal.reference, "url": ""}]
    writes = bool(assessment_parties(user, assessment) & {"chair", "office"}) and line.line is not None
    return DiscussionPage(
        line, paper_of(user, assessment), form, writes, people_hidden(user, call), back, refusal, crumbs
    )


@dataclass(frozen=True)
class ConflictPage:
    """What the platform knows already of the reader and a proposal, what the reader may take back of it, and the form
    that declares more."""

    assessment: Assessment
    found: list[str]
    declared: list[ConflictDeclaration]
    form: Declaring
    back: str
    crumbs: list[dict[str, str]]


def conflict_page(user: Any, assessment: Assessment, form: Declaring) -> ConflictPage:
    call = assessment.proposal.call
    blind = people_hidden(user, call)
    known = conflicts([user.pk], [assessment.proposal_id])
    back = reverse("panel_meeting", args=[call.slug, assessment.panel_id])
    crumbs = [*_crumbs(assessment.panel.name, back), {"label": assessment.proposal.reference, "url": ""}]
    said = list(dict.fromkeys(row.said(blind=blind) for row in known))
    return ConflictPage(assessment, said, declarations_of(user, assessment), form, back, crumbs)


@dataclass(frozen=True)
class AssignPage:
    """The latest assignment of a call: how far it is, whom it asks or would ask, and what cannot be had."""

    call: Call
    work: Work | None
    tried: bool
    asked: int
    pairs: list[dict[str, Any]]
    lacking: list[dict[str, Any]]
    crumbs: list[dict[str, str]]


def assign_page(user: Any, call: Call) -> AssignPage:
    job = last_assignment(call)
    found = assigned_by(job) if job else Assigned((), ())
    pairs, lacking = lacking_in_words(user, found)
    ended = job is not None and job.state == "done"
    return AssignPage(
        call=call,
        work=work_of(job, STEPS),
        tried=bool(ended and job and job.result["dry_run"]),
        asked=len(found.new) if ended and job and not job.result["dry_run"] else 0,
        pairs=pairs,
        lacking=lacking,
        crumbs=[
            {"label": _("Ranking"), "url": reverse("ranking", args=[call.slug])},
            {"label": _("Assign reviewers"), "url": ""},
        ],
    )


@dataclass(frozen=True)
class RankingPage:
    """The ranking of a call, with the panels the reader may look into."""

    call: Call
    ranking: Ranking
    panels: list[Panel]
    assigns: bool
    crumbs: list[dict[str, str]]


def ranking_page(user: Any, call: Call) -> RankingPage:
    return RankingPage(
        call=call,
        ranking=ranking_visible_to(user, call),
        panels=list(panels_of_call(user, call)),
        assigns="office" in call_parties(user, call),
        crumbs=_crumbs(_("Ranking")),
    )


def _crumbs(label: str, url: str = "") -> list[dict[str, str]]:
    return [{"label": _("Reviews"), "url": reverse("reviews")}, {"label": label, "url": url}]

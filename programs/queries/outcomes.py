"""Reports that are owed, and publications: who sees which, what is due, who is blocked."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet

from core import clock
from core.lookup import find
from facilities.models import Booking
from programs.models import (
    Authorship,
    Call,
    ExperimentReport,
    Feedback,
    OutcomeLink,
    Proposal,
    ProposalMember,
    Publication,
)
from programs.permissions.calls import DECIDE, RUN, call_parties, calls_of
from programs.permissions.outcomes import OVER
from programs.workflows.outcomes import OWED

BLOCKED = (ProposalMember.Role.PI, ProposalMember.Role.CO_PI)
"""Whom an overdue report keeps from submitting (R-31)."""


def overdue_reports_of(people: Iterable[UUID]) -> QuerySet[ExperimentReport]:
    """Reports past their day that are owed for proposals which one of these people leads as PI or co-PI (R-31)."""
    led = ProposalMember.objects.filter(
        proposal=OuterRef("proposal_id"), person__in=list(people), role__in=BLOCKED, state="joined"
    )
    rows = ExperimentReport.objects.filter(Exists(led), state__in=OWED, due_on__lt=clock.now().date())
    return rows.select_related("proposal", "booking__instrument__facility").order_by("due_on", "id")


def reports_visible_to(user: Any) -> QuerySet[ExperimentReport]:
    """Those of one's own proposals, and those of calls that one runs or decides; the earliest due first."""
    if not user.is_authenticated or not user.is_active:
        return ExperimentReport.objects.none()
    own = ProposalMember.objects.filter(proposal=OuterRef("proposal_id"), person=user, state="joined")
    running = Call.objects.filter(calls_of(user, RUN) | calls_of(user, DECIDE))
    rows = ExperimentReport.objects.filter(Exists(own) | Q(proposal__call__in=running.order_by().values("pk")))
    return rows.select_related(
        "proposal__call__alliance", "proposal__call__facility", "booking__instrument__facility", "submitted_by"
    ).order_by("due_on", "id")


def report_parties(user: Any, report: ExperimentReport) -> frozenset[str]:
    """`team` of its proposal, else `office` of its call. Nobody accepts what they wrote."""
    if not user.is_authenticated:
        return frozenset()
    if user.is_system:
        return frozenset({"system"})
    if report.proposal.members.filter(person=user, state="joined").exists():
        return frozenset({"team"})
    return call_parties(user, report.proposal.call) & {"office"}


def reports_listed(user: Any, *, which: str = "", mine: bool = False) -> QuerySet[ExperimentReport]:
    """`which` is `owed`, `overdue`, or a state; `mine` are those of one's own proposals."""
    rows = reports_visible_to(user)
    if which in {"owed", "overdue"}:
        rows = rows.filter(state__in=OWED)
        if which == "overdue":
            rows = rows.filter(due_on__lt=clock.now().date())
    elif which:
        rows = rows.filter(state=which)
    if mine:
        rows = rows.filter(proposal__members__person=user, proposal__members__state="joined").distinct()
    return rows


def unpublished() -> QuerySet[ExperimentReport]:
    """Reports of runs without a publication of the run or of its proposal, and without the explanation why (R-32)."""
    of_run = OutcomeLink.objects.filter(booking=OuterRef("booking"))
    of_proposal = OutcomeLink.objects.filter(proposal=OuterRef("proposal"))
    return ExperimentReport.objects.filter(~Exists(of_run), ~Exists(of_proposal), explanation="")


def unpublished_listed(user: Any, *, which: str = "", mine: bool = False) -> QuerySet[ExperimentReport]:
    """Of what a person sees, the first expected first. `which` is `late` for those past their day, `explained` for
    runs whose team said why nothing is published."""
    rows = reports_listed(user, mine=mine).order_by("publish_by", "id")
    if which == "explained":
        return rows.exclude(explanation="")
    rows = rows.filter(pk__in=unpublished().order_by().values("pk"))
    return rows.filter(publish_by__lt=clock.now().date()) if which == "late" else rows


def publications_from(report: ExperimentReport) -> QuerySet[Publication]:
    """What was published of a run or of its proposal, the newest first."""
    mine = Q(links__booking=report.booking_id) | Q(links__proposal=report.proposal_id)
    return Publication.objects.filter(mine).distinct().order_by("-year", "-created_at", "-id")


def find_report(user: Any, key: str | UUID) -> ExperimentReport:
    """Raises NotFound for one that is not there or not to be seen."""
    return find(reports_visible_to(user), key)


def runs_without_feedback(user: Any) -> QuerySet[Booking]:
    """Runs that a person asked for, over for at most FEEDBACK_DAYS, of which they have not said how they went (K36)."""
    said = Feedback.objects.filter(booking=OuterRef("pk"), by=user)
    since = clock.now() - timedelta(days=settings.FEEDBACK_DAYS)
    rows = Booking.objects.filter(~Exists(said), requester=user, state__in=OVER, period__endswith__gt=since)
    return rows.select_related("instrument__facility").order_by("-period__endswith", "-id")


def publications_listed(
    *, search: str = "", kind: str = "", year: str = "", instrument: str = "", program: str = ""
) -> QuerySet[Publication]:
    """Publications, which are public, the newest first. `instrument` is a slug, `program` a number."""
    rows = Publication.objects.all()
    for word in search.split():
        rows = rows.filter(
            Q(title__icontains=word)
            | Q(doi__icontains=word)
            | Q(Exists(Authorship.objects.filter(publication=OuterRef("pk"), name__icontains=word)))
        )
    if kind:
        rows = rows.filter(kind=kind)
    if year.isdecimal() and len(year) == 4:
        rows = rows.filter(year=int(year))
    if instrument:
        rows = rows.filter(Q(links__instrument__slug=instrument) | Q(links__booking__instrument__slug=instrument))
    if program:
        rows = rows.filter(Q(links__program__number=program) | Q(links__proposal__program__number=program))
    return rows.distinct().prefetch_related("authors").order_by("-year", "-created_at", "-id")


def proposals_to_publish(user: Any) -> QuerySet[Proposal]:
    """Proposals that a person is on the team of and that were granted time: what a publication may come from."""
    own = ProposalMember.objects.filter(proposal=OuterRef("pk"), person=user, state="joined")
    rows = Proposal.objects.filter(Exists(own), legs__granted__gt=0).distinct()
    return rows.order_by("-created_at", "-id")

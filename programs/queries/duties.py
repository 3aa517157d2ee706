"""What waits for those who run calls, instruments and panels, or sign for a host: each as a list, the oldest first."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Exists, F, Min, OuterRef, Q, QuerySet

from accounts.models import Organisation
from core import clock
from core.permissions import container_ids
from facilities.models import Booking, Facility
from programs.models import (
    Call,
    ExchangeStay,
    ExperimentReport,
    Feedback,
    IndustrialRequest,
    Leg,
    Node,
    ProposalMember,
    Review,
    Training,
    Window,
)
from programs.permissions.calls import DECIDE, RUN, calls_of
from programs.permissions.industry import industrial_requests_visible_to
from programs.permissions.outcomes import OVER
from programs.permissions.proposals import LEADING
from programs.queries.feasibility import legs_to_judge
from programs.queries.outcomes import reports_visible_to

OFFICE_ACTS = ("enquiry", "nda", "accepted", "contract", "done")
"""States of an industrial request in which the facility's office has the next word."""


def judging_until(legs: QuerySet[Leg]) -> datetime | None:
    """When the first of the feasibility windows of some legs ends that is still open."""
    calls = legs.order_by().values("proposal__call")
    rows = Window.objects.filter(call__in=calls, stage="feasibility", period__endswith__gt=clock.now())
    ends: datetime | None = rows.aggregate(first=Min("period__endswith"))["first"]
    return ends


def legs_waiting(user: Any) -> QuerySet[Leg]:
    """Legs whose feasibility or safety a person has to judge."""
    return legs_to_judge(user).order_by("created_at", "id")


def reports_to_accept(user: Any) -> QuerySet[ExperimentReport]:
    """Reports that were handed in, of calls that a person runs; never of a proposal they are on the team of."""
    own = ProposalMember.objects.filter(proposal=OuterRef("proposal_id"), person=user, state="joined")
    rows = reports_visible_to(user).filter(~Exists(own), state="submitted")
    running = Call.objects.filter(calls_of(user, RUN)).order_by().values("pk")
    return rows.filter(proposal__call__in=running).order_by("submitted_at", "id")


def runs_without_the_facilitys_word(user: Any) -> QuerySet[Booking]:
    """Runs of users, over for at most FEEDBACK_DAYS, at facilities whose sessions a person runs, of which nobody has
    said for the facility how they went."""
    at = container_ids(user, "facilities.run_sessions", Facility)
    said = Feedback.objects.filter(booking=OuterRef("pk"), side=Feedback.Side.FACILITY)
    since = clock.now() - timedelta(days=settings.FEEDBACK_DAYS)
    rows = Booking.objects.filter(~Exists(said), instrument__facility__in=at, state__in=OVER, team__isnull=False)
    rows = rows.filter(period__endswith__gt=since).exclude(requester=user).exclude(people__user=user)
    return rows.select_related("instrument__facility").order_by("period", "id")


def reviews_to_write(user: Any) -> QuerySet[Review]:
    """Reviews that a person was asked for or has taken on, the first due first."""
    rows = Review.objects.filter(reviewer=user, state__in=("asked", "accepted"))
    return rows.select_related("assessment__proposal__call").order_by(F("due_at").asc(nulls_last=True), "id")


def calls_to_move(user: Any) -> QuerySet[Call]:
    """Calls whose next step is a person's: closed ones to send to review, and rounds to decide and announce."""
    mine = Q(calls_of(user, RUN), state="closed") | Q(calls_of(user, DECIDE), state="allocating")
    return (
        Call.objects.filter(mine)
        .select_related("facility", "alliance")
        .order_by(F("notify_at").asc(nulls_last=True), "id")
    )


def industrial_requests_to_answer(user: Any) -> QuerySet[IndustrialRequest]:
    """Requests of companies in which the reader's office has the next word."""
    rows = industrial_requests_visible_to(user).filter(state__in=OFFICE_ACTS).exclude(contact=user)
    return rows.order_by("created_at", "id")


def stays_to_confirm(user: Any) -> QuerySet[ExchangeStay]:
    """Exchange stays at organisations that a person signs for, the first to begin first."""
    signing = container_ids(user, "accounts.sign_for_organisation", Organisation)
    rows = ExchangeStay.objects.filter(host__in=signing, state="planned")
    return rows.select_related("person", "host", "program").order_by("period", "id")


def nodes_to_open(user: Any) -> QuerySet[Node]:
    """Planned nodes at organisations that a person signs for, the first to begin first."""
    signing = container_ids(user, "accounts.sign_for_organisation", Organisation)
    rows = Node.objects.filter(host__in=signing, state="planned")
    return rows.select_related("host", "program").order_by("since", "id")


def trainings_to_close(user: Any) -> QuerySet[Training]:
    """Trainings that are over, of programmes a person leads, in which somebody has no result yet."""
    rows = Training.objects.filter(days__endswith__lte=clock.now().date(), enrolments__state="enrolled")
    led = Q(program__lead_person=user) | Q(program__team__members__user=user, program__team__members__role="lead")
    return rows.filter(led).distinct().select_related("program").order_by("days", "id")


def legs_to_move(user: Any) -> QuerySet[Leg]:
    """Legs of a person's own proposals that cannot be done where they stand and for which others were offered."""
    led = ProposalMember.objects.filter(proposal=OuterRef("proposal_id"), person=user, state="joined", role__in=LEADING)
    rows = Leg.objects.filter(Exists(led), state="infeasible", proposal__state="feasibility")
    offered = Q(alternates__isnull=False) | Q(feasibility__offers__isnull=False)
    rows = rows.filter(offered).distinct().select_related("proposal", "instrument__facility")
    return rows.order_by("created_at", "id")

"""Rows of programmes and proposals behind a report."""

from typing import Any

from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce

from programs.models import ExperimentReport, Feedback, Payment, Program, Proposal, Review
from programs.permissions.cooperation import programs_visible_to
from programs.permissions.industry import industrial_requests_visible_to
from programs.permissions.proposals import proposals_visible_to
from programs.permissions.reviews import reviews_visible_to
from programs.queries.conflicts import hidden_from
from programs.queries.outcomes import reports_visible_to
from programs.workflows.cooperation import RUNNING
from programs.workflows.proposals import DECIDED, SUBMITTED
from programs.workflows.reviews import STANDING
from reports.parameters import Query
from reports.permissions import reader_of
from reports.queries.behind.facilities import midnight


def running(query: Query, user: Any) -> QuerySet[Program]:
    rows = programs_visible_to(user).filter(state__in=RUNNING)
    if query.since:
        rows = rows.filter(Q(ends_on__gte=query.since) | Q(ends_on=None))
    if query.until:
        rows = rows.filter(Q(starts_on__lt=query.until) | Q(starts_on=None))
    if query.organisation:
        rows = rows.filter(partners__organisation=query.organisation)
    return rows.select_related("lead_organisation").order_by("-created_at", "-id")


def _legs_at(query: Query) -> Q:
    place = Q()
    if query.facility:
        place &= Q(legs__instrument__facility=query.facility)
    if query.instrument:
        place &= Q(legs__instrument=query.instrument)
    return place


def proposals(query: Query, user: Any) -> QuerySet[Proposal]:
    """Submitted and decided proposals, by the deadline of their call or their own submission."""
    asked_at = Coalesce("call__closes_at", "submitted_at")
    rows = proposals_visible_to(user).annotate(asked_at=asked_at).filter(state__in=SUBMITTED | DECIDED)
    return _proposals(rows.filter(_during("asked_at", query), _legs_at(query)))


def decided(query: Query, user: Any) -> QuerySet[Proposal]:
    """Proposals that were told their result; none of which the reader must hear nothing."""
    rows = proposals_visible_to(user).filter(state__in=DECIDED, notified_at__isnull=False)
    return _proposals(rows.filter(_during("notified_at", query), _legs_at(query)).exclude(pk__in=hidden_from(user)))


def _proposals(rows: QuerySet[Proposal]) -> QuerySet[Proposal]:
    return rows.distinct().select_related("organisation", "call").order_by("-created_at", "-id")


def reviews(query: Query, user: Any) -> QuerySet[Review]:
    """Reviews by the day they were due."""
    rows = reviews_visible_to(user).filter(_during("due_at", query), state__in=STANDING)
    if query.facility:
        rows = rows.filter(assessment__proposal__call__facility=query.facility)
    return rows.select_related("assessment__proposal__call").order_by("-created_at", "-id")


def reports(query: Query, user: Any) -> QuerySet[ExperimentReport]:
    """Experiment reports by the day they are due."""
    rows = reports_visible_to(user).exclude(state="waived")
    if query.since:
        rows = rows.filter(due_on__gte=query.since)
    if query.until:
        rows = rows.filter(due_on__lt=query.until)
    if query.facility:
        rows = rows.filter(booking__instrument__facility=query.facility)
    return rows.order_by("-created_at", "-id")


def feedback(query: Query, user: Any) -> QuerySet[Feedback]:
    """Ratings by users of runs that ended within the days asked for, without who gave them."""
    reader = reader_of(user)
    rows = Feedback.objects.filter(_during("booking__period__endswith", query), side="user")
    if not reader.reads_all:
        rows = rows.filter(booking__instrument__facility__in=reader.facilities)
    if query.facility:
        rows = rows.filter(booking__instrument__facility=query.facility)
    if query.instrument:
        rows = rows.filter(booking__instrument=query.instrument)
    return rows.select_related("booking__instrument__facility").order_by("-created_at", "-id")


def payments(query: Query, user: Any) -> QuerySet[Payment]:
    """Payments of companies by the day they were received."""
    rows = Payment.objects.filter(request__in=industrial_requests_visible_to(user).order_by().values("pk"))
    if query.since:
        rows = rows.filter(received_on__gte=query.since)
    if query.until:
        rows = rows.filter(received_on__lt=query.until)
    if query.facility:
        rows = rows.filter(request__facility=query.facility)
    return rows.select_related("request__facility").order_by("-created_at", "-id")


def _during(field: str, query: Query) -> Q:
    """Instants between the days asked for, in UTC."""
    condition = Q()
    if query.since:
        condition &= Q(**{f"{field}__gte": midnight(query.since)})
    if query.until:
        condition &= Q(**{f"{field}__lt": midnight(query.until)})
    return condition

"""Rows of programmes and proposals behind a report."""

from datetime import timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce

from programs.models import (
    Enrolment,
    Expenditure,
    ExperimentReport,
    Feedback,
    Milestone,
    Payment,
    Program,
    Proposal,
    Publication,
    Review,
)
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
    if query.house:
        place &= Q(legs__instrument__facility__organisation=query.house)
    if query.call:
        place &= Q(call=query.call)
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
    if query.call:
        rows = rows.filter(assessment__proposal__call=query.call)
    return rows.select_related("assessment__proposal__call").order_by("-created_at", "-id")


def reports(query: Query, user: Any) -> QuerySet[ExperimentReport]:
    """Experiment reports by the day they are due."""
    rows = reports_visible_to(user).filter(_days("due_on", query)).exclude(state="waived")
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
    rows = rows.filter(_days("received_on", query))
    if query.facility:
        rows = rows.filter(request__facility=query.facility)
    return rows.select_related("request__facility").order_by("-created_at", "-id")


def publications(query: Query, user: Any) -> QuerySet[Publication]:
    """Publications that are linked to something, which are public, by their year."""
    rows = Publication.objects.filter(links__isnull=False)
    if query.since:
        rows = rows.filter(year__gte=query.since.year)
    if query.until:
        rows = rows.filter(year__lte=(query.until - timedelta(days=1)).year)
    if query.facility:
        at = Q(links__instrument__facility=query.facility) | Q(links__booking__instrument__facility=query.facility)
        rows = rows.filter(at)
    if query.house:
        of = Q(links__instrument__facility__organisation=query.house)
        rows = rows.filter(of | Q(links__booking__instrument__facility__organisation=query.house))
    return rows.distinct().order_by("-created_at", "-id")


def _inside(user: Any) -> QuerySet[Any]:
    """Approved programmes whose plans and money one may see: leadership's all, else those one takes part in."""
    seen = programs_visible_to(user).filter(state__in=RUNNING)
    if not reader_of(user).reads_all:
        seen = seen.filter(team__members__user=user) if user.is_authenticated else seen.none()
    return seen.order_by().values("pk")


def milestones(query: Query, user: Any) -> QuerySet[Milestone]:
    """Milestones by the day they are due."""
    rows = Milestone.objects.filter(_days("due_on", query), program__in=_inside(user))
    if query.program:
        rows = rows.filter(program=query.program)
    return rows.select_related("program__lead_organisation").order_by("-created_at", "-id")


def expenditures(query: Query, user: Any) -> QuerySet[Expenditure]:
    """What was spent up to the last day asked for."""
    until = Query(None, query.until)
    rows = Expenditure.objects.filter(_days("booked_on", until), line__program__in=_inside(user))
    if query.program:
        rows = rows.filter(line__program=query.program)
    return rows.select_related("line__program__lead_organisation").order_by("-created_at", "-id")


def enrolments(query: Query, user: Any) -> QuerySet[Enrolment]:
    """Places of trainings by the day they began, without whose they are."""
    rows = Enrolment.objects.filter(_days("training__days__startswith", query), state__in=("attended", "passed"))
    if not reader_of(user).reads_all:
        rows = rows.filter(training__program__in=_inside(user))
    return rows.select_related("training__organisation").order_by("-created_at", "-id")


def _days(field: str, query: Query) -> Q:
    """Days between those asked for."""
    condition = Q()
    if query.since:
        condition &= Q(**{f"{field}__gte": query.since})
    if query.until:
        condition &= Q(**{f"{field}__lt": query.until})
    return condition


def _during(field: str, query: Query) -> Q:
    """Instants between the days asked for, in UTC."""
    condition = Q()
    if query.since:
        condition &= Q(**{f"{field}__gte": midnight(query.since)})
    if query.until:
        condition &= Q(**{f"{field}__lt": midnight(query.until)})
    return condition

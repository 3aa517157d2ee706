"""Rows of programmes and proposals behind a report."""

from datetime import timedelta
from typing import Any

from django.db.models import Count, F, Func, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from core import clock
from facilities.models import Session
from programs.models import (
    Enrolment,
    Expenditure,
    ExperimentReport,
    Feedback,
    Leg,
    Milestone,
    Partner,
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
from reports.queries.behind.facilities import at, midnight


def _programs(rows: QuerySet[Program], query: Query) -> QuerySet[Program]:
    """Of the centres, or between the two countries, that are asked for, and of one theme."""
    if query.organisation:
        rows = rows.filter(partners__organisation=query.organisation)
    if partner := query.narrow.get("partner"):
        rows = rows.filter(pk__in=Partner.objects.filter(organisation=partner).values("program"))
    for land in query.narrow["lands"].split(",") if "lands" in query.narrow else ():
        rows = rows.filter(pk__in=Partner.objects.filter(organisation__country=land).values("program"))
    if theme := query.narrow.get("theme"):
        rows = rows.filter(themes__name=theme)
    return rows.select_related("lead_organisation").order_by("-created_at", "-id")


def joint(query: Query, user: Any) -> QuerySet[Program]:
    """Those of several centres, as cooperation counts them; one without a first day from its approval on."""
    alone = Partner.objects.order_by().values("program").annotate(n=Count("organisation", distinct=True)).filter(n=1)
    rows = programs_visible_to(user).filter(state__in=RUNNING, partners__isnull=False).distinct()
    rows = rows.exclude(pk__in=alone.values("program"))
    if query.since:
        rows = rows.filter(Q(ends_on__gte=query.since) | Q(ends_on=None))
    if query.until:
        begun = Q(starts_on__lt=query.until) | Q(starts_on=None, approved_at__lt=midnight(query.until))
        rows = rows.filter(begun)
    return _programs(rows, query)


def starting(query: Query, user: Any) -> QuerySet[Program]:
    """Approved programmes by their first day, of the centre or the country that leads them."""
    rows = programs_visible_to(user).filter(_days("starts_on", query), state__in=RUNNING)
    if query.organisation:
        rows = rows.filter(lead_organisation=query.organisation)
    if query.home:
        rows = rows.filter(lead_organisation__country=query.home)
    return rows.select_related("lead_organisation").order_by("-created_at", "-id")


def _legs(query: Query, instrument: str = "instrument") -> Q:
    """Parts at the places asked for."""
    place = Q()
    if query.facility:
        place &= Q(**{f"{instrument}__facility": query.facility})
    if query.instrument:
        place &= Q(**{instrument: query.instrument})
    if query.house:
        place &= Q(**{f"{instrument}__facility__organisation": query.house})
    if query.country:
        place &= Q(**{f"{instrument}__facility__country": query.country})
    return place


def _proposals(rows: QuerySet[Proposal], query: Query, legs: Q) -> QuerySet[Proposal]:
    """With a part of this kind, in the call, from the country and of the kind that are asked for."""
    if legs:
        rows = rows.filter(pk__in=Leg.objects.filter(legs).values("proposal"))
    if query.call:
        rows = rows.filter(call=query.call)
    if query.home:
        rows = rows.filter(members__role="pi", members__country=query.home)
    for name, column in (("kind", "call__kind"), ("lineage", "lineage"), ("panel", "assessments__panel__name")):
        if name in query.narrow:
            rows = rows.filter(**{column: query.narrow[name]})
    return rows.distinct().select_related("organisation", "call").order_by("-created_at", "-id")


CALLS = "call__zone"


def proposals(query: Query, user: Any) -> QuerySet[Proposal]:
    """Submitted and decided proposals, by the deadline of their call or their own submission, where they wanted time
    first or were given it."""
    asked_at = Coalesce("call__closes_at", "submitted_at")
    rows = proposals_visible_to(user).annotate(asked_at=asked_at).filter(state__in=SUBMITTED | DECIDED)
    legs = _legs(query, "preferred") | (_legs(query) & Q(granted__gt=0)) if _legs(query) else Q()
    return _proposals(rows.filter(at("asked_at", query, CALLS)), query, legs)


def decided(query: Query, user: Any) -> QuerySet[Proposal]:
    """Proposals that were told their result; none of which the reader must hear nothing."""
    return _proposals(_told(user).filter(at("notified_at", query, CALLS)), query, _legs(query))


def given(query: Query, user: Any) -> QuerySet[Proposal]:
    """Those of them that were given time, where they were given it."""
    rows = _told(user).filter(at("notified_at", query, CALLS))
    return _proposals(rows, query, _legs(query) & Q(granted__gt=0))


def begun(query: Query, user: Any) -> QuerySet[Proposal]:
    """Those of them whose first session, at the facility asked for, was within the days asked for."""
    sessions = Session.objects.filter(booking__team=OuterRef("pk"), starts_at__gte=OuterRef("notified_at"))
    if query.facility:
        sessions = sessions.filter(instrument__facility=query.facility)
    first = sessions.order_by("starts_at")
    rows = _told(user).annotate(
        first=Subquery(first.values("starts_at")[:1]), zone=Subquery(first.values("instrument__facility__zone")[:1])
    )
    return _proposals(rows.filter(first__isnull=False).filter(at("first", query, "zone")), query, Q())


def _told(user: Any) -> QuerySet[Proposal]:
    rows = proposals_visible_to(user).filter(state__in=DECIDED, notified_at__isnull=False)
    return rows.exclude(pk__in=hidden_from(user))


def reviews(query: Query, user: Any) -> QuerySet[Review]:
    """Reviews by the day they were due, which has passed."""
    rows = reviews_visible_to(user).filter(at("due_at", query, "assessment__proposal__call__zone"))
    rows = rows.filter(state__in=STANDING, due_at__lt=clock.now())
    if query.facility:
        rows = rows.filter(assessment__proposal__call__facility=query.facility)
    if query.call:
        rows = rows.filter(assessment__proposal__call=query.call)
    return rows.select_related("assessment__proposal__call").order_by("-created_at", "-id")


def reports(query: Query, user: Any) -> QuerySet[ExperimentReport]:
    """Experiment reports by the day they were due, which has passed."""
    rows = reports_visible_to(user).filter(_days("due_on", query), _over("due_on", OF_RUN)).exclude(state="waived")
    if query.facility:
        rows = rows.filter(booking__instrument__facility=query.facility)
    if query.instrument:
        rows = rows.filter(booking__instrument=query.instrument)
    return rows.order_by("-created_at", "-id")


def feedback(query: Query, user: Any) -> QuerySet[Feedback]:
    """Ratings by users of runs that ended within the days asked for, without who gave them."""
    reader = reader_of(user)
    rows = Feedback.objects.filter(at("booking__period__endswith", query, OF_RUN), side="user")
    rows = rows.filter(booking__state__in=("completed", "closed"))
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
    if currency := query.narrow.get("currency"):
        rows = rows.filter(request__quotations__currency=currency).distinct()
    return rows.select_related("request__facility").order_by("-created_at", "-id")


def publications(query: Query, user: Any) -> QuerySet[Publication]:
    """Publications that are linked to something, which are public, by their year."""
    rows = Publication.objects.filter(links__isnull=False)
    if query.since:
        rows = rows.filter(year__gte=query.since.year)
    if query.until:
        rows = rows.filter(year__lte=(query.until - timedelta(days=1)).year)
    if query.facility:
        there = Q(links__instrument__facility=query.facility)
        rows = rows.filter(there | Q(links__booking__instrument__facility=query.facility))
    if query.instrument:
        of = Q(links__instrument=query.instrument) | Q(links__booking__instrument=query.instrument)
        rows = rows.filter(of)
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
    if milestone := query.narrow.get("milestone"):
        rows = rows.filter(pk=milestone)
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


OF_RUN = "booking__instrument__facility__zone"


def _over(day: str, zone: str) -> Q:
    """Days that have passed at a place."""
    today = Func(F(zone), template=f"(timestamptz '{clock.now().isoformat()}' at time zone %(expressions)s)::date")
    return Q(**{f"{day}__lt": today})


def _days(field: str, query: Query) -> Q:
    """Days between those asked for."""
    condition = Q()
    if query.since:
        condition &= Q(**{f"{field}__gte": query.since})
    if query.until:
        condition &= Q(**{f"{field}__lt": query.until})
    return condition

"""Reads priority access: the published rules of a facility, who is in the way, and who need not give way."""

from collections.abc import Sequence
from datetime import timedelta

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from core import clock
from core.errors import Violation
from facilities import sql
from facilities.models import Access, Booking, Claim, Displacement, Facility, PriorityRule
from facilities.rules import BookingRequest

STARTED = frozenset({"running", "completed", "closed"})


def priority_rules(facility: Facility) -> QuerySet[PriorityRule]:
    """What a facility publishes, by category; everybody may read it."""
    return PriorityRule.objects.filter(facility=facility).order_by("category", "id")


def displacement_of(booking: Booking) -> Displacement | None:
    """Why a booking had to give way, if it had."""
    return Displacement.objects.filter(displaced=booking).select_related("by").first()


def in_the_way(request: BookingRequest) -> list[Booking]:
    """Bookings that claim the instrument, or a part of it, in the wanted time with its set-up; by start."""
    parts = [row[0] for row in sql.rows(sql.PARTS, {"instruments": [request.instrument.pk]})]
    setup = timedelta(minutes=request.instrument.setup_minutes)
    near = (request.starts_at - setup, request.ends_at + setup)
    claims = Claim.objects.filter(resource__in=[request.instrument.pk, *parts], period__overlap=near, change=None)
    rows = Booking.objects.filter(pk__in=claims.values("booking")).exclude(state="closed")
    return list(rows.select_related("instrument__facility", "requester", "team").order_by("period", "pk"))


def refusals_against(request: BookingRequest, rule: PriorityRule | None, victims: Sequence[Booking]) -> list[Violation]:
    """Why bookings need not give way to a request: no rule, another facility's, begun, not of these categories, too
    near."""
    label = Access(request.access).label
    if rule is None:
        message = _("%(category)s displaces nobody here. Choose free time.") % {"category": label}
        return [Violation("priority", message, field="category", source="priority rules")]
    earliest = clock.now() + timedelta(hours=rule.notice_hours)
    found = []
    for victim in victims:
        told = {"booking": victim.reference, "category": label, "hours": rule.notice_hours}
        if victim.state in STARTED:
            message = _("%(booking)s has begun already.") % told
        elif victim.instrument.facility_id != rule.facility_id:
            message = _("%(booking)s belongs to another facility.") % told
        elif victim.category not in rule.displaces:
            message = _("%(category)s may not displace %(booking)s.") % told
        elif victim.starts_at < earliest:
            message = _("%(booking)s starts within the %(hours)d h of notice that the rule gives.") % told
        else:
            continue
        found.append(Violation("priority", message, field="starts_at", source="priority rules"))
    return found

"""Reads industrial requests: lists, what was accepted, paid and used, and what a statement says."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet, Sum

from alliance.models import Alliance
from core import clock
from core.lookup import find
from facilities.models import Booking
from facilities.workflows import BOOKING
from programs.frozen import Content
from programs.models import IndustrialRequest, PublishedTitle, Quotation
from programs.permissions.industry import (
    TITLED,
    industrial_parties,
    industrial_requests_visible_to,
    may_publish_title,
)
from programs.rules.industry import price_of
from programs.workflows.industry import INDUSTRIAL
from workflow.machine import Move

OPEN_STATES = frozenset(INDUSTRIAL.states) - INDUSTRIAL.final


def industrial_requests_listed(
    user: Any, *, state: str = "", facility: str = "", search: str = ""
) -> QuerySet[IndustrialRequest]:
    """What a person may see, newest first; `state` may be `open` for all that have not ended."""
    rows = industrial_requests_visible_to(user).select_related("facility", "instrument", "contact")
    if state:
        rows = rows.filter(state__in=OPEN_STATES if state == "open" else [state])
    if facility:
        rows = rows.filter(facility__slug=facility)
    for word in search.split():
        rows = rows.filter(Q(title__icontains=word) | Q(company__icontains=word))
    return rows


def find_industrial_request(user: Any, key: str | UUID) -> IndustrialRequest:
    """Raises NotFound for one that is not there or not to be seen."""
    rows = industrial_requests_visible_to(user)
    return find(rows.select_related("alliance", "facility", "instrument", "contact", "team", "allocation"), key)


def industrial_moves(user: Any, request: IndustrialRequest) -> list[Move]:
    """What a person may do with it now."""
    return INDUSTRIAL.open_moves(request.state, industrial_parties(user, request))


def title_acts(user: Any, request: IndustrialRequest) -> list[str]:
    """`publish-title` or `withdraw-title`, where it is the person's to do now."""
    if not may_publish_title(user, request):
        return []
    if PublishedTitle.objects.filter(request=request).exists():
        return ["withdraw-title"]
    return ["publish-title"] if request.state in TITLED else []


def titles_public(alliance: Alliance | None) -> QuerySet[PublishedTitle]:
    """What everybody reads of companies' work at the alliance's facilities, the latest first."""
    rows = PublishedTitle.objects.filter(request__alliance=alliance).select_related("request__facility")
    return rows.order_by("-created_at", "-id")


def accepted_quotation(request: IndustrialRequest) -> Quotation:
    """The latest one: after acceptance there is no later. Raises Quotation.DoesNotExist where nothing was quoted."""
    return request.quotations.select_related("instrument__facility").latest("number")


def last_currency(request: IndustrialRequest) -> str:
    """Of the request's last quotation, else of its facility's; empty where nothing was quoted yet."""
    quoted = Quotation.objects.order_by("-created_at", "-id").values_list("currency", flat=True)
    facility = quoted.filter(instrument__facility=request.facility_id)
    return quoted.filter(request=request).first() or facility.first() or ""


def paid(request: IndustrialRequest) -> Decimal:
    """The sum of all payments, in the quotation's currency."""
    return request.payments.aggregate(sum=Sum("amount"))["sum"] or Decimal(0)


@dataclass(frozen=True)
class BookingsState:
    """`begun`: some time is approved or was used. `over`: nothing is left to book and nothing still runs or comes."""

    begun: bool
    over: bool


def bookings_state(request: IndustrialRequest) -> BookingsState:
    """Where the bookings on the paid account stand now."""
    rows = Booking.objects.filter(allocation=request.allocation)
    live = rows.exclude(state__in=BOOKING.final)
    begun = rows.filter(Q(decided_at__isnull=False) & ~Q(state="declined")).exists()
    nothing_left = request.allocation is not None and (
        not request.allocation.left or request.allocation.valid_until <= clock.now()
    )
    return BookingsState(begun, begun and nothing_left and not live.filter(period__endswith__gt=clock.now()).exists())


def settled_content(request: IndustrialRequest) -> Content:
    """What a statement says: units bought and used, their price by the quotation, payments, and what is left to pay.

    Used units are charged by the quoted prices, with the services in full; amounts have two decimals.
    """
    quotation = accepted_quotation(request)
    used = request.allocation.used if request.allocation else Decimal(0)
    prices = [(start, Decimal(price)) for start, price in quotation.prices]
    cost = price_of(used, prices) + quotation.services
    received = paid(request)
    return {
        "number": request.reference,
        "company": request.company,
        "title": request.title,
        "instrument": f"{quotation.instrument.code}, {quotation.instrument.facility}",
        "unit": quotation.unit,
        "units_bought": f"{quotation.units.normalize():f}",
        "units_used": f"{used.normalize():f}",
        "prices": quotation.prices,
        "services": f"{quotation.services:.2f}",
        "currency": quotation.currency,
        "cost": f"{cost:.2f}",
        "paid": f"{received:.2f}",
        "balance": f"{received - cost:.2f}",
        "payments": [
            {"received_on": row.received_on.isoformat(), "reference": row.reference, "amount": f"{row.amount:.2f}"}
            for row in request.payments.all()
        ],
    }

"""Money and time: payments, the allocation that paid time becomes, following its bookings, and the statement."""

from datetime import date, datetime, time
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from dateutil.relativedelta import relativedelta
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.queries import system_user
from core import clock
from core.errors import Invalid, Violation
from facilities.commands.allocations import grant_allocation
from facilities.commands.teams import add_member, create_team
from facilities.models import Access, Allocation, Facility, Team, TeamMember
from programs.commands.industry.moving import locked, moved, permitted
from programs.frozen import sha256_of
from programs.models import IndustrialRequest, Payment, Quotation, Statement
from programs.queries.capping import hours_of, over_cap, proprietary_cap
from programs.queries.industry import accepted_quotation, bookings_state, paid, settled_content
from programs.rules.industry import first_day_after
from workflow.hours import MONDAY_TO_FRIDAY


@transaction.atomic
def record_payment(
    request: IndustrialRequest, *, by: Any, amount: Decimal, received_on: date, reference: str, note: str = ""
) -> Payment:
    """Money came in. Once the quotation is covered, the paid time becomes an allocation of proprietary time.

    It may begin when PAYMENT_BUSINESS_DAYS working days of the facility have passed (R-33, ALS), and is never taken
    from another account. Recording the same reference again returns the first entry. Where the cap of proprietary time
    leaves less than was sold, the time is given with the reason in `note` (R-17). Raises Invalid, WrongState.
    """
    request = locked(request)
    if known := request.payments.filter(reference=reference.strip(), amount=amount).first():
        return known
    request = permitted(request, "pay", by=by)
    quotation = accepted_quotation(request)
    violations, beyond = _wrong(request, amount, received_on, reference.strip()), []
    covered = paid(request) + amount >= quotation.total
    if covered:
        since = _first_instant(quotation.instrument.facility, received_on)
        cap = proprietary_cap(quotation.instrument.facility, since=since, without=request)
        beyond = over_cap(cap, hours_of(quotation.units, quotation.instrument), field="amount")
    if not note.strip():
        violations += beyond
    if violations:
        raise Invalid(_("Please correct what is marked."), violations)
    payment = Payment.objects.create(
        request=request, amount=amount, received_on=received_on, reference=reference.strip(), by=by
    )
    moved(request, "pay", by=by, note=note, amount=str(amount), currency=quotation.currency, reference=reference)
    if covered:
        request.team, request.allocation = _give_time(request, quotation, received_on)
        over: dict[str, Any] = {"over_cap": True} if beyond else {}
        moved(request, "all-paid", by=system_user(), also=["team", "allocation"], **over)
    return payment


def follow_bookings() -> int:
    """Paid requests are booked once time is approved, and done once it is used up and over; how many moved."""
    followed = 0
    for found in IndustrialRequest.objects.filter(state__in=["paid", "booked"]).order_by("id"):
        with transaction.atomic():
            request = locked(found)
            state = bookings_state(request)
            if request.state == "paid" and state.begun:
                moved(request, "book", by=system_user())
                followed += 1
            if request.state == "booked" and state.over:
                moved(request, "finish", by=system_user())
                followed += 1
    return followed


@transaction.atomic
def finish_request(request: IndustrialRequest, *, by: Any, note: str = "") -> IndustrialRequest:
    """The office records that no more of the time will be used."""
    return moved(locked(request), "finish", by=by, note=note)


@transaction.atomic
def send_statement(request: IndustrialRequest, *, by: Any, note: str = "") -> Statement:
    """Freeze what was used, what it costs and what is paid, and send it to the company."""
    request = permitted(request, "state", by=by)
    content = settled_content(request)
    statement = Statement.objects.create(request=request, content=content, sha256=sha256_of(content), by=by)
    moved(request, "state", by=by, note=note, sha256=statement.sha256)
    return statement


def _give_time(request: IndustrialRequest, quotation: Quotation, paid_on: date) -> tuple[Team, Allocation]:
    system = system_user()
    team = create_team(
        Team.Kind.GROUP, request.title, organisation=request.organisation, by=system, reference=request.reference
    )
    add_member(team, request.contact, role=TeamMember.Role.LEAD, by=system)
    facility = quotation.instrument.facility
    begins = _first_instant(facility, paid_on)
    allocation = grant_allocation(
        team,
        quotation.instrument,
        quotation.units,
        cycle=None,
        valid_from=begins,
        valid_until=begins + relativedelta(months=settings.PAID_TIME_MONTHS),
        by=system,
        note=request.reference,
        category=Access.PROPRIETARY,
    )
    return team, allocation


def _first_instant(facility: Facility, paid_on: date) -> datetime:
    weekdays = frozenset(facility.office_weekdays) or MONDAY_TO_FRIDAY
    day = first_day_after(paid_on, settings.PAYMENT_BUSINESS_DAYS, weekdays)
    return datetime.combine(day, time.min, ZoneInfo(facility.zone))


def _wrong(request: IndustrialRequest, amount: Decimal, received_on: date, reference: str) -> list[Violation]:
    found = []
    if not amount:
        found.append(Violation("amount_zero", _("Record an amount; a correction is a negative one."), "amount"))
    if amount < 0 and -amount > (received := paid(request)):
        message = _("No more is paid back than was received: %(amount)s.") % {"amount": received}
        found.append(Violation("more_than_received", message, "amount"))
    if received_on > clock.now().date():
        message = _("This day lies ahead. Record it when it has happened.")
        found.append(Violation("in_the_future", message, "received_on"))
    if not reference:
        found.append(Violation("reference_missing", _("Give the bank's reference."), "reference"))
    elif request.payments.filter(reference=reference).exists():
        found.append(Violation("reference_known", _("A payment of this reference is recorded."), "reference"))
    return found

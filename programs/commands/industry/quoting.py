"""What the office does before money: confidentiality, quotations with their validity, the signed agreement."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.queries import system_user
from core import clock
from core.errors import Invalid, Violation
from facilities.models import Instrument
from programs.commands.industry.moving import locked, moved, permitted
from programs.models import IndustrialRequest, Quotation
from programs.queries.capping import hours_of, over_cap, proprietary_cap
from programs.rules.industry import Price, price_of, valid_until


@dataclass(frozen=True)
class Offered:
    """Units of an instrument, in its unit, at prices in `currency` (ISO 4217); `services` are charged once."""

    instrument: Instrument
    units: Decimal
    prices: Sequence[Price]
    currency: str
    services: Decimal = Decimal(0)
    terms: str = ""


@transaction.atomic
def agree_nda(request: IndustrialRequest, *, by: Any, on: date, note: str = "") -> IndustrialRequest:
    """The two sides have agreed to keep what they tell each other."""
    request = permitted(request, "agree-nda", by=by)
    request.nda_on = _not_later_than_today(on, "on")
    return moved(request, "agree-nda", by=by, note=note, also=["nda_on"])


@transaction.atomic
def quote(request: IndustrialRequest, offered: Offered, *, by: Any, note: str = "") -> Quotation:
    """Send a price, valid for the calendar months of the setting QUOTATION_MONTHS (R-33); it replaces an earlier one.

    More hours than the cap of proprietary time leaves are offered with the reason in `note` (R-17).
    Raises NotPermitted, WrongState, Invalid with everything that is wrong.
    """
    request = permitted(request, "quote", by=by)
    violations = list(_violations(request, offered))
    facility, hours = offered.instrument.facility, hours_of(offered.units, offered.instrument)
    beyond = over_cap(proprietary_cap(facility, without=request), hours, field="units")
    if not note.strip():
        violations += beyond
    if violations:
        raise Invalid(_("Please correct what is marked."), violations)
    now = clock.now()
    quotation = Quotation.objects.create(
        request=request,
        number=request.quotations.count() + 1,
        instrument=offered.instrument,
        units=offered.units,
        unit=offered.instrument.unit,
        prices=[[start, f"{price:.2f}"] for start, price in offered.prices],
        services=offered.services,
        total=price_of(offered.units, offered.prices) + offered.services,
        currency=offered.currency,
        valid_until=valid_until(now, settings.QUOTATION_MONTHS, facility.zone),
        terms=offered.terms,
        by=by,
    )
    request.facility, request.instrument = facility, offered.instrument
    over: dict[str, Any] = {"over_cap": True} if beyond else {}
    moved(request, "quote", by=by, note=note, also=["facility", "instrument"], quotation=quotation.number, **over)
    return quotation


@transaction.atomic
def sign_agreement(
    request: IndustrialRequest, *, by: Any, on: date, reference: str, note: str = ""
) -> IndustrialRequest:
    """The agreement is signed; `reference` is where it lies. Raises Invalid without one."""
    request = permitted(request, "sign", by=by)
    if not reference.strip():
        message = _("Give the reference under which the agreement is kept.")
        raise Invalid(message, [Violation("reference_missing", message, "reference")])
    request.signed_on, request.agreement = _not_later_than_today(on, "on"), reference.strip()
    return moved(request, "sign", by=by, note=note, also=["signed_on", "agreement"], agreement=request.agreement)


def expire_quotations() -> int:
    """Requests whose latest quotation has run out expire, each by itself; how many. Safe to run twice or late."""
    now, expired = clock.now(), 0
    for found in IndustrialRequest.objects.filter(state="quoted").order_by("id"):
        with transaction.atomic():
            request = locked(found)
            latest = request.quotations.first()
            if request.state == "quoted" and latest is not None and latest.valid_until <= now:
                moved(request, "expire", by=system_user(), quotation=latest.number)
                expired += 1
    return expired


def _violations(request: IndustrialRequest, offered: Offered) -> Sequence[Violation]:
    found = []
    if request.facility_id not in {None, offered.instrument.facility_id}:
        found.append(Violation("foreign_instrument", _("Quote an instrument of your own facility."), "instrument"))
    if offered.units <= 0:
        found.append(Violation("units_positive", _("Quote more than zero units."), "units"))
    if len(offered.currency) != 3 or not offered.currency.isalpha():
        found.append(Violation("currency", _("Give the currency as three letters, e.g. EUR."), "currency"))
    if offered.services < 0:
        found.append(Violation("services_negative", _("Services cost nothing or more."), "services"))
    try:
        price_of(offered.units, offered.prices)
    except ValueError:
        message = _("Prices begin at unit 1, later ones start at a later unit, and none is negative.")
        found.append(Violation("prices", message, "prices"))
    return found


def _not_later_than_today(day: date, field: str) -> date:
    if day > clock.now().date():
        message = _("This day lies ahead. Record it when it has happened.")
        raise Invalid(message, [Violation("in_the_future", message, field)])
    return day

"""Terms of a facility or an instrument: set anew, while what was asked for under older ones keeps those."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit, clock
from core.errors import Invalid, Violation
from core.permissions import require
from facilities.models import Access, Facility, Instrument, Terms

MOST_HOURS = 24 * 366
COLUMNS = ("notice_hours", "deducted_percent", "fee", "currency", "answer_hours", "contact_days", "precedence")


@transaction.atomic
def set_terms(
    facility: Facility,
    instrument: Instrument | None,
    *,
    by: Any,
    notice_hours: int,
    deducted_percent: int,
    fee: Decimal = Decimal(0),
    currency: str = "",
    answer_hours: int = 24,
    contact_days: int = 30,
    precedence: Sequence[str] | None = None,
) -> Terms:
    """Publish the terms of a place. The same once more is a replay. Raises NotPermitted and Invalid."""
    require(by, "facilities.manage_calendar", facility)
    Facility.objects.select_for_update(no_key=True).get(pk=facility.pk)
    current = Terms.objects.filter(facility=facility, instrument=instrument, archived_at=None).first()
    order = list(precedence or (current or Terms()).precedence)
    wanted = Terms(
        facility=facility,
        instrument=instrument,
        notice_hours=notice_hours,
        deducted_percent=deducted_percent,
        fee=fee,
        currency=currency.upper() if fee else "",
        answer_hours=answer_hours,
        contact_days=contact_days,
        precedence=order,
        created_by=None if by.is_system else by,
    )
    _require_sound(wanted)
    if current is not None and all(getattr(current, name) == getattr(wanted, name) for name in COLUMNS):
        return current
    if current is not None:
        current.archived_at = clock.now()
        current.save(update_fields=["archived_at", "updated_at"])
    wanted.save()
    said = {name: str(getattr(wanted, name)) for name in COLUMNS}
    audit.record("set-terms", wanted, by=by, facility=facility.slug, **said)
    return wanted


def _require_sound(terms: Terms) -> None:
    found = []
    if terms.instrument is not None and terms.instrument.facility_id != terms.facility_id:
        found.append(Violation("foreign_instrument", _("This instrument belongs to another facility."), "instrument"))
    if not (0 <= terms.notice_hours <= MOST_HOURS and 0 <= terms.contact_days <= MOST_HOURS):
        found.append(Violation("notice_hours", _("Give a time between nothing and a year."), "notice_hours"))
    if not 0 <= terms.deducted_percent <= 100:
        found.append(Violation("deducted_percent", _("Give a share from 0 to 100 %."), "deducted_percent"))
    if terms.fee < 0 or (terms.fee and len(terms.currency) != 3):
        found.append(Violation("fee", _("A fee is above zero and has a currency such as EUR."), "fee"))
    if not 1 <= terms.answer_hours <= MOST_HOURS:
        found.append(Violation("answer_hours", _("Give one hour to answer, or more."), "answer_hours"))
    if sorted(terms.precedence) != sorted(Access.values):
        message = _("Name each access category once, the first to be asked first.")
        found.append(Violation("precedence", message, "precedence"))
    if found:
        raise Invalid(_("Please correct what is marked."), found)

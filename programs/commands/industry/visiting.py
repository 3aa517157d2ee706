"""A visitor asks as a company, without an account: the address is confirmed first, then it is an industrial request."""

from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from secrets import token_urlsafe
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.commands import invalid, register_person
from accounts.models import User
from accounts.queries import system_user
from alliance.models import Alliance
from core import audit, clock
from core.errors import Invalid, NotFound, Violation
from notifications.commands import notify_address
from programs.commands.industry.asking import Enquiry, file_enquiry
from programs.models import IndustrialOffer, IndustrialRequest, VisitorEnquiry

DAYS_TO_CONFIRM = 3


@dataclass(frozen=True)
class Visitor:
    """Who asks: a name and the address that will be confirmed, with the language of the page."""

    name: str
    email: str
    locale: str = "en"


@transaction.atomic
def leave_enquiry(
    alliance: Alliance, visitor: Visitor, enquiry: Enquiry, *, by: Any, offer: IndustrialOffer | None = None
) -> VisitorEnquiry:
    """Keep what a visitor asks and write to the address; nobody else is told before it is confirmed. Raises Invalid.

    The answer is the same whether the address has an account or not.
    """
    token = token_urlsafe(24)
    row = VisitorEnquiry(
        alliance=alliance,
        name=visitor.name.strip(),
        email=visitor.email.strip().lower(),
        locale=visitor.locale,
        company=enquiry.company,
        country=enquiry.country,
        title=enquiry.title,
        question=enquiry.question,
        offer=offer,
        token_hash=_hash(token),
        expires_at=clock.now() + timedelta(days=DAYS_TO_CONFIRM),
    )
    try:
        row.full_clean(exclude=["token_hash"])
    except ValidationError as error:
        raise invalid(error) from error
    row.save()
    audit.record("leave-enquiry", row, by=by)
    context = {"path": reverse("enquiry_confirm", args=[token]), "company": row.company, "request": row.title}
    notify_address(row.email, "enquiry_confirm", subject=row, context=context)
    return row


@transaction.atomic
def confirm_enquiry(token: str, *, by: Any) -> IndustrialRequest:
    """The address is confirmed: the request is filed for its account, which is made where there is none.

    Confirming twice gives the same request. Raises NotFound for an address that is unknown or too old.
    """
    row = VisitorEnquiry.objects.select_for_update(of=("self",)).filter(token_hash=_hash(token)).first()
    if row is None or (row.request is None and row.expires_at <= clock.now()):
        raise NotFound(_("This address is not valid any more. Please send your enquiry again."))
    if row.request is not None:
        return row.request
    contact = User.objects.filter(email__iexact=row.email).first()
    if contact is None:
        contact = register_person(row.email, row.name, by=system_user(), locale=row.locale)
    elif not contact.is_active or contact.is_system:
        message = _("The account of this address is closed. Please write to the office.")
        raise Invalid(message, [Violation("closed_account", message, "email")])
    offer = row.offer
    row.request = file_enquiry(
        row.alliance,
        Enquiry(
            company=row.company,
            title=row.title,
            question=row.question,
            country=row.country,
            facility=offer.facility if offer else None,
            instrument=offer.instrument if offer else None,
            technique=offer.technique if offer else None,
        ),
        by=contact,
    )
    row.save(update_fields=["request", "updated_at"])
    audit.record("confirm-enquiry", row, by=by, number=row.request.reference)
    return row.request


def purge_enquiries() -> int:
    """Delete what was never confirmed in time; how many."""
    deleted, _models = VisitorEnquiry.objects.filter(request=None, expires_at__lte=clock.now()).delete()
    return deleted


def _hash(token: str) -> str:
    return sha256(token.encode()).hexdigest()

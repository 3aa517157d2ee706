"""What the company does: it asks, accepts what it was quoted, or withdraws; and where its request goes first."""

from dataclasses import dataclass, fields, replace
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.commands import invalid
from accounts.models import Organisation
from alliance.models import Alliance
from core import audit, clock
from core.errors import DomainError, Invalid, Violation, WrongState
from facilities.models import Facility, Instrument, Technique
from programs.commands.industry.moving import locked, moved, permitted, tell
from programs.models import IndustrialRequest


@dataclass(frozen=True)
class Enquiry:
    """What a company wants to know, and where, as far as it can say."""

    company: str
    title: str
    question: str
    country: str = ""
    mode: str = Instrument.Mode.ONSITE
    facility: Facility | None = None
    instrument: Instrument | None = None
    technique: Technique | None = None
    organisation: Organisation | None = None


@transaction.atomic
def file_enquiry(alliance: Alliance, enquiry: Enquiry, *, by: Any) -> IndustrialRequest:
    """A company asks; the office of the facility is told, that of the alliance where none is named. Raises Invalid."""
    violations = [
        Violation(f"{name}_missing", str(message), name)
        for name, message in (
            ("company", _("Say which company asks.")),
            ("title", _("Give a title that may be published.")),
            ("question", _("Say what is to be found out.")),
        )
        if not getattr(enquiry, name).strip()
    ]
    if enquiry.instrument is not None and enquiry.facility is None:
        enquiry = replace(enquiry, facility=enquiry.instrument.facility)
    if enquiry.instrument is not None and enquiry.instrument.facility != enquiry.facility:
        message = _("Choose an instrument of the facility that you ask.")
        violations.append(Violation("foreign_instrument", message, "instrument"))
    if violations:
        raise Invalid(_("Please correct what is marked."), violations)
    said = {field.name: getattr(enquiry, field.name) for field in fields(enquiry)}
    request = IndustrialRequest(alliance=alliance, contact=by, created_by=by, **said)
    try:
        request.full_clean(exclude=["number"])
    except ValidationError as error:
        raise invalid(error) from error
    request.save(force_insert=True)
    request.refresh_from_db(fields=["number"])
    audit.record("enquire", request, by=by, to_state=request.state, number=request.reference)
    tell(request, by=by, kind="industrial_enquiry")
    return request


@transaction.atomic
def pass_on(request: IndustrialRequest, facility: Facility, *, by: Any, note: str = "") -> IndustrialRequest:
    """The office that has it gives it to a facility's, before anything was quoted. Raises NotPermitted, WrongState."""
    request = permitted(request, "quote", by=by)
    if request.quotations.exists():
        raise WrongState(_("It was quoted already; the facility that quoted it keeps it."))
    request.facility, request.instrument = facility, None
    request.version += 1
    request.save(update_fields=["facility", "instrument", "version", "updated_at"])
    audit.record("pass-on", request, by=by, note=note, facility=facility.name)
    tell(request, by=by, note=note, kind="industrial_enquiry")
    return request


@transaction.atomic
def accept_quotation(request: IndustrialRequest, *, by: Any, number: int, note: str = "") -> IndustrialRequest:
    """The company accepts the quotation that it read, while it is valid.

    Raises NotPermitted, WrongState, and 409 `quotation_changed` or `quotation_expired`.
    """
    request = permitted(request, "accept", by=by)
    latest = request.quotations.first()
    assert latest is not None
    if latest.number != number:
        message = _("There is a newer quotation. Read it before you accept.")
        raise DomainError(message, "quotation_changed", status=409)
    if latest.valid_until <= clock.now():
        message = _("This quotation has expired. Ask the facility for a new one.")
        raise DomainError(message, "quotation_expired", status=409)
    return moved(request, "accept", by=by, note=note, quotation=number)


@transaction.atomic
def withdraw_request(request: IndustrialRequest, *, by: Any, note: str) -> IndustrialRequest:
    """The company no longer wants it; the office reads why."""
    return moved(locked(request), "withdraw", by=by, note=note)


@transaction.atomic
def decline_request(request: IndustrialRequest, *, by: Any, note: str) -> IndustrialRequest:
    """The office cannot serve it; the company reads why."""
    return moved(locked(request), "decline", by=by, note=note)

"""A visitor tells the gate who they are; staff of the facility read it, each reading is recorded; it is soon purged."""

import json
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.identifiers import validate_country
from accounts.queries import affiliation_at
from alliance.models import Consent
from alliance.queries.privacy import agreed
from core import audit, clock
from core.errors import Invalid, NotPermitted, Violation, WrongState
from core.permissions import allowed
from core.sealing import seal
from facilities.commands.locks import lock_booking
from facilities.models import Booking, RunTerms, SiteAccess
from facilities.models.site_access import PURPOSE

EXPECTED = frozenset({"requested", "countered", "approved", "ready", "running"})


@dataclass(frozen=True)
class Details:
    """ISO 3166-1 alpha-2 nationality, day of birth, number of the identity document."""

    nationality: str
    born_on: date
    document: str


@dataclass(frozen=True)
class Visitor:
    """What the staff read of one visitor."""

    name: str
    details: Details


def asks_for_site_access(booking: Booking) -> bool:
    """Whether the facility wants it for this booking: only on site, only where its terms say so."""
    wanted = RunTerms.objects.filter(facility=booking.instrument.facility, site_access=True).exists()
    return wanted and booking.mode == "onsite"


def goes_abroad(booking: Booking, person: Any) -> bool:
    """Whether a facility is in another country than the organisation where the person works now."""
    works_at = affiliation_at(person, clock.now().date())
    home = works_at.organisation.country if works_at else ""
    return booking.instrument.facility.country != home


@transaction.atomic
def give_site_access(booking: Booking, details: Details, *, by: Any) -> SiteAccess:
    """A visitor gives the own details, again to mend them; to a facility abroad only who agreed to that (R-50).

    Raises NotPermitted, WrongState, Invalid.
    """
    booking = lock_booking(booking.pk)
    if not booking.people.filter(user=by).exists():
        raise NotPermitted(_("Only who comes gives these details, each their own."))
    if booking.state not in EXPECTED or not asks_for_site_access(booking):
        raise WrongState(_("The facility does not ask for these details now."))
    violations = []
    try:
        validate_country(details.nationality)
    except ValidationError as error:
        violations.append(Violation("country", error.messages[0], "nationality"))
    if not date(1900, 1, 1) <= details.born_on < clock.now().date():
        violations.append(Violation("born_on", _("Give the day of your birth."), "born_on"))
    if not details.document.strip():
        violations.append(Violation("document", _("Give the number of the document you will show."), "document"))
    if goes_abroad(booking, by) and not agreed(by, Consent.Purpose.TRANSFER):
        message = _("The facility is in another country. Agree under “Your data” that your data may go there, first.")
        violations.append(Violation("transfer_consent", message, source="R-50"))
    if violations:
        raise Invalid(_("Please correct what is marked."), violations)
    said = json.dumps(asdict(details), default=str)
    values = {
        "sealed": seal(said, PURPOSE),
        "purge_at": booking.ends_at + timedelta(days=settings.SITE_ACCESS_DAYS),
    }
    row, _made = SiteAccess.objects.update_or_create(booking=booking, person=by, defaults=values)
    audit.record("give-site-access", booking, by=by)
    return row


@transaction.atomic
def read_site_access(booking: Booking, *, by: Any) -> list[Visitor]:
    """What the visitors of a booking gave, by name, for staff who run sessions there; that it was read is recorded.

    Raises NotPermitted.
    """
    if not allowed(by, "facilities.run_sessions", booking.instrument.facility):
        raise NotPermitted(_("Only the staff of the facility read this."))
    rows = booking.site_access.select_related("person").order_by("person__name", "id")
    found = [Visitor(row.person.name, _opened(row)) for row in rows]
    if found:
        audit.record("read-site-access", booking, by=by, visitors=len(found))
    return found


def purge_site_access() -> int:
    """Delete what is no longer needed: 30 days after the visit by default (R-50); how many."""
    deleted, _models = SiteAccess.objects.filter(purge_at__lte=clock.now()).delete()
    return deleted


def _opened(row: SiteAccess) -> Details:
    said = row.opened()
    return Details(said["nationality"], date.fromisoformat(said["born_on"]), said["document"])

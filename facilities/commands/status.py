"""What a facility is at, from which day on: planned, built, tried, run, shut down."""

from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core import clock
from core.errors import Invalid, Violation
from core.permissions import require
from core.times import zone_of
from facilities.commands.catalogue import update_facility
from facilities.models import Facility, StatusEntry
from facilities.queries.status import status_history


@transaction.atomic
def note_status(facility: Facility, *, by: Any, status: str, since: date, note: str = "") -> StatusEntry:
    """Add to a facility's history; what holds since the latest day is its status from now on.

    A second entry for a day takes the place of the first. Raises NotPermitted, Invalid.
    """
    facility = Facility.objects.select_for_update().get(pk=facility.pk)
    require(by, "facilities.manage_calendar", facility)
    wrong = []
    if status not in Facility.Status.values:
        wrong.append(Violation("status_unknown", _("Choose what the facility is at."), "status"))
    if since > clock.now().astimezone(zone_of(facility.zone)).date():
        wrong.append(Violation("not_yet", _("Note what has happened; this day is still to come."), "since"))
    if wrong:
        raise Invalid(_("Please correct what is marked."), wrong)
    entry = StatusEntry.objects.create(facility=facility, status=status, since=since, note=note.strip(), by=by)
    update_facility(facility, by=by, status=status_history(facility)[0].status)
    return entry

"""What a facility still expects of a person."""

from typing import Any

from django.utils.translation import gettext as _

from core import clock
from facilities.models import Booking
from facilities.workflows import BOOKING


def time_ahead(person: Any) -> list[str]:
    """Bookings that a person asked for and that are not over, in one sentence; nothing where there are none."""
    ahead = Booking.objects.filter(requester=person, period__endswith__gt=clock.now()).exclude(state__in=BOOKING.final)
    references = [booking.reference for booking in ahead.order_by("number")[:10]]
    if not references:
        return []
    return [_("You have time ahead; withdraw it or hand it over: %(bookings)s.") % {"bookings": ", ".join(references)}]

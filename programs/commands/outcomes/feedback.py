"""Feedback on a run, from 1 to 5 with words: by its users and by the facility; the last word of a person counts."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit
from core.errors import Invalid, NotPermitted, Violation, WrongState
from facilities.models import Booking
from programs.models import Feedback
from programs.permissions.outcomes import OVER, feedback_side


@transaction.atomic
def give_feedback(booking: Booking, rating: int, *, by: Any, text: str = "") -> Feedback:
    """Say how a run went; saying it again changes what one said. Raises NotPermitted, WrongState, Invalid."""
    booking = (
        Booking.objects.select_for_update(of=("self",))
        .select_related("instrument__facility", "team")
        .get(pk=booking.pk)
    )
    side = feedback_side(by, booking)
    if side is None:
        raise NotPermitted(_("Feedback is given by those who were there and by the facility."))
    if booking.state not in OVER:
        raise WrongState(_("Feedback is given when the run is over."))
    if rating not in range(1, 6):
        message = _("Choose from 1 (bad) to 5 (good).")
        raise Invalid(message, [Violation("rating_from_1_to_5", message, "rating")])
    feedback, _made = Feedback.objects.update_or_create(
        booking=booking, by=by, defaults={"side": side, "rating": rating, "text": text.strip()}
    )
    audit.record("give-feedback", booking, by=by, rating=rating, side=side)
    return feedback

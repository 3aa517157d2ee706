"""What becomes of an offered place: accepted with its stay or enrolment, declined, given back, or lapsed."""

from typing import Any

from django.db import transaction
from django.db.models import F

from accounts.queries import system_user
from core import clock
from programs.commands.cooperation.exchange import cancel_stay, write_stay
from programs.commands.cooperation.training import give_seat, withdraw_enrolment
from programs.commands.opportunities.deciding import offer_place
from programs.commands.opportunities.drafting import locked
from programs.commands.opportunities.moving import asked, moved
from programs.models import Candidacy, Opportunity


@transaction.atomic
def accept_place(candidacy: Candidacy, *, by: Any, note: str = "") -> Candidacy:
    """Take the place: an exchange stay that the host confirms, or a seat in the training.

    Raises 409 `stays_elsewhere` for who stays somewhere else in these days.
    """
    row = asked(candidacy, "accept", by=by, note=note)
    offer = row.opportunity
    if offer.training is None:
        row.stay = write_stay(
            offer.program, row.person, offer.host, by=by, period=offer.days, purpose=offer.title, home=row.centre
        )
    else:
        row.enrolment = give_seat(offer.training, row.person, by=by)
    return moved(row, "accept", by=by, note=note, also=["stay", "enrolment"])


@transaction.atomic
def decline_place(candidacy: Candidacy, *, by: Any, note: str = "") -> Candidacy:
    """Leave the place to somebody else: the best of the reserve list is offered it."""
    return _freed(asked(candidacy, "decline", by=by, note=note), "decline", by=by, note=note)


@transaction.atomic
def give_place_back(candidacy: Candidacy, *, by: Any, note: str) -> Candidacy:
    """An accepted place is given up: its stay is cancelled, or its seat freed, and the reserve list moves up.

    Raises WrongState for a stay or a training that is over.
    """
    row = asked(candidacy, "give-back", by=by, note=note)
    acting = by if by == row.person else system_user()
    if row.stay and row.stay.state != "cancelled":
        cancel_stay(row.stay, by=acting, note=note)
    if row.enrolment and row.enrolment.state != "withdrawn":
        withdraw_enrolment(row.enrolment, by=acting, note=note)
    return _freed(row, "give-back", by=by, note=note)


def lapse_offers() -> int:
    """Places that were not answered in time go to the reserve list; how many. Safe to run twice or late."""
    system, lapsed = system_user(), 0
    late = Candidacy.objects.filter(state="offered", answer_by__lt=clock.now()).select_related("opportunity")
    for row in late.order_by("answer_by", "id"):
        with transaction.atomic():
            locked(row.opportunity)
            if Candidacy.objects.filter(pk=row.pk, state="offered").exists():
                decline_place(row, by=system)
                lapsed += 1
    return lapsed


def _freed(row: Candidacy, move: str, *, by: Any, note: str) -> Candidacy:
    row.place = row.answer_by = None
    moved(row, move, by=by, note=note, also=["place", "answer_by"])
    _move_up(row.opportunity)
    return row


def _move_up(offer: Opportunity) -> None:
    """The best of the reserve list, and of equals who was in first, is offered the place that came free."""
    waiting = offer.candidacies.filter(state="reserve").order_by(F("rank").asc(nulls_last=True), "submitted_at", "id")
    if (best := waiting.first()) is not None:
        offer_place(best, by=system_user())

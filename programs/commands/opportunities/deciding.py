"""What the office does with applications: checks, ranks, offers a place or the reserve list, refuses."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from core import clock
from core.errors import DomainError, Invalid, RulesRefuse, Violation
from programs.commands.opportunities.moving import asked, moved
from programs.models import Candidacy


@transaction.atomic
def check_candidacy(candidacy: Candidacy, *, by: Any, note: str = "") -> Candidacy:
    """It is complete and eligible. Raises RulesRefuse while the centre has not nominated whom it must."""
    row = asked(candidacy, "check", by=by, note=note)
    if row.opportunity.nomination_needed and row.nominated_at is None:
        message = _("The applicant's centre has not nominated them yet.")
        raise RulesRefuse(message, [Violation("not_nominated", message, "nomination")])
    return moved(row, "check", by=by, note=note)


@transaction.atomic
def rank_candidacy(candidacy: Candidacy, rank: int, *, by: Any, note: str = "") -> Candidacy:
    """Give it a rank from 1, the best first; two may share one. Raises Invalid."""
    row = asked(candidacy, "rank", by=by, note=note)
    if rank < 1:
        message = _("A rank is 1 or more.")
        raise Invalid(message, [Violation("rank", message, "rank")])
    row.rank = rank
    return moved(row, "rank", by=by, note=note, also=["rank"], rank=rank)


@transaction.atomic
def reserve_candidacy(candidacy: Candidacy, *, by: Any, note: str = "") -> Candidacy:
    """Put it on the reserve list; the best of the list gets a place that comes free."""
    return moved(asked(candidacy, "reserve", by=by, note=note), "reserve", by=by, note=note)


@transaction.atomic
def offer_place(candidacy: Candidacy, *, by: Any, note: str = "") -> Candidacy:
    """Offer the lowest free place, to be answered within OFFER_ANSWER_DAYS.

    Never more than there are, also when several are offered at once: the offer's row is locked. Raises 409
    `no_place_left`.
    """
    row = asked(candidacy, "offer", by=by, note=note)
    row.place = free_place(row)
    if row.place is None:
        message = _("All places are offered or accepted. Put the application on the reserve list.")
        raise DomainError(message, "no_place_left", [Violation("no_place_left", message)], status=409)
    row.answer_by = clock.now() + timedelta(days=settings.OFFER_ANSWER_DAYS)
    return moved(row, "offer", by=by, note=note, also=["place", "answer_by"], place=row.place)


@transaction.atomic
def refuse_candidacy(candidacy: Candidacy, *, by: Any, note: str) -> Candidacy:
    """There is no place for it; the applicant reads the reason."""
    return moved(asked(candidacy, "refuse", by=by, note=note), "refuse", by=by, note=note)


def free_place(candidacy: Candidacy) -> int | None:
    """The lowest place that nobody holds; the offer must be locked."""
    offer = candidacy.opportunity
    held = set(offer.candidacies.exclude(place=None).values_list("place", flat=True))
    return next((place for place in range(1, offer.places + 1) if place not in held), None)

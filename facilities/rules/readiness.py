"""What an approved booking needs before it runs, what of it is missing, who must act and by when. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from facilities.models import Booking, Instrument, RunTerms, Safety, SafetyApproval
from facilities.rules.facts import Untrained

TEAM, STAFF = "team", "facility"
"""Who must act: the team that comes, or the facility's staff."""


SAFETY_DAYS = 14
"""Before the start, where a facility says nothing else. Source: R-25."""


@dataclass(frozen=True)
class Item:
    """One thing that a booking needs. `due` is when it should be there; at the start it must, and where it `cancels`
    the booking ends then without it."""

    name: str
    what: str
    done: bool
    who: str
    due: datetime
    source: str
    cancels: bool = False


@dataclass(frozen=True)
class Preparation:
    """What is known about a booking's preparation. `agreed` says that its organisation's agreement covers the stay."""

    terms: RunTerms | None = None
    has_form: bool = False
    approval: SafetyApproval | None = None
    agreed: bool = False
    untrained: tuple[Untrained, ...] = ()


def readiness(booking: Booking, known: Preparation) -> list[Item]:
    """Everything that this booking needs, the missing things first, each of them by the day it is due."""
    return sorted(_items(booking, known), key=lambda item: (item.done, item.due, item.name))


def covers_stay(approval: SafetyApproval | None, booking: Booking) -> bool:
    return approval is not None and (approval.until is None or approval.until >= booking.ends_at)


def missing(items: list[Item]) -> list[Item]:
    return [item for item in items if not item.done]


def _items(booking: Booking, known: Preparation) -> Iterator[Item]:
    start, terms = booking.starts_at, known.terms
    if terms is not None and terms.team_form:
        days = terms.form_days_onsite if booking.mode == Instrument.Mode.ONSITE else terms.form_days_remote
        due = start - timedelta(days=days)
        what, cancels = _("The team says who comes"), terms.missing_form_cancels
        yield Item("team_form", what, known.has_form, TEAM, due, "R-23", cancels)
    if booking.safety != Safety.GREEN:
        due = start - timedelta(days=terms.safety_days if terms else SAFETY_DAYS)
        what = _("Staff approve the safety: class %(class)s") % {"class": Safety(booking.safety).label}
        yield Item("safety", what, covers_stay(known.approval, booking), STAFF, due, "R-25")
    if terms is not None and terms.agreement:
        yield Item("agreement", _("The organisation signs the user agreement"), known.agreed, TEAM, start, "facility")
    waived = any(override["rule"] == "trained_every_day" for override in booking.overrides)
    for person in () if waived else known.untrained:
        what = _("%(name)s passes the training “%(course)s”") % {"name": person.name, "course": person.course}
        yield Item("training", what, False, TEAM, start, "R-24")

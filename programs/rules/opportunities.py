"""What an offer of places must say before it is published, and an application before it is submitted."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _

from core import times
from core.errors import Violation


@dataclass(frozen=True)
class Said:
    """An offer as its rules read it; `days` are the first and the last day."""

    title: str
    text: str
    pays: str
    eligibility: str
    places: int
    days: tuple[date, date]
    zone: str
    opens_at: datetime
    closes_at: datetime


def unreadable(said: Said) -> Iterator[Violation]:
    """What not even a draft may say."""
    if not said.title.strip():
        yield Violation("title_missing", _("Give it a title."), "title")
    if said.days[1] < said.days[0]:
        yield Violation("ends_before_start", _("The last day comes before the first."), "ends_on")
    if said.places < 1:
        yield Violation("no_place", _("Offer at least one place."), "places")
    if said.closes_at <= said.opens_at:
        yield Violation("closes_before_it_opens", _("The deadline comes before the opening."), "closes_at")


def unpublishable(said: Said, now: datetime) -> Iterator[Violation]:
    """What is missing or wrong for the public; all of it."""
    for name, message in (
        ("text", _("Say what it is about.")),
        ("pays", _("Say what is paid; “nothing” is an answer.")),
        ("eligibility", _("Say who may apply; “everybody” is an answer.")),
    ):
        if not getattr(said, name).strip():
            yield Violation(f"{name}_missing", message, name)
    if said.closes_at <= now:
        when = times.moment(said.closes_at, said.zone)
        message = _("The deadline was %(when)s. Choose a later one.") % {"when": when}
        yield Violation("deadline_over", message, "closes_at", source="R-01")
    if said.days[0] <= said.closes_at.astimezone(times.zone_of(said.zone)).date():
        yield Violation("begins_too_early", _("It begins before its deadline is over."), "starts_on")


def incomplete(*, statement: str, supervisor: str, files: int, is_member: bool) -> Iterator[Violation]:
    """What an application lacks; `is_member` is true where the offer is open to others too."""
    if not statement.strip():
        yield Violation("statement_missing", _("Say why you apply."), "statement")
    if not supervisor.strip():
        yield Violation("supervisor_missing", _("Name who supervises you."), "supervisor_name")
    if not files:
        yield Violation("files_missing", _("Add at least one document, such as your curriculum vitae."), "file")
    if not is_member:
        message = _("Only people of the alliance's members may apply.")
        yield Violation("members_only", message, "centre")

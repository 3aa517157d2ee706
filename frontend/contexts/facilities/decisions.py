"""F2: a request with its checks beside its instrument's week."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core import names, times
from core.errors import Violation
from core.names import local
from facilities.models import Booking, Change
from facilities.permissions import booking_parties, may_see_all
from facilities.queries.checks import not_set_aside, request_of, violations_against
from facilities.queries.equipment import equipment_of
from facilities.queries.inbox import open_change, party_of
from facilities.queries.nearest import nearest_slots
from facilities.telling import concerned
from frontend.contexts.facilities.bookings import history_of
from frontend.contexts.facilities.inbox import BOOKING, waiting_for
from frontend.contexts.facilities.offers import Offer, offers
from frontend.contexts.facilities.weeks import Week, week_of
from frontend.forms.facilities.moves import PartForm, TimeForm
from frontend.history import Entry
from frontend.refusals import explained
from frontend.timeline import monday
from workflow.models import Task
from workflow.queries import open_tasks_for


@dataclass(frozen=True)
class Check:
    """One line of the checks. `ok` has a tick, the others a warning with what to do."""

    label: str
    ok: bool
    value: str
    notes: list[str]


@dataclass(frozen=True)
class RequestPage:
    """F2. `task` is the reader's own decision, None where somebody else decides."""

    booking: Booking
    change: Change | None
    task: Task | None
    checks: list[Check]
    collides: bool
    standing: list[Violation]
    may_override: bool
    week: Week
    history: list[Entry]
    party: list[Any]
    told: int
    free: list[Offer]
    counter_form: TimeForm
    part_form: PartForm
    may_counter: bool
    may_decline: bool
    place: int
    waiting: int
    before: Any
    after: Any
    reads: bool

    @property
    def zone(self) -> str:
        return self.booking.instrument.facility.zone

    @property
    def title(self) -> str:
        return self.booking.title or self.booking.reference

    @property
    def failed(self) -> int:
        return sum(not check.ok for check in self.checks)

    @property
    def passed(self) -> int:
        return len(self.checks) - self.failed

    @property
    def asked_at(self) -> datetime:
        return self.booking.requested_at or self.booking.created_at

    @property
    def starts_at(self) -> datetime:
        return self.change.period.lower if self.change else self.booking.starts_at

    @property
    def ends_at(self) -> datetime:
        return self.change.period.upper if self.change else self.booking.ends_at

    @property
    def there(self) -> str:
        """The time on the applicant's clock, where it is another one."""
        theirs = self.booking.requester.time_zone if self.booking.requester else None
        said = times.span_elsewhere(self.starts_at, self.ends_at, self.zone, theirs)
        return "" if theirs and said == times.span_elsewhere(self.starts_at, self.ends_at, theirs, theirs) else said

    @property
    def may_shorten(self) -> bool:
        """Whether the reader may grant only a part of the time."""
        return self.task is not None and self.change is None and self.part_form.offers_any

    @property
    def decides(self) -> bool:
        return bool(self.task or self.may_counter or self.may_decline)


def request_page(booking: Booking, user: Any, *, first: date | None = None, typed: Any = None) -> RequestPage:
    """F2 for one who decides at the booking's facility, or is asked; fetched by `with_details`. `typed` is the form
    that was refused, if any."""
    change = open_change(booking)
    parties = booking_parties(user, booking)
    queue = [row.booking.pk for row in waiting_for(user) if row.series is None]
    here = queue.index(booking.pk) if booking.pk in queue else -1
    zone = times.zone_of(booking.instrument.facility.zone)
    starts_at = change.period.lower if change else booking.starts_at
    broken = violations_against(booking, change)
    checks, collides = checks_of(booking, broken)
    standing = not_set_aside(booking, broken)
    return RequestPage(
        booking=booking,
        change=change,
        task=open_tasks_for(user).filter(subject_type=BOOKING, subject_id=booking.pk).first(),
        checks=checks,
        collides=collides,
        standing=standing,
        may_override="manager" in parties and all(each.overridable for each in standing),
        week=week_of(
            booking.instrument,
            first or monday(starts_at.astimezone(zone).date()),
            user,
            booking,
            change,
            collides=collides,
        ),
        history=history_of(booking),
        party=party_of(booking),
        told=len({person.pk for person in concerned(booking)} - {user.pk}),
        free=offers_for(booking) if booking.state == "requested" else [],
        counter_form=typed if type(typed) is TimeForm else TimeForm(booking=booking, reader=user),
        part_form=typed if isinstance(typed, PartForm) else PartForm(booking=booking),
        may_counter="decider" in parties and booking.state == "requested",
        may_decline="decider" in parties and booking.state in ("requested", "countered"),
        place=here + 1,
        waiting=len(queue),
        before=queue[here - 1] if here > 0 else None,
        after=queue[here + 1] if 0 <= here < len(queue) - 1 else None,
        reads=may_see_all(user, booking.instrument.facility),
    )


def offers_for(booking: Booking) -> list[Offer]:
    """The nearest free times on the booking's own instrument, legal for the same people and account."""
    found = offers(nearest_slots(request_of(booking), n=3, booking=booking), booking.starts_at)
    return [offer for offer in found if offer.slug == booking.instrument.slug]


CALENDAR = {
    "slot_free",
    "setup_time",
    "cooling_time",
    "inside_user_time",
    "no_closure",
    "facility_in_operation",
    "instrument_bookable",
}


def checks_of(booking: Booking, broken: list[Violation]) -> tuple[list[Check], bool]:
    """The checks in the order of a decision, and whether the time collides with something."""
    said: dict[str, list[str]] = {
        "calendar": [],
        "training": [],
        "people": [],
        "equipment": [],
        "account": [],
        "length": [],
    }
    for violation in broken:
        said[_group(violation.rule, violation.field)].append(explained(violation))
    free = _("Free") if not said["calendar"] else _("Collides")
    checks = [
        Check(_("Calendar"), not said["calendar"], free, said["calendar"]),
        _training(booking, said["training"]),
        Check(_("People"), not said["people"], _people(booking), said["people"]),
        *_equipment(booking, said["equipment"]),
        _account(booking, said["account"]),
        Check(
            _("Length and start"),
            not said["length"],
            names.units(booking.units, booking.unit),
            said["length"],
        ),
    ]
    return sorted(checks, key=lambda check: check.ok), bool(said["calendar"])


def _group(rule: str, field: str) -> str:
    if rule in CALENDAR:
        return "calendar"
    if rule == "trained_every_day":
        return "training"
    return {"people": "people", "equipment": "equipment", "allocation": "account", "program": "account"}.get(
        field, "length"
    )


def _training(booking: Booking, notes: list[str]) -> Check:
    required = booking.instrument.required_trainings.count()
    if not required:
        return Check(_("Training"), ok=True, value=_("None required"), notes=[])
    return Check(_("Training"), not notes, _("Valid") if not notes else _("Missing"), notes)


def _equipment(booking: Booking, notes: list[str]) -> list[Check]:
    """Nothing where the booking uses none."""
    used = ", ".join(local(thing, "name") for thing in equipment_of(booking))
    return [Check(_("Equipment"), not notes, used, notes)] if used else []


def _people(booking: Booking) -> str:
    n = len(party_of(booking)) or 1
    if booking.mode != "onsite":
        return str(booking.get_mode_display())
    return ngettext("%(n)d person on site", "%(n)d people on site", n) % {"n": n}


def _account(booking: Booking, notes: list[str]) -> Check:
    allocation = booking.allocation
    if allocation is None:
        return Check(_("Allocation"), not notes, _("None asked for") if not notes else _("Missing"), notes)
    left = _("%(left)s of %(granted)s left") % {
        "left": names.number(allocation.left),
        "granted": names.units(allocation.granted, allocation.unit),
    }
    until = _("Valid until %(day)s. This request is counted as held.") % {
        "day": times.plain_day(
            allocation.valid_until.astimezone(times.zone_of(booking.instrument.facility.zone)).date()
        )
    }
    return Check(_("Allocation"), not notes, left, notes or [until])

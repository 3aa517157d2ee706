"""What an instrument is: its name, techniques, unit, places, parts and modes, as its facility's managers write it.

What bookings and balances are counted in does not change under them.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from core import clock
from core.errors import Invalid, Violation, WrongState
from core.permissions import require
from facilities.commands.catalogue import create_instrument, update_instrument
from facilities.commands.locks import lock_time, locked_instrument
from facilities.models import Allocation, Booking, Claim, Facility, Instrument, Session, Technique
from facilities.workflows import CLAIMING

UNITS_AT_MOST = 18
"""Units that a booking of a new instrument may be long; its managers set its limits afterwards."""


@transaction.atomic
def add_instrument(facility: Facility, *, by: Any, techniques: Iterable[Technique] = (), **fields: Any) -> Instrument:
    """A new instrument, whose bookings begin and end with whole units. Raises NotPermitted, Invalid."""
    if minutes := fields.get("unit_minutes"):
        steps = {"granularity_minutes": minutes, "min_minutes": minutes, "max_minutes": UNITS_AT_MOST * minutes}
        fields = {**steps, **fields}
    _check_home(facility, fields.get("parent"))
    return create_instrument(facility, by=by, techniques=techniques, **fields)


@transaction.atomic
def describe_instrument(
    instrument: Instrument,
    *,
    by: Any,
    expected: int | None = None,
    techniques: Iterable[Technique] | None = None,
    **fields: Any,
) -> Instrument:
    """Change some of what an instrument is; `expected` is the version that the editor has read.

    Its unit stays once something is counted in it; its parts stay, and no place or mode goes, while bookings to come
    are there. Raises NotPermitted, Invalid with everything that is wrong, WrongState (changed meanwhile).
    """
    require(by, "facilities.manage_calendar", instrument.facility)
    parent = fields.get("parent")
    lock_time([instrument.pk, *([parent.pk] if parent else [])])
    row = locked_instrument(instrument.pk)
    if parent:
        fields["parent"] = locked_instrument(parent.pk)
    if expected is not None and expected != row.version:
        raise WrongState(_("Somebody else has changed this instrument meanwhile. Look at it again."), code="changed")
    _check_home(row.facility, fields.get("parent"))
    if wrong := list(_violations(row, fields, clock.now())):
        raise Invalid(_("Please correct what is marked."), wrong)
    return update_instrument(row, by=by, techniques=techniques, **fields)


def _check_home(facility: Facility, parent: Instrument | None) -> None:
    if parent is not None and parent.facility_id != facility.pk:
        message = _("It can be a part of an instrument of its own facility only.")
        raise Invalid(message, [Violation("parent_elsewhere", message, field="parent")])


def _violations(row: Instrument, fields: dict[str, Any], now: datetime) -> Iterator[Violation]:
    changed = {name for name, value in fields.items() if getattr(row, name) != value}
    if changed & {"unit", "unit_minutes"} and _is_counted(row):
        message = _("Bookings or balances are counted in this unit. For another unit add another instrument.")
        yield Violation("unit_in_use", message, field="unit")
    family = Q(pk=row.pk) | Q(parent=row) | Q(pk=row.parent_id) | Q(pk=getattr(fields.get("parent"), "pk", None))
    whole = Instrument.objects.filter(family).values("pk")
    if "parent" in changed and Claim.objects.filter(resource__in=whole, period__endswith__gt=now).exists():
        message = _("There are bookings to come. What belongs together can change when they have ended.")
        yield Violation("parts_in_use", message, field="parent")
    if "capacity" in changed:
        beyond = Claim.objects.filter(resource=row.pk, lane__gte=fields["capacity"], period__endswith__gt=now)
        if said := _named(Booking.objects.filter(pk__in=beyond.values("booking"))):
            message = _("Places that would go are taken by %(bookings)s.") % {"bookings": said}
            yield Violation("places_in_use", message, field="capacity")
    if gone := set(row.modes) - set(fields.get("modes", row.modes)):
        to_come = Booking.objects.filter(instrument=row, state__in=CLAIMING, period__endswith__gt=now)
        if said := _named(to_come.filter(mode__in=gone)):
            message = _("A mode that would go is asked for by %(bookings)s.") % {"bookings": said}
            yield Violation("mode_in_use", message, field="modes")


def _named(bookings: QuerySet[Booking]) -> str:
    return ", ".join(booking.reference for booking in bookings.order_by("number"))


def _is_counted(row: Instrument) -> bool:
    own = {"instrument": row}
    return any(kind.objects.filter(**own).exists() for kind in (Booking, Session, Allocation))

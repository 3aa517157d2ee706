"""Writes shared equipment: what a facility lends to bookings, and where it can be used."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.commands import invalid
from core import audit
from core.errors import Invalid, Violation
from core.permissions import require
from facilities.commands.locks import lock_equipment
from facilities.models import Equipment, Facility, Instrument

MANAGE = "facilities.manage_calendar"


@transaction.atomic
def add_equipment(facility: Facility, *, by: Any, instruments: Iterable[Instrument] = (), **fields: Any) -> Equipment:
    """Something new that bookings may ask for; at every instrument of the facility when none is named.

    Raises NotPermitted, Invalid.
    """
    require(by, MANAGE, facility)
    thing = Equipment(facility=facility, **fields, created_by=by)
    chosen = _own(facility, instruments)
    _check(thing)
    thing.save(force_insert=True)
    thing.instruments.set(chosen)
    audit.record("create", thing, by=by, facility=facility.slug)
    return thing


@transaction.atomic
def change_equipment(
    thing: Equipment, *, by: Any, instruments: Iterable[Instrument] | None = None, **fields: Any
) -> Equipment:
    """Change columns, and where it can be used when given. Bookings that have it keep it. Raises NotPermitted, Invalid.

    Whose local contact it is stays as it is: what was claimed was claimed under that account.
    """
    thing = lock_equipment(thing.pk)
    require(by, MANAGE, thing.facility)
    before = {name: getattr(thing, name) for name in fields}
    for name, value in fields.items():
        setattr(thing, name, value)
    if "person" in fields and thing.person != before["person"] and thing.uses.exists():
        message = _("Bookings have asked for this person. Add the other one as a local contact of their own.")
        raise Invalid(message, [Violation("person_in_use", message, field="person")])
    _check(thing)
    if instruments is not None:
        thing.instruments.set(_own(thing.facility, instruments))
    thing.version += 1
    thing.save()
    changed = sorted(name for name in fields if getattr(thing, name) != before[name])
    audit.record("change", thing, by=by, fields=changed)
    return thing


def _own(facility: Facility, instruments: Iterable[Instrument]) -> list[Instrument]:
    chosen = list(instruments)
    if any(each.facility_id != facility.pk for each in chosen):
        message = _("Equipment is used at instruments of its own facility.")
        raise Invalid(message, [Violation("foreign_instrument", message, field="instruments")])
    return chosen


def _check(thing: Equipment) -> None:
    try:
        thing.full_clean()
    except ValidationError as error:
        raise invalid(error) from error

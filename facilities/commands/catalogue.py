"""Writes the catalogue: facilities, instruments, and techniques with which of them are narrower than which."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils.translation import gettext as _

from accounts.commands import invalid
from accounts.models import User
from alliance.models import Alliance
from core import audit
from core.errors import Invalid, NotPermitted, Violation
from core.lookup import free_slug
from core.models import AuditEntry
from core.permissions import containers, require
from facilities.models import Facility, Instrument, Technique, TechniqueClosure
from workflow.models import Route, Step

WORKING_HOURS_TO_DECIDE = 16
WEEKDAYS = [1, 2, 3, 4, 5]


@transaction.atomic
def create_facility(*, by: User, **fields: Any) -> Facility:
    """A new facility, open on weekdays, whose requests its managers decide within 16 working hours.

    By the platform or an administrator of an alliance. The slug follows from acronym or name. Raises Invalid.
    """
    _require_administrator(by)
    facility = Facility(**{"office_weekdays": WEEKDAYS, **fields}, created_by=by)
    facility.slug = fields.get("slug") or free_slug(Facility.objects.all(), facility.acronym, facility.name)
    _check(facility)
    facility.save(force_insert=True)
    _default_route(facility)
    audit.record("create", facility, by=by)
    return facility


def _default_route(facility: Facility) -> None:
    own = {"owner_type": audit.label(facility), "owner_id": facility.pk}
    route = Route.objects.create(**own, subject_type="facilities.booking", name=_("The facility decides"))
    Step.objects.create(
        route=route,
        position=1,
        name=_("Facility manager"),
        role="facility_manager",
        scope_type=audit.label(facility),
        scope_id=facility.pk,
        within_hours=WORKING_HOURS_TO_DECIDE,
    )


@transaction.atomic
def update_facility(facility: Facility, *, by: User, **fields: Any) -> Facility:
    """Change columns of a facility. Raises NotPermitted, Invalid."""
    facility = Facility.objects.select_for_update().get(pk=facility.pk)
    require(by, "facilities.manage_calendar", facility)
    return _change(facility, by, fields)


@transaction.atomic
def create_instrument(
    facility: Facility, *, by: User, techniques: Iterable[Technique] = (), **fields: Any
) -> Instrument:
    """A new instrument of a facility; the slug is the facility's with the code. Raises NotPermitted, Invalid."""
    require(by, "facilities.manage_calendar", facility)
    given = {"modes": [Instrument.Mode.ONSITE], **fields}
    instrument = Instrument(facility=facility, **{"name": given.get("code", ""), **given}, created_by=by)
    instrument.slug = fields.get("slug") or free_slug(Instrument.objects.all(), f"{facility.slug}-{instrument.code}")
    _check(instrument)
    instrument.save(force_insert=True)
    instrument.techniques.set(techniques)
    audit.record("create", instrument, by=by)
    return instrument


@transaction.atomic
def update_instrument(
    instrument: Instrument, *, by: User, techniques: Iterable[Technique] | None = None, **fields: Any
) -> Instrument:
    """Change columns, and the techniques where given. Bookings that exist keep their terms."""
    instrument = Instrument.objects.select_for_update().select_related("facility").get(pk=instrument.pk)
    require(by, "facilities.manage_calendar", instrument.facility)
    _check_parent(instrument, fields.get("parent"))
    if techniques is None:
        return _change(instrument, by, fields)
    chosen = list(techniques)
    instrument.techniques.set(chosen)
    return _change(instrument, by, fields, techniques=sorted(technique.code for technique in chosen))


def _check_parent(instrument: Instrument, parent: Instrument | None) -> None:
    while parent is not None:
        if parent.pk == instrument.pk:
            message = _("An instrument cannot be a part of itself.")
            raise Invalid(message, [Violation("parent_circle", message, field="parent")])
        parent = parent.parent


def _change(row: Any, by: User, fields: dict[str, Any], **also: Any) -> Any:
    before = {name: getattr(row, name) for name in fields}
    for name, value in fields.items():
        setattr(row, name, value)
    changed = sorted(name for name in fields if getattr(row, name) != before[name])
    if not changed and not also:
        return row
    _check(row)
    row.version += 1
    row.save()
    audit.record("change", row, by=by, fields=changed, **also)
    return row


@transaction.atomic
def save_techniques(terms: Iterable[Technique], broader: Iterable[tuple[str, str]], *, by: User) -> tuple[int, int]:
    """Create and update terms by code, set which is directly broader than which (narrower code, broader code).

    By the platform or an administrator. Terms not given stay as they are. Returns how many were created and changed.
    """
    _require_administrator(by)
    known = {row.code: row for row in Technique.objects.select_for_update()}
    columns = ("label", "label_zh", "alt_labels", "definition")
    new, changed = [], []
    for term in terms:
        row = known.get(term.code)
        if row is None:
            new.append(term)
            continue
        given = {column: getattr(term, column) or getattr(row, column) for column in columns}
        if any(getattr(row, column) != value for column, value in given.items()):
            for column, value in given.items():
                setattr(row, column, value)
            changed.append(row)
    Technique.objects.bulk_create(new)
    Technique.objects.bulk_update(changed, [*columns, "updated_at"])
    known |= {row.code: row for row in new}
    _set_broader({(known[low].pk, known[high].pk) for low, high in broader})
    rebuild_closure()
    AuditEntry.objects.bulk_create(
        audit.entry(verb, row, by=by) for verb, rows in (("create", new), ("change", changed)) for row in rows
    )
    return len(new), len(changed)


def _set_broader(pairs: set[tuple[Any, Any]]) -> None:
    through = Technique.broader.through
    given = {low for low, _high in pairs}
    existing = through.objects.filter(from_technique_id__in=given)
    there = set(existing.values_list("from_technique_id", "to_technique_id"))
    gone = there - pairs
    for low, high in gone:
        through.objects.filter(from_technique_id=low, to_technique_id=high).delete()
    through.objects.bulk_create(
        through(from_technique_id=low, to_technique_id=high) for low, high in sorted(pairs - there)
    )


def rebuild_closure() -> int:
    """Work out anew every pair of a technique and one that is narrower, itself included. Returns how many there are."""
    with transaction.atomic(), connection.cursor() as cursor:
        TechniqueClosure.objects.all().delete()
        cursor.execute("""
            with recursive pairs (ancestor, descendant) as (
                select id, id from facilities_technique
                union
                select direct.to_technique_id, pairs.descendant
                from pairs join facilities_technique_broader direct on direct.from_technique_id = pairs.ancestor
            )
            insert into facilities_techniqueclosure (ancestor_id, descendant_id)
            select ancestor, descendant from pairs order by ancestor, descendant
        """)
        return cursor.rowcount


def _check(row: Facility | Instrument) -> None:
    try:
        row.full_clean(exclude=["search"])
    except ValidationError as error:
        raise invalid(error) from error


def _require_administrator(by: User) -> None:
    if by.is_system or containers(by, "alliance.manage_roles", Alliance.objects.all()).exists():
        return
    raise NotPermitted(_("The catalogue is extended by an administrator."))

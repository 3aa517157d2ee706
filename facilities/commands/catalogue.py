"""Writes the catalogue: facilities, instruments, and techniques with which of them are narrower than which."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.commands import invalid
from accounts.models import User
from alliance.models import Alliance
from core import audit
from core.errors import Invalid, NotFound, NotPermitted, Violation
from core.lookup import free_slug
from core.models import AuditEntry
from core.permissions import containers, require
from facilities.imports.catalogues import Entry
from facilities.models import Facility, Instrument, Technique, TechniqueClosure
from workflow.models import Route, Step

Entity = TypeVar("Entity", Facility, Instrument)

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


def _change(row: Entity, by: User, fields: dict[str, Any], **also: Any) -> Entity:
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


@dataclass(frozen=True)
class Imported:
    """What became of an entry: `what` is created, updated or same, of the instrument where it is about one."""

    what: str
    facility: str
    facility_is_new: bool


@transaction.atomic
def import_entry(entry: Entry, techniques: Sequence[Technique], *, by: User, source: str) -> Imported:
    """Create or update the facility and instrument of a table's row; for the platform and administrators.

    A row is found again by `source` and its name there; a facility of another source that has the same acronym,
    country and kind is the same one. What did not come from `source` keeps what it says and has its gaps filled.
    Raises Invalid; NotFound when a row about an instrument names a facility that is not here.
    """
    _require_administrator(by)
    facility, what = _import_facility(entry, by, source)
    new = what == "created"
    if entry.instrument:
        what = _import_instrument(facility, entry, techniques, by, source)
    return Imported(what, facility.slug, new)


def _import_facility(entry: Entry, by: User, source: str) -> tuple[Facility, str]:
    rows = Facility.objects.select_for_update().filter(archived_at=None)
    columns = entry.facility_columns
    known = rows.filter(source=source, external_id=entry.facility).first()
    if known is None and columns.get("acronym"):
        same = {name: columns[name] for name in ("acronym", "country", "kind")}
        known = rows.exclude(source=source).filter(**same).order_by("id").first()
    if known is None and not columns:
        known = rows.filter(Q(acronym__iexact=entry.facility) | Q(slug=entry.facility)).order_by("id").first()
        if known is None:
            raise NotFound(
                _("there is no facility “%(name)s” here; import the facilities first") % {"name": entry.facility}
            )
    if known is not None:
        return known, _fill(known, columns, by, source)
    fields = {**columns, "source": source, "external_id": entry.facility}
    return create_facility(by=by, **fields), "created"


def _import_instrument(facility: Facility, entry: Entry, techniques: Sequence[Technique], by: User, source: str) -> str:
    known = Instrument.objects.select_for_update().filter(facility=facility, code=entry.instrument).first()
    if known is None:
        fields = {**entry.instrument_columns, "code": entry.instrument, "source": source}
        create_instrument(facility, by=by, techniques=techniques, **fields)
        return "created"
    what = _fill(known, entry.instrument_columns, by, source)
    missing = [term for term in techniques if term.pk not in set(known.techniques.values_list("pk", flat=True))]
    if not missing:
        return what
    known.techniques.add(*missing)
    audit.record("change", known, by=by, techniques=sorted(term.code for term in missing), source=source)
    return "updated"


def _fill(row: Entity, columns: dict[str, Any], by: User, source: str) -> str:
    before = row.version
    given = {name: value for name, value in columns.items() if row.source == source or getattr(row, name) in ("", None)}
    return "updated" if _change(row, by, given).version > before else "same"


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
        pairs: int = cursor.rowcount
    return pairs


def _check(row: Facility | Instrument) -> None:
    try:
        row.full_clean(exclude=["search"])
    except ValidationError as error:
        raise invalid(error) from error


def _require_administrator(by: User) -> None:
    if by.is_system or containers(by, "alliance.manage_roles", Alliance.objects.all()).exists():
        return
    raise NotPermitted(_("The catalogue is extended by an administrator."))

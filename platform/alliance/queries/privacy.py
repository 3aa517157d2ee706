"""Everything kept about one person, from all tables (GDPR Art. 15 and 20, PIPL Art. 45)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.apps import apps
from django.db.models import BinaryField, FileField, Model, OuterRef, Q, QuerySet, Subquery
from django.db.models.fields.files import FieldFile

from accounts.models import Affiliation, User
from accounts.queries import affiliation_at
from alliance.models import Alliance, Consent, DataRequest
from alliance.queries.membership import active_memberships
from alliance.rules.days import today_in
from alliance.rules.privacy import ABOUT, HANDED_IN, WITHHELD, WITHHELD_COLUMNS
from core import clock
from core.models import AuditEntry

Plain = dict[str, Any]


@dataclass(frozen=True)
class Link:
    """A foreign key from a table to people; `is_about`: its rows are about the person."""

    model: type[Model]
    column: str
    is_about: bool


def links_to_people() -> list[Link]:
    """Every foreign key of every table to a person, by table and column."""
    found = [
        Link(model, field.name, field.name in ABOUT)
        for model in apps.get_models()
        if model._meta.managed and not model._meta.proxy
        for field in model._meta.get_fields()
        if field.related_model is User and (field.many_to_one or field.one_to_one) and field.concrete
    ]
    return sorted(found, key=lambda link: (link.model._meta.label, link.column))


def account_of(person: User) -> Plain:
    return plain(person)


def rows_about(person: User) -> Iterator[tuple[str, Plain]]:
    """(table, columns) of every row that is about the person, table by table, in order of their keys."""
    for link in links_to_people():
        if link.is_about and link.model._meta.label not in WITHHELD:
            for row in link.model._base_manager.filter(**{link.column: person}).order_by("pk").iterator(500):
                yield link.model._meta.label, plain(row)


def acts_of(person: User) -> Iterator[Plain]:
    """What the person did to rows about something else: which row, as what; and the trail, with the instants."""
    for link in links_to_people():
        if not link.is_about:
            keys = link.model._base_manager.filter(**{link.column: person}).order_by("pk").values_list("pk", flat=True)
            for key in keys.iterator(1000):
                yield {"table": link.model._meta.label, "row": str(key), "as": link.column}
    for entry in AuditEntry.objects.filter(actor_id=person.pk).order_by("id").iterator(1000):
        yield {
            "at": entry.at.isoformat(),
            "act": entry.verb,
            "table": entry.object_type,
            "row": str(entry.object_id),
            "note": entry.note,
        }


def files_of(person: User) -> Iterator[tuple[str, FieldFile]]:
    """(path in the archive, file) of what is attached to rows about the person or was handed in by them."""
    for link in links_to_people():
        columns = [field.name for field in link.model._meta.fields if isinstance(field, FileField)]
        if not columns or link.model is DataRequest or not (link.is_about or link.column == "by"):
            continue
        for row in link.model._base_manager.filter(**{link.column: person}).order_by("pk").iterator(200):
            for column in columns:
                if file := getattr(row, column):
                    yield f"{link.model._meta.label}/{row.pk}/{file.name.rpartition('/')[2]}", file
    for label, owner in HANDED_IN.items():
        model = apps.get_model(label)
        for row in model._base_manager.filter(**{owner: person}).order_by("pk").iterator(200):
            yield f"{label}/{row.pk}/{row.name}", row.file


def plain(row: Model) -> Plain:
    """The columns of a row as JSON holds them, without secrets; what it keeps sealed is opened for its person."""
    told = {
        field.name: _plain(field, row)
        for field in row._meta.concrete_fields
        if field.name not in WITHHELD_COLUMNS and not isinstance(field, BinaryField)
    }
    return told | (row.opened() if hasattr(row, "opened") else {})


def consents_of(person: User) -> dict[str, Consent]:
    """The latest word on each purpose that the person ever said anything about."""
    latest = Consent.objects.filter(person=person).order_by("purpose", "-created_at", "-id").distinct("purpose")
    return {row.purpose: row for row in latest}


def agreed(person: User, purpose: str) -> bool:
    """Whether the person's latest word on a purpose is that they agree; who never said anything does not."""
    said = consents_of(person).get(purpose)
    return said is not None and said.is_given


def people_in_directory(reader: Any, search: str = "") -> QuerySet[User]:
    """People who agreed to be found by members, for who works at an active member of any alliance; by name.

    Everybody else finds nobody. `search` is looked for in names and organisations.
    """
    if not reader.is_authenticated or not reader.is_active or not works_at_a_member(reader):
        return User.objects.none()
    latest = Consent.objects.filter(person=OuterRef("pk"), purpose=Consent.Purpose.DIRECTORY)
    said = Subquery(latest.order_by("-created_at", "-id").values("is_given")[:1])
    rows = User.objects.filter(is_active=True, is_system=False).alias(agreed=said).filter(agreed=True)
    today = clock.now().date()
    homes = Affiliation.objects.filter(
        Q(ends_on=None) | Q(ends_on__gt=today), user=OuterRef("pk"), starts_on__lte=today
    ).order_by("-is_primary", "-starts_on", "id")
    rows = rows.annotate(works_at=Subquery(homes.values("organisation__name")[:1]))
    for word in search.replace("\0", "").split():
        rows = rows.filter(Q(name__icontains=word) | Q(name_local__icontains=word) | Q(works_at__icontains=word))
    return rows.order_by("name", "id")


def works_at_a_member(reader: Any) -> bool:
    """Whether a person works today at an active member of any alliance, and so finds others of members."""
    works_at = affiliation_at(reader, clock.now().date())
    return works_at is not None and any(
        active_memberships(alliance, today_in(alliance)).filter(organisation=works_at.organisation_id).exists()
        for alliance in Alliance.objects.filter(memberships__organisation=works_at.organisation_id).distinct()
    )


def _plain(field: Any, row: Model) -> Any:
    value = getattr(row, field.attname)
    if value is None or isinstance(value, bool | int | float | str | list | dict):
        return value
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value)

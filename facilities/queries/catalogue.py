"""Reads the public catalogue: facilities, instruments and techniques, each list in a total order and by filters."""

import re
from typing import Any
from uuid import UUID

from django.db.models import Count, F, Prefetch, Q, QuerySet, Value, Window
from django.db.models.functions import Coalesce, NullIf, RowNumber

from core.lookup import find
from core.search import matching
from facilities.models import Facility, Instrument, Technique, TechniqueClosure

CODE = re.compile(r"^(?:https?://\S*/)?(\w+)$")


def facilities_listed(
    *, country: str = "", kind: str = "", technique: str = "", search: str = "", organisation: str = ""
) -> QuerySet[Facility]:
    """Facilities by name, each with `instrument_count`; `technique` means that an instrument there offers it."""
    rows = Facility.objects.filter(archived_at=None).select_related("organisation")
    if country:
        rows = rows.filter(country=country.upper())
    if kind:
        rows = rows.filter(kind=kind)
    if organisation:
        rows = rows.filter(_key("organisation", organisation))
    if technique:
        rows = rows.filter(pk__in=offering(technique).values("facility_id"))
    return (
        matching(rows, search)
        .annotate(instrument_count=Count("instruments", filter=Q(instruments__archived_at=None)))
        .order_by("name", "id")
    )


def instruments_listed(
    *, facility: str = "", technique: str = "", unit: str = "", country: str = "", search: str = ""
) -> QuerySet[Instrument]:
    """Instruments by facility and code, with what a card shows; `technique` matches narrower terms too.

    `search` looks in the names of the instrument and of its facility, and in the techniques it offers.
    """
    rows = Instrument.objects.filter(archived_at=None, facility__archived_at=None)
    if facility:
        rows = rows.filter(_key("facility", facility))
    if technique:
        rows = rows.filter(pk__in=offering(technique).values("pk"))
    if unit:
        rows = rows.filter(unit=unit)
    if country:
        rows = rows.annotate(place=Coalesce(NullIf("country", Value("")), F("facility__country")))
        rows = rows.filter(place=country.upper())
    if search:
        named = matching(Instrument.objects.all(), search, ("search", "facility__search"))
        offered = tagged_within(matching(Technique.objects.all(), search))
        rows = rows.filter(Q(pk__in=named.values("pk")) | Q(pk__in=offered.values("pk")))
    return (
        rows.select_related("facility")
        .prefetch_related("techniques", "required_trainings")
        .annotate(facility_name=F("facility__name"))
        .order_by("facility_name", "code", "id")
    )


def first_of_each(instruments: QuerySet[Instrument], most: int) -> QuerySet[Any]:
    """Of each facility the first so many by code; `number` is how many it has. Their techniques have words only."""
    alike = F("facility_id")
    return (
        instruments.annotate(
            place=Window(RowNumber(), partition_by=alike, order_by=["code", "id"]),
            number=Window(Count("pk"), partition_by=alike),
        )
        .filter(place__lte=most)
        .prefetch_related(None)
        .prefetch_related(Prefetch("techniques", Technique.objects.only("code", "label", "label_zh")))
        .order_by("facility_id", "code", "id")
    )


def techniques_listed(*, search: str = "", broader: str = "") -> QuerySet[Technique]:
    """Terms by label; `broader` keeps a term and everything narrower than it."""
    rows = matching(Technique.objects.all(), search)
    if broader:
        within = TechniqueClosure.objects.filter(_technique("ancestor__", broader))
        rows = rows.filter(pk__in=within.values("descendant_id"))
    return rows.prefetch_related("broader").order_by("label", "id")


def techniques_offered() -> QuerySet[Technique]:
    """What a picker offers: techniques, not what PaNET defines them by (codes PaNET1…, PaNET2…)."""
    return (
        Technique.objects.exclude(code__startswith="PaNET1").exclude(code__startswith="PaNET2").order_by("label", "id")
    )


def technique_called(text: str) -> Technique | None:
    """The technique of a picker that has this code or label, in either language; None where none has."""
    offered, text = techniques_offered(), text.strip()
    for condition in ({"code__iexact": text}, {"label__iexact": text}, {"label_zh": text}):
        if found := offered.filter(**condition).first():
            return found
    return None


def tagged_within(techniques: QuerySet[Technique]) -> QuerySet[Instrument]:
    """Instruments that offer one of the techniques or a narrower one."""
    within = TechniqueClosure.objects.filter(ancestor__in=techniques.values("pk"))
    return Instrument.objects.filter(archived_at=None, techniques__in=within.values("descendant_id"))


def offering(technique: str) -> QuerySet[Instrument]:
    """Instruments that offer a technique, named by id, code, address or label, or a narrower one."""
    return tagged_within(Technique.objects.filter(_technique("", technique)))


def find_facility(key: str | UUID) -> Facility:
    """By id or slug. Raises NotFound."""
    facility: Facility = find(facilities_listed(), key)
    return facility


def find_instrument(key: str | UUID) -> Instrument:
    """By id or slug. Raises NotFound."""
    instrument: Instrument = find(instruments_listed(), key)
    return instrument


def _key(relation: str, key: str) -> Q:
    try:
        return Q(**{f"{relation}_id": UUID(key)})
    except ValueError:
        return Q(**{f"{relation}__slug": key})


def _technique(prefix: str, key: str) -> Q:
    try:
        return Q(**{f"{prefix}id": UUID(key)})
    except ValueError:
        code = CODE.match(key)
        named = Q(**{f"{prefix}label__iexact": key}) | Q(**{f"{prefix}label_zh": key})
        return named | Q(**{f"{prefix}code__iexact": code[1]}) if code else named

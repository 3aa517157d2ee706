"""Writes programmes and organisations that come from another register, many at a time; twice is once."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.text import slugify

from accounts.models import Organisation
from core import audit, clock
from core.models import AuditEntry, new_id
from core.search import fold
from facilities.models import Team
from programs.imports.cordis import OrganisationFacts, Programme, ProjectFacts
from programs.models import Partner, Program, Theme

SOURCE = "cordis"
REPEATED = "the organisation is in the programme already"
NAMED_BY_CODE = "PIC "
"""How the name of an organisation begins of which only the participant code is known."""


@dataclass(frozen=True)
class Recorded:
    """How many rows of the source led to new partners, to changed ones, and to nothing, and why."""

    created: int
    updated: int
    skipped: Counter[str]


def known_pics() -> dict[str, UUID]:
    """Organisations by the participant code they carry."""
    rows = Organisation.objects.filter(external_ids__has_key="pic").values_list("external_ids__pic", "id")
    return dict(rows)


@transaction.atomic
def record_organisations(facts: Mapping[str, OrganisationFacts], *, by: Any) -> tuple[dict[str, UUID], int]:
    """The organisation of each key, and how many were created.

    Found by participant code; else by folded name and country, if that one carries no other code; else created.
    """
    by_pic = known_pics()
    wanted_names = {(fold(row.name), row.country) for row in facts.values() if row.name}
    free: dict[tuple[str, str], Organisation] = {}
    named: dict[tuple[str, str], UUID] = {}
    listed = Organisation.objects.exclude(status=Organisation.Status.WITHDRAWN).order_by("-created_at", "-id")
    for organisation in listed.only("name", "country", "external_ids").iterator():
        name = (fold(organisation.name), organisation.country)
        if name in wanted_names:
            named[name] = organisation.pk
            if "pic" not in organisation.external_ids:
                free[name] = organisation
    found: dict[str, UUID] = {}
    new: list[Organisation] = []
    claimed: list[Organisation] = []
    for key, row in sorted(facts.items(), key=lambda item: not item[1].pic):
        name = (fold(row.name), row.country)
        if row.pic and row.pic in by_pic:
            found[key] = by_pic[row.pic]
        elif row.pic and row.name and name in free:
            organisation = free.pop(name)
            organisation.external_ids = {**organisation.external_ids, "pic": row.pic}
            claimed.append(organisation)
            found[key] = organisation.pk
        elif not row.pic and name in named:
            found[key] = named[name]
        else:
            organisation = _organisation(row, by)
            new.append(organisation)
            found[key] = organisation.pk
            named[name] = organisation.pk
    Organisation.objects.bulk_create(new, batch_size=1000)
    Organisation.objects.bulk_update(claimed, ["external_ids"], batch_size=1000)
    _name_at_last(facts, by_pic)
    return found, len(new)


@transaction.atomic
def record_programs(
    batch: Iterable[Programme], organisations: Mapping[str, UUID], *, by: Any, themes: Mapping[str, Theme]
) -> Recorded:
    """Programmes with their partners. Known ones (by source and number) get what is new; nothing is taken away.

    They come as approved elsewhere: active, or completed when their end has passed.
    """
    programmes = list(batch)
    known = {
        row.external_id: row
        for row in Program.objects.select_for_update()
        .filter(source=SOURCE, external_id__in=[one.facts.key for one in programmes])
        .order_by("id")
    }
    today = clock.now().date()
    new = {one.facts.key: _program(one.facts, today, by) for one in programmes if one.facts.key not in known}
    Team.objects.bulk_create([program.team for program in new.values()], batch_size=1000)
    Program.objects.bulk_create(new.values(), batch_size=1000)
    changed = [program for one in programmes if (program := _changed(known.get(one.facts.key), one.facts))]
    Program.objects.bulk_update(changed, ["title", "acronym", "starts_on", "ends_on", "total_cost", "tags"])
    rows = {**known, **new}
    _tag(programmes, rows, themes)
    AuditEntry.objects.bulk_create(
        [audit.entry("import", program, by=by, to_state=program.state, source=SOURCE) for program in new.values()]
    )
    return _record_partners(programmes, rows, organisations)


def _record_partners(
    programmes: list[Programme], rows: Mapping[str, Program], organisations: Mapping[str, UUID]
) -> Recorded:
    present = {
        (row.program_id, row.organisation_id): row for row in Partner.objects.filter(program__in=list(rows.values()))
    }
    led = {row.program_id: row.organisation_id for row in present.values() if row.role == Partner.Role.LEAD}
    create: list[Partner] = []
    update: list[Partner] = []
    leads: list[Program] = []
    skipped: Counter[str] = Counter()
    for one in programmes:
        program = rows[one.facts.key]
        joined: dict[UUID, Partner] = {}
        if one.repeats:
            skipped[REPEATED] += one.repeats
        for key, (role, contribution) in one.partners.items():
            organisation = organisations[key]
            if organisation in joined:
                skipped[REPEATED] += 1
                continue
            if role == Partner.Role.LEAD and led.setdefault(program.pk, organisation) != organisation:
                role = Partner.Role.PARTNER
            partner = present.get((program.pk, organisation))
            joined[organisation] = partner or Partner(program=program, organisation_id=organisation)
            if partner is None:
                joined[organisation].role, joined[organisation].contribution = role, contribution
                create.append(joined[organisation])
            elif (partner.role, partner.contribution) != (role, contribution):
                partner.role, partner.contribution = role, contribution
                update.append(partner)
            else:
                skipped["unchanged"] += 1
            if role == Partner.Role.LEAD and program.lead_organisation_id != organisation:
                program.lead_organisation_id = organisation
                leads.append(program)
    Partner.objects.bulk_create(create, batch_size=2000)
    Partner.objects.bulk_update(update, ["role", "contribution"], batch_size=1000)
    Program.objects.bulk_update(leads, ["lead_organisation"], batch_size=1000)
    return Recorded(len(create), len(update), skipped)


def record_themes(programmes: Iterable[Programme]) -> dict[str, Theme]:
    """The themes that programmes name, by slug; spellings that differ in capitals only are one."""
    names = {slugify(one.facts.theme)[:60]: one.facts.theme for one in programmes if one.facts.theme}
    Theme.objects.bulk_create(
        [Theme(slug=slug, name=name[:120]) for slug, name in sorted(names.items())], ignore_conflicts=True
    )
    return {theme.slug: theme for theme in Theme.objects.filter(slug__in=names)}


def _organisation(facts: OrganisationFacts, by: Any) -> Organisation:
    name = facts.name or f"{NAMED_BY_CODE}{facts.pic}"
    suffix = facts.pic or hashlib.sha256(f"{fold(name)}|{facts.country}".encode()).hexdigest()[:10]
    return Organisation(
        slug=f"{slugify(name)[:60]}-{suffix}".strip("-"),
        name=name[:400],
        acronym=facts.acronym[:60] if fold(facts.acronym) != fold(facts.name) else "",
        kind=facts.kind,
        country=facts.country,
        website=facts.website,
        external_ids={"pic": facts.pic} if facts.pic else {},
        created_by=None if by.is_system else by,
    )


def _name_at_last(facts: Mapping[str, OrganisationFacts], by_pic: Mapping[str, UUID]) -> None:
    """Organisations known by their code only get the name that a file has now."""
    names = {by_pic[row.pic]: row.name for row in facts.values() if row.name and row.pic in by_pic}
    nameless = Organisation.objects.filter(pk__in=names, name__startswith=NAMED_BY_CODE)
    for organisation in nameless:
        organisation.name = names[organisation.pk][:400]
        organisation.save(update_fields=["name", "updated_at"])


def _title(facts: ProjectFacts) -> str:
    return (facts.title or facts.acronym or f"CORDIS {facts.key.removeprefix('rcn-')}")[:400]


def _program(facts: ProjectFacts, today: date, by: Any) -> Program:
    state = "completed" if facts.ends_on and facts.ends_on < today else "active"
    identifier = new_id()
    team = Team(
        id=identifier,
        kind=Team.Kind.PROGRAM,
        title=_title(facts),
        reference=facts.key[:60],
        source=SOURCE,
        is_active=state == "active",
    )
    return Program(
        id=identifier,
        team=team,
        number=f"CORDIS-{facts.key}".upper()[:40],
        acronym=facts.acronym[:60],
        title=_title(facts),
        starts_on=facts.starts_on,
        ends_on=facts.ends_on,
        total_cost=facts.total_cost,
        currency="EUR" if facts.total_cost is not None else "",
        tags=list(facts.tags),
        state=state,
        source=SOURCE,
        external_id=facts.key[:120],
        created_by=None if by.is_system else by,
    )


def _changed(program: Program | None, facts: ProjectFacts) -> Program | None:
    """The known programme with what the file adds or corrects, None where it says nothing new."""
    if program is None:
        return None
    new: dict[str, Any] = {
        "title": facts.title[:400],
        "acronym": facts.acronym[:60],
        "starts_on": facts.starts_on,
        "ends_on": facts.ends_on,
        "total_cost": facts.total_cost,
        "tags": list(dict.fromkeys([*program.tags, *facts.tags])),
    }
    differing = {name: value for name, value in new.items() if value and value != getattr(program, name)}
    for name, value in differing.items():
        setattr(program, name, value)
    return program if differing else None


def _tag(programmes: list[Programme], rows: Mapping[str, Program], themes: Mapping[str, Theme]) -> None:
    through = Program.themes.through
    through.objects.bulk_create(
        [
            through(program_id=rows[one.facts.key].pk, theme_id=themes[slug].pk)
            for one in programmes
            if (slug := slugify(one.facts.theme)[:60]) in themes
        ],
        ignore_conflicts=True,
    )

"""One organisation as visitors see it: facts, place in the alliance, facilities, joint programmes."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse

from accounts.models import Organisation
from alliance.queries import main_alliance, members_today
from core import names
from core.names import names_of
from facilities.models import Facility
from programs.workflows.cooperation import RUNNING

MOST_PROGRAMS = 20


@dataclass(frozen=True)
class FacilityLine:
    name: str
    url: str
    kind: str
    state: str
    place: str


@dataclass(frozen=True)
class ProgramLine:
    title: str
    url: str
    state: str
    role: str
    starts_on: date | None
    ends_on: date | None


@dataclass(frozen=True)
class OrganisationPage:
    organisation: Organisation
    crumbs: list[dict[str, Any]]
    name: str
    name_local: str
    kind: str
    country: str
    parent: Organisation | None
    member_class: str
    joined_on: date | None
    facilities: list[FacilityLine]
    programs: list[ProgramLine]


def organisation_page(organisation: Organisation, crumbs: list[dict[str, Any]]) -> OrganisationPage:
    membership = members_today(main_alliance()).filter(organisation=organisation).first()
    facilities = Facility.objects.filter(organisation=organisation, archived_at=None).order_by("name", "id")
    partnerships = organisation.partnerships.filter(program__state__in=RUNNING).select_related("program")
    return OrganisationPage(
        organisation=organisation,
        crumbs=crumbs,
        name=names_of(organisation)[0],
        name_local=names_of(organisation)[1],
        kind=str(organisation.get_kind_display()),
        country=names.country(organisation.country),
        parent=Organisation.objects.filter(pk=organisation.parent_id).first() if organisation.parent_id else None,
        member_class=str(membership.get_member_class_display()) if membership else "",
        joined_on=membership.joined_on if membership else None,
        facilities=[
            FacilityLine(
                name=names_of(row)[0],
                url=reverse("facility", args=[row.slug]),
                kind=str(row.get_kind_display()),
                state=row.status,
                place=", ".join(part for part in (row.city, names.country(row.country)) if part),
            )
            for row in facilities
        ],
        programs=[
            ProgramLine(
                title=row.program.title,
                url=reverse("cooperation_program", args=[row.program.number]),
                state=row.program.state,
                role=str(row.get_role_display()),
                starts_on=row.program.starts_on,
                ends_on=row.program.ends_on,
            )
            for row in partnerships.order_by("-program__starts_on", "program_id")[:MOST_PROGRAMS]
        ],
    )

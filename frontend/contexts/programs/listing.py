"""The list of programmes, inside and for visitors."""

from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.http import QueryDict
from django.urls import reverse

from accounts.models import Organisation
from accounts.queries import organisations_listed
from core import names
from core.names import local
from frontend.forms.programs.listing import ProgramFilters
from frontend.paging import Page, paged
from programs.models import Partner, Program
from programs.permissions.cooperation import PUBLIC
from programs.queries.cooperation.listing import programs_listed, proposing_for, themes_in_use
from programs.queries.cooperation.standing import Standing, standings

SHOWN_PARTNERS = 4


@dataclass(frozen=True)
class ProgramLine:
    """A programme in a list."""

    program: Program
    url: str
    lead: str
    everyone: list[Partner]
    partners: str
    more: int
    countries: str
    themes: str
    standing: Standing | None


@dataclass(frozen=True)
class ProgramsPage:
    form: ProgramFilters
    page: Page
    proposes: bool
    asked: bool


def directory_countries() -> list[str]:
    """Every country of the public directory: cheaper than those of partners, and it tells nothing of drafts."""
    return list(organisations_listed().order_by("country").values_list("country", flat=True).distinct())


def name_of(organisation: Organisation) -> str:
    return local(organisation, "name") if not organisation.acronym else organisation.acronym


def line_of(program: Program, address: str, standing: Standing | None = None) -> ProgramLine:
    """Needs the partners and themes that `with_partners` brings along."""
    partners = [row for row in program.partners.all() if row.role != Partner.Role.LEAD]
    codes = sorted({row.organisation.country for row in program.partners.all() if row.organisation.country})
    return ProgramLine(
        program=program,
        url=reverse(address, args=[program.pk if address == "program" else program.number]),
        lead=name_of(program.lead_organisation) if program.lead_organisation else "",
        everyone=sorted(program.partners.all(), key=lambda row: row.role != Partner.Role.LEAD),
        partners=", ".join(name_of(row.organisation) for row in partners[:SHOWN_PARTNERS]),
        more=max(0, len(partners) - SHOWN_PARTNERS),
        countries=", ".join(names.country(code) for code in codes[:6]),
        themes=", ".join(local(theme, "name") for theme in program.themes.all()),
        standing=standing,
    )


def programs_page(user: Any, asked: QueryDict) -> ProgramsPage:
    """All programmes that a person may see."""
    form = ProgramFilters(asked, codes=directory_countries(), themes=themes_in_use(user))
    return _page(form, user, asked, "program", proposes=proposing_for(user).exists())


def cooperation_page(asked: QueryDict) -> ProgramsPage:
    """The public section: approved programmes."""
    visitor = AnonymousUser()
    form = ProgramFilters(asked, codes=directory_countries(), themes=themes_in_use(visitor), states=PUBLIC)
    for name in ("mine", "light"):
        del form.fields[name]
    return _page(form, visitor, asked, "cooperation_program", proposes=False)


def _page(form: ProgramFilters, user: Any, asked: QueryDict, address: str, *, proposes: bool) -> ProgramsPage:
    filters = form.asked()
    page = paged(programs_listed(user, **filters), asked)
    known = standings(user, page.rows)
    rows = [line_of(row, address, known.get(row.pk)) for row in page.rows]
    return ProgramsPage(form, Page(rows, page.earlier, page.later, page.caption), proposes, any(filters.values()))

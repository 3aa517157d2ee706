"""CORDIS, the European Union's register of research projects: files of projects and of participations.

Three published layouts are known by their header: participations as prepared by the SNSF, participations as prepared
by eunets (H2020, where the project's number is called `rcn`), and projects (FP7). Source: CORDIS, European Union.
"""

from collections.abc import Callable, Container, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path

from django.utils.translation import gettext as _

from accounts.identifiers import country_codes
from accounts.models import Organisation
from core.search import fold
from core.tables import Line, Table, WrongFile, read_table, shown
from programs.models import Partner

Row = dict[str, str]

EU_COUNTRIES = {"EL": "GR", "UK": "GB"}
"""The European Commission's own codes for Greece and the United Kingdom (Interinstitutional style guide, annex A5)."""

KINDS = {
    "HES": Organisation.Kind.UNIVERSITY,
    "REC": Organisation.Kind.RESEARCH_INSTITUTION,
    "PRC": Organisation.Kind.COMPANY,
    "PUB": Organisation.Kind.GOVERNMENT,
}
ROLES = {
    "coordinator": Partner.Role.LEAD,
    "participant": Partner.Role.PARTNER,
    "partner": Partner.Role.ASSOCIATE,
    "thirdparty": Partner.Role.ASSOCIATE,
}
RANK: list[str] = [Partner.Role.LEAD, Partner.Role.PARTNER, Partner.Role.ASSOCIATE]


class Refused(Exception):
    """A row cannot be taken; the message says why."""


@dataclass(frozen=True, slots=True)
class OrganisationFacts:
    """An organisation as a row names it. `pic` is the Commission's participant identification code."""

    pic: str
    name: str
    acronym: str = ""
    kind: str = Organisation.Kind.OTHER
    country: str = ""
    website: str = ""


@dataclass(frozen=True, slots=True)
class ProjectFacts:
    """A project as a row describes it."""

    key: str
    title: str = ""
    acronym: str = ""
    starts_on: date | None = None
    ends_on: date | None = None
    total_cost: Decimal | None = None
    theme: str = ""
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Participation:
    """One row: an organisation takes part in a project."""

    project: ProjectFacts
    organisation: OrganisationFacts
    role: str
    contribution: Decimal | None


@dataclass(slots=True)
class Programme:
    """A project with its partners by organisation key; `numbers` are the rows it came from, repeats merged."""

    facts: ProjectFacts
    partners: dict[str, tuple[str, Decimal | None]] = field(default_factory=dict)
    rows: int = 0
    repeats: int = 0

    def join(self, key: str, role: str, contribution: Decimal | None) -> None:
        """Add a participation. A repeated organisation keeps its strongest role and the sum of its money."""
        self.rows += 1
        if role == Partner.Role.LEAD and any(
            other != key and held == Partner.Role.LEAD for other, (held, _money) in self.partners.items()
        ):
            role = Partner.Role.PARTNER
        if key in self.partners:
            self.repeats += 1
            held, money = self.partners[key]
            role = min(role, held, key=RANK.index)
            contribution = money if contribution is None else contribution + (money or 0)
        self.partners[key] = (role, contribution)


def text(row: Row, *names: str) -> str:
    """The first of these columns that has something in it."""
    return next((value for name in names if (value := (row.get(name) or "").strip())), "")


def day(value: str) -> date | None:
    """A date as YYYY-MM-DD, None for nothing. Raises Refused."""
    if value in {"", "NA"}:
        return None
    try:
        return date.fromisoformat(value[:10])
    except ValueError:
        raise Refused(_("“%(value)s” is not a date.") % {"value": value}) from None


def money(value: str) -> Decimal | None:
    """An amount in euros, None for nothing. Raises Refused."""
    if value in {"", "NA"}:
        return None
    try:
        return Decimal(value).quantize(Decimal("0.01"))
    except InvalidOperation:
        raise Refused(_("“%(value)s” is not an amount.") % {"value": value}) from None


def country(value: str) -> str:
    """ISO 3166-1 alpha-2 of an EU code; empty for nothing; `NA` is Namibia. Raises Refused."""
    code = EU_COUNTRIES.get(value, value)
    if code and code not in country_codes():
        raise Refused(_("“%(value)s” is no country of ISO 3166-1.") % {"value": value})
    return code


def website(value: str) -> str:
    address = value if value.startswith(("http://", "https://")) or not value else f"https://{value}"
    return address if len(address) <= 500 else ""


def dated(facts: ProjectFacts) -> ProjectFacts:
    """The same facts. Raises Refused when the programme ends before it starts, or has no number."""
    if not facts.key:
        raise Refused(_("The row names no project."))
    if facts.starts_on and facts.ends_on and facts.ends_on < facts.starts_on:
        raise Refused(
            _("The programme ends (%(ends)s) before it starts (%(starts)s).")
            % {"ends": facts.ends_on, "starts": facts.starts_on}
        )
    return facts


def role(value: str) -> str:
    try:
        return ROLES[value.strip().lower()]
    except KeyError:
        raise Refused(_("“%(value)s” is no role of a participant.") % {"value": value}) from None


def snsf_participation(row: Row) -> Participation:
    """A row of `cordis-plus` as prepared by the SNSF."""
    tags = (text(row, "framework_programme"), text(row, "funding_scheme"), text(row, "topic_code"))
    project = ProjectFacts(
        key=text(row, "project_id"),
        title=text(row, "project_title"),
        acronym=text(row, "project_acronym"),
        starts_on=day(text(row, "start_date")),
        ends_on=day(text(row, "end_date")),
        total_cost=money(text(row, "total_cost_eur")),
        theme=text(row, "thematic_priority"),
        tags=tuple(tag for tag in tags if tag),
    )
    organisation = OrganisationFacts(
        pic=text(row, "pic"),
        name=text(row, "legal_name"),
        acronym=text(row, "legal_short_name"),
        kind=KINDS.get(text(row, "legal_entity_type"), Organisation.Kind.OTHER),
        country=country(text(row, "country_code")),
        website=website(text(row, "legal_url")),
    )
    return Participation(
        dated(project), organisation, role(text(row, "partner_role")), money(text(row, "ec_contribution"))
    )


def h2020_participation(row: Row) -> Participation:
    """A row of `eunets`: no titles, and a quarter of the organisations have a code and a country but no name.

    `rcn` is the number of CORDIS's own record, another series than the projects' numbers, so it is marked as such.
    """
    project = ProjectFacts(
        key=f"rcn-{number}" if (number := text(row, "rcn")) else "",
        starts_on=day(text(row, "start_date")),
        ends_on=day(text(row, "end_date")),
        total_cost=money(text(row, "project_total_cost")),
        tags=tuple(tag for tag in ("H2020", *text(row, "programme_parts").split(";")) if tag and tag != "NA"),
    )
    organisation = OrganisationFacts(
        pic=text(row, "pic"),
        name=text(row, "organisation_name"),
        kind=KINDS.get(text(row, "organisation_type"), Organisation.Kind.OTHER),
        country=country(text(row, "country")),
    )
    return Participation(dated(project), organisation, role(text(row, "role")), money(text(row, "ec_contribution")))


def project_row(row: Row) -> ProjectFacts:
    """A row of the file of projects."""
    return dated(
        ProjectFacts(
            key=text(row, "project_id"),
            title=text(row, "title"),
            acronym=text(row, "acronym"),
            starts_on=day(text(row, "start_date")),
            ends_on=day(text(row, "end_date")),
            total_cost=money(text(row, "total_cost_eur")),
            tags=tuple(tag for tag in (text(row, "programme"),) if tag),
        )
    )


LAYOUTS: dict[str, tuple[frozenset[str], Callable[[Row], Participation] | Callable[[Row], ProjectFacts]]] = {
    "participations": (frozenset({"project_id", "pic", "partner_role", "legal_name"}), snsf_participation),
    "h2020": (frozenset({"rcn", "role", "pic", "organisation_name"}), h2020_participation),
    "projects": (frozenset({"project_id", "title", "start_date", "n_organisations"}), project_row),
}


@dataclass(frozen=True)
class Source:
    """A file whose layout is known."""

    table: Table
    layout: str

    @property
    def has_partners(self) -> bool:
        return self.layout != "projects"

    def rows(self) -> Iterator[tuple[Line, Participation | ProjectFacts | Refused]]:
        """Every row and what it says, or why it cannot be taken."""
        parse = LAYOUTS[self.layout][1]
        for line in self.table:
            try:
                yield line, Refused(line.problem) if line.problem else parse(line.cells)
            except Refused as refused:
                yield line, refused


def recognised(path: Path) -> Source:
    """The file with its layout, known by its columns. Raises WrongFile for any other, before anything is written."""
    table = read_table(path)
    for layout, (columns, _parse) in LAYOUTS.items():
        if columns <= set(table.columns):
            return Source(table, layout)
    raise WrongFile(
        _("“%(file)s” is neither a file of CORDIS projects nor one of participations. Its columns are: %(columns)s.")
        % {"file": path.name, "columns": shown(table.columns)}
    )


def completed(facts: ProjectFacts, more: ProjectFacts | None) -> ProjectFacts:
    """What one file leaves open is taken from the other."""
    if more is None:
        return facts
    return replace(
        facts,
        title=facts.title or more.title,
        acronym=facts.acronym or more.acronym,
        starts_on=facts.starts_on or more.starts_on,
        ends_on=facts.ends_on or more.ends_on,
        total_cost=facts.total_cost if facts.total_cost is not None else more.total_cost,
        tags=tuple(dict.fromkeys([*facts.tags, *more.tags])),
    )


@dataclass(slots=True)
class Gathered:
    """What the files say together: programmes by project number, organisations by key, refused rows apart."""

    programmes: dict[str, Programme] = field(default_factory=dict)
    organisations: dict[str, OrganisationFacts] = field(default_factory=dict)
    projects: dict[str, ProjectFacts] = field(default_factory=dict)

    def take(self, row: Participation) -> None:
        """Add a participation whose organisation has a name, a country or a code that is known."""
        key = key_of(row.organisation)
        known = self.organisations.get(key)
        if known is None or (row.organisation.name and not known.name):
            self.organisations[key] = row.organisation
        programme = self.programmes.get(row.project.key)
        if programme is None:
            programme = self.programmes[row.project.key] = Programme(row.project)
        programme.join(key, row.role, row.contribution)


def key_of(organisation: OrganisationFacts) -> str:
    """The participant code; without one, the folded name and the country."""
    return organisation.pic or f"{fold(organisation.name)}, {organisation.country}"


def gather(sources: Iterable[Source], known_pics: Container[str], refuse: Callable[[Line, str], None]) -> Gathered:
    """Read the files once. Rows that repeat a programme and an organisation are merged; a row that names no
    organisation is completed by its participant code from other rows or `known_pics`, and refused without one."""
    gathered = Gathered()
    nameless: list[tuple[Line, Participation]] = []
    for source in sources:
        for line, said in source.rows():
            if isinstance(said, Refused):
                refuse(line, str(said))
            elif isinstance(said, ProjectFacts):
                gathered.projects[said.key] = said
            elif said.organisation.name or (said.organisation.pic and said.organisation.country):
                gathered.take(said)
            else:
                nameless.append((line, said))
    for line, participation in nameless:
        pic = participation.organisation.pic
        if pic and (pic in gathered.organisations or pic in known_pics):
            gathered.take(participation)
        else:
            refuse(line, _("The row names no organisation, and its code is not known from another row."))
    for key, programme in gathered.programmes.items():
        programme.facts = completed(programme.facts, gathered.projects.get(key))
    return gathered


def batches(programmes: Iterable[Programme], rows: int) -> Iterator[list[Programme]]:
    """Programmes in batches of about so many rows of the source."""
    batch: list[Programme] = []
    size = 0
    for programme in programmes:
        batch.append(programme)
        size += programme.rows
        if size >= rows:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch

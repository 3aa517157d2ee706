"""Publications and data sets by DOI: their authors matched to people, linked to what they came from."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.identifiers import normal_orcid
from accounts.models import User
from core import audit, clock
from core.errors import DomainError, Invalid, NotPermitted, Violation
from core.permissions import allowed
from facilities.models import Booking, Instrument
from programs.models import Authorship, OutcomeLink, Program, Proposal, Publication
from programs.rules.outcomes import normal_doi

Source = Booking | Instrument | Proposal | Program
COLUMN = {Booking: "booking", Instrument: "instrument", Proposal: "proposal", Program: "program"}
FIRST_YEAR = 1900


@dataclass(frozen=True)
class Author:
    """As the title page has it; the ORCID says who it is."""

    name: str
    orcid: str = ""


@dataclass(frozen=True)
class Entry:
    """The metadata of something published under a DOI."""

    doi: str
    title: str
    year: int
    kind: str = Publication.Kind.ARTICLE
    container: str = ""
    authors: Sequence[Author] = field(default_factory=tuple)
    embargo_until: date | None = None


@transaction.atomic
def add_publication(entry: Entry, *, by: Any, sources: Iterable[Source] = ()) -> Publication:
    """Record a publication, or find the one with that DOI, and link what it came from. Raises Invalid with everything.

    What is there already keeps its metadata: the first entry of a DOI stands, and everyone may add links of their own.
    """
    doi = _checked(entry)
    found = Publication.objects.select_for_update().filter(doi=doi).first()
    if found is None:
        found = Publication.objects.create(
            doi=doi,
            kind=entry.kind,
            title=entry.title.strip(),
            container=entry.container.strip()[:300],
            year=entry.year,
            embargo_until=entry.embargo_until,
            created_by=None if by.is_system else by,
        )
        _write_authors(found, entry.authors)
        audit.record("add-publication", found, by=by, doi=doi)
    for source in sources:
        link_publication(found, source, by=by)
    return found


@transaction.atomic
def link_publication(publication: Publication, source: Source, *, by: Any) -> OutcomeLink:
    """Say what a publication came from; saying it again changes nothing. Raises NotPermitted."""
    if not may_link(by, source):
        raise NotPermitted(_("Link what you took part in, or what your facility did."))
    where: dict[str, Any] = {COLUMN[type(source)]: source}
    link, made = OutcomeLink.objects.get_or_create(publication=publication, **where)
    if made:
        audit.record("link-publication", publication, by=by, to=str(source.pk), what=COLUMN[type(source)])
    return link


@transaction.atomic
def unlink_publication(link: OutcomeLink, *, by: Any) -> None:
    """Take back what a publication was said to have come from. Raises NotPermitted."""
    source: Source | None = link.booking or link.instrument or link.proposal or link.program
    if source is None or not may_link(by, source):
        raise NotPermitted(_("Link what you took part in, or what your facility did."))
    audit.record("unlink-publication", link.publication, by=by, to=str(source.pk), what=COLUMN[type(source)])
    link.delete()


def import_publications(
    entries: Iterable[Entry], *, by: Any, sources: Sequence[Source] = ()
) -> tuple[list[Publication], list[tuple[Entry, str]]]:
    """Add each entry of a file by itself; those that are no publication come back with the reason."""
    added, refused = [], []
    for entry in entries:
        try:
            added.append(add_publication(entry, by=by, sources=sources))
        except DomainError as error:
            refused.append((entry, " ".join([str(v.message) for v in error.violations] or [str(error)])))
    return added, refused


def may_link(user: Any, source: Source) -> bool:
    """Who took part: the team of a proposal, programme or booking; for facility time also who reports its use."""
    if user.is_system:
        return True
    if isinstance(source, Proposal):
        return source.members.filter(person=user, state="joined").exists()
    if isinstance(source, Program):
        return source.team.members.filter(user=user).exists()
    instrument = source.instrument if isinstance(source, Booking) else source
    if allowed(user, "facilities.view_usage", instrument.facility):
        return True
    if isinstance(source, Booking):
        return source.requester_id == user.pk or bool(source.team and source.team.members.filter(user=user).exists())
    return instrument.bookings.filter(requester=user, state__in=["completed", "closed"]).exists()


def _checked(entry: Entry) -> str:
    found, doi = [], ""
    try:
        doi = normal_doi(entry.doi)
    except ValueError:
        found.append(Violation("doi_form", _("A DOI looks like 10.1000/abc, or is its doi.org address."), "doi"))
    if not entry.title.strip():
        found.append(Violation("title_missing", _("Give its title."), "title"))
    if not FIRST_YEAR <= entry.year <= clock.now().year + 1:
        found.append(Violation("year_range", _("Give the year it was published in."), "year"))
    if entry.kind not in Publication.Kind.values:
        found.append(Violation("kind_unknown", _("Choose what kind of publication it is."), "kind"))
    if entry.embargo_until and entry.kind != Publication.Kind.DATASET:
        found.append(Violation("embargo_of_data", _("Only data sets are closed for a while."), "embargo_until"))
    if not entry.authors:
        found.append(Violation("authors_missing", _("Name its authors, one in a line."), "authors"))
    for author in entry.authors:
        try:
            normal_orcid(author.orcid) if author.orcid else ""
        except ValueError:
            message = _("%(orcid)s is not an ORCID iD.") % {"orcid": author.orcid}
            found.append(Violation("orcid_form", message, "authors"))
    if found:
        raise Invalid(_("Please correct what is marked."), found)
    return doi


def _write_authors(publication: Publication, authors: Sequence[Author]) -> None:
    """In their order, each with the person of the ORCID, and else of exactly that name if there is one alone."""
    taken: set[Any] = set()
    rows = []
    for position, author in enumerate(authors, start=1):
        orcid = normal_orcid(author.orcid) if author.orcid else ""
        person = _person(author.name, orcid)
        if person is not None and person.pk in taken:
            person = None
        taken |= {person.pk} if person else set()
        rows.append(
            Authorship(
                publication=publication,
                position=position,
                name=author.name[:200],
                orcid=orcid or (person.orcid if person else "") or "",
                person=person,
            )
        )
    Authorship.objects.bulk_create(rows)


def _person(name: str, orcid: str) -> User | None:
    known = User.objects.filter(is_system=False)
    if orcid:
        return known.filter(orcid=orcid).first()
    last, comma, first = name.partition(",")
    turned = f"{first.strip()} {last.strip()}" if comma else name.strip()
    found = list(known.filter(name__iexact=turned)[:2])
    return found[0] if len(found) == 1 else None

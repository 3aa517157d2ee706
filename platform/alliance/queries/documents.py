"""Reads documents, their versions and signatures, always as far as the reader may see them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from accounts.models import Organisation
from alliance.models import Alliance, Document, DocumentVersion, Signature
from alliance.permissions.documents import documents_visible_to, versions_visible_to
from alliance.queries.membership import active_memberships
from alliance.rules.comparing import Piece, differences
from alliance.rules.days import today_in
from core.errors import NotFound
from core.fulltext import terms
from core.lookup import find


def find_document(user: Any, alliance: str, key: str) -> Document:
    """A document by its alliance's and its own name in addresses. Raises NotFound."""
    return find(documents_visible_to(user).filter(alliance__slug=alliance), key)


def find_version(user: Any, document: Document, number: int, language: str = "") -> DocumentVersion:
    """A version of a document by number, in a language or else in the first there is. Raises NotFound."""
    rows = versions_visible_to(user).filter(document=document, number=min(number, 2**15 - 1))
    found = (rows.filter(language=language) if language else rows).first()
    if found is None:
        raise NotFound
    return found


def documents_listed(
    user: Any, alliance: Alliance, *, text: str = "", kind: str = "", state: str = "", language: str = ""
) -> QuerySet[Document]:
    """Documents of an alliance that a person may see, by title; `text` is looked for in titles, texts and files."""
    readable = versions_visible_to(user).order_by()
    rows = documents_visible_to(user).filter(alliance=alliance)
    if kind:
        rows = rows.filter(kind=kind)
    if state or language:
        having = {"state": state} if state else {}
        having |= {"language": language} if language else {}
        rows = rows.filter(pk__in=readable.filter(**having).values("document"))
    for term in terms(text):
        rows = rows.filter(Q(search__holds=term) | Q(pk__in=readable.filter(search__holds=term).values("document")))
    return rows


def charter_in_force(alliance: Alliance, language: str = "en") -> DocumentVersion | None:
    """The version of the charter that is in force; in `language` where there is one."""
    rows = DocumentVersion.objects.filter(document__alliance=alliance, document__kind="charter", state="in_force")
    found = list(rows.select_related("document__alliance").order_by("-number", "language", "id"))
    return next((row for row in found if row.language == language), found[0] if found else None)


def current_versions(user: Any, documents: Iterable[Document]) -> dict[UUID, DocumentVersion]:
    """For each document the version that counts: in force, else the latest that the reader may see."""
    found: dict[UUID, DocumentVersion] = {}
    for version in versions_visible_to(user).filter(document__in=list(documents)).defer("text"):
        known = found.get(version.document_id)
        if known is None or (version.state == "in_force" and known.state != "in_force"):
            found[version.document_id] = version
    return found


def signers(document: Document) -> QuerySet[Organisation]:
    """Organisations that sign a document: its parties, and every active member where all members sign."""
    wanted = Q(pk__in=document.parties.values("organisation"))
    if document.signed_by_members:
        today = today_in(document.alliance)
        wanted |= Q(pk__in=active_memberships(document.alliance, today).order_by().values("organisation"))
    return Organisation.objects.filter(wanted).order_by("name", "id")


@dataclass(frozen=True)
class Signer:
    """An organisation that signs a version, with its signature where there is one."""

    organisation: Organisation
    signature: Signature | None


def signers_of(version: DocumentVersion) -> list[Signer]:
    """Who signed a version, and after them who still has to."""
    signatures = version.signatures.select_related("organisation").order_by("signed_on", "organisation__name", "id")
    signed = [Signer(row.organisation, row) for row in signatures]
    if version.state not in ("adopted", "in_force"):
        return signed
    done = [row.organisation.pk for row in signed]
    return [*signed, *(Signer(row, None) for row in signers(version.document).exclude(pk__in=done))]


def compared(before: DocumentVersion, after: DocumentVersion) -> list[Piece]:
    """What differs between two versions, paragraph by paragraph; of files, between the words in them."""
    return differences(before.text or before.words, after.text or after.words)


def effective_before(day: date) -> QuerySet[DocumentVersion]:
    """Adopted versions whose day has come, in the order in which they take effect."""
    rows = DocumentVersion.objects.filter(state="adopted", effective_from__lte=day)
    return rows.order_by("effective_from", "number", "id")

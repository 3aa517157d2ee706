"""Documents as their pages show them: the list, one document with its versions and signers, two versions compared."""

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import get_language, get_language_info
from django.utils.translation import gettext as _

from accounts.models import Organisation
from alliance.models import Alliance, Document, DocumentVersion
from alliance.permissions.documents import PUBLISH, may_sign_for, version_parties, versions_visible_to
from alliance.permissions.voting import sees_alliance
from alliance.queries.actions import PLANS
from alliance.queries.documents import Signer, compared, current_versions, documents_listed, signers, signers_of
from alliance.rules.comparing import Piece
from alliance.workflows.documents import VERSION
from core.names import local
from core.permissions import allowed
from frontend.forms.alliance.papers import DocumentFilters, SignForm
from frontend.paging import Page, paged
from frontend.written import html
from workflow.machine import Move


@dataclass(frozen=True)
class DocumentLine:
    """A document in a list, with the version that counts; none where there is only an empty document."""

    document: Document
    title: str
    summary: str
    url: str
    current: DocumentVersion | None


@dataclass(frozen=True)
class DocumentsPage:
    alliance: Alliance
    form: DocumentFilters
    page: Page
    edits: bool


@dataclass(frozen=True)
class VersionLine:
    """A version in the list of a document."""

    version: DocumentVersion
    url: str
    language: str
    is_shown: bool
    compare: str


@dataclass(frozen=True)
class DocumentPage:
    """A document with one version in full; `moves` are the editor's, `sign` is shown to who may sign."""

    document: Document
    title: str
    summary: str
    crumbs: list[dict[str, Any]]
    shown: DocumentVersion | None
    language: str
    text: SafeString
    versions: list[VersionLine]
    signers: list[Signer]
    waiting: int
    moves: list[Move]
    may_adopt: bool
    sign: SignForm | None
    edits: bool
    follows: bool


@dataclass(frozen=True)
class ComparisonPage:
    document: Document
    before: DocumentVersion
    after: DocumentVersion
    pieces: list[Piece]
    crumbs: list[dict[str, Any]]


def address(document: Document, *, version: DocumentVersion | None = None) -> str:
    where = [document.alliance.slug, document.slug]
    if version is None:
        return reverse("document", args=where)
    return f"{reverse('document_version', args=[*where, version.number])}?language={version.language}"


def language_name(code: str) -> str:
    """A language in itself."""
    return str(get_language_info(code)["name_local"])


def documents_page(
    user: Any, alliance: Alliance, params: QueryDict, *, alliances: list[Alliance] | None = None
) -> DocumentsPage:
    edits = allowed(user, PUBLISH, alliance)
    form = DocumentFilters(params, alliances=alliances, states=edits)
    page = paged(documents_listed(user, alliance, **form.asked()), params)
    current = current_versions(user, page.rows)
    lines = [
        DocumentLine(row, local(row, "title"), local(row, "summary"), address(row), current.get(row.pk))
        for row in page.rows
    ]
    return DocumentsPage(alliance, form, Page(lines, page.earlier, page.later), edits)


def document_page(
    user: Any, document: Document, shown: DocumentVersion | None = None, sign: SignForm | None = None
) -> DocumentPage:
    """`shown` is the version that the address names; else the one that counts, in the reader's language."""
    versions = list(versions_visible_to(user).filter(document=document).order_by("-number", "language", "id"))
    shown = shown or _counting(versions)
    edits = allowed(user, PUBLISH, document.alliance)
    lines = signers_of(shown) if shown and (user.is_authenticated or document.signed_by_members) else []
    parties = version_parties(user, shown) if shown else set()
    return DocumentPage(
        document=document,
        title=local(document, "title"),
        summary=local(document, "summary"),
        crumbs=crumbs_of(document),
        shown=shown,
        language=language_name(shown.language) if shown else "",
        text=html(shown.text) if shown else SafeString(""),
        versions=[_line(row, shown, versions) for row in versions],
        signers=lines,
        waiting=sum(line.signature is None for line in lines),
        moves=[move for move in VERSION.open_moves(shown.state, parties) if move.name != "adopt"] if shown else [],
        may_adopt=shown is not None and shown.state == "proposed" and "adopter" in parties,
        sign=sign or sign_form(user, shown),
        edits=edits,
        follows=document.kind in PLANS and sees_alliance(user, document.alliance),
    )


def sign_form(user: Any, version: DocumentVersion | None, data: Any = None) -> SignForm | None:
    """For the organisations that still have to sign and for which this person may."""
    if version is None or not user.is_authenticated or version.state not in ("adopted", "in_force"):
        return None
    organisations = to_sign(user, version)
    records = allowed(user, PUBLISH, version.document.alliance)
    if not organisations.exists():
        return None
    initial = {"name": "" if records else user.name}
    return SignForm(data, organisations=organisations, records=records, initial=initial)


def to_sign(user: Any, version: DocumentVersion) -> QuerySet[Organisation]:
    waiting = signers(version.document).exclude(signatures__version=version)
    if allowed(user, PUBLISH, version.document.alliance):
        return waiting
    return waiting.filter(pk__in=[row.pk for row in waiting if may_sign_for(user, version, row)])


def comparison_page(document: Document, before: DocumentVersion, after: DocumentVersion) -> ComparisonPage:
    here = {"label": f"v{before.number} → v{after.number}", "url": ""}
    return ComparisonPage(document, before, after, compared(before, after), [*crumbs_of(document, linked=True), here])


def crumbs_of(document: Document, *, linked: bool = False) -> list[dict[str, Any]]:
    label = local(document, "title")
    return [
        {"label": _("Documents"), "url": f"{reverse('documents')}?alliance={document.alliance.slug}"},
        {"label": label, "url": address(document) if linked else ""},
    ]


def _counting(versions: list[DocumentVersion]) -> DocumentVersion | None:
    """In force if there is one, then the latest; in the reader's language where it has that."""
    own = get_language() or "en"
    ranked = sorted(
        versions, key=lambda row: (row.state != "in_force", row.state == "withdrawn", -row.number, row.language != own)
    )
    return ranked[0] if ranked else None


def _line(row: DocumentVersion, shown: DocumentVersion | None, versions: list[DocumentVersion]) -> VersionLine:
    before = next((each for each in versions if each.number < row.number and each.language == row.language), None)
    document = row.document
    compare = ""
    if before is not None:
        where = reverse("document_changes", args=[document.alliance.slug, document.slug])
        compare = f"{where}?before={before.number}&after={row.number}&language={row.language}"
    return VersionLine(row, address(document, version=row), language_name(row.language), row == shown, compare)

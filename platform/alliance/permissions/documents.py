"""Who may read which documents and versions, who acts on a version, and who signs for an organisation."""

from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from accounts.models import Organisation
from alliance.models import (
    Alliance,
    BodyMembership,
    Document,
    DocumentParty,
    DocumentVersion,
    MembershipApplication,
    Representative,
)
from alliance.permissions.governance import RUN, lasting, speaks_for
from alliance.permissions.membership import SIGN, is_head
from alliance.workflows.documents import PUBLIC, TOLD
from core import clock
from core.permissions import allowed, container_ids

PUBLISH = "alliance.publish"


def documents_visible_to(user: Any) -> QuerySet[Document]:
    """Documents of which a person may read at least one version, and all that the person edits; by title."""
    readable = versions_visible_to(user).order_by().values("document")
    edited = Q(alliance__in=container_ids(user, PUBLISH, Alliance))
    rows = Document.objects.select_related("alliance", "event", "body").defer("search").order_by("title", "id")
    return rows.filter(Q(pk__in=readable) | edited)


def versions_visible_to(user: Any) -> QuerySet[DocumentVersion]:
    """Versions that a person may read, by document, the latest number first.

    Everybody reads what was adopted of public documents. Members' representatives, whoever sits on the document's
    body, signatories of its parties and those who run the governance read what is proposed as well; drafts and what is
    restricted are the editors'.
    """
    rows = DocumentVersion.objects.select_related("document__alliance", "adopted_by").defer(
        "search", "document__search"
    )
    edited = Q(document__alliance__in=container_ids(user, PUBLISH, Alliance))
    return rows.filter(_readable(user) | edited).order_by("document_id", "-number", "language", "id")


def _readable(user: Any) -> Q:
    """Versions that somebody may read without editing them."""
    public = Q(document__access=Document.Access.PUBLIC, state__in=PUBLIC)
    if not user.is_authenticated:
        return public
    open_to_members = Q(document__access__in=[Document.Access.PUBLIC, Document.Access.MEMBERS])
    member = Q(document__alliance__in=alliances_of(user))
    sits = Q(document__body__in=bodies_of(user)) | (member & Q(document__body__of_members=True))
    runs = Q(document__alliance__in=container_ids(user, RUN, Alliance))
    signed_for = DocumentParty.objects.filter(organisation__in=organisations_signed_for(user)).values("document")
    concerned = (
        (open_to_members & member)
        | (Q(document__access=Document.Access.BODY) & sits)
        | (~Q(document__access=Document.Access.RESTRICTED) & runs)
        | Q(document__in=signed_for)
    )
    return public | (Q(state__in=TOLD) & concerned)


def alliances_of(user: Any) -> QuerySet[Any, Any]:
    """Identifiers of alliances in which a person speaks for an active member today."""
    return speaks_for(user, clock.now().date()).order_by().values("membership__alliance")


def bodies_of(user: Any) -> QuerySet[Any, Any]:
    """Identifiers of bodies that a person sits on today."""
    return BodyMembership.objects.filter(lasting(clock.now().date()), person=user).order_by().values("body")


def organisations_signed_for(user: Any) -> list[UUID]:
    """Organisations for which a person may sign."""
    return container_ids(user, SIGN, Organisation)


def version_parties(user: Any, version: DocumentVersion) -> set[str]:
    """What a person is to a version, as the moves name it."""
    if user.is_authenticated and user.is_system:
        return {"system"}
    if not allowed(user, PUBLISH, version.document.alliance):
        return set()
    return {"editor"} if version.document.needs_resolution else {"editor", "adopter"}


def may_sign_for(user: Any, version: DocumentVersion, organisation: Organisation) -> bool:
    """Whether a person may put an organisation's signature under a version.

    The organisation's signatory, the head of its representatives, the head named in an application that only waits
    for the signature, and the secretariat, which records what was signed on paper.
    """
    alliance = version.document.alliance
    if any(allowed(user, right, alliance) for right in (PUBLISH, "alliance.manage_members")):
        return True
    if allowed(user, SIGN, organisation):
        return True
    heads = speaks_for(user, clock.now().date()).filter(
        membership__alliance=alliance, membership__organisation=organisation, kind=Representative.Kind.HEAD
    )
    return heads.exists() or any(is_head(user, row) for row in applicants(alliance).filter(organisation=organisation))


def applicants(alliance: Alliance) -> QuerySet[MembershipApplication]:
    """Applications that only wait for the signature of the charter."""
    return MembershipApplication.objects.filter(alliance=alliance, state="signature").order_by("id")

"""The secretariat's pages of documents: make and change one, write its versions, propose, adopt, withdraw."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from alliance.commands.documents import adopt_by_editor, draft_version, edit_version, move_version, name_parties
from alliance.commands.records import save_record
from alliance.models import Alliance, Document, DocumentVersion
from alliance.permissions.documents import PUBLISH, versions_visible_to
from core.errors import DomainError
from core.lookup import find, free_slug
from core.permissions import containers
from frontend.contexts.alliance.documents import address, crumbs_of, document_page, documents_page
from frontend.forms.alliance.papers import DocumentForm, VersionForm


def published_by(user: Any, slug: str) -> Alliance:
    """An alliance for which a person publishes. Raises Http404."""
    return get_object_or_404(containers(user, PUBLISH, Alliance.objects.all()), slug=slug)


def edited_document(user: Any, slug: str, key: str) -> Document:
    """A document that a person edits. Raises Http404, NotFound."""
    rows = Document.objects.filter(alliance=published_by(user, slug)).select_related("alliance")
    return find(rows.defer("search"), key)


def edited_version(user: Any, slug: str, pk: UUID) -> DocumentVersion:
    rows = versions_visible_to(user).filter(document__alliance=published_by(user, slug))
    return get_object_or_404(rows, pk=pk)


@login_required
@require_GET
def documents(request: HttpRequest, slug: str) -> HttpResponse:
    page = documents_page(request.user, published_by(request.user, slug), request.GET)
    return render(request, "alliance/documents/list.html", {"page": page})


@login_required
def edit(request: HttpRequest, slug: str, key: str = "") -> HttpResponse:
    """A new document, or what is known of one; not its text."""
    alliance = published_by(request.user, slug)
    row = edited_document(request.user, slug, key) if key else Document(alliance=alliance)
    form = DocumentForm(request.POST or None, instance=row)
    if form.is_valid():
        row = form.row()
        row.slug = row.slug or free_slug(Document.objects.filter(alliance=alliance), row.title)
        with form.blamed():
            save_record(row, by=request.user)
            name_parties(row, list(form.cleaned_data["parties"]), by=request.user)
            messages.success(request, _("Saved."))
            return redirect("document", alliance.slug, row.slug)
    context = {"form": form, "document": row if key else None, "alliance": alliance}
    return render(request, "alliance/documents/edit.html", context, status=422 if form.errors else 200)


@login_required
def new_version(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """The next version, or another language of one that is not decided."""
    row = edited_document(request.user, slug, key)
    versions = list(row.versions.order_by("-number", "id"))
    latest = versions[0].number if versions else 0
    open_one = [latest] if versions and versions[0].state in ("draft", "proposed") else []
    sent = request.method == "POST"
    form = VersionForm(
        request.POST if sent else None,
        request.FILES if sent else None,
        numbers=[latest + 1, *open_one],
        initial={"text": versions[0].text if versions and not open_one else ""},
    )
    if form.is_valid():
        with form.blamed():
            made = draft_version(row, by=request.user, **form.cleaned_data)
            messages.success(request, _("The draft is kept. Propose it when it is ready."))
            return redirect(address(row, version=made))
    return _writing(request, form, row, None)


@login_required
def version(request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
    """Write on a draft."""
    row = edited_version(request.user, slug, pk)
    if row.state != "draft":
        raise Http404
    sent = request.method == "POST"
    first = {"text": row.text, "note": row.note}
    form = VersionForm(request.POST if sent else None, request.FILES if sent else None, initial=first)
    if form.is_valid():
        with form.blamed():
            edit_version(row, by=request.user, **form.cleaned_data)
            messages.success(request, _("Saved."))
            return redirect(address(row.document, version=row))
    return _writing(request, form, row.document, row)


@login_required
@require_POST
def move(request: HttpRequest, slug: str, pk: UUID, move: str) -> HttpResponse:
    """Propose, take back, withdraw, or adopt where no resolution is needed."""
    row = edited_version(request.user, slug, pk)
    try:
        if move == "adopt":
            adopt_by_editor(row, by=request.user)
        else:
            move_version(row, move, by=request.user, note=request.POST.get("note", ""))
    except DomainError as refusal:
        page = document_page(request.user, row.document, edited_version(request.user, slug, pk))
        return render(request, "public/document.html", {"page": page, "refusal": refusal}, status=refusal.status)
    messages.success(request, _("Done."))
    return redirect(address(row.document, version=row))


def _writing(
    request: HttpRequest, form: VersionForm, document: Document, version: DocumentVersion | None
) -> HttpResponse:
    here = _("v%(number)d") % {"number": version.number} if version else _("New version")
    crumbs = [*crumbs_of(document, linked=True), {"label": here, "url": ""}]
    context = {"form": form, "document": document, "version": version, "crumbs": crumbs}
    return render(request, "alliance/documents/version.html", context, status=422 if form.errors else 200)


urlpatterns = [
    path("alliance/<slug:slug>/documents/", documents, name="alliance_documents"),
    path("alliance/<slug:slug>/documents/new/", edit, name="document_new"),
    path("alliance/<slug:slug>/documents/<slug:key>/edit/", edit, name="document_edit"),
    path("alliance/<slug:slug>/documents/<slug:key>/versions/new/", new_version, name="version_new"),
    path("alliance/<slug:slug>/versions/<uuid:pk>/", version, name="version_edit"),
    path("alliance/<slug:slug>/versions/<uuid:pk>/<slug:move>/", move, name="version_move"),
]

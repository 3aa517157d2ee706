"""Documents for everybody who may read them: the list, a document, a version, what changed, and files as downloads."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from alliance.commands.documents import sign_version
from alliance.models import Alliance, Signature
from alliance.permissions.documents import versions_visible_to
from alliance.queries import main_alliance
from alliance.queries.documents import find_document, find_version
from core.files import download
from frontend.contexts.alliance.documents import comparison_page, document_page, documents_page, sign_form


@require_GET
def documents(request: HttpRequest) -> HttpResponse:
    """The documents of the main alliance, or of the one that the address names."""
    alliances = list(Alliance.objects.order_by("-is_main", "name", "id"))
    asked = request.GET.get("alliance", "")
    alliance = next((row for row in alliances if row.slug == asked), main_alliance())
    page = documents_page(request.user, alliance, request.GET, alliances=alliances) if alliance else None
    return render(request, "public/documents.html", {"page": page})


@require_GET
def document(request: HttpRequest, alliance: str, slug: str, number: int | None = None) -> HttpResponse:
    found = find_document(request.user, alliance, slug)
    shown = find_version(request.user, found, number, request.GET.get("language", "")) if number else None
    return render(request, "public/document.html", {"page": document_page(request.user, found, shown)})


@login_required
@require_GET
def version(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Where messages about a version lead."""
    row = get_object_or_404(versions_visible_to(request.user), pk=pk)
    return redirect("document_version", row.document.alliance.slug, row.document.slug, row.number)


@require_GET
def changes(request: HttpRequest, alliance: str, slug: str) -> HttpResponse:
    """What differs from one version to another."""
    found = find_document(request.user, alliance, slug)
    given = request.GET
    texts = [given.get("before", ""), given.get("after", "")]
    if not all(text.isascii() and text.isdigit() for text in texts):
        raise Http404
    numbers = [int(text) for text in texts]
    pair = [find_version(request.user, found, number, given.get("language", "")) for number in sorted(numbers)]
    return render(request, "public/document_changes.html", {"page": comparison_page(found, *pair)})


@require_GET
def file(request: HttpRequest, pk: UUID) -> FileResponse:
    """The file of a version, saved and never shown."""
    row = get_object_or_404(versions_visible_to(request.user).filter(file__gt=""), pk=pk)
    return download(row)


@login_required
@require_POST
def sign(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Sign for an organisation, or record what was signed on paper."""
    version = get_object_or_404(versions_visible_to(request.user), pk=pk)
    form = sign_form(request.user, version, request.POST)
    if form is None:
        raise Http404
    if form.is_valid():
        given = form.cleaned_data
        day = given.get("signed_on")
        method = Signature.Method.PAPER if "signed_on" in form.fields else Signature.Method.ELECTRONIC
        with form.blamed():
            sign_version(
                version, given["organisation"], by=request.user, name=given["name"], method=method, signed_on=day
            )
            messages.success(request, _("Signed for %(name)s.") % {"name": given["organisation"]})
            return redirect("document", version.document.alliance.slug, version.document.slug)
    page = document_page(request.user, version.document, version, form)
    return render(request, "public/document.html", {"page": page}, status=422)


urlpatterns = [
    path("documents/", documents, name="documents"),
    path("documents/versions/<uuid:pk>/", version, name="version"),
    path("documents/versions/<uuid:pk>/file/", file, name="document_file"),
    path("documents/versions/<uuid:pk>/sign/", sign, name="document_sign"),
    path("documents/<slug:alliance>/<slug:slug>/", document, name="document"),
    path("documents/<slug:alliance>/<slug:slug>/changes/", changes, name="document_changes"),
    path("documents/<slug:alliance>/<slug:slug>/v<int:number>/", document, name="document_version"),
]

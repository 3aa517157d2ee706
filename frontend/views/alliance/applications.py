"""Pages of joining: what it means, a draft with its files, the list, and an application with its moves."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from alliance.commands import applications
from alliance.models import MembershipApplication
from alliance.permissions.membership import application_parties
from alliance.queries import main_alliance
from alliance.queries.alliances import find_alliance
from alliance.queries.applications import application_moves, find_application
from core.files import download
from core.lookup import find
from core.reading import whole_number
from frontend.contexts.alliance.applications import application_list, application_page, join_page
from frontend.forms.alliance.applications import FORMS, ApplicationForm, FileForm, NewApplicationForm


@require_GET
def join(request: HttpRequest, slug: str = "") -> HttpResponse:
    """What joining means; everybody reads it."""
    alliance = find_alliance(slug) if slug else main_alliance()
    return render(request, "public/join.html", {"page": join_page(alliance) if alliance else None})


@login_required
@require_GET
def application_lists(request: HttpRequest, slug: str) -> HttpResponse:
    page = application_list(find_alliance(slug), request.user, request.GET)
    return render(request, "alliance/applications/list.html", {"page": page})


@login_required
def new_application(request: HttpRequest, slug: str) -> HttpResponse:
    """A centre begins; nothing typed is lost."""
    alliance = find_alliance(slug)
    form = NewApplicationForm(request.POST or None, alliance=alliance)
    if request.method == "POST" and form.is_valid():
        with form.blamed():
            row = applications.start_application(
                alliance, form.cleaned_data["organisation"], form.wanted(), by=request.user
            )
            messages.success(request, _("The draft is kept. Add your documents, then submit it."))
            return _to(row)
    context = {"form": form, "alliance": alliance, "row": None}
    return render(request, "alliance/applications/edit.html", context, status=422 if form.errors else 200)


@login_required
@require_GET
def any_application(request: HttpRequest, pk: UUID) -> HttpResponse:
    """To the page of an application, as messages name it."""
    return _to(find_application(request.user, pk))


@login_required
@require_GET
def application(request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
    row = _found(request, slug, pk)
    return render(request, "alliance/applications/application.html", {"page": application_page(row, request.user)})


@login_required
def edit_application(request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
    """Change a draft, or one that was returned."""
    row = _found(request, slug, pk)
    if not any(move.name == "edit" for move in application_moves(request.user, row)):
        raise Http404
    form = ApplicationForm(request.POST or None, alliance=row.alliance, row=row)
    if request.method == "POST" and form.is_valid():
        version = whole_number(request.POST.get("version"))
        with form.blamed():
            applications.edit_application(row, form.wanted(), by=request.user, version=version)
            messages.success(request, _("Saved."))
            return _to(row)
    context = {"form": form, "alliance": row.alliance, "row": row}
    return render(request, "alliance/applications/edit.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def add_file(request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
    row = _found(request, slug, pk)
    form = FileForm(request.POST, request.FILES)
    if form.is_valid():
        with form.blamed():
            applications.add_application_file(row, form.cleaned_data["file"], by=request.user)
            return _to(row)
    page = application_page(row, request.user, file_form=form)
    return render(request, "alliance/applications/application.html", {"page": page, "form": form}, status=422)


@login_required
def application_file(request: HttpRequest, slug: str, pk: UUID, file: UUID) -> HttpResponseBase:
    """A document as a download, whatever is in it; taken out by POST."""
    kept = find(_found(request, slug, pk).files.all(), file)
    if request.method != "POST":
        return download(kept)
    applications.remove_application_file(kept, by=request.user)
    return redirect("alliance_application", slug, pk)


@login_required
@require_POST
def application_move(request: HttpRequest, slug: str, pk: UUID, move: str) -> HttpResponse:
    """Make a move; a refusal shows the page again with what was typed."""
    row = _found(request, slug, pk)
    if move not in FORMS:
        raise Http404
    form_class, act = FORMS[move]
    form: Any = form_class(request.POST, row=row, reader=request.user, auto_id=f"{move}_%s")
    if form.is_valid():
        with form.blamed():
            act(row, request.user, form)
            messages.success(request, _("Saved."))
            return _to(row)
    row = _found(request, slug, pk)
    page = application_page(row, request.user, **{move: form})
    return render(request, "alliance/applications/application.html", {"page": page, "form": form}, status=422)


def _found(request: HttpRequest, slug: str, pk: UUID) -> MembershipApplication:
    row = find_application(request.user, pk)
    if row.alliance.slug != slug or not application_parties(request.user, row):
        raise Http404
    return row


def _to(row: MembershipApplication) -> HttpResponse:
    return redirect("alliance_application", row.alliance.slug, row.pk)


HERE = "alliance/<slug:slug>/applications/"
urlpatterns = [
    path("join/", join, name="join"),
    path("join/<slug:slug>/", join, name="join_alliance"),
    path("applications/<uuid:pk>/", any_application, name="application"),
    path(HERE, application_lists, name="applications"),
    path(f"{HERE}new/", new_application, name="new_application"),
    path(f"{HERE}<uuid:pk>/", application, name="alliance_application"),
    path(f"{HERE}<uuid:pk>/edit/", edit_application, name="edit_application"),
    path(f"{HERE}<uuid:pk>/files/", add_file, name="application_files"),
    path(f"{HERE}<uuid:pk>/files/<uuid:file>/", application_file, name="application_file"),
    path(f"{HERE}<uuid:pk>/<slug:move>/", application_move, name="application_move"),
]

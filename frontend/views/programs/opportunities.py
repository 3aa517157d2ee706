"""Pages of places that programmes offer in public, and the applications for them."""

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

from core.errors import DomainError
from core.files import download
from core.lookup import find
from core.reading import whole_number
from frontend.contexts.programs.opportunities import (
    candidacies_page,
    candidacy_page,
    offer_page,
    opportunities_page,
)
from frontend.forms.programs.opportunities import FORMS, OFFER_FORMS, FileForm, OfferForm
from frontend.views.programs.reading import inside_of
from programs.commands import opportunities
from programs.queries.opportunities import (
    candidacies_listed,
    find_candidacy,
    find_opportunity,
    opportunity_moves,
)

MOST = 30


@require_GET
def offers(request: HttpRequest) -> HttpResponse:
    return render(request, "opportunities/list.html", {"page": opportunities_page(request.user, request.GET)})


@require_GET
def offer(request: HttpRequest, slug: str) -> HttpResponse:
    row = find_opportunity(request.user, slug)
    return render(request, "opportunities/offer.html", {"page": offer_page(row, request.user)})


@login_required
def new_offer(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The office of a programme begins; nothing typed is lost."""
    program = inside_of(request, pk)
    form = OfferForm(request.POST or None, zone=program.alliance.zone if program.alliance else "UTC")
    if request.method == "POST" and form.is_valid():
        with form.blamed():
            row = opportunities.draft_opportunity(program, form.places_offered(), by=request.user)
            messages.success(request, _("The draft is kept. Read it as others will, then publish it."))
            return redirect("opportunity", row.slug)
    context = {"form": form, "program": program, "row": None}
    return render(request, "opportunities/edit.html", context, status=422 if form.errors else 200)


@login_required
def edit_offer(request: HttpRequest, slug: str) -> HttpResponse:
    row = find_opportunity(request.user, slug)
    if not any(move.name == "edit" for move in opportunity_moves(request.user, row)):
        raise Http404
    form = OfferForm(request.POST or None, row=row)
    if request.method == "POST" and form.is_valid():
        version = whole_number(request.POST.get("version"))
        with form.blamed():
            opportunities.edit_opportunity(row, form.places_offered(), by=request.user, version=version)
            messages.success(request, _("Saved."))
            return redirect("opportunity", row.slug)
    context = {"form": form, "program": row.program, "row": row}
    return render(request, "opportunities/edit.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def offer_move(request: HttpRequest, slug: str, move: str) -> HttpResponse:
    """Make a move; a refusal shows the page again with what was typed."""
    row = find_opportunity(request.user, slug)
    if move not in OFFER_FORMS:
        raise Http404
    form_class, command = OFFER_FORMS[move]
    form = form_class(request.POST, row=row, auto_id=f"{move}_%s")
    if form.is_valid():
        with form.blamed():
            command(row, by=request.user, **form.cleaned_data)
            messages.success(request, _("Saved."))
            return redirect("opportunity", row.slug)
    page = offer_page(find_opportunity(request.user, slug), request.user, **{move: form})
    return render(request, "opportunities/offer.html", {"page": page, "form": form}, status=422)


@login_required
@require_POST
def apply(request: HttpRequest, slug: str) -> HttpResponse:
    """Begin one's own application, or go on with it."""
    row = find_opportunity(request.user, slug)
    try:
        own = opportunities.start_candidacy(row, by=request.user)
    except DomainError as refusal:
        messages.error(request, str(refusal))
        return redirect("opportunity", row.slug)
    return redirect("candidacy", own.pk)


@login_required
@require_GET
def applications(request: HttpRequest, slug: str) -> HttpResponse:
    """The applications for an offer that the reader may see, by rank."""
    row = find_opportunity(request.user, slug)
    page = candidacies_page(row, request.user, request.GET)
    if not page.rows and not opportunity_moves(request.user, row):
        raise Http404
    return render(request, "opportunities/applications.html", {"row": row, "page": page})


@login_required
@require_GET
def own_applications(request: HttpRequest) -> HttpResponse:
    """What I applied for."""
    rows = candidacies_listed(request.user, mine=True)[:MOST]
    return render(request, "opportunities/mine.html", {"rows": rows})


@login_required
@require_GET
def application(request: HttpRequest, pk: UUID) -> HttpResponse:
    page = candidacy_page(find_candidacy(request.user, pk), request.user)
    return render(request, "opportunities/candidacy.html", {"page": page})


@login_required
@require_POST
def application_move(request: HttpRequest, pk: UUID, move: str) -> HttpResponse:
    """Make a move; a refusal shows the page again with what was typed."""
    row = find_candidacy(request.user, pk)
    if move not in FORMS:
        raise Http404
    form_class, act = FORMS[move]
    form = form_class(request.POST, row=row, auto_id=f"{move}_%s")
    if form.is_valid():
        with form.blamed():
            act(row, request.user, form.cleaned_data)
            messages.success(request, _("Saved."))
            return redirect("candidacy", row.pk)
    asked: dict[str, Any] = {move: form}
    page = candidacy_page(find_candidacy(request.user, pk), request.user, **asked)
    return render(request, "opportunities/candidacy.html", {"page": page, "form": form}, status=422)


@login_required
@require_POST
def add_file(request: HttpRequest, pk: UUID) -> HttpResponse:
    row, form = find_candidacy(request.user, pk), FileForm(request.POST, request.FILES)
    if form.is_valid():
        with form.blamed():
            opportunities.add_candidacy_file(row, form.cleaned_data["file"], by=request.user)
            return redirect("candidacy", row.pk)
    page = candidacy_page(row, request.user, file_form=form)
    return render(request, "opportunities/candidacy.html", {"page": page, "form": form}, status=422)


@login_required
def kept_file(request: HttpRequest, pk: UUID, file: UUID) -> HttpResponseBase:
    """A document as a download, whatever is in it; taken out by POST."""
    kept = find(find_candidacy(request.user, pk).files.all(), file)
    if request.method != "POST":
        return download(kept)
    try:
        opportunities.remove_candidacy_file(kept, by=request.user)
    except DomainError as refusal:
        messages.error(request, str(refusal))
    return redirect("candidacy", pk)


urlpatterns = [
    path("opportunities/", offers, name="opportunities"),
    path("opportunities/<slug:slug>/", offer, name="opportunity"),
    path("opportunities/<slug:slug>/edit/", edit_offer, name="edit_opportunity"),
    path("opportunities/<slug:slug>/apply/", apply, name="apply_for_place"),
    path("opportunities/<slug:slug>/applications/", applications, name="candidacies"),
    path("opportunities/<slug:slug>/do/<slug:move>/", offer_move, name="opportunity_move"),
    path("programs/<uuid:pk>/opportunities/new/", new_offer, name="new_opportunity"),
    path("candidacies/", own_applications, name="own_candidacies"),
    path("candidacies/<uuid:pk>/", application, name="candidacy"),
    path("candidacies/<uuid:pk>/files/", add_file, name="candidacy_files"),
    path("candidacies/<uuid:pk>/files/<uuid:file>/", kept_file, name="candidacy_file"),
    path("candidacies/<uuid:pk>/do/<slug:move>/", application_move, name="candidacy_move"),
]

"""Pages of reviews: the inbox, writing one, the panel meeting, the ranking, and assigning reviewers."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from core.errors import DomainError, NotFound
from core.files import download
from core.lookup import find
from frontend.contexts.calls.reviews import (
    assign_page,
    conflict_page,
    discussion_page,
    inbox_page,
    meeting_page,
    ranking_page,
    review_page,
    writing,
)
from frontend.forms.calls.reviews import Declaring, Discussion, Writing
from programs.api.reviews import ranking_file
from programs.commands import reviews
from programs.models import Review
from programs.permissions.calls import call_parties
from programs.permissions.reviews import assessment_parties, panels_visible_to
from programs.queries.panels import members_of
from programs.queries.paper import file_of
from programs.queries.reviews import declarations_of, find_assessment, find_review, ranked_call, ranking_visible_to


@login_required
@require_GET
def inbox(request: HttpRequest) -> HttpResponse:
    """What a reviewer is asked for, due first."""
    return render(request, "reviews/list.html", {"page": inbox_page(request.user, request.GET)})


@login_required
def review(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A review beside the proposal; saved as often as one likes, then submitted."""
    found = find_review(request.user, pk)
    form = writing(found, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        submits = request.POST.get("do") == "submit"
        command = reviews.submit_review if submits else reviews.save_review
        try:
            command(found, form.written(), by=request.user)
        except DomainError as error:
            form.blame(error)
            return _page(request, find_review(request.user, pk), form=form, status=error.status)
        said = _("Submitted. Thank you.") if submits else _("Saved. Nobody sees it before you submit.")
        messages.success(request, said)
        return redirect("review", pk=pk)
    return _page(request, found, form=form, status=422 if form.errors else 200)


MOVES: dict[str, Callable[..., Review]] = {
    "accept": reviews.accept_review,
    "decline": reviews.decline_review,
    "reopen": reviews.reopen_review,
    "call-off": reviews.call_off_review,
}


@login_required
@require_POST
def move(request: HttpRequest, pk: UUID, move: str) -> HttpResponse:
    """Take on, decline, open again, call off."""
    found = find_review(request.user, pk)
    if move not in MOVES:
        raise Http404
    try:
        MOVES[move](found, by=request.user, note=request.POST.get("note", ""))
    except DomainError as error:
        fresh = find_review(request.user, pk)
        page = review_page(request.user, fresh, writing(fresh), error)
        return render(request, "reviews/review.html", {"page": page}, status=error.status)
    messages.success(request, _("Done."))
    return redirect("reviews") if move == "decline" else redirect("review", pk=pk)


def _page(request: HttpRequest, found: Review, *, form: Writing, status: int) -> HttpResponse:
    page = review_page(request.user, found, form)
    return render(request, "reviews/review.html", {"page": page}, status=status)


@login_required
@require_GET
def meeting(request: HttpRequest, key: str, pk: UUID) -> HttpResponse:
    """A panel's docket in the order of merit."""
    call = ranked_call(request.user, key)
    panel = find(panels_visible_to(request.user).select_related("scale"), pk)
    return render(request, "reviews/meeting.html", {"page": meeting_page(request.user, panel, call)})


@login_required
def discussion(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One proposal at the meeting: reviews, and what the panel says."""
    found = find_assessment(request.user, pk)
    form = Discussion(request.POST if request.method == "POST" else None, assessment=found)
    refusal = None
    if request.method == "POST" and form.is_valid():
        try:
            reviews.record_discussion(found, by=request.user, **form.cleaned_data)
        except DomainError as error:
            refusal = error
            form.blame(error)
        else:
            messages.success(request, _("Saved."))
            return redirect("panel_meeting", key=found.proposal.call.slug, pk=found.panel_id)
    page = discussion_page(request.user, found, form, refusal)
    status = refusal.status if refusal else 422 if form.errors else 200
    return render(request, "reviews/discussion.html", {"page": page}, status=status)


@login_required
@require_GET
def paper_file(request: HttpRequest, pk: UUID, number: int) -> FileResponse:
    """A file of the proposal under review, as a download; in a blind call under a name that tells nothing."""
    kept, shown = file_of(request.user, find_review(request.user, pk).assessment, number)
    return download(kept, shown.name, nameless=shown.nameless)


@login_required
@require_GET
def meeting_file(request: HttpRequest, pk: UUID, number: int) -> FileResponse:
    """The same, at the panel meeting."""
    kept, shown = file_of(request.user, find_assessment(request.user, pk), number)
    return download(kept, shown.name, nameless=shown.nameless)


@login_required
def conflict(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Declare that one must not judge a proposal; the office and the chair record it for a member as well."""
    found = find_assessment(request.user, pk)
    leads = bool(assessment_parties(request.user, found) & {"office", "chair"})
    people = members_of(found.panel) if leads else None
    form = Declaring(request.POST if request.method == "POST" else None, people=people)
    if form.is_valid():
        person: Any = form.cleaned_data.get("person") or request.user
        with form.blamed():
            reviews.declare_conflict(found, person, by=request.user, reason=form.cleaned_data["reason"])
            messages.success(request, _("The conflict of interest is recorded."))
            return redirect("panel_meeting", key=found.proposal.call.slug, pk=found.panel_id)
    page = conflict_page(request.user, found, form)
    return render(request, "reviews/conflict.html", {"page": page}, status=422 if form.errors else 200)


@login_required
@require_POST
def withdraw(request: HttpRequest, pk: UUID, person: UUID) -> HttpResponse:
    """Take a declared conflict of interest back."""
    found = find_assessment(request.user, pk)
    row = next((each for each in declarations_of(request.user, found) if each.person_id == person), None)
    if row is None:
        raise Http404
    try:
        reviews.withdraw_conflict(found, row.person, by=request.user, reason=request.POST.get("reason", ""))
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The declaration is taken back."))
    return redirect("declare_conflict", pk=found.pk)


@login_required
@require_GET
def ranking(request: HttpRequest, key: str) -> HttpResponse:
    """The native and the normalised order of a call side by side."""
    call = ranked_call(request.user, key)
    return render(request, "reviews/ranking.html", {"page": ranking_page(request.user, call)})


@login_required
@require_GET
def ranking_csv(request: HttpRequest, key: str) -> HttpResponse:
    call = ranked_call(request.user, key)
    return ranking_file(call, [line.shown for line in ranking_visible_to(request.user, call).lines])


@login_required
def assign(request: HttpRequest, key: str) -> HttpResponse:
    """What the solver proposed for a call, or how far it is; people are asked only when the office says so."""
    call = ranked_call(request.user, key)
    if "office" not in call_parties(request.user, call):
        raise NotFound()
    if request.method == "POST":
        reviews.start_assignment(call, by=request.user, dry_run=request.POST.get("do") != "ask")
        return redirect("assign_reviewers", key=key)
    return render(request, "reviews/assign.html", {"page": assign_page(request.user, call)})


urlpatterns = [
    path("reviews/", inbox, name="reviews"),
    path("reviews/<uuid:pk>/", review, name="review"),
    path("reviews/<uuid:pk>/files/<int:number>/", paper_file, name="review_file"),
    path("panel-meetings/<uuid:pk>/files/<int:number>/", meeting_file, name="meeting_file"),
    path("reviews/<uuid:pk>/do/<slug:move>/", move, name="review_move"),
    path("calls/<slug:key>/panels/<uuid:pk>/", meeting, name="panel_meeting"),
    path("calls/<slug:key>/ranking/", ranking, name="ranking"),
    path("calls/<slug:key>/ranking.csv", ranking_csv, name="ranking_file"),
    path("calls/<slug:key>/assign/", assign, name="assign_reviewers"),
    path("panel-meetings/<uuid:pk>/conflict/", conflict, name="declare_conflict"),
    path("panel-meetings/<uuid:pk>/conflict/<uuid:person>/withdraw/", withdraw, name="withdraw_conflict"),
    path("panel-meetings/<uuid:pk>/", discussion, name="discussion"),
]

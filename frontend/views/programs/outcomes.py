"""Pages of what came of granted time: experiment reports with their moves, publications typed or read from a file."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_POST

from core.errors import DomainError
from core.lookup import find
from facilities.queries.bookings import bookings_visible_to
from frontend.contexts.programs.outcomes import (
    feedback_page,
    publications_page,
    report_page,
    reports_page,
    unpublished_page,
)
from frontend.forms.programs.outcomes import (
    ExplanationForm,
    FeedbackForm,
    PublicationFile,
    PublicationForm,
    ReportForm,
    refused_text,
)
from programs.commands import outcomes
from programs.imports.publications import entries_of
from programs.permissions.outcomes import feedback_side, own_feedback
from programs.queries.outcomes import find_report, proposals_to_publish

JUDGING: dict[str, tuple[Callable[..., Any], Any]] = {
    "accept": (outcomes.accept_report, gettext_lazy("Accepted. Nothing more is due.")),
    "return": (outcomes.return_report, gettext_lazy("Returned to the team with your reason.")),
    "waive": (outcomes.waive_report, gettext_lazy("Waived. The reason stays with the report.")),
}


@login_required
@require_GET
def reports(request: HttpRequest) -> HttpResponse:
    return render(request, "outcomes/reports.html", {"page": reports_page(request.user, request.GET)})


@login_required
def report(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A report; the team writes it here, and what was typed is kept when it is refused."""
    row = find_report(request.user, pk)
    form = ReportForm(request.POST if request.method == "POST" else None, initial={"text": row.text})
    if form.is_valid():
        with form.blamed():
            outcomes.submit_report(row, form.cleaned_data["text"], by=request.user)
            messages.success(request, _("The report is handed in. The office reads it."))
            return redirect("experiment_report", pk)
    page = report_page(find_report(request.user, pk), request.user, form)
    return render(request, "outcomes/report.html", {"page": page}, status=422 if form.errors else 200)


@login_required
@require_POST
def report_move(request: HttpRequest, pk: UUID, move: str) -> HttpResponse:
    row = find_report(request.user, pk)
    if move not in JUDGING:
        raise Http404
    command, said = JUDGING[move]
    try:
        command(row, by=request.user, note=request.POST.get("note", ""))
    except DomainError as refusal:
        page = report_page(find_report(request.user, pk), request.user, ReportForm())
        return render(request, "outcomes/report.html", {"page": page, "refusal": refusal}, status=refusal.status)
    messages.success(request, str(said))
    return redirect("experiment_report", pk)


@login_required
@require_GET
def unpublished(request: HttpRequest) -> HttpResponse:
    return render(request, "outcomes/unpublished.html", {"page": unpublished_page(request.user, request.GET)})


@login_required
@require_POST
def explain(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The team says why nothing of a run is published."""
    row = find_report(request.user, pk)
    form = ExplanationForm(request.POST)
    if form.is_valid():
        with form.blamed():
            outcomes.explain_unpublished(row, form.cleaned_data["text"], by=request.user)
            messages.success(request, _("Saved. The office reads it."))
            return redirect("experiment_report", pk)
    page = report_page(row, request.user, ReportForm(initial={"text": row.text}), form)
    return render(request, "outcomes/report.html", {"page": page}, status=422)


@login_required
def feedback(request: HttpRequest, pk: UUID) -> HttpResponse:
    """How a run went: its users and the facility say it here, and may change what they said."""
    row = find(bookings_visible_to(request.user).select_related("instrument__facility", "team"), pk)
    if feedback_side(request.user, row) is None:
        raise Http404
    said = own_feedback(request.user, row)
    initial = {"rating": said.rating, "text": said.text} if said else {}
    form = FeedbackForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_valid():
        with form.blamed():
            outcomes.give_feedback(row, by=request.user, **form.cleaned_data)
            messages.success(request, _("Thank you. The facility reads it; you can change it here."))
            return redirect("booking", pk)
    page = feedback_page(row, request.user, form)
    return render(request, "outcomes/feedback.html", {"page": page}, status=422 if form.errors else 200)


@require_GET
def publications(request: HttpRequest) -> HttpResponse:
    return render(request, "outcomes/publications.html", {"page": publications_page(request.GET)})


@login_required
def publication_new(request: HttpRequest) -> HttpResponse:
    """Type the metadata, or send a file of references; either way linked to a proposal of one's own."""
    mine = proposals_to_publish(request.user)
    by_file = "file" in request.FILES or "by_file" in request.POST
    sent = request.method == "POST"
    form = PublicationForm(request.POST if sent and not by_file else None, proposals=mine)
    upload = PublicationFile(
        request.POST if by_file else None, request.FILES if by_file else None, proposals=mine, auto_id="file_%s"
    )
    try:
        if upload.is_valid():
            entries = entries_of(upload.cleaned_data["file"].read())
            added, refused = outcomes.import_publications(entries, by=request.user, sources=upload.sources())
            n = len(added)
            messages.success(request, ngettext("%(n)d publication.", "%(n)d publications.", n) % {"n": n})
            if refused:
                messages.warning(request, refused_text(refused))
            return redirect("publications")
        if form.is_valid():
            outcomes.add_publication(form.entry(), by=request.user, sources=form.sources())
            messages.success(request, _("The publication is recorded."))
            return redirect("publications")
    except DomainError as refusal:
        (upload if by_file else form).blame(refusal)
    context = {"form": form, "upload": upload}
    return render(request, "outcomes/new.html", context, status=422 if form.errors or upload.errors else 200)


urlpatterns = [
    path("experiment-reports/", reports, name="experiment_reports"),
    path("experiment-reports/<uuid:pk>/", report, name="experiment_report"),
    path("experiment-reports/unpublished/", unpublished, name="unpublished"),
    path("experiment-reports/<uuid:pk>/explain/", explain, name="experiment_report_explain"),
    path("experiment-reports/<uuid:pk>/<slug:move>/", report_move, name="experiment_report_move"),
    path("runs/<uuid:pk>/feedback/", feedback, name="booking_feedback"),
    path("publications/", publications, name="publications"),
    path("publications/new/", publication_new, name="publication_new"),
]

"""Pages of targets, and of notes on the numbers of a report."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core.lookup import find
from frontend.contexts.reports.blocks import address
from frontend.contexts.reports.pages import target_rows
from frontend.forms.reports.said import NoteForm, TargetForm
from frontend.paging import paged
from reports.commands import said
from reports.queries.notes import notes_visible_to
from reports.queries.targets import targets_visible_to
from reports.registry import report_named


@login_required
def targets(request: HttpRequest) -> HttpResponse:
    """What figures are to be, and the form that says so."""
    form = TargetForm(request.POST or None, user=request.user)
    if form.is_valid():
        with form.blamed():
            said.set_target(by=request.user, **form.told())
            messages.success(request, _("The target is set."))
            return redirect("targets")
    page = paged(targets_visible_to(request.user), request.GET)
    fields: dict[str, Any] = form.fields
    may_set = bool(fields["of"].choices)
    context = {"form": form, "page": page, "rows": target_rows(page.rows), "may_set": may_set}
    return render(request, "reports/targets.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def withdraw_target(request: HttpRequest, pk: UUID) -> HttpResponse:
    said.withdraw_target(find(targets_visible_to(request.user), pk), by=request.user)
    messages.success(request, _("The target is taken back."))
    return redirect("targets")


@login_required
def note(request: HttpRequest, name: str) -> HttpResponse:
    """Write a note on the numbers of a report; the notes that one reads."""
    report = report_named(name)
    asked = request.GET.dict()
    initial = {"first": asked.get("from"), "until": asked.get("to"), "facility": asked.get("facility", "")}
    form = NoteForm(request.POST or None, user=request.user, initial=initial)
    if form.is_valid():
        with form.blamed():
            said.write_note(name, by=request.user, **form.told())
            messages.success(request, _("The note stands beside the number."))
            return redirect(address(name, asked))
    page = paged(notes_visible_to(request.user).filter(report=name), request.GET)
    context = {"form": form, "report": report, "back": address(name, asked), "page": page}
    return render(request, "reports/note.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def delete_note(request: HttpRequest, pk: UUID) -> HttpResponse:
    row = find(notes_visible_to(request.user), pk)
    said.delete_note(row, by=request.user)
    messages.success(request, _("The note is deleted."))
    return redirect("report_note", row.report)


urlpatterns = [
    path("reports/targets/", targets, name="targets"),
    path("reports/targets/<uuid:pk>/withdraw/", withdraw_target, name="target_withdraw"),
    path("reports/<report:name>/note/", note, name="report_note"),
    path("reports/notes/<uuid:pk>/delete/", delete_note, name="note_delete"),
]

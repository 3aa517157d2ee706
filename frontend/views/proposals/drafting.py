"""Drafting a proposal: a new one, its task list saved page by page, and the answers before sending."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core.errors import DomainError, Invalid, Violation
from frontend.contexts.proposals.tasks import answers_page, draft_page
from frontend.contexts.proposals.trail import edit_crumbs
from frontend.forms.proposals.pages import PAGES, NewProposal, page_form
from frontend.forms.proposals.questionnaire import SectionForm, section_of
from programs.commands import proposals
from programs.models import Proposal
from programs.permissions.proposals import proposal_parties
from programs.queries.calls.listing import open_calls
from programs.queries.proposals.listing import find_proposal
from programs.queries.proposals.submission import answers_of
from programs.queries.proposals.told import TITLES
from programs.rules.questionnaire import said
from programs.workflows.proposals import EDITABLE


@login_required
def new(request: HttpRequest) -> HttpResponse:
    """Begin a draft in a call that takes proposals now."""
    data = request.POST if request.method == "POST" else None
    form = NewProposal(data, calls=open_calls(request.user), chosen=request.GET.get("call", ""))
    refusal = None
    if form.is_valid():
        try:
            made = proposals.draft_proposal(
                form.cleaned_data["call"], {"title": form.cleaned_data["title"]}, by=request.user
            )
        except DomainError as error:
            refusal = error
        else:
            messages.success(request, _("Your draft is saved. Only you and your team edit it."))
            return redirect("proposal_edit", pk=made.pk)
    status = 422 if refusal or form.errors else 200
    return render(request, "proposals/new.html", {"form": form, "refusal": refusal}, status=status)


def draft_of(request: HttpRequest, pk: UUID) -> Proposal:
    """A proposal of the reader's own team. Raises PermissionDenied for others who see it."""
    row = find_proposal(request.user, pk)
    if "member" not in proposal_parties(request.user, row):
        raise PermissionDenied
    return row


def version_in(data: Any) -> int:
    """The version that a form was opened with; 0, which clashes with everything, where none is readable."""
    text = data.get("version", "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0


@login_required
def edit(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The task list; once submitted, the proposal's page is the place to be."""
    row = draft_of(request, pk)
    if row.state not in EDITABLE:
        return redirect("proposal", pk=pk)
    return render(request, "proposals/edit.html", {"page": draft_page(row, request.user)})


@login_required
def section(request: HttpRequest, pk: UUID, name: str) -> HttpResponse:
    """One page of the task list. What a co-author changed meanwhile is shown, and the typed text stays."""
    if name not in PAGES:
        raise Http404
    row = draft_of(request, pk)
    form = page_form(name, row, request.user, request.POST if request.method == "POST" else None)
    refusal = None
    version = row.version
    if form.is_valid():
        version = version_in(request.POST)
        changed = {field: form.cleaned_data[field] for field in form.changed_data}
        changed = {name: list(value) if hasattr(value, "all") else value for name, value in changed.items()}
        try:
            proposals.edit_proposal(row, changed, by=request.user, version=version)
        except DomainError as error:
            refusal = error
            version = error.details.get("version", version)
        else:
            messages.success(request, _("Saved."))
            return redirect("proposal_edit", pk=pk)
    title = str(TITLES[name])
    context = {
        "proposal": row,
        "form": form,
        "title": title,
        "crumbs": edit_crumbs(row, title),
        "refusal": refusal,
        "version": version,
    }
    return render(request, "proposals/section.html", context, status=_status(refusal, form))


@login_required
def form(request: HttpRequest, pk: UUID, section: str) -> HttpResponse:
    """One section of the questionnaire; each answer is saved by itself, files too."""
    row = draft_of(request, pk)
    content = row.questionnaire.content if row.questionnaire else {}
    try:
        about = section_of(content, section)
    except KeyError:
        raise Http404 from None
    title, known = said(about.title), answers_of(row)
    versions = dict(row.answers.values_list("question", "version"))
    sent = request.method == "POST"
    page = SectionForm(content, section, known, request.POST if sent else None, request.FILES if sent else None)
    refusal = None
    if page.is_valid():
        refusal = _save_answers(request, row, page, known)
        if refusal is None:
            messages.success(request, _("Saved."))
            return redirect("proposal_edit", pk=pk)
    files = [each for each in row.attachments.all() if each.question in page.fields]
    context = {
        "proposal": row,
        "form": page,
        "title": title,
        "help": said(about.help),
        "crumbs": edit_crumbs(row, title),
        "refusal": refusal,
        "versions": [(key, versions.get(key, 0)) for key in page.fields],
        "files": files,
    }
    return render(request, "proposals/form.html", context, status=_status(refusal, page))


def _save_answers(request: HttpRequest, row: Proposal, page: SectionForm, known: dict[str, Any]) -> DomainError | None:
    """Save every answer that the reader changed; what is refused, all together, does not hinder the others."""
    violations: list[Violation] = []
    status = 400
    for key, value in page.answers().items():
        if (value is not None and key not in page.changed_data) or value == known.get(key):
            continue
        seen = request.POST.get(f"version.{key}", "0")
        try:
            proposals.answer_question(row, key, value, by=request.user, version=int(seen) if seen.isdecimal() else 0)
        except DomainError as error:
            violations += error.violations
            status = error.status
    for key, upload in page.uploads().items():
        try:
            proposals.attach_file(row, upload, by=request.user, question=key)
        except DomainError as error:
            violations += error.violations
    if not violations:
        return None
    refusal = Invalid(_("Not everything was saved."), violations)
    refusal.status = status
    return refusal


@login_required
@require_POST
def mend(request: HttpRequest, pk: UUID, point: UUID) -> HttpResponse:
    """Tick off what the office asked for, or take the tick back."""
    row = draft_of(request, pk)
    found = get_object_or_404(row.points.all(), pk=point)
    proposals.mend_point(found, by=request.user, mended="undo" not in request.POST)
    return redirect("proposal_edit", pk=pk)


@login_required
def answers(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Check the answers; sending them freezes a version and asks the organisations."""
    row = draft_of(request, pk)
    if row.state not in EDITABLE:
        return redirect("proposal", pk=pk)
    refusal = None
    if request.method == "POST":
        try:
            proposals.submit_proposal(row, by=request.user)
        except DomainError as error:
            refusal = error
        else:
            messages.success(request, _("The proposal is submitted. You can take it back until the deadline."))
            return redirect("proposal", pk=pk)
    page = answers_page(row, request.user, refusal)
    return render(request, "proposals/answers.html", {"page": page}, status=refusal.status if refusal else 200)


def _status(refusal: DomainError | None, form: Any) -> int:
    return refusal.status if refusal else 422 if form.errors else 200

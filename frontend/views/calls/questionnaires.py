"""Pages on which an office builds questionnaires: sections and questions one by one, preview, versions, comparison."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from core.errors import DomainError
from core.lookup import find
from frontend.contexts.calls.office import owners_of
from frontend.contexts.calls.questionnaires import builder_page, compare_page, crumbs_of, list_page, trial_page
from frontend.forms.calls.building import NewQuestionnaire, QuestionForm, SectionTexts
from frontend.views.calls.office import owner_named
from programs.commands.calls import draft_questionnaire, edit_questionnaire, freeze_questionnaire
from programs.models import Questionnaire
from programs.permissions.calls import questionnaires_visible_to
from programs.rules import arranging

STEPS = {"up": -1, "down": 1}


def mine(request: HttpRequest, pk: UUID) -> Questionnaire:
    """A questionnaire that the reader builds. Raises NotFound for everybody else."""
    return find(questionnaires_visible_to(request.user).select_related("alliance", "facility"), pk)


def version_of(data: Any) -> int:
    """The version that the reader saw."""
    text = data.get("version", "")
    return int(text) if text.isdecimal() else 0


@login_required
def questionnaires(request: HttpRequest) -> HttpResponse:
    """The list, and the beginning of a new one."""
    owners = owners_of(request.user)
    form = NewQuestionnaire(request.POST if request.method == "POST" else None, owners=owners)
    refusal = None
    if request.method == "POST" and not owners:
        raise PermissionDenied
    if form.is_valid():
        owner = owner_named(request.user, form.cleaned_data["owner"])
        try:
            row = draft_questionnaire(owner, form.cleaned_data["name"], by=request.user)
        except DomainError as error:
            refusal = error
        else:
            return redirect("questionnaire", pk=row.pk)
    context = {"page": list_page(request.user, request.GET), "form": form, "refusal": refusal, "crumbs": crumbs_of()}
    status = refusal.status if refusal else 422 if form.errors else 200
    return render(request, "calls/questionnaires/list.html", context, status=status)


@login_required
@require_GET
def questionnaire(request: HttpRequest, pk: UUID) -> HttpResponse:
    return _builder(request, mine(request, pk))


def _builder(request: HttpRequest, row: Questionnaire, refusal: DomainError | None = None) -> HttpResponse:
    context = {"page": builder_page(row), "refusal": refusal}
    status = refusal.status if refusal else 200
    return render(request, "calls/questionnaires/builder.html", context, status=status)


@login_required
def section(request: HttpRequest, pk: UUID, section: str = "") -> HttpResponse:
    """The texts of a section, or of a new one."""
    row = mine(request, pk)
    found = _there(arranging.find_section, row.draft, section) if section else None
    form = SectionTexts(request.POST if request.method == "POST" else None, section=found)
    refusal = None
    if form.is_valid():
        content = arranging.with_section(row.draft, section or None, form.texts())
        refusal = _saved(request, row, content)
        if refusal is None:
            return redirect("questionnaire", pk=pk)
    return _form(request, row, form, _("Section") if section else _("New section"), refusal)


@login_required
def question(request: HttpRequest, pk: UUID, section: str, key: str = "") -> HttpResponse:
    """A question of a section, or a new one."""
    row = mine(request, pk)
    _there(arranging.find_section, row.draft, section)
    found = _there(arranging.find_question, row.draft, section, key) if key else None
    form = QuestionForm(request.POST if request.method == "POST" else None, content=row.draft, question=found)
    refusal = None
    if form.is_valid():
        content = arranging.with_question(row.draft, section, key or None, form.question())
        refusal = _saved(request, row, content)
        if refusal is None:
            more = "more" in request.POST
            return redirect("question_new", pk, section) if more else redirect("questionnaire", pk=pk)
    return _form(request, row, form, _("Question") if key else _("New question"), refusal, more=True)


def _form(
    request: HttpRequest,
    row: Questionnaire,
    form: Any,
    title: str,
    refusal: DomainError | None,
    more: bool = False,
) -> HttpResponse:
    context = {
        "row": row,
        "form": form,
        "title": title,
        "refusal": refusal,
        "crumbs": crumbs_of(row, title),
        "more": more,
    }
    status = refusal.status if refusal else 422 if form.errors else 200
    return render(request, "calls/questionnaires/form.html", context, status=status)


@login_required
@require_POST
def arrange(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Move a section or a question up or down, or take it out."""
    row = mine(request, pk)
    section, _dot, key = request.POST.get("item", "").partition(".")
    act = request.POST.get("act", "")
    if act not in {*STEPS, "remove"}:
        raise Http404
    try:
        if act == "remove":
            content = arranging.without(row.draft, section, key or None)
        else:
            content = arranging.moved(row.draft, section, key or None, STEPS[act])
    except (KeyError, ValueError) as error:
        raise Http404 from error
    refusal = _saved(request, row, content)
    return _builder(request, mine(request, pk), refusal) if refusal else redirect("questionnaire", pk=pk)


@login_required
@require_POST
def freeze(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Make the draft a version that calls can use."""
    row = mine(request, pk)
    try:
        version = freeze_questionnaire(row, by=request.user)
    except DomainError as error:
        return _builder(request, row, error)
    messages.success(request, _("Version %(n)d is frozen; calls can use it.") % {"n": version.number})
    return redirect("questionnaire", pk=pk)


@login_required
def preview(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The questionnaire as applicants get it; answers are judged and not kept."""
    sent = request.method == "POST"
    page = trial_page(mine(request, pk), request.POST if sent else None, request.FILES if sent else None)
    return render(request, "calls/questionnaires/preview.html", {"page": page})


@login_required
@require_GET
def compare(request: HttpRequest, pk: UUID, before: int, after: int) -> HttpResponse:
    row = mine(request, pk)
    old, new = (find(row.versions.all(), str(number), by="number") for number in (before, after))
    return render(request, "calls/questionnaires/compare.html", {"page": compare_page(row, old, new)})


def _saved(request: HttpRequest, row: Questionnaire, content: dict[str, Any]) -> DomainError | None:
    """Save what was built, unless somebody was faster."""
    try:
        edit_questionnaire(row, content, by=request.user, version=version_of(request.POST))
    except DomainError as error:
        row.refresh_from_db()
        return error
    messages.success(request, _("Saved."))
    return None


def _there(lookup: Any, *keys: Any) -> Any:
    try:
        return lookup(*keys)
    except KeyError as error:
        raise Http404 from error

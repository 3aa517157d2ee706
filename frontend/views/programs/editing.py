"""Drafting a programme: a new one, its task list saved page by page, its team, and the answers before sending."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.models import User
from core.errors import DomainError, WrongState
from core.reading import whole_number
from frontend.contexts.programs.editing import answers_page, crumbs_of, draft_page, returned_because, section_page
from frontend.forms.programs.drafting import EDITORS
from frontend.forms.programs.listing import NewMember, NewProgram
from programs.commands.cooperation import (
    add_participant,
    draft_program,
    edit_program,
    remove_participant,
    submit_program,
)
from programs.models import Program
from programs.permissions.cooperation import program_parties
from programs.queries.cooperation.inside import team_of
from programs.queries.cooperation.listing import find_program, proposing_for
from programs.workflows.cooperation import PLANNABLE


@login_required
def new(request: HttpRequest) -> HttpResponse:
    """Begin a draft; only for those who may propose in some organisation's name."""
    proposing = proposing_for(request.user)
    if not proposing.exists():
        raise PermissionDenied
    form = NewProgram(request.POST if request.method == "POST" else None, proposing=proposing)
    refusal = None
    if form.is_valid():
        given = form.cleaned_data
        changes = {"title": given["title"], "kind": given["kind"]}
        try:
            program = draft_program(given["organisation"], changes, by=request.user)
        except DomainError as error:
            refusal = error
        else:
            messages.success(request, _("Your draft is saved. Only you and your team edit it."))
            return redirect("program_edit", pk=program.pk)
    status = 422 if refusal or form.errors else 200
    return render(request, "programs/new.html", {"form": form, "refusal": refusal}, status=status)


def led(request: HttpRequest, pk: UUID) -> Program:
    """A programme that the reader leads. Raises PermissionDenied for others who see it."""
    program = find_program(request.user, pk)
    if "lead" not in program_parties(request.user, program):
        raise PermissionDenied
    return program


def draft_of(request: HttpRequest, pk: UUID) -> Program:
    """The same while it is a draft. Raises WrongState (409)."""
    program = led(request, pk)
    if program.state != "draft":
        raise WrongState(_("It is no draft any more. Take it back to edit it, if that is still possible."))
    return program


@login_required
def edit(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The task list."""
    program = led(request, pk)
    if program.state in PLANNABLE:
        return redirect("program_section", pk=pk, name="milestones")
    program = draft_of(request, pk)
    return render(request, "programs/edit.html", {"page": draft_page(program, NewMember(), returned_because(program))})


@login_required
def section(request: HttpRequest, pk: UUID, name: str) -> HttpResponse:
    """One page of the task list. A save that somebody was faster with shows what changed and keeps the typed text."""
    if name not in EDITORS:
        raise Http404
    program = led(request, pk)
    if not (name == "milestones" and program.state in PLANNABLE):
        program = draft_of(request, pk)
    editor = EDITORS[name](program, request.POST if request.method == "POST" else None)
    refusal: DomainError | None = None
    status = 200
    if request.method == "POST":
        if editor.is_valid():
            try:
                edit_program(program, editor.changes(), by=request.user, version=_version(request.POST))
            except DomainError as error:
                refusal, status = error, error.status
                program.refresh_from_db()
            else:
                messages.success(request, _("Saved."))
                return _onward(request, program, name)
        else:
            refusal, status = editor.refusal(), 422
    context = {"page": section_page(program, editor, refusal)}
    return render(request, "programs/section.html", context, status=status)


def _version(data: Any) -> int:
    return whole_number(data.get("version")) or 0


def _onward(request: HttpRequest, program: Program, name: str) -> HttpResponse:
    """Another row of the same page, or back to where the page was opened from."""
    if "more" in request.POST:
        return redirect("program_section", pk=program.pk, name=name)
    return redirect("program_edit" if program.state == "draft" else "program", pk=program.pk)


@login_required
def answers(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Check the answers; sending them freezes a version and asks the partners."""
    program = draft_of(request, pk)
    refusal = None
    if request.method == "POST":
        try:
            submit_program(program, by=request.user)
        except DomainError as error:
            refusal = error
        else:
            messages.success(request, _("The programme is submitted. Its partners are asked to confirm."))
            return redirect("program", pk=pk)
    status = refusal.status if refusal else 200
    return render(request, "programs/answers.html", {"page": answers_page(program, refusal)}, status=status)


@login_required
@require_GET
def team(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The team of a programme in any stage, for those who lead it."""
    return _team(request, led(request, pk), NewMember())


def _team(request: HttpRequest, program: Program, form: NewMember, refusal: DomainError | None = None) -> HttpResponse:
    context = {
        "program": program,
        "crumbs": crumbs_of(program, (_("Team"), "")),
        "team": team_of(program),
        "member_form": form,
        "refusal": refusal,
    }
    status = refusal.status if refusal else 422 if form.errors else 200
    return render(request, "programs/team.html", context, status=status)


@login_required
@require_POST
def add_member(request: HttpRequest, pk: UUID) -> HttpResponse:
    program = led(request, pk)
    form = NewMember(request.POST)
    if not form.is_valid():
        return _team(request, program, form)
    person = form.cleaned_data["email"]
    try:
        add_participant(program, person, by=request.user, role=form.cleaned_data["role"])
    except DomainError as error:
        return _team(request, program, form, error)
    messages.success(request, _("%(name)s is on the team.") % {"name": person})
    return redirect(_team_page(program), pk=pk)


@login_required
@require_POST
def remove_member(request: HttpRequest, pk: UUID, person: UUID) -> HttpResponse:
    program = led(request, pk)
    member = get_object_or_404(User, pk=person, teams__team_id=program.team_id)
    try:
        remove_participant(program, member, by=request.user)
    except DomainError as error:
        return _team(request, program, NewMember(), error)
    messages.success(request, _("%(name)s is no longer on the team.") % {"name": member})
    if member == request.user:
        return redirect("programs")
    return redirect(_team_page(program), pk=pk)


def _team_page(program: Program) -> str:
    return "program_edit" if program.state == "draft" else "program_team"

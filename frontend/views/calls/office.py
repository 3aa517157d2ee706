"""Pages of an office that runs calls: the list, a new draft, its task list page by page, the check, and its moves."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from alliance.models import Alliance
from alliance.queries import main_alliance
from core.errors import DomainError, WrongState
from facilities.models import Facility
from frontend.contexts.calls.office import (
    crumbs_of,
    forwarded_page,
    office_call_page,
    office_calls_page,
    owners_of,
    section_page,
)
from frontend.forms.calls import EDITORS
from frontend.forms.calls.editing import NewCall, Reopening, ReopeningOne, instant
from programs.commands import calls as commands
from programs.commands import proposals
from programs.commands.reviews import STAGES, start_forwarding
from programs.models import Call
from programs.permissions.calls import call_parties
from programs.queries.calls.listing import find_call, run_by
from programs.queries.forwarding import last_forwarding

HERE: dict[str, tuple[Callable[..., Call], object]] = {
    "announce": (commands.announce_call, gettext_lazy("The call is announced and opens by itself.")),
    "take-back": (commands.take_back_call, gettext_lazy("The call is a draft again.")),
    "open": (commands.open_call, gettext_lazy("The call is open.")),
    "close": (commands.close_call, gettext_lazy("The call is closed.")),
    "start-review": (commands.start_review, gettext_lazy("The review has begun.")),
    "start-allocation": (commands.start_allocation, gettext_lazy("Time can be given away now.")),
    "back-to-review": (commands.back_to_review, gettext_lazy("The panels are asked once more.")),
    "archive": (commands.archive_call, gettext_lazy("The call is put away.")),
}
"""Moves made on the call's own page, and what is said after."""


@login_required
@require_GET
def calls(request: HttpRequest) -> HttpResponse:
    return render(request, "calls/office/list.html", {"page": office_calls_page(request.user, request.GET)})


def owner_named(user: Any, key: str) -> Alliance | Facility:
    """One of those in whose name a person drafts. Raises Http404 for another."""
    kind, _colon, slug = key.partition(":")
    alliances, facilities = run_by(user)
    return get_object_or_404(alliances, slug=slug) if kind == "alliance" else get_object_or_404(facilities, slug=slug)


@login_required
def new(request: HttpRequest) -> HttpResponse:
    """Begin a draft; only for those who run calls of an alliance or a facility."""
    owners = owners_of(request.user)
    if not owners:
        raise PermissionDenied
    form = NewCall(request.POST if request.method == "POST" else None, owners=owners)
    refusal = None
    if form.is_valid():
        owner = owner_named(request.user, form.cleaned_data["owner"])
        facility = owner if isinstance(owner, Facility) else None
        alliance = owner if isinstance(owner, Alliance) else main_alliance()
        if alliance is None:
            raise Http404
        try:
            call = commands.draft_call(
                alliance, {"name": form.cleaned_data["name"]}, by=request.user, facility=facility
            )
        except DomainError as error:
            refusal = error
        else:
            messages.success(request, _("Your draft is saved. Nobody else sees it before you announce it."))
            return redirect("office_call", pk=call.pk)
    status = 422 if refusal or form.errors else 200
    return render(request, "calls/office/new.html", {"form": form, "refusal": refusal}, status=status)


def run(request: HttpRequest, pk: UUID) -> Call:
    """A call that the reader runs. Raises PermissionDenied for others who see it."""
    call = find_call(request.user, pk)
    if not call_parties(request.user, call) & {"office", "system"}:
        raise PermissionDenied
    return call


@login_required
@require_GET
def call(request: HttpRequest, pk: UUID) -> HttpResponse:
    return _call(request, run(request, pk))


def _call(request: HttpRequest, found: Call, refusal: DomainError | None = None) -> HttpResponse:
    context = {"page": office_call_page(found, request.user), "refusal": refusal}
    return render(request, "calls/office/call.html", context, status=refusal.status if refusal else 200)


@login_required
def section(request: HttpRequest, pk: UUID, name: str) -> HttpResponse:
    """One page of the task list. A save that somebody was faster with shows what changed and keeps the typed text."""
    found = run(request, pk)
    if name not in EDITORS:
        raise Http404
    if not EDITORS[name].open_for(found):
        raise WrongState(_("This part of the call can no longer be edited."))
    editor = EDITORS[name](found, request.POST if request.method == "POST" else None)
    refusal: DomainError | None = None
    status = 200
    if request.method == "POST":
        if editor.is_valid():
            try:
                if changes := editor.changes():
                    commands.edit_call(found, changes, by=request.user, version=_version(request.POST))
            except DomainError as error:
                refusal, status = error, error.status
                found.refresh_from_db()
            else:
                messages.success(request, _("Saved."))
                if "more" in request.POST:
                    return redirect("office_call_section", pk=pk, name=name)
                return redirect("office_call", pk=pk)
        else:
            refusal, status = editor.refusal(), 422
    return render(request, "calls/office/section.html", {"page": section_page(found, editor, refusal)}, status=status)


def _version(data: Any) -> int:
    text = data.get("version", "")
    return int(text) if text.isdecimal() else 0


@login_required
@require_POST
def move(request: HttpRequest, pk: UUID, move: str) -> HttpResponse:
    """A move of the call's own page; what keeps it from being done is shown there, all of it."""
    found = run(request, pk)
    if move not in HERE:
        raise Http404
    command, said = HERE[move]
    try:
        command(found, by=request.user, note=request.POST.get("note", ""))
    except DomainError as error:
        return _call(request, run(request, pk), error)
    messages.success(request, str(said))
    return redirect("office_calls") if move == "archive" else redirect("office_call", pk=pk)


@login_required
def forward(request: HttpRequest, pk: UUID, stage: str) -> HttpResponse:
    """All proposals go on that can; the others say what is in their way. Doing it again changes nothing more. GET
    tells how far it is, and what came of it."""
    found = run(request, pk)
    if stage not in STAGES:
        raise Http404
    if request.method == "POST":
        start_forwarding(found, stage, by=request.user)
        return redirect("office_call_forward", pk=pk, stage=stage)
    job = last_forwarding(found, stage)
    if job is None:
        return redirect("office_call", pk=pk)
    page = forwarded_page(found, stage, job)
    return render(request, "calls/office/forwarded.html", {"page": page})


@login_required
def reopen(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take proposals again: why, and until when."""
    found = run(request, pk)
    form = Reopening(request.POST if request.method == "POST" else None)
    refusal = None
    if form.is_valid():
        given = form.cleaned_data
        try:
            closes_at = instant(given["closes_at"], found.zone)
            commands.reopen_call(found, by=request.user, note=given["note"], closes_at=closes_at)
        except DomainError as error:
            refusal = error
        else:
            messages.success(request, _("The call is open again."))
            return redirect("office_call", pk=pk)
    context = {"call": found, "crumbs": crumbs_of(found, _("Open again")), "form": form, "refusal": refusal}
    status = refusal.status if refusal else 422 if form.errors else 200
    return render(request, "calls/office/reopen.html", context, status=status)


@login_required
def reopen_one(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Let a single proposal be submitted after the deadline: which, why, and until when."""
    found = run(request, pk)
    form = ReopeningOne(request.POST if request.method == "POST" else None)
    refusal = None
    if form.is_valid():
        given = form.cleaned_data
        try:
            until = instant(given["until"], found.zone)
            row = proposals.open_again_for(found, given["reference"], until=until, by=request.user, note=given["note"])
        except DomainError as error:
            refusal = error
        else:
            messages.success(
                request, _("%(reference)s may be submitted. Its team is told.") % {"reference": row.reference}
            )
            return redirect("office_call", pk=pk)
    title = _("Open again for one proposal")
    context = {"call": found, "crumbs": crumbs_of(found, title), "form": form, "refusal": refusal, "one": True}
    status = refusal.status if refusal else 422 if form.errors else 200
    return render(request, "calls/office/reopen.html", context, status=status)

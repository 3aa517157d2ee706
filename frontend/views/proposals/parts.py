"""Pages of the task list that are lists: the team, the legs with what is free, the files."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core.errors import DomainError
from core.files import is_what_it_says
from frontend.contexts.proposals.trail import edit_crumbs
from frontend.forms.proposals.legs import LegForm
from frontend.forms.proposals.pages import ROLES, Invite, RoleForm
from frontend.views.proposals.drafting import draft_of, version_in
from programs.commands import proposals
from programs.models import Proposal
from programs.permissions.proposals import proposal_parties
from programs.queries.proposals.free import free_for
from programs.queries.proposals.listing import members_of
from programs.queries.proposals.told import TITLES


@login_required
def team(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Who is on the team and who was asked; those who lead ask others."""
    row = draft_of(request, pk)
    form = Invite(request.POST if request.method == "POST" else None)
    refusal = None
    if form.is_valid():
        try:
            member = proposals.invite_member(row, by=request.user, **form.cleaned_data)
        except DomainError as error:
            refusal = error
        else:
            by_mail = member.person_id or member.email
            waits = _("Nobody has an account with this iD yet: who signs in with it finds the invitation here.")
            messages.success(request, _("The invitation is on its way.") if by_mail else waits)
            return redirect("proposal_team", pk=pk)
    return _team(request, row, form, refusal)


def _team(request: HttpRequest, row: Proposal, form: Invite, refusal: DomainError | None) -> HttpResponse:
    context = {
        "proposal": row,
        "form": form,
        "refusal": refusal,
        "crumbs": edit_crumbs(row, str(TITLES["team"])),
        "members": members_of(row),
        "roles": ROLES,
        "leads": "pi" in proposal_parties(request.user, row),
    }
    status = refusal.status if refusal else 422 if form.errors else 200
    return render(request, "proposals/team.html", context, status=status)


@login_required
@require_POST
def remove_member(request: HttpRequest, pk: UUID, member: UUID) -> HttpResponse:
    row = draft_of(request, pk)
    found = get_object_or_404(row.members.all(), pk=member)
    leaves = found.person_id == request.user.pk
    try:
        proposals.remove_member(found, by=request.user)
    except DomainError as error:
        return _team(request, row, Invite(), error)
    messages.success(request, _("You have left the team.") if leaves else _("The team is changed."))
    return redirect("proposals") if leaves else redirect("proposal_team", pk=pk)


@login_required
def legs(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Every part with what is free at its instrument."""
    row = draft_of(request, pk)
    rows = row.legs.select_related("preferred__facility").prefetch_related("alternates__facility", "depends_on")
    context = {
        "proposal": row,
        "crumbs": edit_crumbs(row, str(TITLES["legs"])),
        "legs": [(leg, free_for(leg)) for leg in rows.order_by("position")],
    }
    return render(request, "proposals/legs.html", context)


@login_required
def leg(request: HttpRequest, pk: UUID, leg: UUID | None = None) -> HttpResponse:
    """One part, or a new one."""
    row = draft_of(request, pk)
    found = get_object_or_404(row.legs.all(), pk=leg) if leg else None
    form = LegForm(request.POST if request.method == "POST" else None, proposal=row, leg=found)
    refusal, version = None, row.version
    if form.is_valid():
        version = version_in(request.POST)
        try:
            proposals.put_leg(row, form.part(), by=request.user, version=version)
        except DomainError as error:
            refusal = error
            version = error.details.get("version", version)
        else:
            messages.success(request, _("Saved."))
            return redirect("proposal_legs", pk=pk)
    title = _("Part %(n)s") % {"n": found.position} if found else _("One more part")
    context: dict[str, Any] = {
        "proposal": row,
        "form": form,
        "title": title,
        "crumbs": edit_crumbs(row, title),
        "refusal": refusal,
        "version": version,
        "back": "proposal_legs",
    }
    status = refusal.status if refusal else 422 if form.errors else 200
    return render(request, "proposals/section.html", context, status=status)


@login_required
@require_POST
def change_role(request: HttpRequest, pk: UUID, member: UUID) -> HttpResponse:
    """Another role for a person of the team."""
    row = draft_of(request, pk)
    found = get_object_or_404(row.members.all(), pk=member)
    form = RoleForm(request.POST)
    if form.is_valid():
        try:
            proposals.change_role(found, form.cleaned_data["role"], by=request.user)
        except DomainError as error:
            return _team(request, row, Invite(None), error)
        messages.success(request, _("The role is changed."))
    return redirect("proposal_team", pk=pk)


@login_required
@require_POST
def remove_leg(request: HttpRequest, pk: UUID, leg: UUID) -> HttpResponse:
    row = draft_of(request, pk)
    proposals.remove_leg(get_object_or_404(row.legs.all(), pk=leg), by=request.user)
    messages.success(request, _("The part is taken out."))
    return redirect("proposal_legs", pk=pk)


@login_required
@require_POST
def raise_leg(request: HttpRequest, pk: UUID, leg: UUID) -> HttpResponse:
    row = draft_of(request, pk)
    proposals.raise_leg(get_object_or_404(row.legs.all(), pk=leg), by=request.user)
    messages.success(request, _("Saved."))
    return redirect("proposal_legs", pk=pk)


@login_required
def files(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The files of the proposal; what kind each is, is found from its content."""
    row = draft_of(request, pk)
    refusal = None
    given = request.FILES.get("file") if request.method == "POST" else None
    if given is not None:
        try:
            proposals.attach_file(row, given, by=request.user)
        except DomainError as error:
            refusal = error
        else:
            messages.success(request, _("The file is attached."))
            return redirect("proposal_files", pk=pk)
    context = {
        "proposal": row,
        "crumbs": edit_crumbs(row, str(TITLES["files"])),
        "files": [(each, is_what_it_says(each.name, each.mime)) for each in row.attachments.all()],
        "refusal": refusal,
    }
    return render(request, "proposals/files.html", context, status=refusal.status if refusal else 200)


@login_required
@require_POST
def remove_file(request: HttpRequest, pk: UUID, file: UUID) -> HttpResponse:
    row = draft_of(request, pk)
    proposals.remove_file(get_object_or_404(row.attachments.all(), pk=file), by=request.user)
    messages.success(request, _("The file is taken out."))
    return redirect("proposal_files", pk=pk)

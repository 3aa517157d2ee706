"""Pages of panels: the office makes, fills and changes them; they or the office say what reviewers know about."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from alliance.models import Alliance
from alliance.queries import main_alliance
from core.errors import DomainError
from core.lookup import find
from core.names import local
from core.reading import whole_number
from facilities.models import Facility
from frontend.contexts.calls.office import owners_of
from frontend.contexts.calls.panels import edit_page, knowledge_page, panel_page, panels_page, seat_page
from frontend.forms.calls.panels import AttachForm, Knowledge, PanelForm, SeatForm, TermForm
from frontend.views.calls.office import owner_named, run
from programs.commands import reviews
from programs.models import Panel, PanelMember
from programs.queries.panels import panels_of, panels_offered, run_panel


@login_required
@require_GET
def panels(request: HttpRequest) -> HttpResponse:
    """The panels that the reader looks after."""
    return render(request, "panels/list.html", {"page": panels_page(request.user, request.GET)})


@login_required
def new(request: HttpRequest) -> HttpResponse:
    """Make a panel of an alliance or a facility; only for those who run calls there."""
    owners = owners_of(request.user)
    if not owners:
        raise PermissionDenied
    form = PanelForm(request.POST if request.method == "POST" else None, owners=owners)
    if form.is_valid():
        owner = owner_named(request.user, form.cleaned_data["owner"])
        alliance = owner if isinstance(owner, Alliance) else main_alliance()
        if alliance is None:
            raise Http404
        facility = owner if isinstance(owner, Facility) else None
        with form.blamed():
            panel = reviews.make_panel(alliance, **form.plan(), facility=facility, by=request.user)
            messages.success(request, _("The panel is there. Appoint its members now."))
            return redirect("panel", pk=panel.pk)
    return _edit(request, form, None)


@login_required
def panel(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One panel with its members; a person is appointed here."""
    row = run_panel(request.user, pk)
    form = SeatForm(request.POST) if request.method == "POST" else None
    if form is not None and form.is_valid():
        said = form.term()
        person = said.pop("person")
        with form.blamed():
            reviews.appoint(row, person, by=request.user, **said)
            messages.success(request, _("%(name)s sits on the panel.") % {"name": local(person, "name")})
            return redirect("panel", pk=pk)
    status = 422 if form is not None and form.errors else 200
    return render(request, "panels/panel.html", {"page": panel_page(request.user, row, form)}, status=status)


@login_required
def edit(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Name, scale, themes and techniques; nothing that somebody changed meanwhile is overwritten."""
    row = run_panel(request.user, pk)
    form = PanelForm(request.POST if request.method == "POST" else None, panel=row)
    if form.is_valid():
        version = whole_number(request.POST.get("version")) or 0
        with form.blamed():
            reviews.edit_panel(row, form.plan(), by=request.user, version=version)
            messages.success(request, _("Saved."))
            return redirect("panel", pk=pk)
    return _edit(request, form, row)


def _edit(request: HttpRequest, form: PanelForm, row: Panel | None) -> HttpResponse:
    status = 422 if form.errors else 200
    return render(request, "panels/edit.html", {"page": edit_page(form, row)}, status=status)


@login_required
def seat(request: HttpRequest, pk: UUID, seat: UUID) -> HttpResponse:
    """The term of a member, their role and their load."""
    row, member = _seated(request, pk, seat)
    form = TermForm(request.POST if request.method == "POST" else None, seat=member)
    if form.is_valid():
        with form.blamed():
            reviews.change_seat(member, by=request.user, **form.term())
            messages.success(request, _("Saved."))
            return redirect("panel", pk=pk)
    status = 422 if form.errors else 200
    return render(request, "panels/seat.html", {"page": seat_page(row, member, form)}, status=status)


@login_required
def member_expertise(request: HttpRequest, pk: UUID, seat: UUID) -> HttpResponse:
    """The office records what a member knows about."""
    row, member = _seated(request, pk, seat)
    return _expertise(request, member.person, row)


@login_required
def own_expertise(request: HttpRequest) -> HttpResponse:
    """A reviewer says what they know about."""
    return _expertise(request, request.user, None)


def _expertise(request: HttpRequest, person: Any, row: Panel | None) -> HttpResponse:
    form = Knowledge(request.POST if request.method == "POST" else None, person=person)
    if request.method == "POST" and form.rows.is_valid():
        reviews.set_expertise(person, form.levels(), by=request.user)
        messages.success(request, _("Saved."))
        if "more" in request.POST:
            return redirect(request.path)
        return redirect("panel", pk=row.pk) if row else redirect("reviews")
    page = knowledge_page(request.user, person, form, row)
    status = 200 if request.method != "POST" or form.rows.is_valid() else 422
    return render(request, "panels/expertise.html", {"page": page}, status=status)


@login_required
@require_POST
def attach(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A panel judges a call, from the call's own page."""
    call = run(request, pk)
    form = AttachForm(request.POST, offered=panels_offered(call))
    if form.is_valid():
        reviews.attach_panel(form.cleaned_data["panel"], call, by=request.user)
        messages.success(request, _("The panel judges this call."))
    return redirect("office_call", pk=pk)


@login_required
@require_POST
def detach(request: HttpRequest, pk: UUID, panel: UUID) -> HttpResponse:
    """A panel judges a call no longer."""
    call = run(request, pk)
    try:
        reviews.detach_panel(find(panels_of(call), panel), call, by=request.user)
    except DomainError as refusal:
        messages.error(request, str(refusal.message))
    else:
        messages.success(request, _("The panel no longer judges this call."))
    return redirect("office_call", pk=pk)


def _seated(request: HttpRequest, pk: UUID, seat: UUID) -> tuple[Panel, PanelMember]:
    row = run_panel(request.user, pk)
    return row, find(row.members.select_related("person"), seat)


urlpatterns = [
    path("office/panels/", panels, name="panels"),
    path("office/panels/new/", new, name="panel_new"),
    path("office/panels/<uuid:pk>/", panel, name="panel"),
    path("office/panels/<uuid:pk>/edit/", edit, name="panel_edit"),
    path("office/panels/<uuid:pk>/members/<uuid:seat>/", seat, name="panel_seat"),
    path("office/panels/<uuid:pk>/members/<uuid:seat>/expertise/", member_expertise, name="member_expertise"),
    path("office/calls/<uuid:pk>/panels/attach/", attach, name="attach_panel"),
    path("office/calls/<uuid:pk>/panels/<uuid:panel>/detach/", detach, name="detach_panel"),
    path("reviews/expertise/", own_expertise, name="own_expertise"),
]

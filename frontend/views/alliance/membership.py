"""Pages of members: the list of an alliance, a member's own page with what may be done, the rights of the classes."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from alliance.commands.class_rights import set_class_rights
from alliance.commands.membership import record_membership
from alliance.models import Alliance, MemberClass, Membership
from alliance.permissions.membership import MANAGE, memberships_visible_to
from alliance.queries.alliances import find_alliance
from alliance.queries.membership import find_membership, rights_of_classes
from core.permissions import allowed
from frontend.contexts.alliance.membership import member_list, member_page, rights_page
from frontend.forms.alliance.membership import FORMS, RecordForm, RightsForm


@login_required
@require_GET
def alliance_members(request: HttpRequest, slug: str) -> HttpResponse:
    """The secretariat's list; who speaks for a member sees that member."""
    alliance = find_alliance(slug)
    manages = allowed(request.user, MANAGE, alliance)
    if not manages and not memberships_visible_to(request.user).filter(alliance=alliance).exists():
        raise Http404
    page = member_list(alliance, request.user, request.GET)
    title = _("Members") if manages else _("Your membership")
    return render(request, "alliance/members/list.html", {"page": page, "manages": manages, "title": title})


@login_required
def record_member(request: HttpRequest, slug: str) -> HttpResponse:
    """The secretariat records a member from before this record."""
    alliance = _managed(request, slug)
    form = RecordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with form.blamed():
            row = record_membership(alliance, by=request.user, **form.cleaned_data)
            messages.success(request, _("Saved."))
            return _to(row)
    context = {"form": form, "alliance": alliance}
    return render(request, "alliance/members/record.html", context, status=422 if form.errors else 200)


@login_required
@require_GET
def member(request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
    page = member_page(_found(request, slug, pk), request.user)
    return render(request, "alliance/members/member.html", {"page": page})


@login_required
@require_POST
def member_act(request: HttpRequest, slug: str, pk: UUID, act: str) -> HttpResponse:
    """Do something with a membership; a refusal shows the page again with what was typed."""
    row = _found(request, slug, pk)
    if act not in FORMS:
        raise Http404
    form_class, perform = FORMS[act]
    form: Any = form_class(request.POST, row=row, auto_id=f"{act}_%s")
    if form.is_valid():
        with form.blamed():
            perform(row, request.user, dict(form.cleaned_data))
            messages.success(request, _("Saved."))
            return _to(row)
    page = member_page(_found(request, slug, pk), request.user, **{act: form})
    return render(request, "alliance/members/member.html", {"page": page, "form": form}, status=422)


@login_required
def class_rights(request: HttpRequest, slug: str) -> HttpResponse:
    """What each class may do; each class is a form of its own."""
    alliance = _managed(request, slug)
    if request.method == "POST":
        name = request.POST.get("member_class", "")
        if name not in MemberClass.values:
            raise Http404
        form = RightsForm(request.POST, rights=rights_of_classes(alliance)[name])
        form.full_clean()
        set_class_rights(alliance, name, form.rights(), by=request.user)
        messages.success(request, _("Saved."))
        return redirect("class_rights", slug)
    return render(request, "alliance/members/classes.html", {"page": rights_page(alliance)})


def _managed(request: HttpRequest, slug: str) -> Alliance:
    alliance = find_alliance(slug)
    if not allowed(request.user, MANAGE, alliance):
        raise Http404
    return alliance


def _found(request: HttpRequest, slug: str, pk: UUID) -> Membership:
    row = find_membership(request.user, pk)
    if row.alliance.slug != slug:
        raise Http404
    return row


def _to(row: Membership) -> HttpResponse:
    return redirect("alliance_member", row.alliance.slug, row.pk)


HERE = "alliance/<slug:slug>/members/"
urlpatterns = [
    path(HERE, alliance_members, name="alliance_members"),
    path(f"{HERE}record/", record_member, name="record_member"),
    path(f"{HERE}classes/", class_rights, name="class_rights"),
    path(f"{HERE}<uuid:pk>/", member, name="alliance_member"),
    path(f"{HERE}<uuid:pk>/<slug:act>/", member_act, name="member_act"),
]

"""Pages where a facility's manager writes policies down, tries them, and switches them on and off."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from core.errors import DomainError
from facilities.commands.policies import PolicyDraft, remove_policy, set_policy, switch_policy
from facilities.models import Facility, Policy
from facilities.queries.rulebook import managed_facilities, managed_facility
from facilities.queries.trying import Trial, broken_by, last_cycle, try_policy
from facilities.rules import policy_rules
from frontend.contexts.policies import editor_page, list_page, switch_page
from frontend.forms.policies import PolicyForm


@login_required
@require_GET
def policies(request: HttpRequest) -> HttpResponse:
    """Everything written down at the reader's facilities, and the rules of which a policy can be made."""
    return render(request, "policies/list.html", {"page": list_page(request.user)})


@login_required
def new_policy(request: HttpRequest, slug: str) -> HttpResponse:
    """Write a policy of the rule that the address names."""
    return _edit(request, managed_facility(request.user, slug), None, request.GET.get("rule", ""))


@login_required
def edit_policy(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Change a policy, or try it; nothing typed is lost."""
    policy = _kept(request, pk)
    return _edit(request, policy.facility, policy, policy.rule)


def _edit(request: HttpRequest, facility: Facility, policy: Policy | None, rule: str) -> HttpResponse:
    known = policy_rules().get(rule)
    if known is None:
        raise Http404
    instruments = list(facility.instruments.filter(archived_at=None).order_by("code", "id"))
    form = PolicyForm(request.POST or None, facility=facility, rule=known, instruments=instruments, policy=policy)
    shown: dict[str, Any] = {}
    if form.is_valid():
        draft = form.draft()
        try:
            if request.POST.get("do") != "try":
                return _saved(request, facility, draft, policy)
            shown["trial"] = _tried(draft.policy(facility))
        except DomainError as refusal:
            if refusal.code == "bookings_break":
                shown["breaks"] = broken_by(draft.policy(facility))
            else:
                form.blame(refusal)
    page = editor_page(facility, form, policy, **shown)
    return render(request, "policies/edit.html", {"page": page}, status=422 if form.errors else 200)


def _saved(request: HttpRequest, facility: Facility, draft: PolicyDraft, policy: Policy | None) -> HttpResponse:
    version = request.POST.get("version", "")
    saved = set_policy(
        facility,
        draft,
        by=request.user,
        policy=policy,
        expected=int(version) if policy is not None and version.isdecimal() else None,
        seen=_seen(request),
    )
    said = _("The policy is saved.") if saved.is_active else _("The policy is written down. It does not hold yet.")
    messages.success(request, said)
    return redirect("policies")


def _tried(policy: Policy) -> Trial | None:
    """On the last cycle; None where the facility has had none."""
    cycle = last_cycle(policy)
    return try_policy(policy, cycle.period.lower, cycle.period.upper) if cycle else None


@login_required
def switch(request: HttpRequest, pk: UUID) -> HttpResponse:
    """On, after the bookings that it would break were shown; or off, at once."""
    policy = _kept(request, pk)
    if request.method == "POST":
        try:
            row = switch_policy(policy, by=request.user, on=not policy.is_active, seen=_seen(request))
        except DomainError as refusal:
            messages.warning(request, str(refusal))
        else:
            said = _("The policy holds from now on.") if row.is_active else _("The policy holds no more.")
            messages.success(request, said)
            return redirect("policies")
    return render(request, "policies/switch.html", {"page": switch_page(policy, broken_by(policy))})


@login_required
@require_POST
def remove(request: HttpRequest, pk: UUID) -> HttpResponse:
    remove_policy(_kept(request, pk), by=request.user)
    messages.success(request, _("The policy was removed."))
    return redirect("policies")


def _kept(request: HttpRequest, pk: UUID) -> Policy:
    """A policy of a facility whose calendar the reader keeps."""
    rows = Policy.objects.filter(archived_at=None, facility__in=managed_facilities(request.user))
    return get_object_or_404(rows.select_related("facility", "instrument"), pk=pk)


def _seen(request: HttpRequest) -> list[UUID]:
    """Bookings that the page has listed."""
    try:
        return [UUID(text) for text in request.POST.getlist("seen")]
    except ValueError as error:
        raise Http404 from error


urlpatterns = [
    path("policies/", policies, name="policies"),
    path("policies/new/<slug:slug>/", new_policy, name="new_policy"),
    path("policies/<uuid:pk>/", edit_policy, name="policy"),
    path("policies/<uuid:pk>/switch/", switch, name="switch_policy"),
    path("policies/<uuid:pk>/remove/", remove, name="remove_policy"),
]

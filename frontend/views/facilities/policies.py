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
from core.reading import whole_number
from facilities.commands.policies import PolicyDraft, remove_policy, set_policy, switch_policy
from facilities.commands.trials import start_trial
from facilities.models import Facility, Policy
from facilities.queries.rulebook import managed_facilities, managed_facility
from facilities.queries.trying import (
    MOST_AT_ONCE,
    Trial,
    broken_by,
    last_cycle,
    last_trial,
    trial_of,
    tried_on,
    try_policy,
)
from facilities.rules import policy_rules
from frontend.contexts.facilities.policies import editor_page, list_page, switch_page
from frontend.forms.facilities.policies import PolicyForm


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
            tried = draft.policy(facility)
            if _takes_long(tried):
                return _in_background(request, policy, form)
            shown["trial"] = _tried(tried)
        except DomainError as refusal:
            if refusal.code == "bookings_break":
                shown["breaks"] = broken_by(draft.policy(facility))
            else:
                form.blame(refusal)
    if request.method != "POST" and policy is not None and (job := last_trial(policy)):
        shown = {"trial": trial_of(job)} if job.state == "done" else {"job": job}
    page = editor_page(facility, form, policy, **shown)
    return render(request, "policies/edit.html", {"page": page}, status=422 if form.errors else 200)


def _takes_long(policy: Policy) -> bool:
    cycle = last_cycle(policy)
    return cycle is not None and tried_on(policy, cycle.period.lower, cycle.period.upper).count() > MOST_AT_ONCE


def _in_background(request: HttpRequest, policy: Policy | None, form: PolicyForm) -> HttpResponse:
    """Many bookings are judged by a worker, of what is saved; its progress stands on the policy's page."""
    if policy is None or form.has_changed():
        form.add_error(None, _("There are many bookings to judge: save the policy first, then try it."))
        page = editor_page(form.facility, form, policy)
        return render(request, "policies/edit.html", {"page": page}, status=422)
    start_trial(policy, by=request.user)
    messages.success(request, _("The policy is being tried. Look at this page again in a minute."))
    return redirect("policy", policy.pk)


def _saved(request: HttpRequest, facility: Facility, draft: PolicyDraft, policy: Policy | None) -> HttpResponse:
    saved = set_policy(
        facility,
        draft,
        by=request.user,
        policy=policy,
        expected=whole_number(request.POST.get("version")) if policy is not None else None,
        seen=listed(request),
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
            row = switch_policy(policy, by=request.user, on=not policy.is_active, seen=listed(request))
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


def listed(request: HttpRequest) -> list[UUID]:
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

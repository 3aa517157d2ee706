"""Pages of campaigns: asked for leg by leg in one form, read, and withdrawn."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from core.errors import DomainError
from core.reading import whole_number
from facilities.commands.campaigns import check_campaign, request_campaign, withdraw_campaign
from facilities.models import Campaign, Team
from facilities.queries.availability import requestable
from facilities.queries.campaigns import campaigns_visible_to
from facilities.queries.proposing import propose_dates
from frontend.contexts.facilities.campaigns import campaign_list, campaign_page
from frontend.forms.facilities.bookings import CampaignsForm
from frontend.forms.facilities.campaigns import CampaignForms, with_slots

TIMED = frozenset({"check", "send"})
"""Buttons that need the time of every leg."""


def seen(request: HttpRequest, pk: UUID) -> Campaign:
    row: Campaign = get_object_or_404(campaigns_visible_to(request.user), pk=pk)
    return row


@login_required
def new_campaign(request: HttpRequest) -> HttpResponse:
    """POST adds a leg, proposes dates, checks or sends, as its button says. Nothing typed is lost."""
    do, data = request.POST.get("do", "show"), request.POST or None
    if data is None:
        return _form(request, _forms(request, None, "show"))
    forms = _forms(request, data, do)
    if do not in ("propose", *TIMED) or not forms.is_valid():
        return _form(request, forms)
    if do == "propose":
        found = propose_dates(forms.stays(), *forms.span())
        if not found:
            forms.common.add_error(
                None, _("No dates fit in these days. Choose other days, shorter legs or wider gaps.")
            )
            return _form(request, forms)
        messages.success(request, _("The earliest free dates are filled in."))
        return _form(request, _forms(request, with_slots(data, found), "propose"))
    return _act(request, forms, do)


def _act(request: HttpRequest, forms: CampaignForms, do: str) -> HttpResponse:
    try:
        if do == "send":
            campaign = request_campaign(forms.wish(), by=request.user)
            messages.success(request, _("Your request was sent to every facility."))
            return redirect("campaign", campaign.pk)
        checked = check_campaign(forms.wish(), by=request.user)
    except DomainError as refusal:
        for leg in refusal.details.get("legs", ()):
            forms.legs[leg["leg"] - 1].refusals = [violation["message"] for violation in leg["violations"]]
        return _form(request, forms, refusal=refusal)
    for form, placed in zip(forms.legs, checked.legs, strict=True):
        form.refusals = [str(violation.message) for violation in placed.violations]
    return _form(request, forms, checked=checked)


def _forms(request: HttpRequest, data: Any, do: str) -> CampaignForms:
    count = (whole_number(data.get("legs")) if data else None) or 2
    count += {"add": 1, "remove": -1}.get(do, 0)
    teams = Team.objects.filter(members__user=request.user.pk, is_active=True).order_by("title", "id").distinct()
    instruments = requestable().order_by("facility__name", "code", "id")
    return CampaignForms(data, count=count, teams=list(teams), instruments=list(instruments), needs_time=do in TIMED)


def _form(
    request: HttpRequest, forms: CampaignForms, *, refusal: DomainError | None = None, checked: Any = None
) -> HttpResponse:
    """The form; its answers are found fault with only when a button asked for that."""
    judged = request.POST.get("do") in ("propose", *TIMED)
    context = {"forms": forms, "refusal": refusal, "checked": checked, "judged": judged}
    return render(request, "campaigns/new.html", context, status=422 if refusal else 200)


@login_required
@require_GET
def campaigns(request: HttpRequest) -> HttpResponse:
    """Campaigns of the reader, and those with a leg at a facility the reader works for."""
    page = campaign_list(CampaignsForm(request.GET), request.user, request.GET)
    return render(request, "campaigns/list.html", {"page": page})


@login_required
@require_GET
def campaign(request: HttpRequest, pk: UUID) -> HttpResponse:
    return render(request, "campaigns/campaign.html", {"page": campaign_page(seen(request, pk), request.user)})


@login_required
@require_POST
def campaign_withdraw(request: HttpRequest, pk: UUID) -> HttpResponse:
    try:
        withdraw_campaign(seen(request, pk), by=request.user, note=request.POST.get("note", ""))
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The campaign was withdrawn and its time is free again."))
    return redirect("campaign", pk)


urlpatterns = [
    path("campaigns/", campaigns, name="campaigns"),
    path("campaigns/new/", new_campaign, name="new_campaign"),
    path("campaigns/<uuid:pk>/", campaign, name="campaign"),
    path("campaigns/<uuid:pk>/withdraw/", campaign_withdraw, name="campaign_withdraw"),
]

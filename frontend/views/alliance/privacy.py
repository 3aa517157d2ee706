"""Pages about one's own data: consent, a copy, being forgotten; the office's list; and what is kept, for everybody."""

from typing import Any
from uuid import UUID

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from alliance.commands.privacy import ask_for_data, refuse_request, set_consent, withdraw_request
from alliance.models import Consent, DataRequest
from alliance.permissions.privacy import data_requests_visible_to, is_data_office
from alliance.rules.privacy import WORDING
from core import clock
from core.errors import DomainError
from core.files import download
from frontend.contexts.alliance.privacy import days_kept, privacy_page, requests_page


@require_GET
def plain_words(request: HttpRequest) -> HttpResponse:
    return render(request, "public/privacy.html", {"days": days_kept()})


@login_required
@require_GET
def privacy(request: HttpRequest) -> HttpResponse:
    return render(request, "account/privacy.html", {"page": privacy_page(request.user)})


@login_required
@require_POST
def consent(request: HttpRequest, purpose: str) -> HttpResponse:
    if purpose not in Consent.Purpose.values:
        raise Http404
    person: Any = request.user
    set_consent(person, purpose, request.POST.get("agree") == "yes", str(WORDING[purpose]), by=person)
    messages.success(request, _("Saved."))
    return redirect("account_privacy")


@login_required
@reauthentication_required
def ask(request: HttpRequest, kind: str) -> HttpResponse:
    """The reader proves who they are before this page opens; it asks once more, for both acts tell of everything."""
    if kind not in DataRequest.Kind.values:
        raise Http404
    person: Any = request.user
    if request.method != "POST":
        return render(request, "account/privacy_ask.html", {"kind": kind, "days": days_kept()})
    try:
        ask_for_data(person, kind, by=person)
    except DomainError as refusal:
        page = {"kind": kind, "days": days_kept(), "refusal": refusal}
        return render(request, "account/privacy_ask.html", page, status=refusal.status)
    messages.success(request, _("Your request was received."))
    return redirect("account_privacy")


@login_required
@require_POST
def withdraw(request: HttpRequest, pk: UUID) -> HttpResponse:
    row = get_object_or_404(DataRequest, pk=pk, person=request.user)
    try:
        withdraw_request(row, by=request.user)
    except DomainError as refusal:
        messages.error(request, str(refusal))
    return redirect("account_privacy")


@login_required
@reauthentication_required
def copy(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """The archive, for nobody but its person."""
    row = get_object_or_404(DataRequest, pk=pk, person=request.user, file_until__gt=clock.now())
    return download(row, f"yanqi-{row.created_at:%Y-%m-%d}.zip")


@login_required
def office(request: HttpRequest) -> HttpResponse:
    """The office sees who asked what and when it is due, and may refuse with a reason."""
    if not is_data_office(request.user):
        raise Http404
    if request.method == "POST":
        row = get_object_or_404(data_requests_visible_to(request.user), pk=request.POST.get("request"))
        try:
            refuse_request(row, by=request.user, note=request.POST.get("note", ""))
        except DomainError as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("Saved."))
        return redirect("data_requests")
    return render(request, "alliance/data_requests.html", {"page": requests_page(request.user, request.GET)})


urlpatterns = [
    path("privacy/", plain_words, name="privacy"),
    path("account/privacy/", privacy, name="account_privacy"),
    path("account/privacy/consent/<slug:purpose>/", consent, name="account_consent"),
    path("account/privacy/ask/<slug:kind>/", ask, name="account_data_ask"),
    path("account/privacy/<uuid:pk>/withdraw/", withdraw, name="account_data_withdraw"),
    path("account/privacy/<uuid:pk>/copy/", copy, name="account_data_copy"),
    path("data-requests/", office, name="data_requests"),
]

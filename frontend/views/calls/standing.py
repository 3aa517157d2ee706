"""Pages of granted parts: given up, given more time, resumed, and moved to another instrument by both facilities."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.errors import DomainError
from frontend.contexts.calls.standing import leg_forms, leg_page, transfer_page
from programs.commands import afterwards
from programs.models import Leg
from programs.permissions.proposals import proposals_visible_to
from programs.queries.proposals.listing import find_proposal
from programs.queries.standing import find_leg_of
from programs.queries.transfers import find_transfer

SAID: dict[str, Any] = {
    "cancel": gettext_lazy("The part is given up. What was left of its time went back to the facility."),
    "extend": gettext_lazy("There is more time to use it. The team is told."),
    "resume": gettext_lazy("It goes on. The team is told."),
    "transfer": gettext_lazy("Asked. It moves when both facilities agree."),
}
NOTED: dict[str, Callable[..., Leg]] = {"cancel": afterwards.cancel_leg, "extend": afterwards.extend_leg}


@login_required
def standing(request: HttpRequest, pk: UUID, leg: UUID) -> HttpResponse:
    """One part after the results; what is done with it is sent here, and a refusal keeps what was typed."""
    found = find_leg_of(find_proposal(request.user, pk), leg)
    sent = request.POST.get("do", "") if request.method == "POST" else ""
    forms = leg_forms(found, request.user, sent, request.POST)
    refusal = None
    if sent:
        try:
            done = _act(request, found, sent, forms)
        except DomainError as error:
            done, refusal = False, error
            if forms.bound is not None:
                forms.bound.blame(error)
        if done:
            messages.success(request, str(SAID[sent]))
            return redirect("proposal_standing", pk, leg)
    page = leg_page(found, request.user, forms)
    status = refusal.status if refusal else 422 if sent else 200
    shown = refusal if forms.bound is None else None
    return render(request, "proposals/standing.html", {"page": page, "refusal": shown}, status=status)


def _act(request: HttpRequest, leg: Leg, sent: str, forms: Any) -> bool:
    """Do what a valid form asks; False where it is not valid. Raises Http404 for what is not offered."""
    if sent == "resume" and forms.resumes:
        afterwards.resume_leg(leg, by=request.user)
        return True
    if forms.bound is None:
        raise Http404
    if not forms.bound.is_valid():
        return False
    if sent == "transfer":
        afterwards.ask_transfer(leg, by=request.user, **forms.bound.wanted())
    else:
        NOTED[sent](leg, by=request.user, note=forms.bound.cleaned_data["note"])
    return True


@login_required
def transfer(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A part that is to move: a facility agrees, or says why not."""
    found = find_transfer(request.user, pk)
    refusal = None
    if request.method == "POST":
        try:
            if request.POST.get("answer") == "agree":
                afterwards.agree_transfer(found, by=request.user)
            else:
                afterwards.refuse_transfer(found, by=request.user, note=request.POST.get("note", ""))
        except DomainError as error:
            refusal = error
        else:
            messages.success(request, _("Your answer is recorded."))
            return redirect("transfer", pk)
        found = find_transfer(request.user, pk)
    seen = proposals_visible_to(request.user).filter(pk=found.leg.proposal_id).exists()
    page = transfer_page(found, request.user, sees_proposal=seen)
    context = {"page": page, "refusal": refusal}
    return render(request, "proposals/transfer.html", context, status=refusal.status if refusal else 200)


urlpatterns = [
    path("proposals/<uuid:pk>/legs/<uuid:leg>/", standing, name="proposal_standing"),
    path("transfers/<uuid:pk>/", transfer, name="transfer"),
]

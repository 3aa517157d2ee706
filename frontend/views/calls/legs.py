"""Pages of legs: what instrument and safety staff have to look at, and one leg with what they say of it."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from core.errors import DomainError
from frontend.contexts.calls.legs import leg_page, legs_page, offers_in
from frontend.forms.calls.reviews import FeasibilityForm, SafetyForm
from programs.commands import feasibility
from programs.queries.feasibility import find_leg


@login_required
@require_GET
def legs(request: HttpRequest) -> HttpResponse:
    """Legs whose feasibility or safety waits for the reader."""
    return render(request, "legs/list.html", {"page": legs_page(request.user, request.GET)})


@login_required
def leg(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One leg; its staff say here what they think of it."""
    found = find_leg(request.user, pk)
    asked = request.POST.get("form", "") if request.method == "POST" else ""
    judging = FeasibilityForm(request.POST if asked == "feasibility" else None, offers=offers_in(found))
    safety = SafetyForm(request.POST if asked == "safety" else None)
    status = 200
    try:
        if judging.is_bound and judging.is_valid():
            feasibility.judge_feasibility(found, judging.judgement(), by=request.user)
        elif safety.is_bound and safety.is_valid():
            feasibility.judge_safety(found, by=request.user, **safety.cleaned_data)
        else:
            status = 422 if asked else 200
    except DomainError as error:
        (judging if judging.is_bound else safety).blame(error)
        status = error.status
    if asked and status == 200:
        messages.success(request, _("Saved. The applicant and the office see it."))
        return redirect("leg", pk=pk)
    page = leg_page(request.user, found, judging, safety)
    return render(request, "legs/leg.html", {"page": page}, status=status)


@login_required
@require_POST
def alternate(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The applicant takes an instrument that was offered."""
    found = find_leg(request.user, pk)
    instrument = next((row for row in offers_in(found) if str(row.pk) == request.POST.get("instrument")), None)
    try:
        if instrument is not None:
            feasibility.accept_alternate(found, instrument, by=request.user)
            messages.success(request, _("The leg stands at %(code)s now.") % {"code": instrument.code})
    except DomainError as error:
        messages.error(request, str(error.message))
    return redirect("leg", pk=pk)


urlpatterns = [
    path("legs/", legs, name="legs"),
    path("legs/<uuid:pk>/", leg, name="leg"),
    path("legs/<uuid:pk>/alternate/", alternate, name="leg_alternate"),
]

"""What a facility wants to see before a booking runs, and which organisations have signed its user agreement."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.translation import gettext as _

from facilities.commands.readiness import record_agreement, set_run_terms
from facilities.models import RunTerms, UserAgreement
from frontend.forms.facilities.running import AgreementForm, RunTermsForm
from frontend.views.facilities.equipment import kept


@login_required
def run_terms(request: HttpRequest, slug: str) -> HttpResponse:
    """Two forms: the terms, and one agreement more."""
    facility = get_object_or_404(kept(request.user), slug=slug)
    do = request.POST.get("do", "")
    terms = RunTerms.objects.filter(facility=facility).first() or RunTerms(facility=facility)
    form = RunTermsForm(request.POST if do == "terms" else None, instance=terms)
    agreement = AgreementForm(request.POST if do == "agreement" else None)
    if do == "terms" and form.is_valid():
        set_run_terms(facility, by=request.user, **form.cleaned_data)
        messages.success(request, _("The change is saved."))
        return redirect("run_terms", slug)
    if do == "agreement" and agreement.is_valid():
        with agreement.blamed():
            record_agreement(facility, by=request.user, **agreement.cleaned_data)
            messages.success(request, _("The agreement is recorded."))
            return redirect("run_terms", slug)
    signed = UserAgreement.objects.filter(facility=facility).select_related("organisation")
    context = {
        "facility": facility,
        "form": form,
        "agreement": agreement,
        "faulty": agreement if do == "agreement" else form,
        "signed": signed.order_by("organisation__name", "-signed_on", "id")[:200],
    }
    return render(request, "run/terms.html", context)


urlpatterns = [path("calendar/<slug:slug>/run-terms/", run_terms, name="run_terms")]

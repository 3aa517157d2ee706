"""Terms of a facility and of its instruments, and its published rules of priority; its manager sets both."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _

from core.errors import DomainError
from core.permissions import allowed, containers
from facilities.commands.priority import set_priority_rule
from facilities.commands.terms import set_terms
from facilities.models import Facility, Instrument, PriorityRule
from facilities.queries.priority import priority_rules
from facilities.queries.terms import terms_at
from frontend.contexts.facilities.calendars import instruments_of
from frontend.forms.facilities.terms import RuleForm, TermsForm, place_choices, rule_words


@dataclass(frozen=True)
class TermsPage:
    """The terms of one place, the other places, and the facility's rules of priority in words."""

    facility: Facility
    instrument: Instrument | None
    own: bool
    places: list[tuple[str, str]]
    form: TermsForm
    rules: list[tuple[PriorityRule, str]]
    rule: RuleForm | None


@login_required
def terms(request: HttpRequest, slug: str) -> HttpResponse:
    """`?instrument=` names the place; without it they are those of the whole facility."""
    kept = containers(request.user, "facilities.manage_calendar", Facility.objects.all())
    facility = get_object_or_404(kept, slug=slug)
    instruments = instruments_of(facility)
    chosen = next((row for row in instruments if row.slug == request.GET.get("instrument")), None)
    current = terms_at(facility, chosen)
    here = f"?instrument={chosen.slug}" if chosen else ""
    do = request.POST.get("do", "")
    form = TermsForm(request.POST if do == "terms" else None, terms=current)
    rule = RuleForm(request.POST if do == "rule" else None, auto_id="rule_%s")
    if (do == "terms" and _set_terms(form, facility, chosen, request)) or (
        do == "rule" and _set_rule(rule, facility, request)
    ):
        messages.success(request, _("Saved. What was asked for before keeps the terms that held then."))
        return redirect(reverse("terms", args=[slug]) + here)
    page = TermsPage(
        facility=facility,
        instrument=chosen,
        own=current.pk is not None and not current._state.adding,
        places=place_choices(instruments),
        form=form,
        rules=[(each, rule_words(each)) for each in priority_rules(facility)],
        rule=rule if allowed(request.user, "facilities.override_rules", facility) else None,
    )
    return render(request, "terms/terms.html", {"page": page})


def _set_terms(form: TermsForm, facility: Facility, instrument: Any, request: HttpRequest) -> bool:
    if not form.is_valid():
        return False
    try:
        set_terms(facility, instrument, by=request.user, **form.answers())
    except DomainError as refusal:
        form.blame(refusal)
        return False
    return True


def _set_rule(form: RuleForm, facility: Facility, request: HttpRequest) -> bool:
    if not form.is_valid():
        return False
    answers = dict(form.cleaned_data)
    try:
        set_priority_rule(facility, answers.pop("category"), by=request.user, **answers)
    except DomainError as refusal:
        form.blame(refusal)
        return False
    return True


urlpatterns = [path("calendar/<slug:slug>/terms/", terms, name="terms")]

"""Answers on a submitted proposal: a signatory confirms, the office checks, waives and returns, the team's moves."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from core.errors import DomainError
from frontend.contexts.proposals.page import facts_told, proposal_page, rule_label
from frontend.contexts.proposals.trail import crumbs_of, pages_of
from frontend.forms.proposals.pages import ReturnForm
from frontend.views.confirming import answer_for_partner
from frontend.views.proposals.reading import render_proposal
from programs.commands import proposals
from programs.models import EligibilityCheck, Proposal
from programs.permissions.proposals import proposal_parties, signs_for
from programs.queries.proposals.consent import partner_answers
from programs.queries.proposals.listing import find_proposal
from programs.queries.proposals.submission import current_version

HERE: dict[str, tuple[Callable[..., Proposal], object]] = {
    "revise": (proposals.revise_proposal, gettext_lazy("It is a draft again. Whose part stays, stays confirmed.")),
    "withdraw": (proposals.withdraw_proposal, gettext_lazy("The proposal is withdrawn.")),
    "check": (proposals.check_proposal, gettext_lazy("The check has begun.")),
    "forward": (proposals.forward_proposal, gettext_lazy("It passed the check.")),
}
"""Moves made on the proposal's own page or that of the check, and what is said after."""


@login_required
def confirm(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A signatory reads the frozen version and answers for one organisation."""
    row = find_proposal(request.user, pk)
    refusal = None
    if request.method == "POST":
        refusal = answer_for_partner(
            request,
            row,
            signs_for(request.user, row),
            confirm=proposals.confirm_partner,
            refuse=proposals.refuse_partner,
            refused_said=_("Not confirmed for %(name)s. The team reads your reason."),
        )
        if refusal is None:
            return redirect("proposal", pk=pk)
    signing = {each.pk for each in signs_for(request.user, row)}
    context = {
        "page": proposal_page(row, request.user, refusal),
        "version": current_version(row),
        "parts": [part for part in partner_answers(row) if part.organisation.pk in signing],
        "crumbs": crumbs_of(row, (_("Confirm"), "")),
        "open": row.state in {"submitted", "checking"},
    }
    return render(request, "proposals/confirm.html", context, status=refusal.status if refusal else 200)


@login_required
def check(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The office's check: every rule with the facts it used, waivers, and the list of what is to be mended."""
    row = find_proposal(request.user, pk)
    if not proposal_parties(request.user, row) & {"office", "management"}:
        raise Http404
    form = _return_form(row, request.POST if request.method == "POST" else None)
    refusal = None
    if form.is_valid():
        try:
            proposals.return_proposal(row, by=request.user, points=form.points(), note=request.POST.get("note", ""))
        except DomainError as error:
            refusal = error
        else:
            messages.success(request, _("Returned. The team reads your points and ticks them off."))
            return redirect("proposal", pk=pk)
    return _check(request, row, form, refusal)


def _return_form(row: Proposal, data: Any = None) -> ReturnForm:
    legs = row.legs.select_related("preferred").order_by("position")
    return ReturnForm(data, places=pages_of(row), legs=legs)


def _check(request: HttpRequest, row: Proposal, form: ReturnForm, refusal: DomainError | None) -> HttpResponse:
    page = proposal_page(row, request.user, refusal)
    fixed = set(row.call.rules.filter(can_be_waived=False).values_list("rule", flat=True))
    context = {
        "page": page,
        "form": form,
        "checks": [(each, rule_label(each), each.rule not in fixed, facts_told(each)) for each in page.checks],
        "crumbs": crumbs_of(row, (_("Check"), "")),
    }
    return render(request, "proposals/check.html", context, status=refusal.status if refusal else 200)


@login_required
@require_POST
def waive(request: HttpRequest, pk: UUID, check: UUID) -> HttpResponse:
    row = find_proposal(request.user, pk)
    found = get_object_or_404(EligibilityCheck, pk=check, version__proposal=row)
    try:
        proposals.waive_check(found, by=request.user, reason=request.POST.get("note", ""))
    except DomainError as error:
        return _check(request, row, _return_form(row), error)
    messages.success(request, _("The rule is waived, with your reason."))
    return redirect("proposal_check", pk=pk)


@login_required
@require_POST
def move(request: HttpRequest, pk: UUID, move: str) -> HttpResponse:
    """A move of the proposal's own page."""
    row = find_proposal(request.user, pk)
    found = HERE.get(move)
    if found is None:
        raise Http404
    command, said = found
    try:
        command(row, by=request.user, note=request.POST.get("note", ""))
    except DomainError as error:
        again = find_proposal(request.user, pk)
        if move in {"check", "forward"}:
            return _check(request, again, _return_form(again), error)
        return render_proposal(request, again, error)
    messages.success(request, str(said))
    return redirect({"revise": "proposal_edit", "check": "proposal_check"}.get(move, "proposal"), pk=pk)

"""Pages of what follows the results: time is confirmed, decisions are appealed, the reserve list moves up."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from core.errors import DomainError
from frontend.contexts.calls.afterwards import after_page, appeal_page
from frontend.forms.calls.afterwards import AnswerForm, AppealForm
from frontend.views.proposals.reading import render_proposal
from programs.commands import afterwards
from programs.queries.proposals.listing import find_proposal, moves_open_to
from programs.queries.rounds.reading import find_round_call
from programs.queries.standing import appeals_to_answer, find_leg_of


@login_required
@require_POST
def confirm(request: HttpRequest, pk: UUID, leg: UUID) -> HttpResponse:
    """The PI takes the time that was given."""
    row = find_proposal(request.user, pk)
    try:
        afterwards.confirm_leg(find_leg_of(row, leg), by=request.user)
    except DomainError as refusal:
        return render_proposal(request, find_proposal(request.user, pk), refusal)
    messages.success(request, _("Confirmed. The time is yours: ask for the days that suit you."))
    return redirect("proposal", pk=pk)


@login_required
def appeal(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The PI says why a decision should be looked at again; who decides the call answers here."""
    row = find_proposal(request.user, pk)
    waiting = appeals_to_answer(request.user).filter(proposal=row).first()
    moves = {move.name for move in moves_open_to(request.user, row)}
    makes = "appeal" in moves and not row.appeals.filter(answered_at=None).exists()
    data = request.POST if request.method == "POST" else None
    asking = AppealForm(data) if makes else None
    answering = AnswerForm(data) if waiting else None
    form = asking or answering
    if form is None:
        raise Http404
    if form.is_valid():
        with form.blamed():
            if answering and waiting:
                afterwards.answer_appeal(waiting, by=request.user, **answering.said())
            else:
                afterwards.appeal_decision(row, by=request.user, reason=form.cleaned_data["note"])
            said = _("The team reads your answer.") if answering else _("The appeal is made. You are told the answer.")
            messages.success(request, said)
            return redirect("proposal", pk=pk)
    page = appeal_page(row, request.user, asking=asking, answering=answering)
    return render(request, "proposals/appeal.html", {"page": page, "form": form}, status=422 if form.errors else 200)


@login_required
@require_GET
def after(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The office's page of a call whose results are out."""
    call = find_round_call(request.user, pk)
    if call.state not in {"notified", "archived"}:
        raise Http404
    return render(request, "rounds/after.html", {"page": after_page(call)})


@login_required
@require_POST
def promote(request: HttpRequest, pk: UUID, proposal: UUID) -> HttpResponse:
    """Give a proposal on the reserve list what came free; a refusal names who is before it, or what is lacking."""
    call = find_round_call(request.user, pk)
    row = find_proposal(request.user, proposal)
    try:
        afterwards.promote_from_reserve(row, by=request.user, note=request.POST.get("note", ""))
    except DomainError as refusal:
        context = {"page": after_page(call), "refusal": refusal}
        return render(request, "rounds/after.html", context, status=refusal.status)
    messages.success(request, _("%(reference)s moved up. The team is told.") % {"reference": row.reference})
    return redirect("call_after", pk)


urlpatterns = [
    path("proposals/<uuid:pk>/legs/<uuid:leg>/confirm/", confirm, name="leg_confirm"),
    path("proposals/<uuid:pk>/appeal/", appeal, name="proposal_appeal"),
    path("office/calls/<uuid:pk>/after/", after, name="call_after"),
    path("office/calls/<uuid:pk>/after/<uuid:proposal>/promote/", promote, name="call_promote"),
]

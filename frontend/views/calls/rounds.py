"""Pages of allocation: the round of a call with what-if and announcement, and decisions on one line or one proposal."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from core.errors import DomainError, NotFound
from core.lookup import find
from core.models import Job
from frontend.contexts.calls.rounds import decide_page, limits_shown, line_page, round_page
from frontend.forms.calls.afterwards import LegNoteForm
from frontend.forms.calls.rounds import GivenForm, LimitsForm, VerdictForm
from programs.commands import rounds
from programs.models import Call, Round
from programs.queries.proposals.listing import find_proposal, moves_open_to
from programs.queries.rounds.reading import current_round, find_round_call, legs_to_decide, lines_of
from programs.workflows.proposals import DECIDED


@login_required
@require_GET
def call_round(request: HttpRequest, pk: UUID) -> HttpResponse:
    call = find_round_call(request.user, pk)
    return render(request, "rounds/round.html", {"page": round_page(call, request.GET)})


@login_required
@require_POST
def call_allocate(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Try other limits, which writes no round, or let the solver propose one; the page shows how far it is."""
    call = find_round_call(request.user, pk)
    form = LimitsForm(request.POST, call=call, limits=limits_shown(call))
    refusal, status = None, 422
    if form.is_valid():
        try:
            job = rounds.start_solving(call, by=request.user, limits=form.limits(), dry_run="try" in request.POST)
        except DomainError as error:
            refusal, status = error, error.status
        else:
            if job.state == Job.State.DONE and not job.result["dry_run"]:
                messages.success(request, _("A round is proposed. Nobody outside is told anything yet."))
            return redirect("call_round", pk)
    page = round_page(call, request.GET, limits=form)
    return render(request, "rounds/round.html", {"page": page, "refusal": refusal}, status=status)


@login_required
@require_POST
def call_announce(request: HttpRequest, pk: UUID) -> HttpResponse:
    call = find_round_call(request.user, pk)
    try:
        rounds.announce_results(call, by=request.user)
    except DomainError as refusal:
        context = {"page": round_page(call, request.GET), "refusal": refusal}
        return render(request, "rounds/round.html", context, status=refusal.status)
    messages.success(request, _("The results are announced. Everyone is told."))
    return redirect("call_round", pk)


@login_required
def round_line(request: HttpRequest, pk: UUID, line: UUID) -> HttpResponse:
    """Decide one line by hand; a refusal keeps what was typed."""
    call = find_round_call(request.user, pk)
    row = find(lines_of(_round_of(call)), line)
    form = VerdictForm(request.POST if request.method == "POST" else None, line=row)
    if form.is_valid():
        with form.blamed():
            rounds.override_line(row, form.given(), by=request.user, reason=form.cleaned_data["reason"])
            messages.success(request, _("Decided. It stays sealed until the results are announced."))
            return redirect("call_round", pk)
    return render(request, "rounds/line.html", {"page": line_page(row, form)}, status=422 if form.errors else 200)


@login_required
def proposal_decide(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The management decides one proposal, part by part: a rapid one, or one whose appeal was right."""
    row = find_proposal(request.user, pk)
    if "decide" not in {move.name for move in moves_open_to(request.user, row)}:
        raise Http404
    data = request.POST if request.method == "POST" else None
    parts = [GivenForm(data, leg=leg, prefix=str(leg.pk)) for leg in legs_to_decide(row)]
    form = LegNoteForm(data)
    unfit = [each for each in (*parts, form) if not each.is_valid()]
    if data is not None and not unfit:
        verdicts = {part.leg.pk: part.given() for part in parts}
        with form.blamed():
            decided = rounds.decide_proposal(row, verdicts, by=request.user, note=form.cleaned_data["note"])
            told = decided.state in DECIDED
            sealed = _("Decided. It stays sealed until the results are announced.")
            messages.success(request, _("Decided. The team is told.") if told else sealed)
            return redirect("proposal", pk)
    context = {"page": decide_page(row, parts, form)}
    return render(request, "rounds/decide.html", context, status=200 if data is None else 422)


def _round_of(call: Call) -> Round:
    found = current_round(call)
    if found is None:
        raise NotFound
    return found


urlpatterns = [
    path("office/calls/<uuid:pk>/round/", call_round, name="call_round"),
    path("office/calls/<uuid:pk>/round/allocate/", call_allocate, name="call_allocate"),
    path("office/calls/<uuid:pk>/round/announce/", call_announce, name="call_announce"),
    path("office/calls/<uuid:pk>/round/<uuid:line>/", round_line, name="round_line"),
    path("proposals/<uuid:pk>/decide/", proposal_decide, name="proposal_decide"),
]

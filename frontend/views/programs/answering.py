"""Answers and decisions: a signatory confirms, the secretariat checks, leadership decides, and the other moves."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from core.errors import DomainError
from frontend.contexts.programs.answering import confirm_page, decide_page
from frontend.forms.programs.listing import Granting
from frontend.views.confirming import answer_for_partner
from frontend.views.programs.reading import render_program
from programs.commands import cooperation
from programs.models import Program
from programs.permissions.cooperation import signs_for
from programs.queries.cooperation.listing import find_program

HERE: dict[str, tuple[Callable[..., Program], object]] = {
    "revise": (
        cooperation.revise_program,
        gettext_lazy("It is a draft again. Partners whose part stays keep their answer."),
    ),
    "sign": (cooperation.sign_program, gettext_lazy("The signed agreement is recorded.")),
    "activate": (cooperation.activate_program, gettext_lazy("The programme has started.")),
    "suspend": (cooperation.suspend_program, gettext_lazy("The programme is suspended.")),
    "resume": (cooperation.resume_program, gettext_lazy("The programme goes on.")),
    "complete": (cooperation.complete_program, gettext_lazy("The programme is completed.")),
    "withdraw": (cooperation.withdraw_program, gettext_lazy("The programme is withdrawn.")),
    "terminate": (cooperation.terminate_program, gettext_lazy("The programme is terminated.")),
}
"""Moves made on the programme's own page, and what is said after."""

DECISIONS: dict[str, tuple[Callable[..., Program], object]] = {
    "review": (cooperation.review_program, gettext_lazy("Passed. The leadership is asked to decide.")),
    "return": (cooperation.return_program, gettext_lazy("Returned to the lead with your reason.")),
    "approve": (cooperation.approve_program, gettext_lazy("Approved. The facility time is allocated.")),
    "reject": (cooperation.reject_program, gettext_lazy("Rejected. The lead and the partners read your reason.")),
}
"""Moves made where the frozen version is read."""


@login_required
def confirm(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A signatory reads the frozen version and answers for one organisation."""
    program = find_program(request.user, pk)
    refusal = None
    if request.method == "POST":
        refusal = answer_for_partner(
            request,
            program,
            signs_for(request.user, program),
            confirm=cooperation.confirm_partner,
            refuse=cooperation.refuse_partner,
            refused_said=_("Not confirmed for %(name)s. The lead reads your reason."),
        )
        if refusal is None:
            still_seen = find_again(request, pk)
            return redirect("program", pk=pk) if still_seen else redirect("programs")
    page = confirm_page(program, request.user, refusal)
    return render(request, "programs/confirm.html", {"page": page}, status=refusal.status if refusal else 200)


def find_again(request: HttpRequest, pk: UUID) -> bool:
    """Whether the reader still sees the programme: a draft is its lead's alone again."""
    try:
        find_program(request.user, pk)
    except DomainError:
        return False
    return True


@login_required
def decide(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The secretariat's check and leadership's decision, with everything they rest on."""
    program = find_program(request.user, pk)
    refusal = None
    granting = Granting(request.POST if "granting" in request.POST else None, program=program)
    if request.method == "POST" and (granting.is_valid() or not granting.is_bound):
        found = DECISIONS.get(request.POST.get("move", ""))
        if found is None:
            raise Http404
        command, said = found
        told = {"grants": granting.grants()} if granting.is_bound else {"note": request.POST.get("note", "")}
        try:
            command(program, by=request.user, **told)
        except DomainError as error:
            refusal = error
            program.refresh_from_db()
            if granting.is_bound:
                granting.blame(error)
        else:
            messages.success(request, str(said))
            return redirect("program", pk=pk)
    page = decide_page(program, request.user, granting, refusal)
    status = refusal.status if refusal else 422 if granting.errors else 200
    return render(request, "programs/decide.html", {"page": page}, status=status)


@login_required
@require_POST
def move(request: HttpRequest, pk: UUID, move: str) -> HttpResponse:
    """A move of the programme's own page."""
    program = find_program(request.user, pk)
    found = HERE.get(move)
    if found is None:
        raise Http404
    command, said = found
    try:
        program = command(program, by=request.user, note=request.POST.get("note", ""))
    except DomainError as error:
        return render_program(request, find_program(request.user, pk), error)
    messages.success(request, str(said))
    return redirect("program_edit" if move == "revise" else "program", pk=pk)

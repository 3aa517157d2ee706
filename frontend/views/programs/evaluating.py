"""The evaluation of a completed programme: its figures, the form, and what was said."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from frontend.contexts.programs.evaluation import evaluation_tab
from frontend.contexts.programs.page import program_page
from frontend.forms.programs.evaluating import EvaluationForm
from frontend.views.programs.reading import inside_of
from programs.commands.cooperation import evaluate_program
from programs.workflows.cooperation import EVALUABLE


@login_required
def evaluation(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Read by everyone who sees the inside; POST evaluates, once."""
    program = inside_of(request, pk)
    if program.state not in EVALUABLE:
        raise Http404
    form = EvaluationForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        with form.blamed():
            evaluate_program(program, form.judgement(), by=request.user)
            messages.success(request, _("The programme is evaluated. Its partners can read it."))
            return redirect("program_evaluation", pk=pk)
    page = program_page(program, request.user, "program_evaluation")
    context = {"page": page, "tab": evaluation_tab(program, request.user, form), "form": form}
    return render(request, "programs/evaluation.html", context, status=422 if form.errors else 200)

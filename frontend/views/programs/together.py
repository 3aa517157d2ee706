"""Stays, trainings, money and agreements of a programme, and trainings that are offered to everyone."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from core.errors import DomainError
from frontend.contexts.programs.page import program_page
from frontend.contexts.programs.together import together as together_tab
from frontend.forms.programs.together import FORMS
from frontend.paging import paged
from frontend.views.programs.reading import inside_of
from programs.commands.cooperation.exchange import cancel_stay, confirm_stay
from programs.commands.cooperation.training import enrol, record_result, withdraw_enrolment
from programs.models import Enrolment
from programs.permissions.exchange import enrolment_parties, stays_visible_to, trainings_visible_to
from programs.queries.cooperation.together import trainings_listed


@login_required
def together(request: HttpRequest, pk: UUID) -> HttpResponse:
    """POST does what its button says; nothing typed is lost."""
    program = inside_of(request, pk)
    name, form = request.POST.get("do", ""), None
    if request.method == "POST":
        if name not in FORMS:
            raise Http404
        form = FORMS[name][0](request.POST, program=program, auto_id=f"{name}_%s")
        if form.is_valid():
            with form.blamed():
                form.act(request.user)
                messages.success(request, _("Saved."))
                return redirect("program_together", pk=pk)
    context = {
        "page": program_page(program, request.user, "program_together"),
        "tab": together_tab(program, request.user, form, name),
        "form": form,
    }
    return render(request, "programs/together.html", context, status=422 if form else 200)


@login_required
@require_POST
def stay_move(request: HttpRequest, pk: UUID, move: str) -> HttpResponse:
    """The host confirms, or one of those concerned cancels."""
    stay = get_object_or_404(stays_visible_to(request.user).select_related("program"), pk=pk)
    commands = {"confirm": confirm_stay, "cancel": cancel_stay}
    if move not in commands:
        raise Http404
    try:
        commands[move](stay, by=request.user, note=request.POST.get("note", ""))
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Saved."))
    return redirect("program_together", pk=stay.program_id)


@login_required
@require_POST
def enrolment_result(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The lead of the programme records what came of a place."""
    trained = trainings_visible_to(request.user).order_by().values("pk")
    place = get_object_or_404(Enrolment.objects.select_related("training__program"), pk=pk, training__in=trained)
    if not enrolment_parties(request.user, place):
        raise Http404
    try:
        record_result(place, request.POST.get("result", ""), by=request.user)
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Saved."))
    return redirect("program_together", pk=place.training.program_id)


@login_required
@require_GET
def trainings(request: HttpRequest) -> HttpResponse:
    """Trainings, workshops, forums and scholarships that are offered, with one's own place."""
    page = paged(trainings_listed(request.user), request.GET)
    own = Enrolment.objects.filter(person=request.user.pk, training__in=[row.pk for row in page.rows])
    places = {row.training_id: row for row in own}
    rows = [(row, places.get(row.pk)) for row in page.rows]
    return render(request, "programs/trainings.html", {"page": page, "rows": rows})


@login_required
@require_POST
def training_place(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take a place, or give it back."""
    training = get_object_or_404(trainings_visible_to(request.user), pk=pk)
    try:
        if request.POST.get("do") == "withdraw":
            withdraw_enrolment(get_object_or_404(training.enrolments, person=request.user), by=request.user)
            messages.success(request, _("Your place is free again."))
        else:
            place = enrol(training, by=request.user)
            took = _("You have a place.") if place.seat else _("All places are taken. You are on the waiting list.")
            messages.success(request, took)
    except DomainError as refusal:
        messages.error(request, str(refusal))
    return redirect("trainings")

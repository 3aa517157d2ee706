"""Pages of a series: it is read, decided as one, and moved or ended by scope. It is asked for on S4."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from core.errors import DomainError, NotFound
from facilities.commands import series as commands
from facilities.models import Series
from facilities.queries.series import dates_of, series_visible_to
from frontend.contexts.facilities.series import series_list, series_page, to_come
from frontend.forms.facilities.bookings import SeriesForm
from frontend.forms.facilities.series import SeriesMoveForm, SeriesTimeForm
from workflow.approvals import decide
from workflow.queries import open_tasks_for

CHANGES: dict[str, tuple[type[SeriesMoveForm], Callable[..., Any], Any]] = {
    "reschedule": (SeriesTimeForm, commands.reschedule_series, gettext_lazy("Move dates")),
    "withdraw": (SeriesMoveForm, commands.withdraw_series, gettext_lazy("Withdraw dates")),
    "cancel": (SeriesMoveForm, commands.cancel_series, gettext_lazy("Cancel dates")),
}
"""Move → its form, the command that makes it, and what its button says."""


def seen(request: HttpRequest, pk: UUID) -> Series:
    row: Series = get_object_or_404(series_visible_to(request.user), pk=pk)
    return row


@login_required
@require_GET
def series_all(request: HttpRequest) -> HttpResponse:
    """Every series of the reader and of those the reader works for; the address holds the filters."""
    page = series_list(SeriesForm(request.GET), request.user, request.GET)
    return render(request, "series/list.html", {"page": page})


@login_required
@require_GET
def series(request: HttpRequest, pk: UUID) -> HttpResponse:
    return render(request, "series/series.html", {"page": series_page(seen(request, pk), request.user)})


@login_required
def series_move(request: HttpRequest, pk: UUID, move: str) -> HttpResponse:
    """Move or end dates. A refusal names every date that stands in the way; nothing typed is lost."""
    row = seen(request, pk)
    if move not in CHANGES:
        raise Http404
    form_class, command, label = CHANGES[move]
    posted = request.POST if request.method == "POST" else None
    form = form_class(posted, dates=to_come(dates_of(row)), required=move != "reschedule")
    refusal: DomainError | None = None
    if posted is not None and form.is_valid():
        try:
            command(row, by=request.user, **form.answers())
        except DomainError as error:
            refusal = error
        else:
            messages.success(request, _("The dates were changed."))
            return redirect("series", pk)
    context = {"form": form, "series": row, "label": label, "refusal": refusal}
    return render(request, "series/act.html", context, status=422 if refusal else 200)


@login_required
@require_POST
def series_decide(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Approve or decline all dates that wait, in the reader's own task or, to decline, as the facility."""
    row = seen(request, pk)
    verdict, note = request.POST.get("verdict", ""), request.POST.get("note", "").strip()
    task = open_tasks_for(request.user).filter(subject_type=Series._meta.label_lower, subject_id=row.pk).first()
    try:
        if task is not None:
            decide(task, verdict, by=request.user, note=note)
        elif verdict == "decline":
            commands.decline_series(row, by=request.user, note=note)
        else:
            raise NotFound(_("This decision is not yours to make."))
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Approved.") if verdict == "approve" else _("Declined."))
    return redirect("series", pk)


urlpatterns = [
    path("series/", series_all, name="series_list"),
    path("series/<uuid:pk>/", series, name="series"),
    path("series/<uuid:pk>/decide/", series_decide, name="series_decide"),
    path("series/<uuid:pk>/<slug:move>/", series_move, name="series_move"),
]

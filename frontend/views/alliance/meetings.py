"""Pages of an alliance's meetings, their minutes, and the actions that people promised."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.views.decorators.http import require_GET, require_POST

from alliance.commands.agenda import OPEN
from alliance.permissions.governance import governance_parties
from alliance.queries.actions import find_action
from alliance.queries.meetings import find_meeting
from alliance.queries.minutes import assemble_minutes
from frontend.contexts.alliance.meetings import (
    action_page,
    actions_page,
    meeting_page,
    meetings_page,
    motions_of,
    presence_of,
)
from frontend.forms.alliance.meetings import ACTION_ASKS, ITEM_ASK, MEETING_ASKS, MINUTES_ASK, ItemForm, MinutesForm
from frontend.forms.asking import AskForm
from frontend.views.asking import act


@login_required
@require_GET
def meetings(request: HttpRequest) -> HttpResponse:
    page = meetings_page(request.user, request.GET)
    return render(request, "alliance/meetings/list.html", {"page": page})


@login_required
@require_GET
def meeting(request: HttpRequest, pk: UUID) -> HttpResponse:
    return _meeting(request, pk, {})


@login_required
@require_GET
def meeting_presence(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Only the panel of who is there, which the page asks for again while people come and go."""
    presence = presence_of(find_meeting(request.user, pk))
    return render(request, "alliance/meetings/presence.html", {"presence": presence})


@login_required
@require_POST
def meeting_act(request: HttpRequest, pk: UUID, do: str) -> HttpResponse:
    """One of the acts that the page offers; a refusal shows the page again with what was typed."""
    found = find_meeting(request.user, pk)
    if do not in MEETING_ASKS:
        raise Http404
    form, made = act(request, MEETING_ASKS[do], found, do)
    return redirect("meeting", pk) if made is not None else _meeting(request, pk, {do: form})


@login_required
def meeting_minutes(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The minutes as they were kept, or assembled from what happened, for the secretary to edit."""
    found = find_meeting(request.user, pk)
    if not governance_parties(request.user, found.body.alliance) & {"secretary", "chair"} or found.state != "closed":
        raise Http404
    if request.method == "POST":
        form, made = act(request, MINUTES_ASK, found, "minutes")
        if made is not None:
            return redirect("meeting", pk)
    else:
        text = found.minutes.text if found.minutes else assemble_minutes(found)
        form = MinutesForm(row=found, initial={"text": text})
    context = {"meeting": found, "form": form}
    return render(request, "alliance/meetings/minutes.html", context, status=422 if form.errors else 200)


@login_required
def agenda_item(request: HttpRequest, pk: UUID, item: UUID) -> HttpResponse:
    """A point of the agenda, its text and its papers, while the meeting is not over."""
    meeting = find_meeting(request.user, pk)
    if (
        not governance_parties(request.user, meeting.body.alliance) & {"secretary", "chair"}
        or meeting.state not in OPEN
    ):
        raise Http404
    found = get_object_or_404(meeting.agenda.select_related("meeting__body__alliance"), pk=item)
    if request.method == "POST":
        form, made = act(request, ITEM_ASK, found, "item")
        if made is not None:
            return redirect("meeting", pk)
    else:
        form = ItemForm(row=found, reader=request.user, auto_id="item_%s")
    removable = not (found.motions.exists() or found.actions.exists())
    context = {"meeting": meeting, "item": found, "form": form, "removable": removable}
    return render(request, "alliance/meetings/item.html", context, status=422 if form.errors else 200)


@login_required
@require_GET
def actions(request: HttpRequest) -> HttpResponse:
    return render(request, "alliance/actions/list.html", {"page": actions_page(request.user, request.GET)})


@login_required
@require_GET
def action(request: HttpRequest, pk: UUID) -> HttpResponse:
    return _action(request, pk, {})


@login_required
@require_POST
def action_act(request: HttpRequest, pk: UUID, do: str) -> HttpResponse:
    found = find_action(request.user, pk)
    if do not in ACTION_ASKS:
        raise Http404
    form, made = act(request, ACTION_ASKS[do], found, do)
    return redirect("action", pk) if made is not None else _action(request, pk, {do: form})


def _meeting(request: HttpRequest, pk: UUID, bound: dict[str, AskForm]) -> HttpResponse:
    found = find_meeting(request.user, pk)
    context = {
        "page": meeting_page(found, request.user, bound),
        "motions": motions_of(found),
        "form": next(iter(bound.values()), None),
    }
    return render(request, "alliance/meetings/meeting.html", context, status=422 if bound else 200)


def _action(request: HttpRequest, pk: UUID, bound: dict[str, AskForm]) -> HttpResponse:
    page = action_page(find_action(request.user, pk), request.user, bound)
    context = {"page": page, "form": next(iter(bound.values()), None)}
    return render(request, "alliance/actions/action.html", context, status=422 if bound else 200)


urlpatterns = [
    path("meetings/", meetings, name="meetings"),
    path("meetings/<uuid:pk>/", meeting, name="meeting"),
    path("meetings/<uuid:pk>/presence/", meeting_presence, name="meeting_presence"),
    path("meetings/<uuid:pk>/minutes/", meeting_minutes, name="meeting_minutes"),
    path("meetings/<uuid:pk>/agenda/<uuid:item>/", agenda_item, name="agenda_item"),
    path("meetings/<uuid:pk>/<slug:do>/", meeting_act, name="meeting_act"),
    path("actions/", actions, name="actions"),
    path("actions/<uuid:pk>/", action, name="action"),
    path("actions/<uuid:pk>/<slug:do>/", action_act, name="action_act"),
]

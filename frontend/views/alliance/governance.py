"""Pages of an alliance's bodies and offices."""

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.views.decorators.http import require_GET, require_POST

from alliance.commands.bodies import create_body
from alliance.commands.offices import create_office
from alliance.models import Alliance, Office
from alliance.permissions.governance import RUN, bodies_visible_to
from core import permissions
from core.lookup import find
from frontend.contexts.alliance.governance import body_page, office_page, offices_page
from frontend.forms.alliance.governance import BODY_ASKS, OFFICE_ASKS, TERM_ASKS, BodyForm, OfficeForm
from frontend.forms.alliance.meetings import PLAN_ASK
from frontend.forms.asking import AskForm
from frontend.views.asking import act


def run_by(user: Any, slug: str) -> Alliance:
    """An alliance whose governance the person runs. Raises NotFound."""
    return find(permissions.containers(user, RUN, Alliance.objects.order_by("id")), slug)


@login_required
def offices(request: HttpRequest, slug: str) -> HttpResponse:
    """Officers as of a day, and a form for a further office."""
    alliance = run_by(request.user, slug)
    form = OfficeForm(request.POST or None, row=alliance)
    if request.method == "POST" and form.is_valid():
        with form.blamed():
            made = create_office(alliance, by=request.user, **form.cleaned_data)
            return redirect("office", made.pk)
    page = offices_page(alliance, request.user, request.GET)
    status = 422 if form.errors else 200
    return render(request, "alliance/governance/offices.html", {"page": page, "form": form}, status=status)


@login_required
@require_GET
def office(request: HttpRequest, pk: UUID) -> HttpResponse:
    return _office(request, _find_office(request, pk))


@login_required
@require_POST
def office_act(request: HttpRequest, pk: UUID, do: str) -> HttpResponse:
    """Nominate somebody; or, with the `term` that a form names, one of the moves of that term."""
    found = _find_office(request, pk)
    key = request.POST.get("term", "")
    asks = TERM_ASKS if key else OFFICE_ASKS
    if do not in asks:
        raise Http404
    row = find(found.terms.order_by("id"), key) if key else found
    form, made = act(request, asks[do], row, f"{key}{do}")
    if made is not None:
        return redirect("office", found.pk)
    return _office(request, found, {do: form}, row.pk if key else None)


@login_required
def bodies(request: HttpRequest, slug: str) -> HttpResponse:
    """The bodies of an alliance, and a form for a further one."""
    alliance = run_by(request.user, slug)
    form = BodyForm(request.POST or None, row=alliance)
    if request.method == "POST" and form.is_valid():
        with form.blamed():
            made = create_body(alliance, by=request.user, **form.cleaned_data)
            return redirect("body", made.pk)
    context = {"alliance": alliance, "bodies": alliance.bodies.order_by("name", "id"), "form": form}
    return render(request, "alliance/governance/bodies.html", context, status=422 if form.errors else 200)


@login_required
@require_GET
def body(request: HttpRequest, pk: UUID) -> HttpResponse:
    found = find(bodies_visible_to(request.user).select_related("alliance"), pk)
    return render(request, "alliance/governance/body.html", {"page": body_page(found, request.user, {})})


@login_required
@require_POST
def body_act(request: HttpRequest, pk: UUID, do: str) -> HttpResponse:
    """Give a seat, or plan a meeting, whose page comes next."""
    found = find(bodies_visible_to(request.user).select_related("alliance"), pk)
    asks = {**BODY_ASKS, "plan": PLAN_ASK}
    if do not in asks:
        raise Http404
    form, made = act(request, asks[do], found, do)
    if made is not None:
        return redirect("meeting", made.pk) if do == "plan" else redirect("body", found.pk)
    context = {"page": body_page(found, request.user, {do: form}), "form": form}
    return render(request, "alliance/governance/body.html", context, status=422)


def _find_office(request: HttpRequest, pk: UUID) -> Office:
    run = permissions.containers(request.user, RUN, Alliance.objects.order_by()).values("pk")
    return find(Office.objects.filter(alliance__in=run).select_related("alliance").order_by("id"), pk)


def _office(
    request: HttpRequest, found: Office, bound: dict[str, AskForm] | None = None, of_term: Any = None
) -> HttpResponse:
    context = {
        "page": office_page(found, request.user, bound or {}, of_term),
        "form": next(iter((bound or {}).values()), None),
    }
    return render(request, "alliance/governance/office.html", context, status=422 if bound else 200)


urlpatterns = [
    path("alliance/<slug:slug>/offices/", offices, name="alliance_offices"),
    path("alliance/<slug:slug>/bodies/", bodies, name="alliance_bodies"),
    path("offices/<uuid:pk>/", office, name="office"),
    path("offices/<uuid:pk>/<slug:do>/", office_act, name="office_act"),
    path("bodies/<uuid:pk>/", body, name="body"),
    path("bodies/<uuid:pk>/<slug:do>/", body_act, name="body_act"),
]

"""Pages of an alliance's plans: the list, and one plan with its progress and its actions."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.views.decorators.http import require_GET

from alliance.models import Alliance
from alliance.permissions.voting import sees_alliance
from alliance.queries.actions import plans_listed
from alliance.queries.alliances import find_alliance
from core.lookup import find
from frontend.contexts.alliance.plans import plan_page, plans_page
from frontend.forms.alliance.plans import PLAN_ASKS
from frontend.forms.asking import AskForm
from frontend.views.asking import act


@login_required
@require_GET
def plans(request: HttpRequest, slug: str) -> HttpResponse:
    page = plans_page(request.user, _alliance(request, slug), request.GET)
    return render(request, "alliance/plans/list.html", {"page": page})


@login_required
def plan(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """A plan; those who run the governance record actions on it."""
    found = find(plans_listed(request.user, _alliance(request, slug)), key)
    bound: dict[str, AskForm] = {}
    if request.method == "POST":
        form, made = act(request, PLAN_ASKS["promise"], found, "promise")
        if made is not None:
            return redirect("plan", slug, found.slug)
        bound = {"promise": form}
    page = plan_page(request.user, found, request.GET, bound)
    context = {"page": page, "form": bound.get("promise")}
    return render(request, "alliance/plans/plan.html", context, status=422 if bound else 200)


def _alliance(request: HttpRequest, slug: str) -> Alliance:
    """An alliance in whose governance the reader takes part. Raises Http404."""
    found = find_alliance(slug)
    if not sees_alliance(request.user, found):
        raise Http404
    return found


urlpatterns = [
    path("alliance/<slug:slug>/plans/", plans, name="plans"),
    path("alliance/<slug:slug>/plans/<slug:key>/", plan, name="plan"),
]

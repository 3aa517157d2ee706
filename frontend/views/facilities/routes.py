"""Pages where a facility's manager sets up who decides: the places, the editor of a route, the groups."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from core.errors import DomainError, RulesRefuse
from core.lookup import find
from core.reading import whole_number
from facilities.queries.routes import SUBJECT
from frontend.contexts.facilities.routes import choices_for, editor_page, group_form, places_page, starting_draft
from frontend.forms.facilities.routes import RouteEditor
from workflow.approvals import retire_route, save_route
from workflow.approvals.groups import save_group
from workflow.approvals.handlers import find_owner, scope_of
from workflow.models import Route
from workflow.queries import groups_of, people_at, route_versions, running_by_route


@login_required
def places(request: HttpRequest) -> HttpResponse:
    return render(request, "routes/places.html", {"page": places_page(request.user)})


@login_required
def edit(request: HttpRequest, key: str) -> HttpResponse:
    """The editor. Buttons within the form add, move and remove steps without saving; saving makes the next version."""
    owner = find_owner(request.user, key)
    draft, latest = starting_draft(owner)
    choices = choices_for(owner)
    if request.method != "POST":
        page = editor_page(owner, RouteEditor.from_draft(draft, **choices), latest)
        return render(request, "routes/editor.html", {"page": page})
    editor = RouteEditor.from_post(request.POST, **choices)
    seen = whole_number(request.POST.get("expected"))
    expected = latest if seen is None else seen
    if request.POST.get("do", "save") != "save":
        return render(request, "routes/editor.html", {"page": editor_page(owner, editor, expected)})
    violations = editor.violations()
    try:
        if violations:
            raise RulesRefuse(_("Please look at these answers again."), violations)
        route = save_route(owner, SUBJECT, editor.draft(scope_of(owner)), by=request.user, expected=expected)
    except DomainError as refusal:
        if not violations:
            refusal.violations = editor.show(list(refusal.violations))
        page = editor_page(owner, editor, expected, refusal)
        return render(request, "routes/editor.html", {"page": page}, status=refusal.status)
    messages.success(request, _saved(owner, route))
    return redirect("route", key=key)


def _saved(owner: Any, route: Route) -> str:
    """What the new version means, and for how many requests it does not hold."""
    text = _("Version %(number)s decides new requests.") % {"number": route.number}
    earlier = [other for other in route_versions(owner, SUBJECT) if other.pk != route.pk]
    running = {other.number: count for other in earlier if (count := running_by_route(earlier).get(other.pk))}
    for number, count in sorted(running.items()):
        text += " " + ngettext(
            "%(count)s running request keeps version %(number)s.",
            "%(count)s running requests keep version %(number)s.",
            count,
        ) % {"count": count, "number": number}
    return text


@login_required
@require_POST
def retire(request: HttpRequest, key: str) -> HttpResponse:
    """An instrument follows its facility again."""
    retire_route(find_owner(request.user, key), SUBJECT, by=request.user)
    messages.success(request, _("New requests follow the route of the facility again."))
    return redirect("route", key=key)


@login_required
def edit_group(request: HttpRequest, key: str, group: Any = None) -> HttpResponse:
    """A new group of deciders, or another name and other members."""
    owner: Any = find_owner(request.user, key)
    row = find(groups_of(*scope_of(owner)), group) if group else None
    form = group_form(owner, row, request.POST or None)
    refusal = None
    if form.is_valid():
        try:
            saved = save_group(
                owner, form.cleaned_data["name"], people_at(form.addresses()), by=request.user, group=row
            )
        except DomainError as error:
            refusal = error
        else:
            messages.success(request, _("The group “%(name)s” is saved.") % {"name": saved.name})
            return redirect("route", key=key)
    status = 422 if refusal or form.errors else 200
    context = {"form": form, "refusal": refusal, "key": key, "place": str(owner.name), "group": row}
    return render(request, "routes/group.html", context, status=status)


urlpatterns = [
    path("routes/", places, name="routes"),
    path("routes/<str:key>/", edit, name="route"),
    path("routes/<str:key>/groups/new/", edit_group, name="route_group_new"),
    path("routes/<str:key>/groups/<uuid:group>/", edit_group, name="route_group"),
    path("routes/<str:key>/retire/", retire, name="route_retire"),
]

"""Pages of saved views: those that one finds, saving the page one looks at, renaming, sharing, deleting."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from core import times
from core.lookup import find
from frontend.forms.reports.saved import NewViewForm, RhythmForm, ViewForm, audience_of
from frontend.paging import paged
from reports.commands import subscriptions
from reports.commands import views as commands
from reports.models import Subscription
from reports.queries.views import views_visible_to


@login_required
@require_GET
def views(request: HttpRequest) -> HttpResponse:
    page = paged(views_visible_to(request.user), request.GET)
    return render(request, "reports/views/list.html", {"page": page})


@login_required
def new(request: HttpRequest) -> HttpResponse:
    """Save the page whose address stands in `at`, with its filters."""
    at = request.POST.get("at") or request.GET.get("at", "")
    form = NewViewForm(request.POST or None, user=request.user, initial={"at": at})
    if form.is_valid():
        given = form.cleaned_data
        with form.blamed():
            commands.save_view(given["name"], given["at"], by=request.user, moving=given["moving"], **form.told())
            messages.success(request, _("Saved as “%(name)s”.") % {"name": given["name"]})
            return redirect("views")
    context = {"form": form, "at": at}
    return render(request, "reports/views/new.html", context, status=422 if form.errors else 200)


@login_required
@require_GET
def view(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Lead to the page as it is for this reader."""
    return redirect(find(views_visible_to(request.user), pk).address)


@login_required
def edit(request: HttpRequest, pk: UUID) -> HttpResponse:
    view = find(views_visible_to(request.user), pk)
    form = ViewForm(request.POST or None, user=request.user, initial={"name": view.name, "audience": audience_of(view)})
    if form.is_valid():
        with form.blamed():
            commands.rename_view(view, form.cleaned_data["name"], by=request.user)
            commands.share_view(view, by=request.user, **form.told())
            messages.success(request, _("Saved."))
            return redirect("views")
    held = Subscription.objects.filter(view=view, person_id=request.user.pk).first()
    rhythm = RhythmForm(initial={"rhythm": held.rhythm} if held else None)
    mine = view.owner_id == request.user.pk
    context = {"form": form, "view": view, "mine": mine, "held": held, "rhythm": rhythm}
    return render(request, "reports/views/edit.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def delete(request: HttpRequest, pk: UUID) -> HttpResponse:
    view = find(views_visible_to(request.user), pk)
    commands.delete_view(view, by=request.user)
    messages.success(request, _("“%(name)s” is deleted.") % {"name": view.name})
    return redirect("views")


@login_required
@require_POST
def subscribe(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Have a view sent, or no longer."""
    view = find(views_visible_to(request.user), pk)
    if "end" in request.POST:
        for held in Subscription.objects.filter(view=view, person_id=request.user.pk):
            subscriptions.unsubscribe(held, by=request.user)
        messages.success(request, _("It is no longer sent to you."))
    else:
        held = subscriptions.subscribe(view, request.POST.get("rhythm", ""), by=request.user)
        day = times.moment(held.next_at, held.person.time_zone)
        messages.success(request, _("It is sent to you first on %(day)s.") % {"day": day})
    return redirect("view_edit", pk)


def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """The link in a mail: ends the subscription after one more click, for programs open links too."""
    held = subscriptions.subscription_of(token)
    if request.method == "POST":
        subscriptions.unsubscribe_by(token)
        held = None
    return render(request, "reports/views/unsubscribe.html", {"held": held})


urlpatterns = [
    path("views/", views, name="views"),
    path("views/new/", new, name="view_new"),
    path("views/<uuid:pk>/", view, name="view"),
    path("views/<uuid:pk>/edit/", edit, name="view_edit"),
    path("views/<uuid:pk>/delete/", delete, name="view_delete"),
    path("views/<uuid:pk>/subscribe/", subscribe, name="view_subscribe"),
    path("views/unsubscribe/<str:token>/", unsubscribe, name="unsubscribe"),
]

"""Circulars: what members read, and for the secretariat a draft with its preview, the sending and the log."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from alliance.commands.circulars import send_circular
from alliance.commands.records import save_record
from alliance.models import Alliance, Circular
from alliance.permissions.documents import PUBLISH
from alliance.permissions.news import circulars_visible_to
from alliance.queries.circulars import letters_of
from core.errors import DomainError
from core.permissions import containers
from frontend.contexts.alliance.circulars import circular_page
from frontend.forms.alliance.papers import CircularForm
from frontend.paging import paged
from frontend.views.alliance.documents import published_by
from notifications.commands import mark_read


@login_required
@require_GET
def circulars(request: HttpRequest) -> HttpResponse:
    """What one's members received, of every alliance; with the editor's drafts."""
    rows = circulars_visible_to(request.user)
    edited = containers(request.user, PUBLISH, Alliance.objects.order_by("-is_main", "name", "id"))
    asked = Alliance.objects.filter(slug=request.GET.get("alliance", ""), archived_at=None).first()
    if asked is not None:
        rows, edited = rows.filter(alliance=asked), edited.filter(pk=asked.pk)
    context = {"page": paged(rows, request.GET), "edited": edited, "alliance": asked}
    return render(request, "alliance/circulars/list.html", context)


@login_required
@require_GET
def circular(request: HttpRequest, pk: UUID) -> HttpResponse:
    row = get_object_or_404(circulars_visible_to(request.user), pk=pk)
    return render(request, "alliance/circulars/circular.html", {"page": circular_page(request.user, row)})


@login_required
def edit(request: HttpRequest, slug: str, pk: UUID | None = None) -> HttpResponse:
    """A new circular, or a draft that is written on."""
    alliance = published_by(request.user, slug)
    drafts = circulars_visible_to(request.user).filter(alliance=alliance, sent_at=None)
    row = get_object_or_404(drafts, pk=pk) if pk else Circular(alliance=alliance)
    form = CircularForm(request.POST or None, instance=row)
    if form.is_valid():
        with form.blamed():
            save_record(form.row(), by=request.user)
            messages.success(request, _("The draft is kept. Look at it, then send it."))
            return redirect("circular", row.pk)
    context = {"form": form, "alliance": alliance, "circular": row if pk else None}
    return render(request, "alliance/circulars/edit.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def send(request: HttpRequest, pk: UUID) -> HttpResponse:
    row = get_object_or_404(circulars_visible_to(request.user), pk=pk)
    try:
        sent = send_circular(row, by=request.user)
    except DomainError as refusal:
        context = {"page": circular_page(request.user, row), "refusal": refusal}
        return render(request, "alliance/circulars/circular.html", context, status=refusal.status)
    messages.success(request, _("Sent as number %(number)d.") % {"number": sent.number or 0})
    return redirect("circular", pk)


@login_required
@require_POST
def read(request: HttpRequest, pk: UUID) -> HttpResponse:
    """It no longer waits in My work; nobody else learns of it."""
    row = get_object_or_404(circulars_visible_to(request.user), pk=pk)
    mark_read(letters_of(row, request.user), by=request.user)
    messages.success(request, _("Noted."))
    return redirect("circular", pk)


urlpatterns = [
    path("circulars/", circulars, name="circulars"),
    path("circulars/<uuid:pk>/", circular, name="circular"),
    path("circulars/<uuid:pk>/read/", read, name="circular_read"),
    path("circulars/<uuid:pk>/send/", send, name="circular_send"),
    path("alliance/<slug:slug>/circulars/new/", edit, name="circular_new"),
    path("alliance/<slug:slug>/circulars/<uuid:pk>/edit/", edit, name="circular_edit"),
]

"""The secretariat's pages of news: write, publish at a time, hold under embargo, withdraw with a reason."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from alliance.commands.records import save_record, withdraw_news
from alliance.models import NewsItem
from alliance.permissions.news import news_visible_to
from core import clock
from core.lookup import free_slug
from frontend.forms.alliance.papers import NewsForm, WithdrawForm
from frontend.paging import paged
from frontend.views.alliance.documents import published_by


@login_required
@require_GET
def news(request: HttpRequest, slug: str) -> HttpResponse:
    alliance = published_by(request.user, slug)
    page = paged(news_visible_to(request.user).filter(alliance=alliance), request.GET)
    return render(request, "alliance/news/list.html", {"alliance": alliance, "page": page, "now": clock.now()})


@login_required
def edit(request: HttpRequest, slug: str, pk: UUID | None = None) -> HttpResponse:
    """A new piece of news, or one that is written on."""
    alliance = published_by(request.user, slug)
    rows = news_visible_to(request.user).filter(alliance=alliance)
    row = get_object_or_404(rows, pk=pk) if pk else NewsItem(alliance=alliance)
    form = NewsForm(request.POST or None, instance=row)
    if form.is_valid():
        row = form.row()
        row.slug = row.slug or free_slug(NewsItem.objects.all(), row.title)
        with form.blamed():
            save_record(row, by=request.user)
            messages.success(request, _("Saved."))
            return redirect("alliance_news", alliance.slug)
    context = {"form": form, "alliance": alliance, "item": row if pk else None, "withdraw": WithdrawForm()}
    return render(request, "alliance/news/edit.html", context, status=422 if form.errors else 200)


@login_required
def withdraw(request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
    alliance = published_by(request.user, slug)
    row = get_object_or_404(news_visible_to(request.user).filter(alliance=alliance), pk=pk)
    form = WithdrawForm(request.POST or None)
    if form.is_valid():
        with form.blamed():
            withdraw_news(row, by=request.user, note=form.cleaned_data["note"])
            messages.success(request, _("Withdrawn. Nobody else finds it any more."))
            return redirect("alliance_news", alliance.slug)
    context = {"form": NewsForm(instance=row), "alliance": alliance, "item": row, "withdraw": form}
    return render(request, "alliance/news/edit.html", context, status=422 if form.errors else 200)


urlpatterns = [
    path("alliance/<slug:slug>/news/", news, name="alliance_news"),
    path("alliance/<slug:slug>/news/new/", edit, name="news_new"),
    path("alliance/<slug:slug>/news/<uuid:pk>/", edit, name="news_edit"),
    path("alliance/<slug:slug>/news/<uuid:pk>/withdraw/", withdraw, name="news_withdraw"),
]

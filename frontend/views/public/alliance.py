"""The alliance's own pages: home, about, members, an organisation, news and events."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _

from accounts.queries import find_organisation
from alliance.models import Alliance
from alliance.queries import main_alliance, members_today, news_published
from core.names import local
from frontend.contexts.public.about import about_page
from frontend.contexts.public.alliance import (
    article,
    home_page,
    members_page,
    news_page,
)
from frontend.contexts.public.organisation import organisation_page
from frontend.forms.public import Members, News


def home(request: HttpRequest) -> HttpResponse:
    return render(request, "public/home.html", {"page": home_page()})


def about(request: HttpRequest) -> HttpResponse:
    return render(request, "public/about.html", {"page": about_page(main_alliance())})


def alliance(request: HttpRequest, slug: str) -> HttpResponse:
    """Another alliance that lives here; the main one has its place in About Us."""
    found = get_object_or_404(Alliance, slug=slug, archived_at=None)
    if found.is_main:
        return redirect("about")
    return render(request, "public/about.html", {"page": about_page(found)})


def crumb(label: str, name: str = "") -> dict[str, Any]:
    return {"label": label, "url": reverse(name) if name else ""}


def members(request: HttpRequest) -> HttpResponse:
    codes = members_today(main_alliance()).values_list("organisation__country", flat=True)
    form = Members(request.GET, codes=codes)
    crumbs = [crumb(_("About Us"), "about"), crumb(_("Members"))]
    return render(request, "public/members.html", {"page": members_page(form, request.GET, crumbs)})


def organisation(request: HttpRequest, slug: str) -> HttpResponse:
    found = find_organisation(slug)
    crumbs = [crumb(_("About Us"), "about"), crumb(_("Members"), "members"), crumb(str(found.acronym or found.name))]
    return render(request, "public/organisation.html", {"page": organisation_page(found, crumbs)})


def news(request: HttpRequest) -> HttpResponse:
    return render(request, "public/news.html", {"page": news_page(News(request.GET), request.GET)})


def news_item(request: HttpRequest, slug: str) -> HttpResponse:
    item = get_object_or_404(news_published(), slug=slug)
    crumbs = [crumb(_("News & Events"), "news"), crumb(local(item, "title"))]
    return render(request, "public/news_item.html", {"page": article(item, crumbs)})


urlpatterns = [
    path("", home, name="home"),
    path("about/", about, name="about"),
    path("alliances/<slug:slug>/", alliance, name="alliance"),
    path("about/members/", members, name="members"),
    path("organisations/<slug:slug>/", organisation, name="organisation"),
    path("news/", news, name="news"),
    path("news/<slug:slug>/", news_item, name="news_item"),
]

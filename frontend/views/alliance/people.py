"""People of members who agreed to be found by one another."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_GET

from alliance.queries.privacy import people_in_directory, works_at_a_member
from frontend.forms.alliance.people import People
from frontend.paging import paged


@login_required
@require_GET
def people(request: HttpRequest) -> HttpResponse:
    """Names and organisations, nothing else; who works at no member is told why the page is empty."""
    form = People(request.GET)
    context = {
        "form": form,
        "page": paged(people_in_directory(request.user, form.asked()["q"]), request.GET),
        "belongs": works_at_a_member(request.user),
    }
    return render(request, "alliance/people.html", context)


urlpatterns = [path("people/", people, name="people")]

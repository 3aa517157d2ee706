"""S1: the first page after signing in, which is the queue of the person's role."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.views.decorators.http import require_GET

from frontend.contexts.shell import address
from frontend.contexts.work import first_page, work_page


@login_required
@require_GET
def work(request: HttpRequest) -> HttpResponse:
    """My work; deciders and leadership are sent on to the page that is their queue."""
    page = first_page(request.user)
    if page != "work" and address(page):
        return redirect(page)
    return render(request, "work/work.html", {"page": work_page(request.user)})


urlpatterns = [path("work/", work, name="work")]

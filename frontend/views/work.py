"""S1: what needs the person, the person's programmes and next bookings."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.views.decorators.http import require_GET

from frontend.contexts.shell import NAVIGATION, Shell
from frontend.contexts.work import work_page


@login_required
@require_GET
def work(request: HttpRequest) -> HttpResponse:
    """My work. Whose roles have no such page is sent on to the page where that work begins."""
    shell = Shell(request)
    if shell.roles and not any("work" in NAVIGATION[role] for role in shell.roles):
        return redirect(shell.start)
    return render(request, "work/work.html", {"page": work_page(request.user)})


urlpatterns = [path("my-work/", work, name="work")]

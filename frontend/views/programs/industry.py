"""Pages of industrial access: file an enquiry, the list of one's own or one's office, a request with its moves."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from alliance.queries import main_alliance
from core.errors import NotFound
from facilities.queries.availability import requestable
from frontend.contexts.programs.industry import industrial_list, industrial_page
from frontend.forms.programs.industry import FORMS, EnquiryForm
from programs.commands.industry import file_enquiry
from programs.queries.industry import find_industrial_request


@login_required
@require_GET
def industrial_requests(request: HttpRequest) -> HttpResponse:
    return render(request, "industry/list.html", {"page": industrial_list(request.user, request.GET)})


@login_required
def new_industrial_request(request: HttpRequest) -> HttpResponse:
    """A company asks; nothing typed is lost."""
    offered = requestable().order_by("facility__name", "code", "id")
    form = EnquiryForm(request.POST or None, instruments=offered, initial={"instrument": request.GET.get("instrument")})
    alliance = main_alliance()
    if alliance is None:
        raise Http404
    if request.method == "POST" and form.is_valid():
        with form.blamed():
            row = file_enquiry(alliance, form.enquiry(), by=request.user)
            messages.success(request, _("Your enquiry was sent."))
            return redirect("industrial_request", row.pk)
    return render(request, "industry/new.html", {"form": form}, status=422 if form.errors else 200)


@login_required
@require_GET
def industrial_request(request: HttpRequest, pk: UUID) -> HttpResponse:
    row = find_industrial_request(request.user, pk)
    return render(request, "industry/request.html", {"page": industrial_page(row, request.user)})


@login_required
@require_POST
def industrial_move(request: HttpRequest, pk: UUID, move: str) -> HttpResponse:
    """Make a move; a refusal shows the page again with what was typed."""
    row = find_industrial_request(request.user, pk)
    if move not in FORMS:
        raise Http404
    form_class, act = FORMS[move]
    form = form_class(request.POST, row=row, auto_id=f"{move}_%s")
    if form.is_valid():
        with form.blamed():
            act(row, request.user, form)
            messages.success(request, _("Saved."))
            return redirect("industrial_request", pk) if _still_seen(request, pk) else redirect("industrial_requests")
    row = find_industrial_request(request.user, pk)
    page = industrial_page(row, request.user, **{move: form})
    return render(request, "industry/request.html", {"page": page, "form": form}, status=422)


def _still_seen(request: HttpRequest, pk: UUID) -> bool:
    """Whether it is still the reader's to see, after it was passed on."""
    try:
        find_industrial_request(request.user, pk)
    except NotFound:
        return False
    return True


urlpatterns = [
    path("industrial-requests/", industrial_requests, name="industrial_requests"),
    path("industrial-requests/new/", new_industrial_request, name="new_industrial_request"),
    path("industrial-requests/<uuid:pk>/", industrial_request, name="industrial_request"),
    path("industrial-requests/<uuid:pk>/<slug:move>/", industrial_move, name="industrial_move"),
]

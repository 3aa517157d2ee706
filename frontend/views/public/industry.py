"""Industrial Application: offers by technique, published cases, and the enquiry of a visitor for a company."""

from allauth.core import ratelimit
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from accounts.queries import system_user
from alliance.queries import main_alliance
from core.errors import NotFound
from core.names import local
from frontend.contexts.public.industry import case_line, industry_page, offer_card
from frontend.forms.enquiry import VisitorForm
from frontend.forms.public import Offers
from programs.commands.industry import confirm_enquiry, leave_enquiry
from programs.queries.showcase import cases_public, offers_public


@require_GET
def industry(request: HttpRequest) -> HttpResponse:
    offers = offers_public(main_alliance())
    techniques = {row.technique.code: local(row.technique, "label") for row in offers if row.technique}
    form = Offers(
        request.GET,
        techniques=sorted(techniques.items(), key=lambda pair: pair[1]),
        codes=[row.organisation.country for row in offers],
    )
    return render(request, "public/industry.html", {"page": industry_page(form, request.GET)})


@require_GET
def case(request: HttpRequest, slug: str) -> HttpResponse:
    row = get_object_or_404(cases_public(main_alliance()), slug=slug)
    crumbs = [{"label": _("Industrial Application"), "url": reverse("industry")}, {"label": local(row, "title")}]
    return render(request, "public/industry_case.html", {"case": case_line(row), "crumbs": crumbs})


def enquiry(request: HttpRequest) -> HttpResponse:
    """Who is signed in asks at once; a visitor confirms the address first. Nothing typed is lost."""
    alliance = main_alliance()
    if alliance is None:
        raise Http404
    offer = offers_public(alliance).filter(slug=request.GET.get("offer", "").replace("\0", "")).first()
    if request.user.is_authenticated:
        wanted = f"?instrument={offer.instrument.slug}" if offer and offer.instrument else ""
        return redirect(f"{reverse('new_industrial_request')}{wanted}")
    form = VisitorForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if not ratelimit.consume(request, action="enquiry", key=form.cleaned_data["email"].lower()):
            form.add_error(None, _("Too many enquiries were sent. Please wait an hour."))
        else:
            with form.blamed():
                leave_enquiry(alliance, form.visitor(), form.enquiry(), by=system_user(), offer=offer)
                return redirect("enquiry_sent")
    page = {"form": form, "offer": offer_card(offer) if offer else None}
    return render(request, "public/enquiry.html", page, status=422 if form.errors else 200)


@require_GET
def sent(request: HttpRequest) -> HttpResponse:
    return render(request, "public/enquiry_sent.html")


def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """The address in the mail shows a button, so that a mail scanner that opens it confirms nothing."""
    if request.method != "POST":
        return render(request, "public/enquiry_confirm.html")
    try:
        filed = confirm_enquiry(token, by=system_user())
    except NotFound as refusal:
        messages.error(request, str(refusal))
        return redirect("enquiry")
    is_new = not filed.contact.has_usable_password()
    return render(request, "public/enquiry_filed.html", {"reference": filed.reference, "is_new": is_new})


urlpatterns = [
    path("industry/", industry, name="industry"),
    path("industry/cases/<slug:slug>/", case, name="industry_case"),
    path("industry/enquiry/", enquiry, name="enquiry"),
    path("industry/enquiry/sent/", sent, name="enquiry_sent"),
    path("industry/enquiry/<str:token>/", confirm, name="enquiry_confirm"),
]

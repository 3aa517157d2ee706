"""Public pages of events: the list, one event, its calendar file, registering, answering an invitation."""

from typing import Any

from allauth.core import ratelimit
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from accounts.queries import system_user
from alliance.calendars import calendar_of
from alliance.commands.events import answer_invitation, cancel_registration, invite, register
from alliance.models import Alliance, Event, EventSeries, Invitation, Registration
from alliance.permissions.events import invitations_visible_to, speaks_for
from alliance.queries import main_alliance
from alliance.queries.events import events_listed, find_event
from alliance.rules.events import registration_closed
from alliance.tokens import row_of
from core import clock
from core.errors import DomainError, NotFound, TooMany
from core.names import local
from frontend.contexts.public.events import event_line, event_page, events_page, invitation_crumbs
from frontend.forms.alliance.events import Events, GuestForm, InviteForm, RegisterForm


@require_GET
def events(request: HttpRequest) -> HttpResponse:
    """Coming and past events of all alliances, or of the one, the series or the kind asked for."""
    alliances = Alliance.objects.order_by("-is_main", "name", "id")
    form = Events(request.GET, alliances=alliances, series=EventSeries.objects.order_by("name", "id"))
    asked = form.cleaned_data.get("alliance") if form.is_valid() else ""
    whose = next((row for row in alliances if row.slug == asked), None) or main_alliance()
    feed = reverse("events_feed", args=[whose.slug]) if whose else ""
    return render(request, "public/events/list.html", {"page": events_page(request.user, form, request.GET, feed)})


@require_GET
def event(request: HttpRequest, slug: str) -> HttpResponse:
    return render(
        request, "public/events/event.html", {"page": event_page(request.user, find_event(request.user, slug))}
    )


def _calendar(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.ics"'
    return response


@require_GET
def event_file(request: HttpRequest, slug: str) -> HttpResponse:
    """The event for the reader's own calendar; none while it has no dates."""
    found = find_event(request.user, slug)
    content = calendar_of([found])
    if b"BEGIN:VEVENT" not in content:
        raise NotFound(_("This event has no dates yet."))
    return _calendar(content, found.slug)


@require_GET
def feed(request: HttpRequest, slug: str) -> HttpResponse:
    """All public events of an alliance, to be subscribed to."""
    alliance = get_object_or_404(Alliance, slug=slug)
    rows = events_listed(request.user, alliance=slug).exclude(state="idea").prefetch_related("schedules")
    return _calendar(calendar_of(rows, title=local(alliance, "name")), f"{slug}-events")


def register_page(request: HttpRequest, slug: str) -> HttpResponse:
    """Take a place: with an account in one click, else by name and address. The mail holds a link of one's own."""
    found = find_event(request.user, slug)
    sent = request.POST if request.method == "POST" else None
    known = request.user.is_authenticated
    form: Any = (RegisterForm if known else GuestForm)(sent, event=found, initial=_invited(request, found))
    if form.is_valid():
        with form.blamed():
            registration = _register(request, found, form)
            if known:
                messages.success(request, _place(registration))
                return redirect("event", slug=found.slug)
            return render(
                request, "public/events/sent.html", {"line": event_line(found), "email": form.cleaned_data["email"]}
            )
    closed = registration_closed(found, clock.now())
    context = {"line": event_line(found), "event": found, "form": form, "closed": closed[0] if closed else None}
    return render(request, "public/events/register.html", context, status=422 if form.errors else 200)


def _register(request: HttpRequest, found: Event, form: Any) -> Registration:
    """Nobody learns from the answer whether an address is registered; the mail goes to its owner."""
    if request.user.is_authenticated:
        return register(found, form.cleaned_data["mode"], by=request.user)
    if not ratelimit.consume(request, action="signup"):
        raise TooMany(_("Too many registrations from here. Please wait some minutes."), 60)
    return register(found, form.cleaned_data["mode"], by=system_user(), guest=form.guest())


def _invited(request: HttpRequest, found: Event) -> dict[str, str]:
    """Name and address of whom an invitation's link brought here."""
    token = request.GET.get("invitation", "")
    if not token:
        return {}
    guest = row_of(found.invitations.all(), token)
    return {"name": guest.name, "email": guest.email}


def _place(registration: Registration) -> str:
    if registration.is_waiting:
        return _("All places are taken: you are on the waiting list and will be told.")
    return _("You have a place. The confirmation with the calendar file is on its way.")


def registration(request: HttpRequest, token: str) -> HttpResponse:
    """One's own registration, from the link in the mail; it can be cancelled here."""
    found = row_of(Registration.objects.select_related("event__alliance", "person"), token)
    by = request.user if request.user.is_authenticated else system_user()
    return _registration(request, found, by, with_link=True)


@login_required
def own_registration(request: HttpRequest, slug: str) -> HttpResponse:
    """The same for who is signed in."""
    reader: Any = request.user
    found = find_event(reader, slug)
    rows = found.registrations.filter(person=reader).select_related("event__alliance", "person")
    row = rows.order_by("cancelled_at", "-created_at").first()
    if row is None:
        raise NotFound
    return _registration(request, row, request.user, with_link=False)


def _registration(request: HttpRequest, row: Registration, by: Any, *, with_link: bool) -> HttpResponse:
    refusal = None
    if request.method == "POST":
        try:
            row = cancel_registration(row, by=by, with_link=with_link)
        except DomainError as error:
            refusal = error
        else:
            messages.success(request, _("Your registration is cancelled."))
            return redirect("event", slug=row.event.slug)
    context = {"row": row, "line": event_line(row.event), "refusal": refusal}
    return render(request, "public/events/registration.html", context, status=refusal.status if refusal else 200)


def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """The page that the link of an invitation leads to: accept or decline."""
    rows = Invitation.objects.select_related("event__alliance", "membership__organisation", "person")
    found = row_of(rows, token)
    refusal = None
    if request.method == "POST":
        by = request.user if request.user.is_authenticated else system_user()
        accepts = request.POST.get("answer") == "accept"
        try:
            found = answer_invitation(found, accepts, by=by, with_link=True)
        except DomainError as error:
            refusal = error
        else:
            messages.success(request, _("You accepted.") if accepts else _("You declined."))
            return redirect("event_invitation", token=token)
    context = {
        "invitation": found,
        "line": event_line(found.event),
        "refusal": refusal,
        "token": token,
        "registers": not registration_closed(found.event, clock.now()),
        "crumbs": invitation_crumbs(found),
    }
    return render(request, "public/events/invitation.html", context, status=refusal.status if refusal else 200)


@login_required
def invite_page(request: HttpRequest, slug: str) -> HttpResponse:
    """A member's representative invites people in its name."""
    found = find_event(request.user, slug)
    members = speaks_for(request.user).filter(alliance=found.alliance)
    if not members:
        raise NotFound
    form = InviteForm(request.POST if request.method == "POST" else None, members=members, required=True)
    if form.is_valid():
        with form.blamed():
            guest = invite(found, **form.cleaned_data, by=request.user)
            messages.success(request, _("%(name)s is invited.") % {"name": guest.name})
            return redirect("event_invite", slug=found.slug)
    guests = invitations_visible_to(request.user).filter(event=found, membership__in=members).order_by("name", "id")
    context = {"line": event_line(found), "event": found, "form": form, "guests": guests}
    return render(request, "public/events/invite.html", context, status=422 if form.errors else 200)


urlpatterns = [
    path("events/", events, name="events"),
    path("events/<slug:slug>/", event, name="event"),
    path("events/<slug:slug>.ics", event_file, name="event_file"),
    path("alliances/<slug:slug>/events.ics", feed, name="events_feed"),
    path("events/<slug:slug>/register/", register_page, name="event_register"),
    path("events/<slug:slug>/registration/", own_registration, name="own_registration"),
    path("events/<slug:slug>/invite/", invite_page, name="event_invite"),
    path("event-registrations/<str:token>/", registration, name="event_registration"),
    path("event-invitations/<str:token>/", invitation, name="event_invitation"),
]

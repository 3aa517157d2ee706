"""Pages on which the secretariat runs events: the list, the desk of one, its programme and its people."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_POST

from alliance.badges import badges_pdf
from alliance.commands import events as commands
from alliance.commands.events.importing import start_import
from alliance.models import Alliance, Event, EventSession, Talk
from alliance.permissions.events import ORGANISES, registrations_visible_to
from alliance.queries import members_today
from alliance.queries.events import find_event
from core.errors import DomainError, NotFound
from core.lookup import find
from core.names import local
from core.permissions import containers
from core.reading import whole_number
from core.tables import WrongFile
from frontend.contexts.alliance.events import crumbs_of, desk, listed, people, programme
from frontend.forms.alliance.events import (
    AttendanceForm,
    ChairRow,
    DatesForm,
    EditionRow,
    EventForm,
    InviteForm,
    ListForm,
    PartnerRow,
    SessionForm,
    TalkForm,
)
from frontend.forms.programs.drafting import rows_of


def whose(request: HttpRequest, alliance: str) -> Alliance:
    """An alliance whose events the reader organises. Raises NotFound."""
    return find(containers(request.user, ORGANISES, Alliance.objects.all()), alliance)


def mine(request: HttpRequest, alliance: str, slug: str) -> Event:
    """One of its events. Raises NotFound."""
    event = find_event(request.user, slug)
    if event.alliance_id != whose(request, alliance).pk:
        raise NotFound
    return event


def at_desk(event: Event, page: str = "event_desk") -> HttpResponse:
    return redirect(page, alliance=event.alliance.slug, slug=event.slug)


@login_required
@require_GET
def organised(request: HttpRequest) -> HttpResponse:
    """The events of the first alliance that the reader organises; its page leads to the others."""
    first = containers(request.user, ORGANISES, Alliance.objects.all()).order_by("-is_main", "name", "id").first()
    if first is None:
        raise NotFound
    return redirect("alliance_events", alliance=first.slug)


@login_required
@require_GET
def events(request: HttpRequest, alliance: str) -> HttpResponse:
    here = whose(request, alliance)
    others = containers(request.user, ORGANISES, Alliance.objects.exclude(pk=here.pk)).order_by("name", "id")
    context = {"page": listed(request.user, here), "others": others}
    return render(request, "alliance/events/list.html", context)


@login_required
def new(request: HttpRequest, alliance: str) -> HttpResponse:
    """Begin with an idea that only the organisers see."""
    owner = whose(request, alliance)
    form = EventForm(request.POST if request.method == "POST" else None, event=Event(alliance=owner, zone=owner.zone))
    if form.is_valid():
        with form.blamed():
            event = commands.plan_event(owner, form.changes(), by=request.user)
            messages.success(request, _("Saved as an idea: only those who organise events see it."))
            return at_desk(event)
    context = {"form": form, "crumbs": crumbs_of(owner, last=_("New event"))}
    return render(request, "alliance/events/edit.html", context, status=422 if form.errors else 200)


@login_required
def event_desk(request: HttpRequest, alliance: str, slug: str) -> HttpResponse:
    """The event with its moves."""
    event = mine(request, alliance, slug)
    refusal = None
    form = DatesForm()
    if request.method == "POST":
        name = request.POST.get("move", "")
        form = DatesForm(request.POST if name == "postpone" else None)
        try:
            if name == "circulate":
                commands.circulate(event, by=request.user)
            elif name != "postpone":
                commands.move_event(event, name, by=request.user, note=request.POST.get("note", ""))
            elif form.is_valid():
                note = form.cleaned_data["note"]
                commands.move_event(event, name, by=request.user, note=note, dates=form.dates(event.zone))
        except DomainError as error:
            refusal = error
        if refusal is None and not form.errors:
            messages.success(request, _("Done."))
            return at_desk(event)
    context = {"page": desk(request.user, event, form), "refusal": refusal}
    status = refusal.status if refusal else 422 if form.errors else 200
    return render(request, "alliance/events/desk.html", context, status=status)


@login_required
def edit(request: HttpRequest, alliance: str, slug: str) -> HttpResponse:
    """What it is and when; nothing that somebody changed meanwhile is overwritten."""
    event = mine(request, alliance, slug)
    form = EventForm(request.POST if request.method == "POST" else None, event=event)
    if form.is_valid():
        version = whole_number(request.POST.get("version")) or 0
        reason = form.cleaned_data["reason"]
        with form.blamed():
            commands.edit_event(event, form.changes(), by=request.user, version=version, reason=reason)
            messages.success(request, _("Saved."))
            return at_desk(event)
    context = {"form": form, "version": event.version, "crumbs": crumbs_of(event.alliance, event, _("Change"))}
    return render(request, "alliance/events/edit.html", context, status=422 if form.errors else 200)


@login_required
def around(request: HttpRequest, alliance: str, slug: str) -> HttpResponse:
    """Its series, its partners and who chairs it: three lists, each saved by itself."""
    event = mine(request, alliance, slug)
    sent = request.POST.get("list", "") if request.method == "POST" else ""
    shown: dict[str, list[dict[str, Any]]] = {
        "editions": [
            {"series": row.series.name, "ordinal": row.ordinal} for row in event.editions.select_related("series")
        ],
        "partners": [
            {"organisation": row.organisation.slug, "role": row.role}
            for row in event.partners.select_related("organisation").order_by("role", "organisation__name", "id")
        ],
        "chairs": [
            {
                "name": row.name,
                "name_local": row.name_local,
                "organisation": row.organisation.slug if row.organisation else "",
            }
            for row in event.chairs.select_related("organisation")
        ],
    }
    kinds = {"editions": EditionRow, "partners": PartnerRow, "chairs": ChairRow}
    lists = {
        name: rows_of(row, request.POST if sent == name else None, shown[name], 2, ids=f"{name}-")
        for name, row in kinds.items()
    }
    refusal = None
    if sent in lists and lists[sent].is_valid():
        rows = [row.cleaned_data for row in lists[sent] if row.cleaned_data and not row.cleaned_data.get("DELETE")]
        try:
            _keep(request, event, sent, rows)
        except DomainError as error:
            refusal = error
        else:
            messages.success(request, _("Saved."))
            return at_desk(event, "event_around")
    crumbs = crumbs_of(event.alliance, event, _("Series, partners and chairs"))
    titles = {"editions": pgettext("of events", "Series"), "partners": _("Partners"), "chairs": _("Chaired by")}
    context = {
        "event": event,
        "crumbs": crumbs,
        "refusal": refusal,
        "lists": [(name, titles[name], rows) for name, rows in lists.items()],
    }
    return render(request, "alliance/events/around.html", context, status=refusal.status if refusal else 200)


def _keep(request: HttpRequest, event: Event, which: str, rows: list[dict[str, Any]]) -> None:
    if which == "editions":
        series = {row["series"]: row["ordinal"] for row in rows}
        made = {
            commands.make_series(event.alliance, title, by=request.user): number for title, number in series.items()
        }
        commands.set_editions(event, made, by=request.user)
    elif which == "partners":
        commands.set_partners(event, [(row["organisation"], row["role"]) for row in rows], by=request.user)
    else:
        chairs = [(row["name"], row["name_local"], None, row["organisation"]) for row in rows]
        commands.set_chairs(event, chairs, by=request.user)


@login_required
@require_GET
def event_programme(request: HttpRequest, alliance: str, slug: str) -> HttpResponse:
    page = programme(mine(request, alliance, slug))
    return render(request, "alliance/events/programme.html", {"page": page})


@login_required
def session(request: HttpRequest, alliance: str, slug: str, pk: UUID | None = None) -> HttpResponse:
    """A session, new or there already; it can be taken out."""
    event = mine(request, alliance, slug)
    row = find(event.sessions.all(), pk) if pk else EventSession(event=event)
    if request.method == "POST" and "remove" in request.POST and pk:
        commands.remove_session(row, by=request.user)
        return at_desk(event, "event_programme")
    form = SessionForm(request.POST if request.method == "POST" else None, row=row, event=event)
    if form.is_valid():
        with form.blamed():
            commands.save_session(event, form.details(), by=request.user, session=row if pk else None)
            messages.success(request, _("Saved."))
            return at_desk(event, "event_programme")
    return _part(request, event, form, _("Session"), is_new=not pk)


@login_required
def talk(request: HttpRequest, alliance: str, slug: str, session: UUID, pk: UUID | None = None) -> HttpResponse:
    """A talk of a session, new or there already; it can be taken out."""
    event = mine(request, alliance, slug)
    within = find(event.sessions.select_related("event__alliance"), session)
    row = find(within.talks.select_related("speaker", "organisation"), pk) if pk else Talk(session=within, event=event)
    if request.method == "POST" and "remove" in request.POST and pk:
        commands.remove_talk(row, by=request.user)
        return at_desk(event, "event_programme")
    form = TalkForm(request.POST if request.method == "POST" else None, row=row, event=event)
    if form.is_valid():
        with form.blamed():
            commands.save_talk(within, form.details(), by=request.user, talk=row if pk else None)
            messages.success(request, _("Saved."))
            return at_desk(event, "event_programme")
    return _part(request, event, form, _("Talk in “%(session)s”") % {"session": local(within, "title")}, is_new=not pk)


def _part(
    request: HttpRequest, event: Event, form: SessionForm | TalkForm, title: str, *, is_new: bool
) -> HttpResponse:
    crumbs = crumbs_of(event.alliance, event, title)
    context = {"event": event, "form": form, "title": title, "is_new": is_new, "crumbs": crumbs}
    return render(request, "alliance/events/part.html", context, status=422 if form.errors else 200)


@login_required
def event_people(request: HttpRequest, alliance: str, slug: str) -> HttpResponse:
    """Registered and invited people; somebody is invited or a list is brought here."""
    event = mine(request, alliance, slug)
    sent = request.POST.get("do", "") if request.method == "POST" else ""
    members = members_today(event.alliance)
    invite = InviteForm(request.POST if sent == "invite" else None, members=members)
    upload = ListForm(request.POST if sent == "list" else None, request.FILES if sent == "list" else None)
    if invite.is_bound and invite.is_valid():
        with invite.blamed():
            commands.invite(event, **invite.cleaned_data, by=request.user)
            messages.success(request, _("%(name)s is invited.") % {"name": invite.cleaned_data["name"]})
            return at_desk(event, "event_people")
    if upload.is_bound and upload.is_valid():
        try:
            start_import(event, upload.cleaned_data["file"], by=request.user)
        except WrongFile as wrong:
            upload.add_error("file", str(wrong))
        else:
            messages.success(request, _("The list is being brought in."))
            return at_desk(event, "event_people")
    page = people(event, request.GET, invite, upload)
    status = 422 if invite.errors or upload.errors else 200
    return render(request, "alliance/events/people.html", {"page": page}, status=status)


@login_required
@require_POST
def attendance(request: HttpRequest, alliance: str, slug: str, pk: UUID) -> HttpResponse:
    """Whether somebody came."""
    event = mine(request, alliance, slug)
    row = find(registrations_visible_to(request.user).filter(event=event), pk)
    form = AttendanceForm(request.POST)
    if form.is_valid():
        try:
            commands.record_attendance(row, by=request.user, **form.cleaned_data)
        except DomainError as refusal:
            messages.error(request, str(refusal.message))
    else:
        messages.error(request, _("Give the minutes as a whole number."))
    return at_desk(event, "event_people")


@login_required
@require_GET
def badges(request: HttpRequest, alliance: str, slug: str) -> HttpResponse:
    """Name badges of all who come in person, as PDF."""
    event = mine(request, alliance, slug)
    response = HttpResponse(badges_pdf(event), content_type="application/pdf")
    response.headers["Content-Disposition"] = f'attachment; filename="{event.slug}-badges.pdf"'
    return response


HERE = "alliance/<slug:alliance>/events/"
urlpatterns = [
    path("organised-events/", organised, name="organised_events"),
    path(HERE, events, name="alliance_events"),
    path(f"{HERE}new/", new, name="event_new"),
    path(f"{HERE}<slug:slug>/", event_desk, name="event_desk"),
    path(f"{HERE}<slug:slug>/edit/", edit, name="event_edit"),
    path(f"{HERE}<slug:slug>/around/", around, name="event_around"),
    path(f"{HERE}<slug:slug>/programme/", event_programme, name="event_programme"),
    path(f"{HERE}<slug:slug>/programme/new/", session, name="event_session_new"),
    path(f"{HERE}<slug:slug>/programme/<uuid:pk>/", session, name="event_session"),
    path(f"{HERE}<slug:slug>/programme/<uuid:session>/talks/new/", talk, name="event_talk_new"),
    path(f"{HERE}<slug:slug>/programme/<uuid:session>/talks/<uuid:pk>/", talk, name="event_talk"),
    path(f"{HERE}<slug:slug>/people/", event_people, name="event_people"),
    path(f"{HERE}<slug:slug>/people/<uuid:pk>/attendance/", attendance, name="event_attendance"),
    path(f"{HERE}<slug:slug>/badges.pdf", badges, name="event_badges"),
]

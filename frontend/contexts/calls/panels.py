"""Panels as their office sees them: the list, one with its members, a seat, and what a reviewer knows about."""

from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from core import clock
from core.names import local
from frontend.contexts.calls.office import owners_of
from frontend.forms.calls.panels import DAY, Knowledge, PanelFilters, PanelForm, SeatForm, TermForm
from frontend.paging import Page, paged
from programs.models import Call, Panel, PanelMember
from programs.permissions.calls import calls_visible_to
from programs.queries.panels import Seat, panels_listed, seats_on

LOOKS = {"now": "confirmed", "later": "requested", "ended": "withdrawn"}
"""The look of a seat in the one status language; the word says when it is."""


@dataclass(frozen=True)
class PanelsPage:
    form: PanelFilters
    page: Page
    asked: bool
    makes: bool
    crumbs: list[dict[str, str]]


@dataclass(frozen=True)
class SeatLine:
    """A member with the first and the last day of their term."""

    seat: Seat
    look: str
    word: str
    last_on: Any


@dataclass(frozen=True)
class PanelPage:
    """One panel with its members and the form that appoints another."""

    panel: Panel
    owner: str
    seats: list[SeatLine]
    calls: list[Call]
    form: SeatForm
    crumbs: list[dict[str, str]]


@dataclass(frozen=True)
class EditPage:
    """The form of a panel, or of a new one."""

    title: str
    form: PanelForm
    panel: Panel | None
    crumbs: list[dict[str, str]]


@dataclass(frozen=True)
class SeatPage:
    panel: Panel
    member: PanelMember
    form: TermForm
    crumbs: list[dict[str, str]]


@dataclass(frozen=True)
class KnowledgePage:
    """What a person knows about; `own` when the reader says it for themselves."""

    person: User
    own: bool
    form: Knowledge
    back: str
    crumbs: list[dict[str, str]]


def panels_page(user: Any, asked: QueryDict) -> PanelsPage:
    form = PanelFilters(asked)
    search = form.cleaned_data["search"] if form.is_valid() else ""
    page = paged(panels_listed(user, mine=True, search=search), asked)
    return PanelsPage(form, page, bool(search), bool(owners_of(user)), crumbs_of())


def panel_page(user: Any, panel: Panel, form: SeatForm | None = None) -> PanelPage:
    calls = calls_visible_to(user).filter(panels=panel).order_by("-opens_at", "-id")
    return PanelPage(
        panel=panel,
        owner=local(panel.facility or panel.alliance, "name"),
        seats=[_line(seat) for seat in seats_on(panel)],
        calls=list(calls),
        form=form or SeatForm(today=clock.now().date()),
        crumbs=crumbs_of(panel),
    )


def edit_page(form: PanelForm, panel: Panel | None) -> EditPage:
    title = _("Change the panel") if panel else _("New panel")
    return EditPage(title, form, panel, crumbs_of(panel, title))


def seat_page(panel: Panel, member: PanelMember, form: TermForm) -> SeatPage:
    return SeatPage(panel, member, form, crumbs_of(panel, local(member.person, "name")))


def knowledge_page(user: Any, person: User, form: Knowledge, panel: Panel | None) -> KnowledgePage:
    name = local(person, "name")
    if panel is None:
        trail = [{"label": _("Reviews"), "url": reverse("reviews")}, {"label": _("What you know about"), "url": ""}]
        return KnowledgePage(person, True, form, reverse("reviews"), trail)
    return KnowledgePage(person, user.pk == person.pk, form, reverse("panel", args=[panel.pk]), crumbs_of(panel, name))


def crumbs_of(panel: Panel | None = None, *more: str) -> list[dict[str, str]]:
    trail = [(_("Calls"), reverse("office_calls")), (_("Panels"), reverse("panels"))]
    if panel is not None:
        trail.append((local(panel, "name"), reverse("panel", args=[panel.pk])))
    trail += [(label, "") for label in more]
    return [{"label": label, "url": url if place < len(trail) - 1 else ""} for place, (label, url) in enumerate(trail)]


def _line(seat: Seat) -> SeatLine:
    words = {"now": _("Sits now"), "later": _("Sits later"), "ended": _("Ended")}
    term = seat.member.term
    last = term.upper - DAY if term.upper else None
    return SeatLine(seat, LOOKS[seat.when], words[seat.when], last)

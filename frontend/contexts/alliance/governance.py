"""Pages of bodies and offices: who sits where, who holds what as of a day, and the terms of an office."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeAlias

from django.conf import settings
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alliance.models import Alliance, Body, BodyMembership, Meeting, Office, OfficeTerm
from alliance.permissions.governance import RUN, governance_parties, lasting, meetings_visible_to
from alliance.queries.offices import Officers, officers_on, standing, terms_ending, terms_of
from alliance.rules.days import today_in
from alliance.workflows.governance import TERM
from core import audit, permissions
from core.names import local
from frontend.forms.alliance.governance import BODY_ASKS, OFFICE_ASKS, TERM_ASKS, AsOf
from frontend.forms.alliance.meetings import PLAN_ASK
from frontend.forms.asking import Asked, AskForm, asked
from frontend.history import Entry, past

EXPIRED = "expired"
OTHER_WORDS = {
    "create": gettext_lazy("Created"),
    "nominate": gettext_lazy("Nominated"),
    "correct": gettext_lazy("Corrected"),
    "alert": gettext_lazy("The secretariat was told"),
}


Told: TypeAlias = OfficeTerm | Office | Body


@dataclass(frozen=True)
class TermLine:
    """A term with how it stands on the day shown."""

    term: OfficeTerm
    standing: str
    word: str


@dataclass(frozen=True)
class OfficesPage:
    alliance: Alliance
    form: AsOf
    day: date
    officers: list[Officers]
    ending: list[OfficeTerm]
    runs: bool


@dataclass(frozen=True)
class OfficePage:
    office: Office
    terms: list[tuple[TermLine, list[Asked]]]
    asked: list[Asked]
    history: list[Entry]


@dataclass(frozen=True)
class BodyPage:
    body: Body
    seats: list[BodyMembership]
    meetings: list[Meeting]
    asked: list[Asked]
    history: list[Entry]
    runs: bool


def offices_page(alliance: Alliance, user: Any, query: QueryDict) -> OfficesPage:
    form = AsOf(query)
    today = today_in(alliance)
    day = (form.cleaned_data.get("on") if form.is_valid() else None) or today
    if not query:
        form = AsOf({"on": day.isoformat()})
    ending = terms_ending(alliance, today, max(settings.TERM_ALERT_DAYS))
    runs = permissions.allowed(user, RUN, alliance)
    return OfficesPage(alliance, form, day, officers_on(alliance, day), list(ending), runs)


def office_page(office: Office, user: Any, bound: dict[str, AskForm], of_term: Any = None) -> OfficePage:
    """`bound` are forms with errors; those of a term belong to the term `of_term`."""
    today = today_in(office.alliance)
    parties = governance_parties(user, office.alliance)
    runs = "secretary" in parties

    def url(do: str) -> str:
        return reverse("office_act", args=[office.pk, do])

    lines = []
    for term in terms_of(office.alliance).filter(office=office):
        names = [move.name for move in TERM.open_moves(term.state, parties)]
        names += ["correct"] if runs else []
        sent = bound if of_term == term.pk else {}
        lines.append((line(term, today), asked(TERM_ASKS, names, term, user, sent, url=url, in_list="term")))
    offered = list(OFFICE_ASKS) if runs else []
    sent = bound if of_term is None else {}
    told: list[tuple[Told, str]] = [(office, "title"), *((each.term, "name") for each, _asks in lines)]
    history = _history(told, office.alliance.zone)
    return OfficePage(office, lines, asked(OFFICE_ASKS, offered, office, user, sent, url=url), history)


def line(term: OfficeTerm, day: date) -> TermLine:
    stands = standing(term, day)
    return TermLine(term, stands, _("Expired") if stands == EXPIRED else str(TERM.states[stands]))


def body_page(body: Body, user: Any, bound: dict[str, AskForm]) -> BodyPage:
    runs = permissions.allowed(user, RUN, body.alliance)
    asks = {**BODY_ASKS, "plan": PLAN_ASK}
    seated = body.seats.filter(ends_on=None).exists()
    offered = [name for name in asks if seated or name != "end-seat"] if runs else []
    seats = body.seats.filter(lasting(today_in(body.alliance))).select_related("membership__organisation")
    return BodyPage(
        body=body,
        seats=list(seats.order_by("function", "name", "id")),
        meetings=list(meetings_visible_to(user).filter(body=body)[:20]),
        asked=asked(asks, offered, body, user, bound, url=lambda do: reverse("body_act", args=[body.pk, do])),
        history=_history([(body, "name")], body.alliance.zone) if runs else [],
        runs=runs,
    )


def _history(rows: Iterable[tuple[Told, str]], zone: str) -> list[Entry]:
    """What was done to these rows, each with the column that names it, the latest first."""
    entries = [_entry(row, local(row, name), entry, zone) for row, name in rows for entry in audit.history(row)]
    return sorted(entries, key=lambda entry: entry.at, reverse=True)


def _entry(row: Told, name: str, entry: Any, zone: str) -> Entry:
    return Entry(f"{name}: {past(entry, TERM, OTHER_WORDS)}", entry.actor_name, entry.at, zone, _note(entry, row))


def _note(entry: Any, row: Told) -> str:
    """The reason; of a correction also what stood before."""
    before = entry.data.get("before", {}) if entry.verb == "correct" else {}
    if not before:
        return str(entry.note)
    words = {field.name: field.verbose_name for field in row._meta.concrete_fields}
    told = [f"{words[name]}: {_said(value)}" for name, value in before.items()]
    return _("%(reason)s Before: %(values)s") % {"reason": entry.note, "values": ", ".join(told)}


def _said(value: Any) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return "–" if value in (None, "") else str(value)

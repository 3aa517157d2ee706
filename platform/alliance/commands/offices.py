"""Writes offices and their terms: nominated, elected, in office by a day or by handover, ended (R-45)."""

from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.queries import system_user
from alliance.commands.keeping import keep
from alliance.models import Alliance, Office, OfficeTerm, Resolution
from alliance.permissions.governance import RUN, governance_parties, lasting
from alliance.rules.days import today_in
from alliance.rules.terms import end_of_term
from alliance.workflows.governance import TERM
from core.errors import Invalid, NotPermitted, RulesRefuse, Violation
from core.lookup import free_slug
from core.permissions import require
from workflow.commands import advance, permitted_move

Designation, Ending = OfficeTerm.Designation, OfficeTerm.Ending


@transaction.atomic
def create_office(alliance: Alliance, *, by: Any, title: str, **fields: Any) -> Office:
    """An office of an alliance; `fields` are its other columns. Raises NotPermitted, Invalid."""
    require(by, RUN, alliance)
    office = Office(alliance=alliance, title=title, created_by=None if by.is_system else by, **fields)
    office.slug = office.slug or free_slug(alliance.offices.all(), title)
    return keep(office, "create", by=by)


@transaction.atomic
def nominate(
    office: Office,
    *,
    by: Any,
    name: str = "",
    person: Any = None,
    designation: str = Designation.ELECT,
    starts_on: date | None = None,
    ends_on: date | None = None,
    **fields: Any,
) -> OfficeTerm:
    """Name somebody for an office, with or without an account here; `elect` becomes the holder on taking office.

    Without `ends_on`, a known start and the office's usual term give it. Raises NotPermitted, Invalid.
    """
    office = locked_office(office)
    if "secretary" not in governance_parties(by, office.alliance):
        raise NotPermitted(_("Nominations are recorded by the secretariat of the alliance."))
    if designation not in {Designation.ELECT, Designation.ACTING}:
        message = _("Somebody is nominated as elect or as acting; taking office makes the holder.")
        raise Invalid(message, [Violation("designation", message, "designation")])
    term = OfficeTerm(
        office=office,
        person=person,
        name=name or str(person or ""),
        designation=designation,
        starts_on=starts_on,
        ends_on=ends_on or _usual_end(office, starts_on),
        is_single=office.single_holder,
        created_by=by,
        **fields,
    )
    if person is not None and not term.name_local:
        term.name_local = person.name_local
    return keep(term, "nominate", by=by)


@transaction.atomic
def elect_by_resolution(term: OfficeTerm, resolution: Resolution, *, by: Any) -> OfficeTerm:
    """A carried motion elects; the term begins on its day or waits for the handover. Raises WrongState."""
    term = locked_term(term)
    if term.resolution_id == resolution.pk and term.state != "nominated":
        return term
    return _elect(term, by=by, parties={"system"}, decided_on=resolution.decided_on, resolution=resolution)


@transaction.atomic
def record_election(term: OfficeTerm, *, by: Any, decided_on: date, source: str) -> OfficeTerm:
    """The secretariat records an election that was decided elsewhere, and where that is written down.

    Raises NotPermitted, WrongState, Invalid.
    """
    term = locked_term(term)
    permitted_move(TERM, "elect", term.state, governance_parties(by, term.office.alliance))
    violations = []
    if not source.strip():
        message = _("Say where the decision is written down, such as minutes or a published report.")
        violations.append(Violation("source_missing", message, "source"))
    if decided_on > today_in(term.office.alliance):
        message = _("This day lies ahead. Record it when it has happened.")
        violations.append(Violation("in_the_future", message, "decided_on"))
    if violations:
        raise Invalid(_("Please correct what is marked."), violations)
    parties = governance_parties(by, term.office.alliance)
    return _elect(term, by=by, parties=parties, decided_on=decided_on, source=source.strip())


@transaction.atomic
def take_office(
    term: OfficeTerm, *, by: Any, on: date | None = None, ends_on: date | None = None, note: str = ""
) -> OfficeTerm:
    """The elected person takes office on a day, today if none is named; who held it alone until then is replaced.

    Raises NotPermitted, WrongState, Invalid, RulesRefuse where the office was held by another at that time.
    """
    term = locked_term(term)
    office = term.office
    permitted_move(TERM, "take-office", term.state, governance_parties(by, office.alliance))
    today = today_in(office.alliance)
    on = on or today
    until = ends_on or (term.ends_on if on == term.starts_on else None) or _usual_end(office, on)
    violations = []
    if on > today:
        message = _("This day lies ahead. Name it as the start; the term then begins by itself.")
        violations.append(Violation("in_the_future", message, "on"))
    if term.decided_on and on < term.decided_on:
        violations.append(Violation("before_decision", _("Nobody takes office before the election."), "on"))
    if until and until <= on:
        violations.append(Violation("ends_before_start", _("It ends before it begins."), "ends_on"))
    if violations:
        raise Invalid(_("Please correct what is marked."), violations)
    if office.single_holder:
        _hand_over(term, on, until, by=by)
    term.starts_on, term.ends_on = on, until
    if term.designation == Designation.ELECT:
        term.designation = Designation.HOLDER
    advance(
        term, TERM, "take-office", by=by, parties=governance_parties(by, office.alliance), note=note,
        also=["starts_on", "ends_on", "designation"], on=on.isoformat(),
    )  # fmt: skip
    return term


@transaction.atomic
def end_term(
    term: OfficeTerm, *, by: Any, ending: str = Ending.OTHER, on: date | None = None, note: str = ""
) -> OfficeTerm:
    """The term ends on a day, today if none is named, for a reason. Raises NotPermitted, WrongState, Invalid."""
    term = locked_term(term)
    alliance = term.office.alliance
    parties = governance_parties(by, alliance)
    permitted_move(TERM, "end", term.state, parties, note)
    on = on or today_in(alliance)
    violations = []
    if on > today_in(alliance):
        message = _("This day lies ahead. Record it when it has happened.")
        violations.append(Violation("in_the_future", message, "on"))
    if term.state == "in_office" and term.starts_on and on <= term.starts_on:
        violations.append(Violation("ends_before_start", _("It ends before it begins."), "on"))
    if violations:
        raise Invalid(_("Please correct what is marked."), violations)
    return _end(term, ending, on, by=by, parties=parties, note=note)


def follow_terms() -> int:
    """What the days bring: terms that are over end, elected people take office; how many. Safe to run twice or late."""
    system, moved = system_user(), 0
    for alliance in Alliance.objects.order_by("id"):
        today = today_in(alliance)
        terms = OfficeTerm.objects.filter(office__alliance=alliance).order_by("starts_on", "id")
        for term in terms.filter(state="in_office", ends_on__lte=today):
            with transaction.atomic():
                term = locked_term(term)
                if term.state == "in_office" and term.ends_on and term.ends_on <= today:
                    note = in_words(Ending.TERM)
                    _end(term, Ending.TERM, term.ends_on, by=system, parties={"system"}, note=note)
                    moved += 1
        for term in terms.filter(state="elected", starts_on__lte=today):
            take_office(term, by=system, on=term.starts_on)
            moved += 1
    return moved


def in_words(ending: str) -> str:
    """An ending as the trail keeps it, in English."""
    return {Ending.TERM: "The term is over.", Ending.REPLACED: "A successor took office."}[Ending(ending)]


def _elect(term: OfficeTerm, *, by: Any, parties: Any, decided_on: date, **fields: Any) -> OfficeTerm:
    term.decided_on = decided_on
    for name, value in fields.items():
        setattr(term, name, value)
    advance(
        term, TERM, "elect", by=by, parties=parties, also=["decided_on", *fields], decided_on=decided_on.isoformat()
    )
    return term


def _hand_over(term: OfficeTerm, on: date, until: date | None, *, by: Any) -> None:
    """End what the same office holds on that day; refuse where that would rewrite who held it later."""
    others = OfficeTerm.objects.select_for_update().filter(office=term.office).exclude(pk=term.pk)
    overlapping = Q(ends_on=None) | Q(ends_on__gt=on)
    if until:
        overlapping &= Q(starts_on__lt=until)
    if term.designation == Designation.ACTING:
        held = others.filter(lasting(on), designation=Designation.HOLDER)
    else:
        held = others.filter(overlapping, designation=Designation.HOLDER, starts_on__isnull=False)
        held = held.filter(Q(state="ended") | Q(starts_on__gte=on))
    if taken := list(held.order_by("starts_on", "id")):
        rows = [
            Violation("held", _("%(name)s holds the office at that time.") % {"name": each.name}, "on", source="R-45")
            for each in taken
        ]
        raise RulesRefuse(_("The office has one holder at a time."), rows)
    for other in others.filter(lasting(on), state="in_office").order_by("id"):
        _end(other, Ending.REPLACED, on, by=by, parties={"system"}, note=in_words(Ending.REPLACED))


def _end(term: OfficeTerm, ending: str, on: date, *, by: Any, parties: Any, note: str) -> OfficeTerm:
    planned = term.ends_on.isoformat() if term.ends_on else ""
    term.ended_by, term.ends_on = ending, on
    if term.state != "in_office":
        term.starts_on = None
    advance(
        term, TERM, "end", by=by, parties=parties, note=note, also=["ended_by", "ends_on", "starts_on"],
        ending=str(ending), planned_until=planned,
    )  # fmt: skip
    return term


def _usual_end(office: Office, starts_on: date | None) -> date | None:
    months = office.default_term_months
    return end_of_term(starts_on, months) if starts_on and months else None


def locked_office(office: Office) -> Office:
    return Office.objects.select_for_update(of=("self",)).select_related("alliance").get(pk=office.pk)


def locked_term(term: OfficeTerm) -> OfficeTerm:
    """The term with its office, which is locked first: it owns who holds it."""
    office = locked_office(Office(pk=term.office_id))
    term = OfficeTerm.objects.select_for_update().get(pk=term.pk)
    term.office = office
    return term

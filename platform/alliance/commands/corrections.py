"""Corrects what is recorded of an office, a term or a body: an entry with its reason, which keeps what stood before."""

from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from alliance.commands.keeping import keep
from alliance.commands.offices import locked_office, locked_term
from alliance.models import Body, Office, OfficeTerm
from alliance.permissions.governance import RUN
from alliance.rules.days import today_in
from core.errors import Invalid, RulesRefuse, Violation
from core.permissions import require

OF_TERM = ("name", "name_local", "ordinal", "decided_on", "source", "starts_on", "ends_on")
OF_OFFICE = ("title", "title_zh", "default_term_months", "single_holder")
OF_BODY = ("name", "name_zh", "kind", "seat", "seat_zh", "places", "source")
BEGUN = frozenset({"in_office", "ended"})


@transaction.atomic
def correct_term(term: OfficeTerm, *, by: Any, note: str, **fields: Any) -> OfficeTerm:
    """Put right what was recorded wrongly of a term; its state stays. `fields` are among OF_TERM.

    Raises NotPermitted, Invalid, also without a reason or a change; RulesRefuse where the office was held by another.
    """
    term = locked_term(term)
    office = term.office
    require(by, RUN, office.alliance)
    before = _change(term, OF_TERM, fields, note)
    violations = _of_days(term, today_in(office.alliance))
    if violations:
        raise Invalid(_("Please correct what is marked."), violations)
    if office.single_holder and (held := _held_meanwhile(term)):
        message = _("%(name)s holds the office at that time.") % {"name": held.name}
        raise RulesRefuse(message, [Violation("held", message, "starts_on", source="R-45")])
    return keep(term, "correct", by=by, note=note, before=before)


@transaction.atomic
def correct_office(office: Office, *, by: Any, note: str, **fields: Any) -> Office:
    """Put right what was recorded wrongly of an office; `fields` are among OF_OFFICE.

    Raises NotPermitted, Invalid, also without a reason or a change; RulesRefuse for one holder where several held it.
    """
    office = locked_office(office)
    require(by, RUN, office.alliance)
    before = _change(office, OF_OFFICE, fields, note)
    if "single_holder" in before:
        for term in office.terms.select_for_update().order_by("id"):
            if office.single_holder and (held := _held_meanwhile(term)):
                message = _("%(name)s and %(other)s held the office at the same time.")
                message %= {"name": term.name, "other": held.name}
                raise RulesRefuse(message, [Violation("held", message, "single_holder", source="R-45")])
            term.is_single = office.single_holder
            term.save(update_fields=["is_single", "updated_at"])
    return keep(office, "correct", by=by, note=note, before=before)


@transaction.atomic
def correct_body(body: Body, *, by: Any, note: str, **fields: Any) -> Body:
    """Put right or bring up to date what is recorded of a body; `fields` are among OF_BODY. Who sits and votes in it
    is not: seats begin and end, and votes keep the rules they were opened with.

    Raises NotPermitted, Invalid, also without a reason or a change.
    """
    body = Body.objects.select_for_update(of=("self",)).select_related("alliance").get(pk=body.pk)
    require(by, RUN, body.alliance)
    before = _change(body, OF_BODY, fields, note)
    return keep(body, "correct", by=by, note=note, before=before)


def _change(
    row: OfficeTerm | Office | Body, known: tuple[str, ...], fields: dict[str, Any], note: str
) -> dict[str, Any]:
    """Set the fields; what they held before, as the trail keeps it. Raises Invalid."""
    if unknown := set(fields) - set(known):
        raise TypeError(f"not to be corrected: {', '.join(sorted(unknown))}")
    before = {name: getattr(row, name) for name, value in fields.items() if getattr(row, name) != value}
    violations = []
    if not note.strip():
        violations.append(Violation("reason_required", _("Say what was wrong and where one can see it."), "note"))
    if not before:
        violations.append(Violation("unchanged", _("Nothing is different from what is recorded.")))
    if violations:
        raise Invalid(violations[0].message, violations)
    for name in before:
        setattr(row, name, fields[name])
    row.version += 1
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in before.items()}


def _of_days(term: OfficeTerm, today: date) -> list[Violation]:
    """Days that do not fit the state of a term or one another."""
    found = []
    ahead = _("This day lies ahead. Record it when it has happened.")
    if term.state == "nominated" and term.decided_on:
        found.append(Violation("not_elected", _("It is not decided yet: record the election."), "decided_on"))
    if term.state in {"elected", "in_office"} and not term.decided_on:
        found.append(Violation("decided_on", _("Give the day of the decision."), "decided_on"))
    if term.state == "in_office" and not term.starts_on:
        found.append(Violation("starts_on", _("Give the day on which the term began."), "starts_on"))
    if term.state == "ended" and not term.ends_on:
        found.append(Violation("ends_on", _("Give the day on which the term ended."), "ends_on"))
    if term.decided_on and term.decided_on > today:
        found.append(Violation("in_the_future", ahead, "decided_on"))
    if term.state in BEGUN and term.starts_on and term.starts_on > today:
        found.append(Violation("in_the_future", ahead, "starts_on"))
    if term.state == "ended" and term.ends_on and term.ends_on > today:
        found.append(Violation("in_the_future", ahead, "ends_on"))
    if term.decided_on and term.starts_on and term.starts_on < term.decided_on:
        found.append(Violation("before_decision", _("Nobody takes office before the election."), "starts_on"))
    if term.starts_on and term.ends_on and term.ends_on <= term.starts_on:
        found.append(Violation("ends_before_start", _("It ends before it begins."), "ends_on"))
    return found


def _held_meanwhile(term: OfficeTerm) -> OfficeTerm | None:
    """Another holder of the office whose term shares a day with this holder's."""
    holder = OfficeTerm.Designation.HOLDER
    if term.designation != holder or term.starts_on is None:
        return None
    others = OfficeTerm.objects.filter(office=term.office_id, designation=holder, starts_on__isnull=False)
    for other in others.exclude(pk=term.pk).order_by("starts_on", "id"):
        begun = term.ends_on is None or (other.starts_on is not None and other.starts_on < term.ends_on)
        if begun and (other.ends_on is None or other.ends_on > term.starts_on):
            return other
    return None

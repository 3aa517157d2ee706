"""Exchange stays: the lead plans one, the host confirms it, time ends it; nobody is planned at two places at once."""

from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.translation import gettext as _

from accounts.models import Organisation, User
from accounts.queries import system_user
from core import audit, clock
from core.errors import DomainError, Invalid, NotPermitted, Violation, WrongState
from core.names import in_english
from notifications.commands import notify
from programs.commands.cooperation.consent import locked
from programs.commands.cooperation.telling import lead_team, signatories
from programs.models import ExchangeStay, Program
from programs.permissions.cooperation import program_parties
from programs.permissions.exchange import stay_parties
from programs.workflows.cooperation import PLANNABLE
from programs.workflows.exchange import STAY
from workflow.commands import advance


@transaction.atomic
def plan_stay(
    program: Program,
    person: User,
    host: Organisation,
    *,
    by: Any,
    starts_on: date,
    ends_on: date,
    purpose: str,
    home: Organisation,
) -> ExchangeStay:
    """Plan that a person stays at a partner, from the first to the last day, both included; the host is asked.

    Raises NotPermitted, WrongState, Invalid with everything wrong, and 409 `stays_elsewhere` for overlapping stays.
    """
    program = locked(program)
    if "lead" not in program_parties(by, program):
        raise NotPermitted(_("Stays are planned by the people who lead the programme."))
    if program.state not in PLANNABLE:
        raise WrongState(_("Stays belong to an approved programme that has not ended."))
    if violations := _wrong(program, host, home, starts_on, ends_on, purpose):
        raise Invalid(_("Please correct what is marked."), violations)
    period = DateRange(starts_on, date.fromordinal(ends_on.toordinal() + 1))
    return write_stay(program, person, host, by=by, period=period, purpose=purpose.strip(), home=home)


@transaction.atomic
def write_stay(
    program: Program,
    person: User,
    host: Organisation,
    *,
    by: Any,
    period: DateRange,
    purpose: str,
    home: Organisation,
) -> ExchangeStay:
    """A planned stay whose host is asked; the caller permits and checks it. Raises 409 `stays_elsewhere`."""
    try:
        with transaction.atomic():
            stay = ExchangeStay.objects.create(
                program=program, person=person, home=home, host=host, period=period, purpose=purpose, created_by=by
            )
    except IntegrityError as error:
        if "nobody_stays_at_two_places" not in str(error):
            raise
        message = _("%(person)s stays elsewhere in these days. Choose other days.") % {"person": person.name}
        raise DomainError(
            message, "stays_elsewhere", [Violation("stays_elsewhere", message, "starts_on")], status=409
        ) from error
    starts_on = period.lower.isoformat()
    audit.record("plan-stay", program, by=by, person=person.name, host=host.name, starts_on=starts_on)
    _tell(stay, [person, *signatories([host.pk])], by=by)
    return stay


@transaction.atomic
def confirm_stay(stay: ExchangeStay, *, by: Any, note: str = "") -> ExchangeStay:
    """A signatory of the host confirms the stay."""
    return _moved(stay, "confirm", by=by, note=note)


@transaction.atomic
def cancel_stay(stay: ExchangeStay, *, by: Any, note: str) -> ExchangeStay:
    """The lead, the host or the guest calls it off, with the reason; its days are free again."""
    return _moved(stay, "cancel", by=by, note=note)


def finish_stays() -> int:
    """Confirmed stays whose last day is over are done; how many. Safe to run twice or late."""
    today, system, finished = clock.now().date(), system_user(), 0
    for found in ExchangeStay.objects.filter(state="confirmed", period__endswith__lte=today).order_by("id"):
        with transaction.atomic():
            stay = ExchangeStay.objects.select_for_update().get(pk=found.pk)
            if stay.state == "confirmed":
                advance(stay, STAY, "finish", by=system, parties={"system"})
                finished += 1
    return finished


def _moved(stay: ExchangeStay, move: str, *, by: Any, note: str) -> ExchangeStay:
    rows = ExchangeStay.objects.select_for_update(of=["self"]).select_related("program", "person", "host", "home")
    stay = rows.get(pk=stay.pk)
    advance(stay, STAY, move, by=by, parties=stay_parties(by, stay), note=note)
    _tell(stay, [stay.person, *lead_team(stay.program), *signatories([stay.host_id])], by=by, note=note)
    return stay


def _tell(stay: ExchangeStay, people: list[User], *, by: Any, note: str = "") -> None:
    told = {person.pk: person for person in people if person.pk != by.pk}
    context = {
        "program": stay.program.title,
        "number": stay.program.number,
        "person": stay.person.name,
        "host": stay.host.name,
        "stage": in_english(STAY.states[stay.state]),
        "starts_on": stay.period.lower.isoformat(),
        "by": by.name,
        "note": note,
    }
    notify(list(told.values()), "stay_moved", subject=stay.program, context=context)


def _wrong(
    program: Program, host: Organisation, home: Organisation, starts_on: date, ends_on: date, purpose: str
) -> list[Violation]:
    found = []
    partners = set(program.partners.values_list("organisation_id", flat=True))
    if not {host.pk, home.pk} & partners:
        message = _("Home or host must be a partner of the programme.")
        found.append(Violation("no_partner", message, "host"))
    if host.pk == home.pk:
        found.append(Violation("at_home", _("A stay leads to another organisation."), "host"))
    if ends_on < starts_on:
        found.append(Violation("ends_before_start", _("The last day comes before the first."), "ends_on"))
    if not purpose.strip():
        found.append(Violation("purpose_missing", _("Say what the stay is for."), "purpose"))
    return found

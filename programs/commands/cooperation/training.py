"""Trainings, workshops and scholarships of a programme: offered, enrolled in under a lock, moved up, recorded."""

from datetime import date
from typing import Any

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.translation import gettext as _

from accounts.models import Organisation, User
from accounts.queries import system_user
from core import audit, clock
from core.errors import Invalid, NotPermitted, Violation, WrongState
from notifications.commands import notify
from programs.commands.cooperation.consent import locked
from programs.models import Enrolment, Opportunity, Program, Training
from programs.permissions.cooperation import program_parties
from programs.permissions.exchange import enrolment_parties
from programs.workflows.cooperation import PLANNABLE
from programs.workflows.exchange import ENROLMENT
from workflow.commands import advance


@transaction.atomic
def offer_training(
    program: Program,
    *,
    by: Any,
    title: str,
    organisation: Organisation,
    starts_on: date,
    ends_on: date,
    capacity: int,
    kind: str = Training.Kind.TRAINING,
    text: str = "",
    closes_on: date | None = None,
) -> Training:
    """The lead offers places, from the first to the last day, both included.

    Raises NotPermitted, WrongState, Invalid with everything wrong.
    """
    program = locked(program)
    if "lead" not in program_parties(by, program):
        raise NotPermitted(_("Trainings are offered by the people who lead the programme."))
    if program.state not in PLANNABLE:
        raise WrongState(_("Trainings belong to an approved programme that has not ended."))
    violations = []
    if not title.strip():
        violations.append(Violation("title_missing", _("Give the training a title."), "title"))
    if ends_on < starts_on:
        violations.append(Violation("ends_before_start", _("The last day comes before the first."), "ends_on"))
    if capacity < 1:
        violations.append(Violation("capacity", _("Offer at least one place."), "capacity"))
    if closes_on and closes_on > ends_on:
        violations.append(Violation("closes_late", _("Enrolment closes before it is over."), "closes_on"))
    if violations:
        raise Invalid(_("Please correct what is marked."), violations)
    training = Training.objects.create(
        program=program,
        kind=kind,
        title=title.strip(),
        text=text,
        organisation=organisation,
        days=DateRange(starts_on, date.fromordinal(ends_on.toordinal() + 1)),
        capacity=capacity,
        closes_on=closes_on,
        created_by=by,
    )
    audit.record("offer-training", program, by=by, training=training.title, capacity=capacity)
    return training


@transaction.atomic
def enrol(training: Training, *, by: Any) -> Enrolment:
    """Take the lowest free place, or the next on the waiting list; doing it again returns what one has.

    Never more people than places, also when many enrol at once: the training's row is locked. Raises WrongState once
    enrolment has closed, and where places are given by application.
    """
    training = _locked(training)
    if Opportunity.objects.filter(training=training).exists():
        raise WrongState(_("Its places are given by application."))
    known = training.enrolments.filter(person=by).first()
    if known is not None and known.state != "withdrawn":
        return known
    if clock.now().date() > (training.closes_on or training.days.lower):
        raise WrongState(_("Enrolment is closed."))
    seat = _free_seat(training)
    if known is not None:
        known.seat, known.asked_at = seat, clock.now()
        move = "enrol-again" if seat else "wait-again"
        advance(known, ENROLMENT, move, by=by, parties={"person"}, also=["seat", "asked_at"])
        return known
    return _enrolled(training, by, seat, by=by)


@transaction.atomic
def give_seat(training: Training, person: User, *, by: Any) -> Enrolment:
    """The lowest free place for a person whose application was accepted; the caller permits and keeps to the places."""
    training = _locked(training)
    return _enrolled(training, person, _free_seat(training), by=by)


@transaction.atomic
def withdraw_enrolment(enrolment: Enrolment, *, by: Any, note: str = "") -> Enrolment:
    """Give the place back; who waits longest moves up and is told."""
    training = _locked(enrolment.training)
    enrolment = Enrolment.objects.select_related("training__program", "person").get(pk=enrolment.pk)
    enrolment.seat = None
    parties = enrolment_parties(by, enrolment)
    advance(enrolment, ENROLMENT, "withdraw", by=by, parties=parties, note=note, also=["seat"])
    _move_up(training)
    return enrolment


@transaction.atomic
def record_result(enrolment: Enrolment, result: str, *, by: Any, note: str = "") -> Enrolment:
    """The lead records that a person `attend`ed, did `pass`, or did `miss` it. Raises WrongState, NotPermitted."""
    _locked(enrolment.training)
    enrolment = Enrolment.objects.select_related("training__program", "person").get(pk=enrolment.pk)
    if result not in {"attend", "pass", "miss"}:
        raise Invalid(_("Choose what came of it."), [Violation("result", _("Choose what came of it."), "result")])
    advance(enrolment, ENROLMENT, result, by=by, parties=enrolment_parties(by, enrolment), note=note)
    return enrolment


def _enrolled(training: Training, person: User, seat: int | None, *, by: Any) -> Enrolment:
    enrolment = Enrolment.objects.create(
        training=training, person=person, seat=seat, state="enrolled" if seat else "waiting", asked_at=clock.now()
    )
    audit.record("enrol", enrolment, by=by, to_state=enrolment.state, training=training.title)
    return enrolment


def _locked(training: Training) -> Training:
    return Training.objects.select_for_update(of=["self"]).select_related("program").get(pk=training.pk)


def _free_seat(training: Training) -> int | None:
    taken = set(training.enrolments.exclude(seat=None).values_list("seat", flat=True))
    return next((seat for seat in range(1, training.capacity + 1) if seat not in taken), None)


def _move_up(training: Training) -> None:
    waiting = training.enrolments.filter(state="waiting").select_related("person").order_by("asked_at", "id")
    for next_one in waiting[:1]:
        next_one.seat = _free_seat(training)
        advance(next_one, ENROLMENT, "move-up", by=system_user(), parties={"system"}, also=["seat"])
        _tell(training, next_one.person)


def _tell(training: Training, person: User) -> None:
    context = {"program": training.program.title, "number": training.program.number, "training": training.title}
    notify([person], "training_place", subject=training.program, context=context)

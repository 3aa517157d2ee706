"""The tab of a programme with its stays, trainings, money and agreements."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from frontend.forms.programs.together import FORMS, TogetherForm
from programs.models import Agreement, Enrolment, ExchangeStay, Program, Training
from programs.permissions.cooperation import program_parties
from programs.permissions.exchange import stay_parties
from programs.queries.cooperation.together import (
    Money,
    enrolments_of,
    money_of,
    person_months,
    stays_of,
    trainings_listed,
)
from programs.workflows.cooperation import PLANNABLE
from programs.workflows.exchange import ENROLMENT, STAY
from workflow.machine import Move

RESULTS = ("attend", "pass", "miss")


@dataclass(frozen=True)
class StayRow:
    """A stay with what the reader may do with it."""

    stay: ExchangeStay
    moves: list[str]


@dataclass(frozen=True)
class PlaceRow:
    """A place in a training with what its lead may record of it."""

    enrolment: Enrolment
    results: list[Move]


@dataclass(frozen=True)
class TrainingRow:
    """A training; who comes is for those who lead the programme."""

    training: Training
    places: list[PlaceRow]


@dataclass(frozen=True)
class Offered:
    """A form that the reader is shown, folded unless it has errors."""

    name: str
    label: str
    form: TogetherForm


@dataclass(frozen=True)
class Together:
    """What a programme's people share."""

    stays: list[StayRow]
    months: Decimal
    trainings: list[TrainingRow]
    money: Money
    agreements: list[Agreement]
    offered: list[Offered]
    offers_places: bool


def together(program: Program, user: Any, bound: TogetherForm | None = None, name: str = "") -> Together:
    """The tab for one who sees the inside; `bound` is the form of that `name` with its errors."""
    parties = program_parties(user, program)
    stays = stays_of(user, program)
    running = program.state in PLANNABLE
    return Together(
        stays=[StayRow(row, _moves(row, user)) for row in stays],
        months=person_months(stays),
        trainings=[_training(row, parties) for row in trainings_listed(user).filter(program=program)],
        money=money_of(program),
        agreements=list(program.agreements.all()),
        offered=[
            Offered(key, str(label), bound if bound and key == name else form(program=program, auto_id=f"{key}_%s"))
            for key, (form, label, shown) in FORMS.items()
            if running and shown(parties)
        ],
        offers_places=running and bool(parties & {"lead", "secretariat"}),
    )


def _training(training: Training, parties: frozenset[str]) -> TrainingRow:
    if "lead" not in parties:
        return TrainingRow(training, [])
    places = [
        PlaceRow(row, [move for move in ENROLMENT.open_moves(row.state, {"lead"}) if move.name in RESULTS])
        for row in enrolments_of(training)
    ]
    return TrainingRow(training, places)


def _moves(stay: ExchangeStay, user: Any) -> list[str]:
    return [move.name for move in STAY.open_moves(stay.state, stay_parties(user, stay))]

"""Programmes in any state, made by the same commands that people use."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from core import clock
from programs.commands import cooperation
from programs.commands.cooperation.training import offer_training
from programs.models import Program
from tests.world import World

JUDGED = cooperation.Judgement(4, 3, 5, 4, reached="Cells measured at work", learnt="Book earlier", advice="continue")


def today() -> date:
    return clock.now().date()


def sound_changes(world: World, **fields: Any) -> dict[str, Any]:
    """A programme that may be submitted: two members from two countries, time at A1."""
    return {
        "title": "Batteries at work",
        "summary": "Charge and structure in working cells.",
        "kind": "joint_research",
        "starts_on": today() + timedelta(days=30),
        "ends_on": today() + timedelta(days=395),
        "peaceful_use": True,
        "partners": [cooperation.PartnerPart(world.org_a, task="X-ray absorption")],
        "milestones": [cooperation.PlannedMilestone("Samples", today() + timedelta(days=90), weight=2)],
        "entitlements": [cooperation.WantedTime(world.instrument_a, Decimal(18))],
        **fields,
    }


def draft(world: World, **fields: Any) -> Program:
    """Ana's draft for centre B."""
    return cooperation.draft_program(world.org_b, sound_changes(world, **fields), by=world.ana)


def submitted(world: World, **fields: Any) -> Program:
    return cooperation.submit_program(draft(world, **fields), by=world.ana)


def confirmed(world: World, **fields: Any) -> Program:
    program = submitted(world, **fields)
    cooperation.confirm_partner(program, world.org_a, by=world.sig_a)
    return cooperation.confirm_partner(program, world.org_b, by=world.sig_b)


def reviewed(world: World, **fields: Any) -> Program:
    return cooperation.review_program(confirmed(world, **fields), by=world.sec)


def approved(world: World, **fields: Any) -> Program:
    return cooperation.approve_program(reviewed(world, **fields), by=world.lea)


def active(world: World, **fields: Any) -> Program:
    program = cooperation.sign_program(approved(world, **fields), by=world.sec)
    return cooperation.activate_program(program, by=world.ana)


def in_state(world: World, state: str) -> Program:
    """A programme brought to `state` by the shortest way."""
    match state:
        case "draft":
            return draft(world)
        case "submitted":
            return submitted(world)
        case "partners_confirmed":
            return confirmed(world)
        case "reviewed":
            return reviewed(world)
        case "approved":
            return approved(world)
        case "agreement_signed":
            return cooperation.sign_program(approved(world), by=world.sec)
        case "active":
            return active(world)
        case "suspended":
            return cooperation.suspend_program(active(world), by=world.sec, note="pause")
        case "completed":
            return cooperation.complete_program(active(world), by=world.ana)
        case "evaluated":
            return cooperation.evaluate_program(in_state(world, "completed"), JUDGED, by=world.lea)
        case "rejected":
            return cooperation.reject_program(reviewed(world), by=world.lea, note="no")
        case "withdrawn":
            return cooperation.withdraw_program(submitted(world), by=world.ana, note="no")
        case "terminated":
            return cooperation.terminate_program(active(world), by=world.lea, note="no")
    raise ValueError(state)


def training(world, program, **fields):
    told = {
        "title": "Neutron school",
        "organisation": world.org_a,
        "starts_on": today() + timedelta(days=30),
        "ends_on": today() + timedelta(days=34),
        "capacity": 2,
        **fields,
    }
    return offer_training(program, by=world.ana, **told)

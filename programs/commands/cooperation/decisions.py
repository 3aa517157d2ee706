"""The secretariat's check and leadership's decision; approval turns the wanted time into allocations."""

from typing import Any

from django.db import transaction

from accounts.models import User
from core import clock
from facilities.commands.teams import set_team_active
from programs.commands.cooperation.consent import locked
from programs.commands.cooperation.granting import Grants, grant_time
from programs.commands.cooperation.telling import lead_team, office, signatories, tell
from programs.models import Entitlement, Program
from programs.permissions.cooperation import program_parties
from programs.workflows.cooperation import PROGRAM
from workflow.commands import advance


@transaction.atomic
def return_program(program: Program, *, by: Any, note: str) -> Program:
    """The secretariat gives it back to its lead as a draft, with the reason."""
    program = moved(program, "return", by=by, note=note)
    tell(lead_team(program), "program_returned", program, by=by, note=note)
    return program


@transaction.atomic
def review_program(program: Program, *, by: Any, note: str = "") -> Program:
    """The secretariat passes its check; leadership is asked to decide."""
    program = moved(program, "review", by=by, note=note)
    tell(office(program, "leadership"), "program_decision_asked", program, by=by, note=note)
    return program


@transaction.atomic
def approve_program(program: Program, *, by: Any, note: str = "", grants: Grants | None = None) -> Program:
    """Leadership approves: every line of wanted time becomes an allocation, in this transaction.

    `grants` names lines that get fewer units than wanted, each with the reason. Of two approvals at the same moment
    the second finds the programme approved and raises WrongState. Raises Invalid for grants that cannot be.
    """
    program = locked(program)
    program.approved_at = clock.now()
    advance(
        program,
        PROGRAM,
        "approve",
        by=by,
        parties=program_parties(by, program),
        note=note,
        version=program.version + 1,
    )
    program.save(update_fields=["approved_at"])
    set_team_active(program.team, True, by=by)
    less = [_fewer(row) for row in grant_time(program, grants or {}, by=by)]
    tell(everyone(program), "program_approved", program, by=by, note=note, less=less)
    return program


@transaction.atomic
def reject_program(program: Program, *, by: Any, note: str) -> Program:
    """Leadership does not approve; final."""
    program = moved(program, "reject", by=by, note=note)
    tell(everyone(program), "program_rejected", program, by=by, note=note)
    return program


def moved(program: Program, move: str, *, by: Any, note: str = "") -> Program:
    """The programme, locked and advanced by a move that has no other effect on its rows."""
    program = locked(program)
    parties = program_parties(by, program)
    advance(program, PROGRAM, move, by=by, parties=parties, note=note, version=program.version + 1)
    return program


def everyone(program: Program) -> list[User]:
    """The lead team and the signatories of every partner."""
    partners = program.partners.values_list("organisation_id", flat=True)
    return [*lead_team(program), *signatories(partners)]


def _fewer(row: Entitlement) -> dict[str, str]:
    """What the message says of a line that got less than was wanted."""
    return {
        "instrument": row.instrument.name,
        "granted": str(row.granted),
        "wanted": str(row.units),
        "unit": row.instrument.unit,
        "note": row.granted_note,
    }

"""Every move of a programme, from every state, by everyone: what the table does not list is refused."""

import pytest

from core.errors import NotPermitted, WrongState
from programs.commands import cooperation
from programs.models import Program
from programs.permissions.cooperation import program_parties
from programs.workflows.cooperation import PROGRAM
from tests.programs import cast

pytestmark = pytest.mark.django_db

PEOPLE = {
    "ana": {"lead"},
    "sig_a": {"partner"},
    "sig_b": {"partner"},
    "sec": {"secretariat"},
    "lea": {"leadership"},
    "adm": {"secretariat", "leadership"},
    "bo": set(),
    "bob": set(),
    "cleo": set(),
    "dan": set(),
}
BY_PEOPLE = [move.name for move in PROGRAM.moves if move.name not in {"all-confirmed", "revise"}]


def perform(world, move: str, program: Program, by) -> Program:
    command = {
        "submit": cooperation.submit_program,
        "return": cooperation.return_program,
        "review": cooperation.review_program,
        "approve": cooperation.approve_program,
        "reject": cooperation.reject_program,
        "sign": cooperation.sign_program,
        "activate": cooperation.activate_program,
        "suspend": cooperation.suspend_program,
        "resume": cooperation.resume_program,
        "complete": cooperation.complete_program,
        "withdraw": cooperation.withdraw_program,
        "terminate": cooperation.terminate_program,
    }.get(move)
    if command is not None:
        return command(program, by=by, note="because")
    if move == "evaluate":
        return cooperation.evaluate_program(program, cast.JUDGED, by=by)
    answer = {"confirm-partner": cooperation.confirm_partner, "refuse-partner": cooperation.refuse_partner}[move]
    return answer(program, world.org_b if by == world.sig_b else world.org_a, by=by, note="because")


@pytest.mark.parametrize("state", PROGRAM.states)
def test_what_the_table_does_not_list_is_refused(world, state):
    program = cast.in_state(world, state)
    for name, parties in PEOPLE.items():
        person = getattr(world, name)
        assert program_parties(person, program) == parties
        for move_name in BY_PEOPLE:
            move = PROGRAM.find(move_name)
            if move.who & parties and state in move.sources:
                continue
            expected = WrongState if move.who & parties else NotPermitted
            with pytest.raises(expected):
                perform(world, move_name, program, person)
    program.refresh_from_db()
    assert program.state == state


@pytest.mark.parametrize(
    ("state", "move", "who"),
    [
        (source, move.name, who)
        for move in PROGRAM.moves
        if move.name in BY_PEOPLE
        for source in move.sources
        for who, parties in PEOPLE.items()
        if move.who & parties
    ],
)
def test_what_the_table_lists_is_done(world, state, move, who):
    program = cast.in_state(world, state)
    after = perform(world, move, program, getattr(world, who))
    assert after.state == (PROGRAM.find(move).target or state)
    assert Program.objects.get(pk=program.pk).state == after.state


@pytest.mark.parametrize("move", [move.name for move in PROGRAM.moves if move.reason])
def test_a_move_that_others_must_understand_asks_for_a_reason(world, move):
    from core.errors import Invalid

    found = PROGRAM.find(move)
    program = cast.in_state(world, found.sources[0])
    who = next(name for name, parties in PEOPLE.items() if parties & found.who)
    command = getattr(cooperation, "refuse_partner" if move == "refuse-partner" else f"{move}_program")
    target = [world.org_a] if move == "refuse-partner" else []
    with pytest.raises(Invalid) as refused:
        command(program, *target, by=getattr(world, who), note="  ")
    assert [violation.rule for violation in refused.value.violations] == ["reason_required"]


def test_who_leads_a_programme_neither_checks_nor_decides_it(world):
    from accounts.commands import grant_role

    program = cast.confirmed(world)
    grant_role(world.ana, "administrator", world.alliance, by=world.system)
    assert program_parties(world.ana, program) == {"lead"}
    with pytest.raises(NotPermitted):
        cooperation.review_program(program, by=world.ana)

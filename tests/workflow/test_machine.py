"""Moves as data: nonsense is refused when it is written down, and every table means what it says."""

import pytest

from core.errors import Invalid, NotPermitted, WrongState
from facilities.workflows import BOOKING, CHANGE
from programs.workflows.cooperation import PROGRAM
from tests.moves import exhaustive, outcome
from workflow.commands import permitted_move
from workflow.machine import Workflow, move

STATES = {"draft": "Draft", "sent": "Sent", "done": "Done"}
MOVES = [
    move("send", "draft", "sent", "author", "Send"),
    move("note", "sent", None, "author reader", "Note", done="Noted"),
    move("finish", "sent", "done", "reader", "Finish", reason=True),
]


def make(moves=MOVES, states=STATES, initial="draft", final="done"):
    return Workflow("letter", states, moves, initial=initial, final=final)


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"moves": [*MOVES, move("send", "draft", "sent", "author", "Again")]}, r"named twice: \['send'\]"),
        ({"moves": [*MOVES, move("lose", "sent", "lost", "author", "Lose")]}, r"unknown states: \['lost'\]"),
        ({"moves": [*MOVES, move("wake", "asleep", "sent", "author", "Wake")]}, r"unknown states: \['asleep'\]"),
        ({"initial": "start"}, r"unknown states: \['start'\]"),
        ({"final": "done gone"}, r"unknown states: \['gone'\]"),
        ({"states": STATES | {"limbo": "Limbo"}}, r"cannot be reached: \['limbo'\]"),
        ({"states": STATES | {"end": "End"}, "moves": [*MOVES, move("stop", "sent", "end", "x", "S")]}, "dead ends"),
        ({"final": ""}, r"dead ends that are not declared final: \['done'\]"),
        ({"moves": [*MOVES, move("stay", "limbo", "limbo", "x", "S")], "states": STATES | {"limbo": "L"}}, "reached"),
        ({"moves": [*MOVES, move("nod", "sent", None, "author", "Nod")]}, r"without words for a history: \['nod'\]"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_a_table_of_nonsense_is_refused_at_import(changes, complaint):
    with pytest.raises(ValueError, match=complaint):
        make(**changes)


def test_a_sound_table_says_what_is_open_and_draws_itself():
    letter = make()
    assert [one.name for one in letter.open_moves("sent", {"author"})] == ["note"]
    assert [one.name for one in letter.open_moves("sent", {"author", "reader"})] == ["note", "finish"]
    assert letter.open_moves("done", letter.parties) == []
    assert letter.transitions() == [("draft", "sent"), ("sent", "done")]
    assert [letter.past(name) for name in ("send", "note")] == ["Sent", "Noted"]
    drawn = letter.mermaid().splitlines()
    assert drawn[0] == "stateDiagram-v2"
    assert {"    sent: Sent", "    [*] --> draft", "    draft --> sent: send", "    done --> [*]"} <= set(drawn)
    assert not any("note" in line for line in drawn), "what leads nowhere is no arrow"


def test_a_move_that_is_not_there_is_409_and_a_reason_may_be_needed():
    letter = make()
    with pytest.raises(WrongState):
        permitted_move(letter, "burn", "draft", {"author"})
    with pytest.raises(Invalid) as refused:
        permitted_move(letter, "finish", "sent", {"reader"}, note=" ")
    assert (refused.value.status, refused.value.violations[0].field) == (400, "note")


@pytest.mark.parametrize("workflow", [BOOKING, CHANGE, PROGRAM], ids=lambda workflow: workflow.name)
def test_every_move_in_every_state_by_every_party_does_what_the_table_says(workflow):
    for parameter in exhaustive(workflow):
        name, state, party = parameter.values
        try:
            found = permitted_move(workflow, name, state, {party}, note="Because")
            came = found.target or state
        except (NotPermitted, WrongState) as error:
            came = error.status
        assert came == outcome(workflow, name, state, party), parameter.id


@pytest.mark.parametrize("workflow", [BOOKING, CHANGE, PROGRAM], ids=lambda workflow: workflow.name)
def test_nobody_moves_out_of_a_final_state(workflow):
    for state in workflow.final:
        left = [one for one in workflow.open_moves(state, workflow.parties) if one.target not in (None, state)]
        assert not left

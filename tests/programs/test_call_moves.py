"""Every move of a call, from every state, by everyone: what the table does not list is refused."""

from datetime import timedelta

import pytest

from core import clock
from core.errors import Invalid, NotPermitted, WrongState
from notifications.models import Message
from programs.commands import calls
from programs.models import Call
from programs.permissions.calls import call_parties
from programs.workflows.calls import CALL
from tests.programs import calling
from tests.programs.asking import a_proposal

pytestmark = pytest.mark.django_db

COMMANDS = {
    "announce": calls.announce_call,
    "take-back": calls.take_back_call,
    "open": calls.open_call,
    "close": calls.close_call,
    "reopen": calls.reopen_call,
    "start-review": calls.start_review,
    "start-allocation": calls.start_allocation,
    "back-to-review": calls.back_to_review,
    "archive": calls.archive_call,
}
OF_THE_ALLIANCE = {
    "sec": {"office"},
    "lea": {"management"},
    "adm": {"office", "management"},
    "bo": set(),
    "bob": set(),
    "cleo": set(),
    "ana": set(),
    "dan": set(),
}
OF_FACILITY_A = {"bo": {"office", "management"}, "bob": set(), "cleo": set(), "sec": set(), "ana": set(), "dan": set()}


def in_state(world, state: str, facility=None) -> Call:
    """A complete call in `state`, its deadline to come unless the review began."""
    opens_at = clock.now() + timedelta(days=1 if state in {"draft", "announced"} else -9)
    offers = [each for each in calling.sound_changes(world)["offers"] if facility in (None, each.instrument.facility)]
    changes = calling.sound_changes(world, opens_at=opens_at, offers=offers, kind="rolling", closes_at=None)
    call = calls.draft_call(world.alliance, changes, by=world.system, facility=facility)
    if state != "draft":
        Call.objects.filter(pk=call.pk).delete()
        call.state = state
        call.save(force_insert=True)
        for offer in offers:
            call.offers.create(instrument=offer.instrument, units=offer.units)
        call.criteria.create(slug="merit", name="Merit")
    return call


@pytest.mark.parametrize("people", [OF_THE_ALLIANCE, OF_FACILITY_A], ids=["alliance", "facility"])
@pytest.mark.parametrize("state", CALL.states)
def test_what_the_table_does_not_list_is_refused(world, state, people):
    call = in_state(world, state, world.facility_a if people is OF_FACILITY_A else None)
    for name, parties in people.items():
        person = getattr(world, name)
        assert call_parties(person, call) == parties, name
        for move_name, command in COMMANDS.items():
            move = CALL.find(move_name)
            if move.who & parties and state in move.sources:
                continue
            with pytest.raises(WrongState if move.who & parties else NotPermitted):
                command(call, by=person, note="because")
    call.refresh_from_db()
    assert call.state == state


@pytest.mark.parametrize(
    ("state", "move"), [(source, move.name) for move in CALL.moves if move.name in COMMANDS for source in move.sources]
)
def test_what_the_table_lists_is_done_by_the_office_and_recorded(world, state, move):
    call = in_state(world, state)
    after = COMMANDS[move](call, by=world.sec, note="because")
    assert after.state == Call.objects.get(pk=call.pk).state == CALL.find(move).target
    assert after.version == call.version + 1


@pytest.mark.parametrize("move", [move.name for move in CALL.moves if move.reason and move.name in COMMANDS])
def test_a_move_that_others_must_understand_asks_for_a_reason(world, move):
    call = in_state(world, CALL.find(move).sources[0])
    with pytest.raises(Invalid):
        COMMANDS[move](call, by=world.sec, note=" ")


def test_scientists_hear_that_a_call_opens_and_teams_with_a_draft_of_its_deadline(world):
    call = calls.open_call(calling.draft(world), by=world.sec)
    told = Message.objects.filter(kind="call_opened").values_list("recipient__name", flat=True)
    assert sorted(told) == ["Ana", "Dan"]
    draft = a_proposal(world, call)
    a_proposal(world, call, pi=world.dan, state="submitted")
    assert calls.remind_of_deadlines(call.closes_at - timedelta(days=8)) == 0
    assert calls.remind_of_deadlines(call.closes_at - timedelta(days=6)) == 1
    assert calls.remind_of_deadlines(call.closes_at - timedelta(days=5)) == 0
    assert [row.recipient for row in Message.objects.filter(kind="call_closes")] == [draft.pi]
    assert calls.remind_of_deadlines(call.closes_at) == 0
    assert calls.remind_of_deadlines(call.closes_at - timedelta(hours=3)) == 1

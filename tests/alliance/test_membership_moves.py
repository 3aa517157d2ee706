"""Every move of an application and of a membership, from every state, by everyone: the rest is refused."""

import pytest

from alliance.commands import applications as apply
from alliance.commands import membership as members
from alliance.models import MembershipApplication, Representative
from alliance.permissions.membership import application_parties, membership_parties
from alliance.workflows.membership import APPLICATION, MEMBERSHIP
from core.errors import NotPermitted, WrongState
from tests.alliance import joining

pytestmark = pytest.mark.django_db

PEOPLE = {
    "dan": {"applicant"},
    "sec": {"secretary"},
    "adm": {"secretary"},
    "chair": {"chair"},
    "head": {"head"},
    "system": {"system"},
    "lea": set(),
    "ana": set(),
    "bo": set(),
    "sig_a": set(),
}
APPLICATION_MOVES = {
    "edit": lambda r, w, by: apply.edit_application(r, joining.wanted(), by=by),
    "submit": lambda r, w, by: apply.submit_application(r, by=by),
    "check": lambda r, w, by: apply.start_check(r, by=by),
    "return": lambda r, w, by: apply.return_application(r, [("files", "Add a budget")], by=by),
    "plan-visit": lambda r, w, by: apply.plan_visit(r, joining.today(), by=by),
    "report-visit": lambda r, w, by: apply.report_visit(r, "Seen", by=by),
    "put-to-vote": lambda r, w, by: apply.put_to_vote(r, by=by),
    "approve": lambda r, w, by: apply.admit_by_resolution(r, joining.resolution(w), by=by),
    "decline": lambda r, w, by: apply.decline_application(r, by=by, note="Lost"),
    "vote-again": lambda r, w, by: apply.back_to_check(r, by=by, note="No quorum"),
    "sign": lambda r, w, by: apply.sign_charter(r, by=by, name="Prof Head"),
    "withdraw": lambda r, w, by: apply.withdraw_application(r, by=by, note="because"),
}
MEMBER_MOVES = {
    "suspend": lambda r, w, by: members.suspend_membership(r, by=by, resolution=joining.resolution(w), reason="so"),
    "resume": lambda r, w, by: members.resume_membership(r, by=by, resolution=joining.resolution(w), reason="so"),
    "withdraw": lambda r, w, by: members.withdraw_membership(r, by=by, reason="so"),
    "exclude": lambda r, w, by: members.exclude_membership(r, by=by, resolution=joining.resolution(w), reason="so"),
    "change-class": lambda r, w, by: members.change_class(r, "associate", by=by, reason="so"),
    "set-standing": lambda r, w, by: members.set_standing(r, by=by, good_standing=False, reason="so"),
    "correct": lambda r, w, by: members.correct_entry(r.changes.all()[0], by=by, reason="so"),
}


def person(world, name):
    own = {"chair": joining.chair, "head": joining.head}
    return own[name](world) if name in own else getattr(world, name)


def test_every_move_of_the_tables_is_performed_here():
    assert set(APPLICATION_MOVES) == set(APPLICATION.by_name)
    assert set(MEMBER_MOVES) == set(MEMBERSHIP.by_name)


@pytest.mark.parametrize("state", APPLICATION.states)
def test_an_application_moves_only_as_the_table_says(world, state):
    row = joining.in_state(world, state)
    assert row.state == state
    for name, parties in PEOPLE.items():
        by = person(world, name)
        assert application_parties(by, row) == parties
        for move_name, perform in APPLICATION_MOVES.items():
            move = APPLICATION.find(move_name)
            if move.who & parties and state in move.sources:
                continue
            with pytest.raises(WrongState if move.who & parties else NotPermitted):
                perform(row, world, by)
    row.refresh_from_db()
    assert row.state == state


@pytest.mark.parametrize(
    ("move", "state", "party"),
    [(move.name, state, party) for move in APPLICATION.moves for state in move.sources for party in sorted(move.who)],
)
def test_an_application_reaches_what_the_table_names(world, move, state, party):
    row = joining.in_state(world, state)
    by = {"applicant": "dan", "secretary": "sec"}.get(party, party)
    APPLICATION_MOVES[move](row, world, person(world, by))
    row.refresh_from_db()
    assert row.state == (APPLICATION.find(move).target or state)


SPEAKERS = {
    "sec": {"secretary"},
    "adm": {"secretary"},
    "bo": {"head", "delegate"},
    "cleo": {"delegate"},
    "system": {"system"},
    "chair": set(),
    "dan": set(),
    "bob": set(),
}


def speaking(world, state):
    """Bo is the head of centre A, cleo its delegate."""
    row = joining.member(world, state)
    for user, kind in ((world.bo, "head"), (world.cleo, "delegate")):
        Representative.objects.create(membership=row, person=user, name=user.name, kind=kind, starts_on=joining.today())
    return row


@pytest.mark.parametrize("state", MEMBERSHIP.states)
def test_a_membership_moves_only_as_the_table_says(world, state):
    row = speaking(world, state)
    if state == "active":
        members.set_standing(row, by=world.sec, good_standing=True, reason="so")
    for name, parties in SPEAKERS.items():
        by = person(world, name)
        assert membership_parties(by, row) == parties
        for move_name, perform in MEMBER_MOVES.items():
            move = MEMBERSHIP.find(move_name)
            if move.who & parties and state in move.sources:
                continue
            with pytest.raises(WrongState if move.who & parties else NotPermitted):
                perform(row, world, by)
    row.refresh_from_db()
    assert row.state == state


@pytest.mark.parametrize(
    ("move", "state", "party"),
    [(move.name, state, party) for move in MEMBERSHIP.moves for state in move.sources for party in sorted(move.who)],
)
def test_a_membership_reaches_what_the_table_names(world, move, state, party):
    row = speaking(world, state)
    if state == "active" and move == "correct":
        members.set_standing(row, by=world.sec, good_standing=True, reason="so")
    by = {"secretary": "sec", "head": "bo"}.get(party, party)
    MEMBER_MOVES[move](row, world, person(world, by))
    row.refresh_from_db()
    assert row.state == (MEMBERSHIP.find(move).target or state)


def test_who_applies_neither_checks_nor_opens_the_vote(world):
    from accounts.commands import grant_role

    for role in ("secretariat", "chair"):
        grant_role(world.dan, role, world.alliance, by=world.system)
    row = joining.in_state(world, "submitted")
    assert application_parties(world.dan, row) == {"applicant"}
    with pytest.raises(NotPermitted):
        apply.start_check(row, by=world.dan)
    assert MembershipApplication.objects.get().state == "submitted"

"""Meetings: notice, circulation, hybrid attendance, quorum; who may do what; what a closed body's outsiders see."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import transaction

from alliance.commands import agenda, attendance, bodies, meetings
from alliance.models import Attendance, Document, Meeting, VotingRule
from alliance.permissions.governance import bodies_visible_to, governance_parties, meetings_visible_to
from alliance.queries.meetings import (
    attendance_report,
    presence_over_time,
    present_voters,
    quorum_now,
)
from alliance.queries.minutes import assemble_minutes
from alliance.workflows.governance import MEETING
from core import clock
from core.errors import Invalid, NotPermitted, RulesRefuse, WrongState
from notifications.invitations import invitations_of
from notifications.models import Message
from tests.alliance import convening

pytestmark = pytest.mark.django_db


@pytest.fixture
def hall(world):
    """17 voting members: the two of the world, whose speakers are ana and bo, and fifteen more."""
    for key, person in (("b", world.ana), ("a", world.bo)):
        convening.speaker(world.alliance.memberships.get(organisation__slug=f"org-{key}"), person)
    others = [convening.member(world.alliance, str(number)) for number in range(15)]
    convening.member(world.alliance, "associate", member_class="associate")
    for number, (numerator, denominator) in enumerate(((1, 2), (2, 3), (3, 4))):
        VotingRule.objects.create(
            alliance=world.alliance, name=f"Rule {number}", quorum_numerator=numerator, quorum_denominator=denominator
        )
    return others


def shares(meeting) -> dict[str, tuple[int, bool]]:
    return {share.fraction: (share.needed, share.met) for share in quorum_now(meeting, clock.now()).shares}


def test_f2_twelve_of_seventeen_on_site_and_online_make_two_quorums_of_three(world, hall):
    meeting = convening.running(convening.assembly(world), world.sec)
    for number, membership in enumerate(hall[:9]):
        attendance.admit(
            meeting, by=world.sec, name=f"Person {number}", membership=membership,
            mode="onsite" if number < 6 else "online",
        )  # fmt: skip
    attendance.check_in(meeting, by=world.ana)
    attendance.check_in(meeting, by=world.bo)
    assert shares(meeting) == {"1/2": (9, True), "2/3": (12, False), "3/4": (13, False)}, "eleven are there"
    last = attendance.admit(meeting, by=world.sec, name="Twelfth", membership=hall[9])
    assert shares(meeting) == {"1/2": (9, True), "2/3": (12, True), "3/4": (13, False)}
    second = attendance.admit(meeting, by=world.sec, name="Also of the twelfth", membership=hall[9])
    assert present_voters(meeting, clock.now()).count() == 12, "a member is there once, however many persons"
    attendance.admit(meeting, by=world.sec, name="Guest")
    associate = world.alliance.memberships.get(member_class="associate")
    attendance.admit(meeting, by=world.sec, name="Associate", membership=associate)
    assert quorum_now(meeting, clock.now()).present == 12
    attendance.leave(last, by=world.sec)
    assert quorum_now(meeting, clock.now()).present == 12, "somebody of theirs is still there"
    attendance.leave(second, by=world.sec)
    assert quorum_now(meeting, clock.now()).present == 11

    closed = meetings.close_meeting(meeting, by=world.sec)
    assert not closed.attendances.filter(to_at=None).exists()
    kept = closed.quorum_result
    assert {name: kept[name] for name in ("voting", "attended", "onsite", "online", "most_at_once")} == {
        "voting": 17, "attended": 12, "onsite": 7, "online": 5, "most_at_once": 12,
    }  # fmt: skip
    assert [(each["fraction"], each["met"]) for each in kept["quorums"]] == [
        ("1/2", True),
        ("2/3", True),
        ("3/4", False),
    ]
    report = attendance_report(closed)
    assert (report.attended, [row.name for row in report.others]) == (12, ["Guest", "Associate"])
    assert [step.present for step in presence_over_time(closed)][:12] == list(range(1, 13))


def test_checking_in_again_changes_nothing_and_another_way_of_being_there_begins_anew(world, hall):
    meeting = convening.running(convening.assembly(world), world.sec)
    first = attendance.check_in(meeting, by=world.ana)
    assert attendance.check_in(meeting, by=world.ana) == first
    moved = attendance.admit(meeting, by=world.sec, person=world.ana)
    first.refresh_from_db()
    assert (first.to_at is not None, moved.mode, moved.to_at, moved.membership) == (
        True, "onsite", None, first.membership,
    )  # fmt: skip
    with pytest.raises(NotPermitted):
        attendance.check_in(meeting, by=world.ana, membership=hall[0])
    with pytest.raises(NotPermitted):
        attendance.leave(moved, by=world.bo)
    convening.speaker(hall[0], world.bo)
    with pytest.raises(Invalid):
        attendance.check_in(meeting, by=world.bo)
    assert attendance.check_in(meeting, by=world.bo, membership=hall[0]).membership == hall[0]


def test_a_meeting_is_not_opened_before_people_may_come(world):
    begins = clock.now() + timedelta(days=40)
    body = convening.assembly(world)
    meeting = convening.planned(body, world.sec, starts_at=begins, ends_at=begins + timedelta(hours=2))
    meeting = meetings.call_meeting(meeting, by=world.sec)
    with pytest.raises(RulesRefuse) as refused:
        meetings.start_meeting(meeting, by=world.sec)
    assert [each.rule for each in refused.value.violations] == ["not_begun"]
    with clock.standing_at(begins - timedelta(minutes=59)):
        assert meetings.start_meeting(meeting, by=world.sec).state == "running"


def test_people_check_in_from_an_hour_before_the_start_until_the_close(world, hall):
    starts_at = clock.now() + timedelta(hours=2)
    meeting = convening.planned(
        convening.assembly(world), world.sec, starts_at=starts_at, ends_at=starts_at + timedelta(hours=1)
    )
    meetings.call_meeting(meeting, by=world.sec)
    with pytest.raises(WrongState):
        attendance.check_in(meeting, by=world.ana)
    with clock.standing_at(starts_at - timedelta(minutes=59)):
        row = attendance.check_in(meeting, by=world.ana)
        meetings.start_meeting(meeting, by=world.sec)
        meetings.close_meeting(meeting, by=world.sec)
        with pytest.raises(WrongState):
            attendance.check_in(meeting, by=world.ana)
    row.refresh_from_db()
    assert row.to_at > row.from_at


def test_the_notice_reaches_who_speaks_for_an_active_member_with_a_calendar_entry(world, hall):
    suspended = convening.member(world.alliance, "late", state="suspended")
    convening.speaker(suspended, world.cleo)
    meeting = convening.planned(convening.assembly(world), world.sec)
    assert not Message.objects.exists()
    meetings.call_meeting(meeting, by=world.sec)
    told = {message.recipient: message for message in Message.objects.all()}
    assert set(told) == {world.ana, world.bo}
    [first] = invitations_of(told[world.ana])
    assert b"METHOD:REQUEST" in first
    assert b"DTSTART;TZID=Asia/Shanghai" in first
    meetings.change_meeting(meeting, by=world.sec, venue="Yanqi Lake")
    changed = Message.objects.filter(recipient=world.ana, kind="meeting_changed").get()
    assert changed.calendar["uid"] == told[world.ana].calendar["uid"]
    assert changed.calendar["sequence"] > told[world.ana].calendar["sequence"]
    meetings.cancel_meeting(meeting, by=world.sec, note="Typhoon")
    cancelled = Message.objects.filter(recipient=world.ana, kind="meeting_cancelled").get()
    assert (cancelled.calendar["method"], cancelled.context["note"]) == ("CANCEL", "Typhoon")


@pytest.mark.parametrize(("days", "late"), [(30, False), (29, True)])
def test_a_circulation_of_less_than_thirty_days_is_late_and_not_refused(world, days, late):
    starts_at = clock.now() + timedelta(days=days, minutes=1)
    meeting = convening.planned(
        convening.assembly(world), world.sec, starts_at=starts_at, ends_at=starts_at + timedelta(hours=1)
    )
    meetings.call_meeting(meeting, by=world.sec)
    with pytest.raises(Invalid):
        meetings.circulate_agenda(meeting, by=world.sec)
    agenda.add_agenda_item(meeting, by=world.sec, title="Charter")
    first = meetings.circulate_agenda(meeting, by=world.sec)
    with clock.standing_at(clock.now() + timedelta(days=1)):
        again = meetings.circulate_agenda(meeting, by=world.sec)
    assert (first.is_late_circulation, again.is_late_circulation) == (late, late)
    assert again.agenda_circulated_at == first.agenda_circulated_at


def test_the_agenda_keeps_its_numbers_without_a_gap_and_stays_when_the_meeting_is_over(world, hall):
    meeting = convening.running(convening.assembly(world), world.sec)
    items = [agenda.add_agenda_item(meeting, by=world.sec, title=title) for title in ("One", "Two", "Three")]
    agenda.order_agenda(meeting, reversed(items), by=world.sec)
    agenda.remove_agenda_item(items[1], by=world.sec)
    assert list(meeting.agenda.values_list("number", "title")) == [(1, "Three"), (2, "One")]
    with pytest.raises(Invalid):
        agenda.order_agenda(meeting, items[:1], by=world.sec)
    foreign = Document.objects.create(alliance=_other(world), slug="x", kind="report", title="X")
    with pytest.raises(Invalid):
        agenda.change_agenda_item(items[0], by=world.sec, documents=[foreign])
    agenda.record_said(items[0], by=world.sec, record="They agreed.")
    attendance.check_in(meeting, by=world.ana)
    meetings.close_meeting(meeting, by=world.sec)
    with pytest.raises(WrongState):
        agenda.add_agenda_item(meeting, by=world.sec, title="Four")
    text = assemble_minutes(Meeting.objects.get(pk=meeting.pk))
    assert "1 of 17 voting members: 0 on site, 1 online." in text
    assert "Centre B (Ana)" in text
    assert "The quorum of 1/2 (9) was not reached." in text
    assert text.index("1. Three") < text.index("2. One") < text.index("They agreed.")


def _other(world):
    from alliance.models import Alliance

    return Alliance.objects.create(slug="other", name="Other alliance", acronym="OTH", zone="UTC")


def test_a_closed_body_its_meeting_and_its_papers_are_not_seen_by_others(world, hall):
    board = bodies.create_body(world.alliance, by=world.sec, name="Board", kind="board")
    bodies.seat_person(board, by=world.sec, person=world.cleo, starts_on=date(2020, 1, 1))
    bodies.seat_person(board, by=world.sec, name="No account", starts_on=date(2020, 1, 1))
    seat = bodies.seat_person(board, by=world.sec, person=world.bob, starts_on=date(2020, 1, 1))
    bodies.end_seat(seat, by=world.sec, on=date(2021, 1, 1))
    meeting = meetings.call_meeting(convening.planned(board, world.sec), by=world.sec)
    everyone = {
        name: getattr(world, name) for name in ("ana", "bo", "bob", "cleo", "dan", "lea", "sec", "adm", "sig_a")
    }
    assert {n for n, each in everyone.items() if bodies_visible_to(each).exists()} == {"cleo", "sec", "adm"}
    assert {n for n, each in everyone.items() if meetings_visible_to(each).exists()} == {"cleo", "sec", "adm"}
    with pytest.raises(NotPermitted):
        attendance.check_in(meeting, by=world.ana)
    assert attendance.check_in(meeting, by=world.cleo).membership is None
    assert set(Message.objects.values_list("recipient", flat=True)) == {world.cleo.pk}

    general = convening.planned(convening.assembly(world), world.sec)
    seen = {n for n, each in everyone.items() if meetings_visible_to(each).filter(pk=general.pk).exists()}
    assert seen == {"sec", "adm"}, "what is only planned is the secretariat's"
    meetings.call_meeting(general, by=world.sec)
    seen = {n for n, each in everyone.items() if meetings_visible_to(each).filter(pk=general.pk).exists()}
    assert seen == {"ana", "bo", "sec", "adm"}
    world.alliance.memberships.filter(organisation=world.org_b).update(state="suspended")
    assert not meetings_visible_to(world.ana).exists()


def test_members_of_another_alliance_see_nothing_of_this_one(world, hall):
    other = _other(world)
    convening.speaker(convening.member(other, "far"), world.dan)
    meetings.call_meeting(convening.planned(convening.assembly(world), world.sec), by=world.sec)
    assert not meetings_visible_to(world.dan).exists()
    with pytest.raises(NotPermitted):
        bodies.create_body(other, by=world.sec, name="Council", kind="council")


def test_a_meeting_of_the_past_is_recorded_with_its_numbers_and_source_and_without_persons(world):
    day = datetime(2021, 9, 25, 1, tzinfo=UTC)
    plan = {"title": "Annual meeting 2021", "starts_at": day, "ends_at": day + timedelta(hours=8), "mode": "hybrid"}
    body = convening.assembly(world)
    with pytest.raises(Invalid):
        meetings.record_meeting(body, by=world.sec, attendance={"attended": 12}, source="", **plan)
    meeting = meetings.record_meeting(body, by=world.sec, attendance={"attended": 12}, source="Report", **plan)
    assert (meeting.state, meeting.quorum_result) == ("closed", {"attended": 12, "source": "Report"})
    text = assemble_minutes(meeting)
    assert "12 representatives (Report)." in text
    assert "voting members" not in text, "how many had a vote is not known"
    assert not Attendance.objects.exists()


MOVES = {
    "call": lambda m, by: meetings.call_meeting(m, by=by),
    "change": lambda m, by: meetings.change_meeting(m, by=by, venue="Elsewhere"),
    "circulate": lambda m, by: meetings.circulate_agenda(m, by=by),
    "start": lambda m, by: meetings.start_meeting(m, by=by),
    "close": lambda m, by: meetings.close_meeting(m, by=by),
    "cancel": lambda m, by: meetings.cancel_meeting(m, by=by, note="because"),
}


@pytest.mark.parametrize("state", MEETING.states)
def test_what_the_table_does_not_list_is_refused(world, state):
    assert set(MOVES) == {move.name for move in MEETING.moves}
    body = convening.assembly(world)
    now = clock.now()
    meeting = Meeting.objects.create(
        body=body, title="M", starts_at=now, ends_at=now + timedelta(hours=1), zone="UTC", state=state
    )
    meeting.agenda.create(number=1, title="One")
    convening.speaker(world.alliance.memberships.get(organisation=world.org_b), world.ana)
    for name in ("sec", "adm", "lea", "bo", "ana", "cleo", "dan"):
        person = getattr(world, name)
        parties = governance_parties(person, world.alliance)
        assert bool(parties) == (name in {"sec", "adm"})
        for move_name, act in MOVES.items():
            move = MEETING.find(move_name)
            if move.who & parties and state in move.sources:
                with transaction.atomic():
                    assert act(meeting, person).state == (move.target or state)
                    transaction.set_rollback(True)
                continue
            with pytest.raises(WrongState if move.who & parties else NotPermitted):
                act(meeting, person)
    meeting.refresh_from_db()
    assert meeting.state == state


def test_minutes_are_a_draft_for_the_body_that_the_secretary_edits_again(world, hall):
    meeting = convening.running(convening.assembly(world), world.sec)
    with pytest.raises(WrongState):
        meetings.make_minutes(meeting, by=world.sec, text="x")
    meetings.close_meeting(meeting, by=world.sec)
    with pytest.raises(NotPermitted):
        meetings.make_minutes(meeting, by=world.ana, text="x")
    kept = meetings.make_minutes(meeting, by=world.sec, text=assemble_minutes(meeting))
    again = meetings.make_minutes(meeting, by=world.sec, text="Corrected")
    assert (again.minutes, again.minutes.text, again.minutes.state) == (kept.minutes, "Corrected", "draft")
    document = again.minutes.document
    assert (document.kind, document.access, document.body) == ("minutes", "body", meeting.body)

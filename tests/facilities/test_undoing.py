"""An approval is taken back: by whom, for how long, and who hears of it."""

from datetime import timedelta

import pytest

from core import clock
from core.errors import NotPermitted
from facilities.commands.bookings import reschedule_booking, take_back_approval
from facilities.models import Claim
from facilities.queries.bookings import booking_history
from notifications.commands import deliver_due
from notifications.models import Message
from tests.facilities.asking import ask, berlin
from workflow.approvals import RouteDraft, StepDraft, decide, save_route
from workflow.models import Task

pytestmark = pytest.mark.django_db


def open_task(booking):
    return Task.objects.get(subject_id=booking.pk, state="open")


@pytest.fixture
def approved(world):
    booking = ask(world.instrument_a, berlin(world, 1, 8), by=world.ana)
    decide(open_task(booking), "approve", by=world.bo)
    booking.refresh_from_db()
    return booking


def kinds_to(user):
    return sorted(Message.objects.filter(recipient=user).values_list("kind", flat=True))


def test_who_approved_takes_it_back_and_the_step_asks_again(world, approved):
    booking = take_back_approval(approved, by=world.bo, note="Wrong row")
    assert (booking.state, booking.decided_at) == ("requested", None)
    assert Claim.objects.filter(booking=booking).count() == 1
    assert [entry.verb for entry in booking_history(booking)][-2:] == ["approve", "take-back"]
    decide(open_task(booking), "decline", by=world.bo, note="No sample environment")
    booking.refresh_from_db()
    assert booking.state == "declined"


def test_an_approval_can_be_given_again_after_it_was_taken_back(world, approved):
    take_back_approval(approved, by=world.bo)
    decide(open_task(approved), "approve", by=world.bo)
    approved.refresh_from_db()
    assert approved.state == "approved"
    assert approved.decided_at is not None


def test_nobody_hears_of_an_approval_that_was_taken_back_before_the_mail_went_out(world, approved):
    take_back_approval(approved, by=world.bo)
    assert "booking_approved" not in kinds_to(world.ana)
    assert "booking_reopened" not in kinds_to(world.ana)


def test_who_was_told_of_the_approval_is_told_that_it_was_taken_back(world, approved, mailoutbox):
    deliver_due()
    take_back_approval(approved, by=world.bo, note="Wrong row")
    deliver_due()
    said = mailoutbox[-1]
    assert said.to == [world.ana.email]
    assert "Being decided again" in said.subject
    assert "Wrong row" in said.body
    [invitation] = [text for text, kind in said.alternatives if "calendar" in kind]
    assert "STATUS:TENTATIVE" in invitation
    assert "METHOD:REQUEST" in invitation


@pytest.mark.parametrize("who", ["ana", "cleo", "bob", "dan"])
def test_nobody_takes_back_what_another_approved(world, approved, who):
    with pytest.raises(NotPermitted):
        take_back_approval(approved, by=getattr(world, who))


def test_after_the_minutes_of_the_setting_it_is_too_late(world, approved, settings):
    settings.APPROVAL_UNDO_MINUTES = 5
    with clock.standing_at(approved.decided_at + timedelta(minutes=5)), pytest.raises(NotPermitted, match="5 minutes"):
        take_back_approval(approved, by=world.bo)


def test_a_booking_that_has_begun_keeps_its_approval(world, approved):
    Task.objects.get(subject_id=approved.pk).process.__class__.objects.update(ended_at=approved.starts_at)
    with clock.standing_at(approved.starts_at), pytest.raises(NotPermitted):
        take_back_approval(approved, by=world.bo)


def test_an_approval_whose_time_is_asked_to_change_stays(world, approved):
    moved = {"starts_at": approved.starts_at + timedelta(days=1), "ends_at": approved.ends_at + timedelta(days=1)}
    reschedule_booking(approved, by=world.ana, **moved)
    with pytest.raises(NotPermitted):
        take_back_approval(approved, by=world.bo)


def test_of_two_steps_only_the_last_asks_again(world):
    scope = ("facilities.facility", world.facility_a.pk)
    steps = (StepDraft(1, "Feasible", "instrument_scientist"), StepDraft(2, "Decides", "facility_manager"))
    save_route(world.facility_a, "facilities.booking", RouteDraft("Two steps", scope, steps), by=world.bo)
    booking = ask(world.instrument_a, berlin(world, 1, 8), by=world.ana)
    for decider in (world.cleo, world.bo):
        decide(open_task(booking), "approve", by=decider)
    take_back_approval(booking, by=world.bo)
    assert open_task(booking).name == "Decides"


def test_the_move_is_offered_to_the_approver_alone_and_made_through_the_api(world, approved, client):
    address = f"/api/v1/bookings/{approved.pk}"
    client.force_login(world.cleo)
    assert "take-back" not in client.get(address).json()["moves"]
    assert client.post(f"{address}/take-back", {}, "application/json").status_code == 403
    client.force_login(world.bo)
    assert "take-back" in client.get(address).json()["moves"]
    answer = client.post(f"{address}/take-back", {"note": "Wrong row"}, "application/json")
    assert (answer.status_code, answer.json()["state"]) == (200, "requested")


def test_the_page_says_how_to_undo_right_after_approving(world, client):
    booking = ask(world.instrument_a, berlin(world, 1, 8), by=world.ana)
    client.force_login(world.bo)
    said = client.post(f"/requests/{booking.pk}/approve/", {"version": booking.version}, follow=True)
    undo = f"/bookings/{booking.pk}/take-back/"
    assert f'href="{undo}"' in said.content.decode()
    after = client.post(undo, {"note": ""}, follow=True)
    assert "The approval was taken back" in after.content.decode()
    booking.refresh_from_db()
    assert booking.state == "requested"

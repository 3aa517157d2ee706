"""Priority access: displacing by published rules, with notice, compensation and a record that nobody changes."""

from datetime import timedelta

import pytest
from django.db import ProgrammingError, transaction

from core.errors import Invalid, NotPermitted, RulesRefuse
from facilities.commands import sessions
from facilities.commands.priority import displace, set_priority_rule
from facilities.models import Cancellation, Claim, Displacement, PriorityRule, Waiting
from notifications.models import Message
from tests.facilities.accounts import balance, team_with_account
from tests.facilities.asking import approve, ask, berlin, wanted

pytestmark = pytest.mark.django_db


@pytest.fixture
def rule(world):
    """Rapid access displaces general and programme time with two days of notice."""
    return set_priority_rule(
        world.facility_a, "rapid", by=world.bo, displaces=["general", "program"], notice_hours=48, compensates=True
    )


@pytest.fixture
def booked(world):
    account = team_with_account(world)
    fields = {"by": world.ana, "team": account.team, "category": "general"}
    return approve(ask(world.instrument_a, berlin(world, 1, 8), **fields), world.bo), account


def rapid(world, hours=8, **more):
    return wanted(world.instrument_a, berlin(world, 1, 8), hours, **{"category": "rapid", **more})


def give_way(world, request=None, **more):
    fields = {"to": world.dan, "by": world.bo, "reason": "A virus strain of today"} | more
    return displace(request or rapid(world), **fields)


def test_rapid_access_displaces_with_notice_and_whoever_gives_way_sees_why(world, rule, booked):
    booking, account = booked
    done = give_way(world)
    booking.refresh_from_db()
    assert (booking.state, done.booking.state, done.gave_way) == ("cancelled", "approved", (booking,))
    assert balance(account) == (0, 0, 3)
    assert Cancellation.objects.get(booking=booking).caused_by == "facility"
    kept = Displacement.objects.get(displaced=booking)
    assert (kept.by_booking, kept.category, kept.displaced_category, kept.notice_hours) == (
        done.booking,
        "rapid",
        "general",
        48,
    )
    told = Message.objects.get(recipient=world.ana, kind="booking_displaced")
    assert told.context["note"] == "A virus strain of today"
    assert Waiting.objects.get(makes_up_for=booking).person == world.ana


def test_the_record_is_never_changed(world, rule, booked):
    give_way(world)
    with pytest.raises(ProgrammingError), transaction.atomic():
        Displacement.objects.update(reason="Nicer")
    with pytest.raises(ProgrammingError), transaction.atomic():
        Displacement.objects.all().delete()


def test_without_a_rule_nobody_displaces(world, booked):
    with pytest.raises(RulesRefuse):
        give_way(world)
    set_priority_rule(
        world.facility_a, "rapid", by=world.bo, displaces=["proprietary"], notice_hours=0, compensates=False
    )
    with pytest.raises(RulesRefuse) as refused:
        give_way(world)
    assert booked[0].reference in refused.value.message


def test_too_near_or_begun_stays_and_nothing_of_it_is_done(world, rule, booked, at):
    booking, _account = booked
    second = approve(ask(world.instrument_a, berlin(world, 1, 16), by=world.dan, category="general"), world.bo)
    at(booking.starts_at - timedelta(hours=47))
    with pytest.raises(RulesRefuse) as refused:
        give_way(world, rapid(world, 16))
    assert len(refused.value.violations) == 1
    at(booking.starts_at)
    sessions.check_in(booking, by=world.ana)
    PriorityRule.objects.update(notice_hours=0)
    with pytest.raises(RulesRefuse):
        give_way(world, rapid(world, 16))
    second.refresh_from_db()
    assert second.state == "approved"


def test_a_request_that_breaks_another_rule_displaces_nobody(world, rule, booked):
    with pytest.raises(RulesRefuse):
        give_way(world, wanted(world.instrument_a, berlin(world, 1, 9), 8, category="rapid"))
    booked[0].refresh_from_db()
    assert booked[0].state == "approved"
    assert Claim.objects.filter(booking=booked[0]).exists()


def test_who_displaces_is_the_manager_with_a_reason_and_not_for_themselves(world, rule, booked):
    for by in (world.ana, world.cleo, world.bob):
        with pytest.raises(NotPermitted):
            give_way(world, by=by)
    with pytest.raises(NotPermitted):
        give_way(world, to=world.bo)
    with pytest.raises(Invalid):
        give_way(world, reason=" ")
    with pytest.raises(NotPermitted):
        set_priority_rule(
            world.facility_a, "rapid", by=world.bob, displaces=["general"], notice_hours=0, compensates=False
        )


def test_several_bookings_of_every_live_state_give_way_together(world, rule):
    first = ask(world.instrument_a, berlin(world, 1, 8), by=world.ana, category="general")
    second = approve(ask(world.instrument_a, berlin(world, 1, 16), by=world.ana, category="general"), world.bo)
    assert give_way(world, rapid(world, 16)).gave_way == (first, second)
    first.refresh_from_db()
    assert first.state == "declined"


def test_a_rule_is_withdrawn_by_displacing_nobody(world, rule):
    fields = {"displaces": [], "notice_hours": 0, "compensates": False}
    assert set_priority_rule(world.facility_a, "rapid", by=world.bo, **fields) is None
    assert not PriorityRule.objects.exists()

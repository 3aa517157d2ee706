"""Campaigns: taken together or not at all, decided place by place, released together when the coupling breaks."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from accounts.commands import grant_role
from core import audit
from core.errors import Invalid, NotFound, NotPermitted, RulesRefuse, SlotTaken, WrongState
from facilities.commands.allocations import grant_allocation
from facilities.commands.bookings import (
    cancel_booking,
    expire_booking,
    reschedule_booking,
    take_back_approval,
    withdraw_booking,
)
from facilities.commands.campaigns import CampaignWish, LegWish, check_campaign, request_campaign, withdraw_campaign
from facilities.commands.teams import add_member, create_team
from facilities.coupling import Coupling, LegState, is_broken, is_complete
from facilities.models import Booking, Campaign, Claim
from facilities.queries.campaigns import campaigns_visible_to, find_campaign, legs_of, legs_seen, sees_whole
from notifications.models import Message
from tests.facilities.asking import HOURLY, ask, hourly, rules_of, wanted
from tests.facilities.campaigning import campaign, instruments, legs_on, states
from tests.world import make_facility, make_instrument, open_time
from workflow.approvals import decide
from workflow.models import Task

pytestmark = pytest.mark.django_db


def booking_of(subject, position):
    return legs_of(subject)[position - 1].booking


def task_of(subject, position):
    return Task.objects.get(subject_id=booking_of(subject, position).pk, state="open")


def approve(world, subject, *positions):
    for position in positions:
        decide(task_of(subject, position), "approve", by=world.bo if position % 2 else world.bob)


def told(person):
    return sorted(Message.objects.filter(recipient=person).values_list("kind", flat=True))


def test_every_facility_is_asked_for_its_own_leg_and_the_team_is_told_once(world):
    subject = campaign(world)
    assert states(subject) == ["requested"] * 4
    assert [task_of(subject, n).scope_id for n in (1, 2, 3)] == [
        world.facility_a.pk,
        world.facility_b.pk,
        world.facility_a.pk,
    ]
    assert told(world.ana) == ["campaign_requested"]
    assert Claim.objects.count() == 3


def test_one_leg_that_is_taken_refuses_all_and_is_named_with_something_free(world):
    places = instruments(world)
    ask(places[1], world.at(1, 9), 2, by=world.dan)
    with pytest.raises(SlotTaken) as refused:
        campaign(world, legs=legs_on(world, places))
    [leg] = refused.value.details["legs"]
    assert (leg["leg"], leg["violations"][0]["rule"], len(leg["alternatives"])) == (2, "slot_free", 3)
    assert (Campaign.objects.count(), Booking.objects.count()) == (0, 1)


def test_a_check_names_every_leg_that_is_refused_and_writes_nothing(world):
    places = instruments(world, max_minutes=180)
    found = check_campaign(CampaignWish("Alloys", legs_on(world, places)), by=world.ana)
    assert not found.ok
    assert [[violation.rule for violation in leg.violations] for leg in found.legs] == [["short_enough"]] * 3
    assert (Campaign.objects.count(), Booking.objects.count(), Claim.objects.count()) == (0, 0, 0)


def test_legs_keep_their_order_and_distance_when_asked_for(world):
    legs = legs_on(world, instruments(world))
    late = replace(legs[1].request, starts_at=world.at(5, 8), ends_at=world.at(5, 12))
    with pytest.raises(RulesRefuse) as refused:
        campaign(world, legs=[legs[0], replace(legs[1], request=late), legs[2]])
    assert set(rules_of(refused.value)) == {"legs_in_order"}
    assert [leg["leg"] for leg in refused.value.details["legs"]] == [2, 3]


def test_a_leg_that_is_moved_later_obeys_the_same_distance(world):
    subject = campaign(world)
    second = booking_of(subject, 2)
    for days in (1, -1):
        shift = timedelta(days=days, hours=days)
        with pytest.raises(RulesRefuse) as refused:
            reschedule_booking(second, by=world.ana, starts_at=second.starts_at + shift, ends_at=second.ends_at + shift)
        assert set(rules_of(refused.value)) == {"legs_in_order"}
    hour = timedelta(hours=1)
    moved = reschedule_booking(second, by=world.ana, starts_at=second.starts_at + hour, ends_at=second.ends_at + hour)
    assert moved.starts_at == second.starts_at + hour


def test_every_leg_is_asked_for_by_a_member_of_its_own_team(world):
    place = hourly(world)
    own, other = (create_team("group", title, organisation=world.org_b, by=world.system) for title in ("Own", "Other"))
    add_member(own, world.ana, by=world.system)
    legs = [LegWish(wanted(place, world.at(n, 8), 4, team=team)) for n, team in enumerate((own, other))]
    with pytest.raises(NotPermitted):
        campaign(world, legs=legs)


def test_one_person_cannot_be_at_two_legs_at_once(world):
    places = instruments(world, 2)
    legs = [LegWish(wanted(place, world.at(0, 8), 4, mode="onsite")) for place in places]
    with pytest.raises(SlotTaken) as refused:
        campaign(world, legs=legs)
    assert rules_of(refused.value) == ["one_place_at_a_time"]


@pytest.mark.parametrize(
    ("wish", "rule"),
    [
        ({"title": " "}, "required"),
        ({"legs": 1}, "legs"),
        ({"coupling": "loose"}, "unknown_choice"),
        ({"coupling": "at_least"}, "at_least"),
        ({"coupling": "at_least", "at_least": 4}, "at_least"),
        ({"coupling": "lead_then_others"}, "one_lead"),
        ({"after": 3}, "leg_order"),
        ({"gap": (120, 60)}, "leg_gap"),
    ],
)
def test_a_campaign_that_makes_no_sense_is_refused_with_what_is_wrong(world, wish, rule):
    legs = legs_on(world, instruments(world))[: wish.pop("legs", 3)]
    if "after" in wish:
        legs[2] = replace(legs[2], after=wish.pop("after"))
    if "gap" in wish:
        least, most = wish.pop("gap")
        legs[2] = replace(legs[2], min_gap_minutes=least, max_gap_minutes=most)
    with pytest.raises(Invalid) as refused:
        request_campaign(CampaignWish(**{"title": "Alloys", "legs": legs, **wish}), by=world.ana)
    assert rules_of(refused.value) == [rule]


def test_approved_legs_wait_for_the_others_and_the_last_confirms_the_campaign(world):
    subject = campaign(world)
    approve(world, subject, 1, 2)
    assert states(subject) == ["requested", "approved", "approved", "requested"]
    approve(world, subject, 3)
    assert states(subject) == ["confirmed", "approved", "approved", "approved"]
    assert told(world.ana).count("campaign_confirmed") == 1


def test_one_leg_declined_releases_and_credits_the_others_with_one_message_that_explains_it(world):
    third = make_facility("fc", world.org_c, "Europe/Paris", "FR")
    open_time(third, world.at(-1, 0), world.at(60, 0))
    grant_role(world.sig_b, "facility_manager", third, by=world.system)
    places = [*instruments(world, 2), make_instrument(third, "L3", **HOURLY)]
    team = create_team("group", "Alloys", organisation=world.org_b, by=world.system)
    add_member(team, world.ana, by=world.system)
    times = {"valid_from": world.at(-1, 0), "valid_until": world.at(60, 0)}
    managers = [world.bo, world.bob, world.sig_b]
    accounts = [
        grant_allocation(team, place, Decimal(10), cycle=None, **times, by=by)
        for place, by in zip(places, managers, strict=True)
    ]
    subject = campaign(world, legs=legs_on(world, places), team=team)
    assert [account.held for account in map(fresh, accounts)] == [4, 4, 4]
    approve(world, subject, 1)
    Message.objects.all().delete()
    decide(task_of(subject, 2), "decline", by=world.bob, note="The detector is away")
    assert states(subject) == ["broken", "cancelled", "declined", "cancelled"]
    assert [(account.held, account.left) for account in map(fresh, accounts)] == [(0, 10)] * 3
    assert not Claim.objects.exists()
    assert not Task.objects.filter(state="open").exists()
    [message] = Message.objects.filter(recipient=world.ana)
    assert message.kind == "campaign_broken"
    assert "The detector is away" in message.context["note"]
    assert told(world.bo) == ["booking_cancelled"]
    assert audit.history(subject).last().note.endswith("The detector is away")
    assert "another part" in audit.history(booking_of(subject, 1)).last().note
    assert "detector" not in str(list(audit.history(booking_of(subject, 1)).values("note")))


def fresh(row):
    row.refresh_from_db()
    return row


@pytest.mark.parametrize("end", ["withdraw", "expire", "cancel"])
def test_however_a_leg_ends_the_others_are_released(world, end):
    subject = campaign(world)
    first = booking_of(subject, 1)
    if end == "withdraw":
        withdraw_booking(first, by=world.ana, note="Away")
    if end == "expire":
        expire_booking(first)
    if end == "cancel":
        approve(world, subject, 1, 2, 3)
        cancel_booking(booking_of(subject, 1), by=world.bo, note="Broken")
    assert states(subject)[0] == "broken"
    assert not Claim.objects.exists()


def test_at_least_two_of_three_go_on_without_one_and_break_without_two(world):
    subject = campaign(world, coupling="at_least", at_least=2)
    decide(task_of(subject, 2), "decline", by=world.bob, note="Full")
    assert states(subject) == ["requested", "requested", "declined", "requested"]
    assert told(world.ana).count("booking_declined") == 1
    approve(world, subject, 1, 3)
    assert states(subject) == ["confirmed", "approved", "declined", "approved"]
    cancel_booking(booking_of(subject, 3), by=world.ana, note="Sample lost")
    assert states(subject) == ["broken", "cancelled", "declined", "cancelled"]


def test_the_lead_is_asked_first_and_its_approval_lets_the_others_go_to_their_facilities(world):
    legs = legs_on(world, instruments(world))
    legs[1] = replace(legs[1], is_lead=True)
    subject = campaign(world, legs=legs, coupling="lead_then_others")
    assert Task.objects.filter(state="open").count() == 1
    approve(world, subject, 2)
    assert states(subject)[0] == "requested"
    assert Task.objects.filter(state="open").count() == 2
    decide(task_of(subject, 1), "decline", by=world.bo, note="Full")
    assert states(subject) == ["requested", "declined", "approved", "requested"]
    approve(world, subject, 3)
    assert states(subject)[0] == "confirmed"


def test_without_the_lead_nothing_is_left(world):
    legs = legs_on(world, instruments(world))
    legs[0] = replace(legs[0], is_lead=True)
    subject = campaign(world, legs=legs, coupling="lead_then_others")
    decide(task_of(subject, 1), "decline", by=world.bo, note="Full")
    assert states(subject) == ["broken", "declined", "cancelled", "cancelled"]


def test_an_approval_taken_back_makes_a_confirmed_campaign_wait_again(world):
    subject = campaign(world)
    approve(world, subject, 1, 2, 3)
    take_back_approval(booking_of(subject, 3), by=world.bo)
    assert states(subject) == ["requested", "approved", "approved", "requested"]
    approve(world, subject, 3)
    assert states(subject)[0] == "confirmed"


def test_the_requester_withdraws_all_legs_at_once(world):
    subject = campaign(world)
    approve(world, subject, 1)
    Message.objects.all().delete()
    with pytest.raises(NotPermitted):
        withdraw_campaign(subject, by=world.bo, note="No")
    with pytest.raises(Invalid):
        withdraw_campaign(subject, by=world.ana, note="")
    withdraw_campaign(subject, by=world.ana, note="No samples")
    assert states(subject) == ["withdrawn", "cancelled", "withdrawn", "withdrawn"]
    assert told(world.ana) == ["campaign_withdrawn"]
    assert told(world.bo) == ["booking_cancelled"]
    assert withdraw_campaign(subject, by=world.ana, note="Again").state == "withdrawn"
    broken = campaign(world, legs=legs_on(world, [hourly(world, "X1"), hourly(world, "X2")]))
    withdraw_booking(booking_of(broken, 1), by=world.ana, note="Away")
    with pytest.raises(WrongState):
        withdraw_campaign(broken, by=world.ana, note="Away")


def test_a_facility_sees_its_own_leg_and_of_the_others_only_when_they_are_busy(world):
    subject = campaign(world)
    seen = legs_seen(world.bob, subject)
    assert [each.leg is not None for each in seen] == [False, True, False]
    assert [each.starts_at for each in seen] == [world.at(n, 8) for n in range(3)]
    assert not sees_whole(world.bob, subject)
    assert all(each.leg for each in legs_seen(world.ana, subject))
    decide(task_of(subject, 1), "decline", by=world.bo, note="Full")
    assert [each.position for each in legs_seen(world.bob, subject)] == [2]
    with pytest.raises(NotFound):
        find_campaign(world.dan, str(subject.pk))
    assert not campaigns_visible_to(world.dan).exists()


def test_couplings_agree_with_their_words_in_every_case():
    states_ = ["requested", "approved", "declined"]
    cases = [(one, two, three) for one in states_ for two in states_ for three in states_]
    for case in cases:
        legs = [LegState(state, is_lead=n == 0) for n, state in enumerate(case)]
        left, given = 3 - case.count("declined"), case.count("approved")
        assert is_broken(Coupling.ALL, 0, legs) == (left < 3)
        assert is_complete(Coupling.ALL, 0, legs) == (given == 3)
        assert is_broken(Coupling.AT_LEAST, 2, legs) == (left < 2)
        assert is_complete(Coupling.AT_LEAST, 2, legs) == (given >= 2)
        assert is_broken(Coupling.LEAD, 0, legs) == (case[0] == "declined")
        assert not (is_broken(Coupling.LEAD, 0, legs) and is_complete(Coupling.LEAD, 0, legs))

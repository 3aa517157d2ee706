"""After the results: confirming, falling back, moving up from the reserve list, appeals."""

from datetime import timedelta
from decimal import Decimal

import pytest

from core import clock
from core.errors import NotPermitted, RulesRefuse, WrongState
from facilities.models import Allocation, Booking
from programs.commands import afterwards, rounds
from programs.commands.rounds import Verdict
from tests.programs.allocating import allocating, proposed, scored

pytestmark = pytest.mark.django_db


@pytest.fixture
def announced(world):
    """Ana has six shifts at A1; Dan waits first, another second."""
    call = allocating(world, offered=6)
    call.settings = {"allocation": {"reserve": 100}}
    call.save()
    rows = [scored(world, call, 4.5, pi=world.ana), scored(world, call, 4.0, pi=world.dan), scored(world, call, 3.5)]
    proposed(world, call)
    rounds.announce_results(call, by=world.lea)
    for row in rows:
        row.refresh_from_db()
    assert [row.state for row in rows] == ["accepted", "reserve", "reserve"]
    return rows


def test_a_pi_confirms_once_and_keeps_the_time(world, announced):
    leg = announced[0].legs.get()
    with pytest.raises(NotPermitted):
        afterwards.confirm_leg(leg, by=world.dan)
    first = afterwards.confirm_leg(leg, by=world.ana).confirmed_at
    assert afterwards.confirm_leg(leg, by=world.ana).confirmed_at == first
    assert afterwards.take_back_unconfirmed(clock.now() + timedelta(days=30)) == 0


def test_a_booking_names_the_leg_that_earned_its_account(world, announced, client):
    leg, waits = announced[0].legs.get(), announced[1].legs.get()
    times = {"starts_at": world.at(1, 7).isoformat(), "ends_at": world.at(1, 15).isoformat()}
    asked = {"instrument": leg.instrument.slug, "purpose": "Ions", "mode": "remote", **times}

    def checked(person, **more):
        client.force_login(person)
        return client.post("/api/v1/bookings/check", asked | more, "application/json")

    client.force_login(world.ana)
    made = client.post("/api/v1/bookings", asked | {"leg": str(leg.pk)}, "application/json")
    assert made.status_code == 201, made.json()
    assert Booking.objects.get(pk=made.json()["id"]).allocation == leg.allocation
    other = checked(world.ana, leg=str(leg.pk), allocation=str(leg.allocation.pk))
    assert other.status_code == 200
    assert checked(world.cleo, leg=str(waits.pk)).json()["violations"][0]["field"] == "leg", "it has no time"
    assert checked(world.bob, leg=str(leg.pk)).status_code == 400, "not his to see"


def test_time_not_confirmed_in_a_week_goes_to_the_end_of_the_reserve_and_the_next_moves_up(world, announced):
    ana, dan, third = announced
    assert afterwards.take_back_unconfirmed(clock.now() + timedelta(days=6)) == 0
    later = clock.now() + timedelta(days=8)
    assert (afterwards.take_back_unconfirmed(later), afterwards.take_back_unconfirmed(later)) == (1, 0)
    ana.refresh_from_db()
    leg = ana.legs.get()
    assert (ana.state, leg.state, leg.rank, leg.granted) == ("reserve", "reserve", 3, None)
    assert Allocation.objects.get().granted == 0
    with pytest.raises(RulesRefuse) as refused:
        afterwards.promote_from_reserve(third, by=world.lea)
    assert refused.value.violations[0].rule == "in_order"
    assert dan.reference in refused.value.violations[0].message
    afterwards.promote_from_reserve(dan, by=world.lea)
    dan.refresh_from_db()
    assert (dan.state, dan.legs.get().granted) == ("accepted", 6)


def test_nobody_moves_up_without_room(world, announced):
    with pytest.raises(RulesRefuse) as refused:
        afterwards.promote_from_reserve(announced[1], by=world.lea)
    assert refused.value.violations[0].message == "A1: only 0 shifts are free."
    with pytest.raises(NotPermitted):
        afterwards.promote_from_reserve(announced[1], by=world.dan)


def test_an_appeal_is_answered_once_with_a_reason(world, announced):
    dan = announced[1]
    with pytest.raises(NotPermitted):
        afterwards.appeal_decision(dan, by=world.ana, reason="Mine!")
    appeal = afterwards.appeal_decision(dan, by=world.dan, reason="The second review is about another proposal.")
    with pytest.raises(WrongState):
        afterwards.appeal_decision(dan, by=world.dan, reason="Again.")
    with pytest.raises(NotPermitted):
        afterwards.answer_appeal(appeal, upheld=False, answer="No.", by=world.sec)
    afterwards.answer_appeal(appeal, upheld=False, answer="It was read.", by=world.lea)
    with pytest.raises(WrongState):
        afterwards.answer_appeal(appeal, upheld=True, answer="Yes.", by=world.lea)


def test_a_rejected_proposal_is_decided_again_after_its_appeal(world):
    call = allocating(world, offered=6)
    proposal = scored(world, call, 4.5, pi=world.dan)
    line = proposed(world, call).lines.get()
    rounds.override_line(line, Verdict("refused"), by=world.lea, reason="Out of scope.")
    rounds.announce_results(call, by=world.lea)
    appeal = afterwards.appeal_decision(proposal, by=world.dan, reason="It is in scope.")
    afterwards.answer_appeal(appeal, upheld=True, answer="It is.", by=world.lea)
    proposal.refresh_from_db()
    assert proposal.state == "panel"
    leg = proposal.legs.get()
    rounds.decide_proposal(proposal, {leg.pk: Verdict("allocated", Decimal(6))}, by=world.lea, note="In scope.")
    proposal.refresh_from_db()
    assert (proposal.state, Allocation.objects.get().granted) == ("accepted", 6)


def test_an_appeal_comes_too_late_after_four_weeks(world, announced):
    dan = announced[1]
    dan.notified_at = clock.now() - timedelta(days=29)
    dan.save()
    with pytest.raises(WrongState):
        afterwards.appeal_decision(dan, by=world.dan, reason="Late.")


def test_after_the_results_through_the_api(world, announced, client):
    from accounts.commands import create_token

    ana, dan, _third = announced
    head = {
        name: {"Authorization": f"Bearer {create_token(getattr(world, name), by=world.system)[1]}"}
        for name in ("ana", "dan", "lea", "bob")
    }

    def post(who, address, **body):
        return client.post(f"/api/v1/{address}", body, "application/json", headers=head[who])

    leg = ana.legs.get()
    assert post("ana", f"legs/{leg.pk}/confirm").json()["confirmed_at"]
    assert post("dan", f"legs/{leg.pk}/confirm").status_code == 404
    assert post("dan", f"proposals/{dan.reference}/appeal", note="Look again.").status_code == 201
    answer = post("lea", f"proposals/{dan.pk}/answer-appeal", upheld=False, answer="It was read.")
    assert (answer.status_code, answer.json()["upheld"]) == (200, False)
    assert post("lea", f"proposals/{dan.pk}/promote").status_code == 422
    assert post("lea", f"proposals/{dan.pk}/decide", legs=[]).status_code == 409
    assert post("bob", f"proposals/{dan.pk}/promote").status_code == 404

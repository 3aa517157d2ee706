"""Pages of what follows the results: confirming, appeals and their answers, the reserve list, feedback on a run."""

from datetime import timedelta

import pytest
from django.urls import reverse

from core import clock
from facilities.models import Booking, Course
from notifications.models import Message
from programs.commands import afterwards, rounds
from programs.models import Feedback
from tests.programs.allocating import allocating, proposed, scored
from tests.programs.running import a_run

pytestmark = pytest.mark.django_db


@pytest.fixture
def announced(world):
    """Ana has six shifts at A1; Dan waits for them, and somebody behind him."""
    call = allocating(world, offered=6)
    call.settings = {"allocation": {"reserve": 100}}
    call.save()
    rows = [scored(world, call, 4.5, pi=world.ana), scored(world, call, 4.0, pi=world.dan), scored(world, call, 3.5)]
    proposed(world, call)
    rounds.announce_results(call, by=world.lea)
    for row in rows:
        row.refresh_from_db()
    return rows


def read(client, user, name, *args) -> str:
    client.force_login(user)
    return client.get(reverse(name, args=args)).content.decode()


def test_the_pi_confirms_from_my_work_and_asks_for_the_time(world, client, announced):
    ana = announced[0]
    leg = ana.legs.get()
    course = Course.objects.create(facility=world.facility_a, name="X-ray safety")
    world.instrument_a.required_trainings.add(course)
    work = read(client, world.ana, "work")
    assert "Confirm the time at A1" in work
    assert "Pass the training “X-ray safety” for your time at A1" in work
    assert "X-ray safety" not in read(client, world.dan, "work")
    page = read(client, world.ana, "proposal", ana.pk)
    confirm = reverse("leg_confirm", args=[ana.pk, leg.pk])
    assert confirm in page
    assert client.post(confirm).url == reverse("proposal", args=[ana.pk])
    page = read(client, world.ana, "proposal", ana.pk)
    assert "Confirmed on" in page
    assert confirm not in page
    assert f"instrument=fa-a1&amp;account=allocation%3A{leg.allocation_id or ana.legs.get().allocation_id}" in page
    assert "Confirm the time at A1" not in read(client, world.ana, "work")


def test_the_form_for_time_is_filled_from_the_leg(world, client, announced):
    leg = announced[0].legs.get()
    late, good = (leg.allocation.valid_until + timedelta(days=days) for days in (20, -20))
    leg.preferred_dates = [f"{late:%F}/{late:%F}", f"{good:%F}/{late:%F}"]
    leg.save()
    page = read(client, world.ana, "proposal", announced[0].pk)
    address = page.split('href="/bookings/new/')[1].split('"')[0].replace("&amp;", "&")
    form = client.get(f"/bookings/new/{address}").context["page"].form
    assert form["account"].value() == f"allocation:{announced[0].legs.get().allocation_id}"
    assert (form["instrument"].value(), form["purpose"].value()) == ("fa-a1", "Ions on the move")
    assert f"day={good:%F}" in address, "on a day on which the account does not hold, time would be asked without it"


def test_an_appeal_is_made_and_answered_on_its_page(world, client, announced):
    dan = announced[1]
    url = reverse("proposal_appeal", args=[dan.pk])
    assert url in read(client, world.dan, "proposal", dan.pk)
    empty = client.post(url, {"note": ""})
    assert empty.status_code == 422
    client.post(url, {"note": "The second review is of another proposal."})
    assert url not in read(client, world.dan, "proposal", dan.pk)
    assert client.get(url).status_code == 404
    assert Message.objects.filter(kind="proposal_appealed", recipient=world.lea).exists()
    assert "Answer the appeal on" in read(client, world.lea, "work")
    kept = client.post(url, {"upheld": "no", "answer": ""})
    assert kept.status_code == 422
    client.post(url, {"upheld": "no", "answer": "Both reviews are of yours."})
    page = read(client, world.dan, "proposal", dan.pk)
    assert "Both reviews are of yours." in page
    assert "Decision kept" in page
    client.force_login(world.ana)
    assert client.get(url).status_code == 404


def test_the_office_moves_the_reserve_list_up_in_its_order(world, client, announced):
    ana, dan, third = announced
    call = ana.call
    afterwards.take_back_unconfirmed(clock.now() + timedelta(days=8))
    page = read(client, world.lea, "call_after", call.pk)
    assert "6 shifts free" in page
    refused = client.post(reverse("call_promote", args=[call.pk, third.pk]))
    assert refused.status_code == 422
    assert f"{dan.reference} waits before it" in refused.content.decode()
    assert client.post(reverse("call_promote", args=[call.pk, dan.pk])).status_code == 302
    dan.refresh_from_db()
    assert dan.state == "accepted"
    for stranger in (world.ana, world.bob):
        client.force_login(stranger)
        assert client.get(reverse("call_after", args=[call.pk])).status_code == 404


def test_users_and_the_facility_say_how_a_run_went(world, client):
    booking = a_run(world)
    assert "Say how your run at A1" in read(client, world.ana, "work")
    url = reverse("booking_feedback", args=[booking.pk])
    assert url in read(client, world.ana, "booking", booking.pk)
    assert client.post(url, {"text": "Fine."}).status_code == 422
    client.post(url, {"rating": "4", "text": "The chiller failed once."})
    assert "Say how your run at A1" not in read(client, world.ana, "work")
    client.force_login(world.bo)
    client.post(url, {"rating": "5", "text": "Well prepared."})
    assert "The chiller failed once." in client.get(url).content.decode()
    assert "Well prepared." not in read(client, world.ana, "booking_feedback", booking.pk)
    assert sorted(Feedback.objects.values_list("side", "rating")) == [("facility", 5), ("user", 4)]
    client.force_login(world.dan)
    assert client.get(url).status_code == 404
    assert Booking.objects.get().state == "completed"


def test_who_upheld_an_appeal_decides_the_proposal_again_on_its_page(world, client):
    call = allocating(world, offered=6)
    proposal = scored(world, call, 4.5, pi=world.dan)
    line = proposed(world, call).lines.get()
    rounds.override_line(line, rounds.Verdict("refused"), by=world.lea, reason="Out of scope.")
    rounds.announce_results(call, by=world.lea)
    appeal = afterwards.appeal_decision(proposal, by=world.dan, reason="It is in scope.")
    address = reverse("proposal_decide", args=[proposal.pk])
    client.force_login(world.lea)
    assert client.get(address).status_code == 404, "nothing is to be decided before the answer"
    afterwards.answer_appeal(appeal, upheld=True, answer="It is.", by=world.lea)
    assert address in read(client, world.lea, "proposal", proposal.pk)
    assert address not in read(client, world.dan, "proposal", proposal.pk)
    assert client.get(address).status_code == 404, "not the applicant's"
    leg = proposal.legs.get()
    said = {f"{leg.pk}-verdict": "allocated", f"{leg.pk}-units": "99", f"{leg.pk}-priority": "A", "note": "In scope."}
    client.force_login(world.lea)
    refused = client.post(address, said)
    assert refused.status_code == 422
    assert 'value="99"' in refused.content.decode(), "typed text is kept"
    assert client.post(address, said | {f"{leg.pk}-units": "6"}).url == reverse("proposal", args=[proposal.pk])
    proposal.refresh_from_db()
    assert (proposal.state, proposal.legs.get().granted) == ("accepted", 6)

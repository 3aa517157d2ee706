"""Stays, trainings, money and agreements on the programme's page and through the API."""

from datetime import timedelta

import pytest
from django.urls import reverse

from accounts.commands import create_token
from programs.models import Agreement, Enrolment, ExchangeStay
from programs.queries.cooperation.together import money_of
from tests.programs import cast
from tests.programs.cast import today

pytestmark = pytest.mark.django_db


@pytest.fixture
def program(world):
    return cast.active(world)


def days(first, last, **fields):
    return {
        "starts_on": (today() + timedelta(days=first)).isoformat(),
        "ends_on": (today() + timedelta(days=last)).isoformat(),
        **fields,
    }


def test_the_lead_plans_and_the_host_confirms_on_the_page(world, client, program):
    place = reverse("program_together", args=[program.pk])
    told = {
        "do": "stay", "email": world.ana.email, "home": world.org_b.pk, "host": world.org_a.pk,
        "purpose": "Joint runs", **days(5, 9),
    }  # fmt: skip
    client.force_login(world.ana)
    wrong = client.post(place, told | {"purpose": ""})
    assert wrong.status_code == 422
    assert world.ana.email in wrong.content.decode(), "typed text is kept"
    assert client.post(place, told).url == place
    again = client.post(place, told)
    assert "stays elsewhere in these days" in again.content.decode()
    stay = ExchangeStay.objects.get()
    client.force_login(world.sig_a)
    assert "Confirm as the host" in client.get(place).content.decode()
    client.post(reverse("stay_move", args=[stay.pk, "confirm"]))
    stay.refresh_from_db()
    assert stay.state == "confirmed"
    client.force_login(world.dan)
    assert client.get(place).status_code == 404
    assert client.post(reverse("stay_move", args=[stay.pk, "cancel"]), {"note": "x"}).status_code == 404


def test_money_and_agreements_are_shown_to_those_who_may_book_them(world, client, program):
    place = reverse("program_together", args=[program.pk])
    client.force_login(world.ana)
    client.post(place, {"do": "budget", "currency": "EUR", "budget": "Travel: 1000\nSamples: 50.5"})
    assert "1050.50" not in client.get(place).content.decode()
    assert money_of(program).planned == 1050.5
    assert client.post(place, {"do": "budget", "currency": "EUR", "budget": "Travel"}).status_code == 422
    assert "Record an agreement" not in client.get(place).content.decode()
    client.force_login(world.sec)
    told = {"do": "agreement", "reference": "Archive 3", "signed_on": today(), "valid_from": today(),
            "valid_until": today() + timedelta(days=365), "notice_days": "90"}  # fmt: skip
    assert client.post(place, told).url == place
    assert Agreement.objects.get().number == 1


def test_a_training_is_offered_through_the_api_and_taken_on_the_page(world, client, program):
    _token, text = create_token(world.ana, by=world.ana)
    told = {"title": "Neutron school", "organisation": world.org_a.slug, "capacity": 1, **days(20, 24)}
    made = client.post(
        f"/api/v1/programs/{program.pk}/trainings",
        told,
        "application/json",
        headers={"Authorization": f"Bearer {text}"},
    )
    assert (made.status_code, made.json()["taken"]) == (201, 0)
    for person, state in ((world.dan, "enrolled"), (world.bo, "waiting")):
        client.force_login(person)
        assert "Neutron school" in client.get(reverse("trainings")).content.decode()
        client.post(reverse("training_place", args=[made.json()["id"]]), {"do": "enrol"})
        assert Enrolment.objects.get(person=person).state == state
    client.force_login(world.dan)
    client.post(reverse("training_place", args=[made.json()["id"]]), {"do": "withdraw"})
    place = Enrolment.objects.get(person=world.bo)
    assert place.state == "enrolled"
    page, result = reverse("program_together", args=[program.pk]), reverse("enrolment_result", args=[place.pk])
    client.force_login(world.sig_a)
    assert "Who comes" not in client.get(page).content.decode()
    assert client.post(result, {"result": "pass"}).status_code == 404
    client.force_login(world.ana)
    assert result in client.get(page).content.decode()
    at = f"/api/v1/trainings/{place.training_id}/enrolments"
    ana = {"Authorization": f"Bearer {text}"}
    assert {row["person"] for row in client.get(at, headers=ana).json()} == {"Bo", "Dan"}
    assert client.post(result, {"result": "attend"}).url == page
    passed = client.post(f"{at}/{place.pk}/pass", headers=ana).json()
    assert passed["state"] == "passed"
    _token, dans = create_token(world.dan, by=world.dan)
    assert client.get(at, headers={"Authorization": f"Bearer {dans}"}).status_code == 404


def test_strangers_learn_nothing_of_stays_and_money_through_the_api(world, client, program):
    _token, text = create_token(world.dan, by=world.dan)
    headers = {"Authorization": f"Bearer {text}"}
    at = f"/api/v1/programs/{program.pk}"
    assert client.get(f"{at}/stays", {"count": "true"}, headers=headers).json()["count"] == 0
    for name in ("money", "agreements"):
        assert client.get(f"{at}/{name}", headers=headers).status_code == 404

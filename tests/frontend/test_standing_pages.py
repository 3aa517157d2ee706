"""Pages of a granted part: given up, extended, moved to another instrument by both facilities."""

import pytest
from django.urls import reverse

from programs.commands import rounds
from programs.models import Transfer
from tests.programs.allocating import allocating, proposed, scored
from tests.world import make_instrument

pytestmark = pytest.mark.django_db


@pytest.fixture
def leg(world):
    """Six shifts at A1 of Ana's."""
    call = allocating(world)
    proposal = scored(world, call, 4.5, pi=world.ana)
    proposed(world, call)
    rounds.announce_results(call, by=world.lea)
    return proposal.legs.get()


def test_a_part_moves_when_both_facilities_agree_on_its_page(world, client, leg):
    target = make_instrument(world.facility_b, "B2")
    url = reverse("proposal_standing", args=[leg.proposal_id, leg.pk])
    client.force_login(world.ana)
    assert url in client.get(reverse("proposal", args=[leg.proposal_id])).content.decode()
    refused = client.post(url, {"do": "transfer", "target": str(target.pk), "reason": ""})
    assert refused.status_code == 422
    assert f'value="{target.pk}" selected' in refused.content.decode()
    client.post(url, {"do": "transfer", "target": str(target.pk), "reason": "A1 is shut."})
    transfer = reverse("transfer", args=[Transfer.objects.get().pk])
    assert "Agree for the facility" not in client.get(transfer).content.decode()
    for manager in (world.bo, world.bob):
        client.force_login(manager)
        assert transfer in client.get(reverse("allocations")).content.decode()
        page = client.get(transfer).content.decode()
        assert "A1 is shut." in page
        assert reverse("proposal", args=[leg.proposal_id]) not in page
        client.post(transfer, {"answer": "agree"})
    leg.refresh_from_db()
    assert leg.instrument == target
    client.force_login(world.dan)
    assert client.get(transfer).status_code == 404
    assert client.get(url).status_code == 404


def test_the_office_extends_and_the_pi_gives_up(world, client, leg):
    url = reverse("proposal_standing", args=[leg.proposal_id, leg.pk])
    client.force_login(world.sec)
    assert client.post(url, {"do": "extend", "note": " "}).status_code == 422
    assert client.post(url, {"do": "extend", "note": "The cryostat came late."}).status_code == 302
    assert client.post(url, {"do": "extend", "note": "Again."}).status_code == 404
    client.force_login(world.ana)
    assert client.post(url, {"do": "resume"}).status_code == 404
    assert client.post(url, {"do": "cancel", "note": "The sample is lost."}).status_code == 302
    page = client.get(url).content.decode()
    assert "The sample is lost." in page
    assert "Give it up" not in page


def test_a_granted_part_through_the_api(world, client, leg):
    from accounts.commands import create_token

    target = make_instrument(world.facility_b, "B2")
    head = {
        name: {"Authorization": f"Bearer {create_token(getattr(world, name), by=world.system)[1]}"}
        for name in ("ana", "bo", "bob", "sec", "dan")
    }

    def post(who, address, **body):
        return client.post(f"/api/v1/{address}", body, "application/json", headers=head[who])

    assert post("ana", f"legs/{leg.pk}/confirm").json()["confirmed_at"]
    assert post("ana", f"legs/{leg.pk}/extend", note="More.").status_code == 403
    assert post("sec", f"legs/{leg.pk}/extend", note="More.").status_code == 200
    assert post("ana", f"legs/{leg.pk}/fly").status_code == 404
    made = post("ana", f"legs/{leg.pk}/transfer", target=target.slug, reason="A1 is shut.")
    assert (made.status_code, made.json()["units"], made.json()["unit"]) == (201, "6.000", "shift")
    address = f"transfers/{made.json()['id']}"
    assert post("dan", f"{address}/agree").status_code == 404
    assert client.get("/api/v1/transfers?open=true", headers=head["bob"]).json()["results"][0]["target"] == "fb-b2"
    assert client.get("/api/v1/transfers", headers=head["dan"]).json()["results"] == []
    assert post("bo", f"{address}/agree").json()["ended_at"] is None
    assert post("bob", f"{address}/refuse", note="").status_code == 400
    assert post("bob", f"{address}/agree").json()["ended_at"]
    leg.refresh_from_db()
    assert leg.instrument == target

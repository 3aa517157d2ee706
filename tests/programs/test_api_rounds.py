"""Allocation through the API and its pages; until the results are out, nothing that anybody else reads differs."""

from datetime import timedelta

import pytest
from django.test import Client

from accounts.commands import create_token
from programs.commands import rounds
from programs.queries.rounds.reading import current_round
from programs.queries.rounds.trials import last_solving
from tests.programs.allocating import allocating, proposed, scored
from tests.programs.asking import a_member

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def headers_of(user) -> dict[str, str]:
    _token, text = create_token(user, by=user)
    return {"Authorization": f"Bearer {text}"}


def call_with_a_round(world, sealed_for=HOUR):
    call = allocating(world, offered=6, sealed_for=sealed_for)
    scored(world, call, 4.5, pi=world.ana, title="Ions")
    scored(world, call, 3.0, pi=world.dan, title="Foams")
    return call


def test_a_round_is_tried_proposed_overridden_and_announced(world, client):
    call = call_with_a_round(world, -HOUR)
    url, lea = f"/api/v1/calls/{call.slug}", headers_of(world.lea)
    tried = client.post(f"{url}/allocate", {"dry_run": True}, "application/json", headers=lea).json()
    assert tried["id"] is None
    assert [line["verdict"] for line in tried["lines"]] == ["allocated", "refused"]
    made = client.post(f"{url}/allocate", {}, "application/json", headers=lea)
    assert made.status_code == 201
    first, second = made.json()["lines"]
    assert (first["units"], first["unit"]) == ("6.000", "shift")
    assert second["reasons"][0] == "Proposals of better merit took what there is."
    assert made.json()["balances"][0]["left"] == "0.000"
    override = {"verdict": "reserve", "reason": "No crew."}
    answer = client.post(f"{url}/round/lines/{second['id']}/override", override, "application/json", headers=lea)
    assert (answer.json()["verdict"], answer.json()["override_reason"]) == ("reserve", "No crew.")
    assert client.get(f"{url}/round/lines?verdict=reserve", headers=lea).json()["results"][0]["title"] == "Foams"
    for _twice in range(2):
        done = client.post(f"{url}/announce", {}, "application/json", headers=lea)
        assert (done.status_code, done.json()["state"]) == (200, "notified")


def test_bad_limits_are_a_problem_that_names_each(world, client):
    call = call_with_a_round(world)
    body = {"limits": {"certain": 200, "units": {"x": "many"}}}
    answer = client.post(f"/api/v1/calls/{call.slug}/allocate", body, "application/json", headers=headers_of(world.lea))
    assert answer.status_code == 400
    assert {each["rule"] for each in answer.json()["violations"]} == {"not_a_share", "not_a_number"}


@pytest.mark.parametrize("name", ["ana", "dan", "bo", "bob", "cleo", "sig_b"])
def test_nobody_else_finds_a_round(world, client, name):
    call = call_with_a_round(world)
    proposed(world, call)
    person, url = getattr(world, name), f"/api/v1/calls/{call.slug}"
    head = headers_of(person)
    line = current_round(call).lines.first()
    assert client.get(f"{url}/round", headers=head).status_code == 404
    assert client.get(f"{url}/round/lines?count=true", headers=head).status_code == 404
    for address in ("allocate", "announce", f"round/lines/{line.pk}/override"):
        assert client.post(f"{url}/{address}", {}, "application/json", headers=head).status_code == 404
    client.force_login(person)
    assert client.get(f"/office/calls/{call.pk}/round/").status_code == 404
    assert client.get(f"/office/calls/{call.pk}/round/{line.pk}/").status_code == 404


READ = [
    "/api/v1/allocations?count=true", "/api/v1/bookings?count=true", "/api/v1/me", "/my-work/", "/allocations/",
    "/account/messages/", "/bookings/", "/api/v1/search?q=Ions",
]  # fmt: skip


def read_by(person) -> list[tuple[int, bytes]]:
    """What a person reads in every place that could give a decision away, without what differs at each reading."""
    client, head = Client(), headers_of(person)
    client.force_login(person)
    found = []
    for address in READ:
        answer = client.get(address, headers=head)
        text = b"" if address == "/api/v1/me" else answer.content.split(b"csrf")[0]
        found.append((answer.status_code, text))
    return found


@pytest.mark.parametrize("name", ["ana", "cleo", "bo", "bob"])
def test_a_proposed_and_decided_round_changes_nothing_that_others_read(world, name):
    call = call_with_a_round(world)
    a_member(call.proposals.get(title="Ions"), world.cleo, organisation=world.org_a)
    person = getattr(world, name)
    before = read_by(person)
    found = proposed(world, call)
    rounds.override_line(found.lines.first(), rounds.Verdict("refused"), by=world.lea, reason="No crew.")
    assert read_by(person) == before


def test_the_page_shows_lines_and_tries_other_limits(world, client):
    call = call_with_a_round(world)
    client.force_login(world.lea)
    url = f"/office/calls/{call.pk}/round/"
    assert "No round yet" in client.get(url).text
    units = {f"units_{each.instrument_id}": "6" for each in call.offers.all()}
    body = {"certain": "90", "reserve": "30", **units}
    assert client.post(f"{url}allocate/", {**body, "propose": "1"}).status_code == 302
    page = client.get(url).text
    assert "Foams" in page
    assert "3 shifts more on offer would have let it in." in page
    assert "2 people are told at once" in page
    fewer = {**body, f"units_{world.instrument_a.pk}": "3", "try": "1"}
    assert "Nothing was written." in client.post(f"{url}allocate/", fewer, follow=True).text
    assert call.rounds.count() == 1
    refused = client.post(f"{url}allocate/", {**body, "certain": "300", "try": "1"})
    assert refused.status_code == 422
    assert 'value="300"' in refused.text


def test_a_line_is_decided_on_its_page_and_what_was_typed_is_kept(world, client):
    call = call_with_a_round(world)
    line = proposed(world, call).lines.first()
    client.force_login(world.lea)
    url = f"/office/calls/{call.pk}/round/{line.pk}/"
    refused = client.post(url, {"verdict": "allocated", "units": "99", "priority": "A", "reason": "More."})
    assert refused.status_code == 422
    assert 'value="99"' in refused.text
    assert client.post(url, {"verdict": "refused", "priority": "A", "reason": "No crew."}).status_code == 302
    line.refresh_from_db()
    assert (line.verdict, line.override_reason) == ("refused", "No crew.")


def test_shares_of_categories_and_partners_are_tried_on_the_page_and_stay_in_the_form(world, client):
    call = call_with_a_round(world)
    client.force_login(world.lea)
    url = f"/office/calls/{call.pk}/round/"
    units = {f"units_{each.instrument_id}": "6" for each in call.offers.all()}
    body = {"certain": "90", "reserve": "30", **units, "try": "1"}
    shares = {"category_general_most": "25", "another": "org-b", "partner_another_least": "0"}
    page = client.post(f"{url}allocate/", {**body, **shares, "partner_another_most": "10"}, follow=True).text
    limits = last_solving(call).result["limits"]
    assert (limits["categories"], limits["partners"]) == ({"general": [0, 25]}, {"org-b": [0, 10]})
    assert 'name="partner_org-b_most" value="10"' in page
    assert "Ions" in page
    turned = {**body, "category_general_least": "60", "category_general_most": "20"}
    refused = client.post(f"{url}allocate/", turned)
    assert refused.status_code == 400
    assert "the least first" in refused.text
    assert 'value="60"' in refused.text


def test_a_large_call_shows_how_far_the_solver_is_and_then_the_trial(world, client, settings):
    settings.SOLVED_AT_ONCE = 0
    call = call_with_a_round(world)
    client.force_login(world.lea)
    url = f"/office/calls/{call.pk}/round/"
    body = {"certain": "90", "reserve": "30", **{f"units_{each.instrument_id}": "6" for each in call.offers.all()}}
    page = client.post(f"{url}allocate/", {**body, "try": "1"}, follow=True).text
    assert "Step 1 of 3: reading merits and limits." in page
    rounds.run_solving(last_solving(call).pk)
    assert "Show the result" in client.get(url, headers={"HX-Request": "true"}).text
    assert "Nothing was written." in client.get(url).text

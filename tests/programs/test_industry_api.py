"""Industrial access through the API and on its pages: the whole way, what a stranger gets, and wrong input."""

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.commands import create_token
from programs.commands import industry
from programs.models import IndustrialRequest
from programs.queries.industry import last_currency
from tests.programs.companies import asked, enquiry, in_state

pytestmark = pytest.mark.django_db
URL = "/api/v1/industrial-requests"


@pytest.fixture
def as_(client):
    def call(user, method, address="", **body):
        _token, text = create_token(user, by=user)
        headers = {"Authorization": f"Bearer {text}"}
        if method == "get":
            return client.get(URL + address, body, headers=headers)
        return client.post(URL + address, body, "application/json", headers=headers)

    return call


def test_a_request_goes_from_the_enquiry_to_the_statement(world, as_):
    today = timezone.now().date().isoformat()
    made = as_(world.dan, "post", company="Acme", title="Coatings", question="Why?", instrument=world.instrument_a.slug)
    assert made.status_code == 201, made.json()
    at = f"/{made.json()['id']}"
    assert made.json()["moves"] == ["withdraw"]
    prices = [{"from_unit": 1, "price": "4000.00"}]
    told = {"instrument": world.instrument_a.slug, "units": "2", "prices": prices, "currency": "EUR"}
    quoted = as_(world.bo, "post", f"{at}/quote", **told).json()
    assert (quoted["state"], quoted["quotations"][0]["total"]) == ("quoted", "8000.00")
    as_(world.dan, "post", f"{at}/accept", number=1)
    as_(world.bo, "post", f"{at}/sign", on=today, reference="C-7")
    paid = as_(world.bo, "post", f"{at}/pay", amount="8000.00", received_on=today, reference="bank 7").json()
    assert paid["state"] == "paid"
    as_(world.bo, "post", f"{at}/finish")
    sent = as_(world.bo, "post", f"{at}/state").json()
    assert (sent["statement"]["balance"], sent["moves"], sent["cap"]) == ("8000.00", ["publish-title"], None)
    shown = as_(world.bo, "post", f"{at}/publish-title").json()
    assert (shown["published_title"], shown["moves"]) == ("Coatings", ["withdraw-title"])
    assert [entry["move"] for entry in sent["history"]][:3] == ["enquire", "quote", "accept"]


def test_a_stranger_gets_404_and_an_empty_list(world, as_):
    row = in_state(world, "quoted")
    for person in (world.ana, world.bob, world.sec, world.lea):
        assert as_(person, "get", f"/{row.pk}").status_code == 404
        assert as_(person, "post", f"/{row.pk}/accept", number=1).status_code == 404
        assert as_(person, "get", count="true").json()["results"] == []
        assert as_(person, "get", count="true").json()["count"] == 0
        assert as_(person, "get", search="coatings").json()["results"] == []


def test_what_a_move_needs_is_named(world, as_):
    row = asked(world)
    answer = as_(world.bo, "post", f"/{row.pk}/quote", units="2")
    assert answer.status_code == 400
    assert {each["field"] for each in answer.json()["violations"]} == {"instrument", "prices", "currency"}
    assert as_(world.bo, "post", f"/{row.pk}/fly").status_code == 409


def test_the_list_costs_the_same_with_three_rows_as_with_one(world, client, django_assert_num_queries):
    client.force_login(world.bo)
    address = reverse("industrial_requests")
    asked(world)
    client.get(address)
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as one:
        client.get(address)
    asked(world), asked(world)
    with django_assert_num_queries(len(one)):
        assert client.get(address).content.decode().count("Coatings under stress") == 3


def test_the_pages_lead_a_company_and_an_office_through(world, client):
    client.force_login(world.dan)
    slug = world.instrument_a.slug
    wrong = client.post(reverse("new_industrial_request"), {"company": "Acme", "title": "", "instrument": slug})
    assert wrong.status_code == 422
    assert 'value="Acme"' in wrong.content.decode(), "typed text is kept"
    told = {"company": "Acme", "title": "Coatings", "question": "Why?", "country": "de", "instrument": slug}
    place = client.post(reverse("new_industrial_request"), told).url
    row = IndustrialRequest.objects.get()
    assert (row.facility, row.country) == (world.facility_a, "DE")
    client.force_login(world.bo)
    page = client.get(place).content.decode()
    assert "Send a quotation" in page
    quote = reverse("industrial_move", args=[row.pk, "quote"])
    typed = {"instrument": slug, "units": "12", "prices": "4000\n11: 3000", "currency": "EUR", "services": "0"}
    assert client.post(quote, typed | {"prices": "4000\n3000"}).status_code == 422
    assert client.post(quote, typed | {"currency": "GBP"}).url == place
    page = client.get(place).content.decode()
    assert "46,000 GBP" in page
    assert 'name="currency" value="GBP"' in page, "the next quotation starts with the currency of the last"
    assert last_currency(asked(world, instrument=None)) == "", "another office's quotations are not told"
    assert last_currency(asked(world)) == "GBP"
    client.force_login(world.dan)
    accept = reverse("industrial_move", args=[row.pk, "accept"])
    client.post(accept, {"number": "1"})
    row.refresh_from_db()
    assert row.state == "accepted"
    client.force_login(world.ana)
    assert client.get(place).status_code == 404


def test_who_passes_it_on_reads_it_no_more(world, client):
    row = industry.file_enquiry(world.alliance, enquiry(world, instrument=None), by=world.dan)
    client.force_login(world.sec)
    passed = client.post(reverse("industrial_move", args=[row.pk, "pass-on"]), {"facility": world.facility_b.slug})
    assert passed.url == reverse("industrial_requests")
    assert client.get(reverse("industrial_request", args=[row.pk])).status_code == 404
